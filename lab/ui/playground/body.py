"""The page: what is asked on the left, how on the right; the text, and below it what was tried."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from lab.errors import LabError
from lab.ui import models
from lab.ui.errors import show
from lab.ui.playground import answer, inputs, writer
from lab.ui.playground.labels import PAGE
from lab.ui.playground.session import Session, Wish, session, stop, wish
from lab.ui.writing import redraw_if_stopped

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from lab.branches import Question

WRITING = f"{PAGE}_writing"


def body() -> None:
    """Draw the inputs, write what is wanted, or draw what was written."""
    mine = session()
    inputs.start()
    left, right = st.columns([3, 2], gap="large")
    with left:
        what, thinking = inputs.what()
        buttons = st.container(horizontal=True, gap="small")
        place = st.empty()
    with right:
        asked = inputs.knobs()
    if not mine.begun and not mine.error:
        mine.wish = Wish("write")
    mine.begun = True
    with buttons:
        _buttons(mine)
    with left:
        model = models.active_model()
    from lab.branches import Question  # late, because it brings torch

    wanted, mine.wish = mine.wish, None
    if wanted:
        questions = [Question(each or model.id, what, thinking) for each, _ in asked.sides]
        _write(mine, wanted, questions, asked, place)
        st.rerun()
    with place.container():
        if mine.error:
            show(mine.error)
            mine.error = None
        if mine.tree and mine.tree.branches:
            answer.draw(mine.tree)


def _write(
    mine: Session,
    wanted: Wish,
    questions: "Sequence[Question]",
    asked: inputs.Asked,
    place: "DeltaGenerator",
) -> None:
    st.session_state[WRITING] = True
    redraw_if_stopped(WRITING)
    st.session_state[WRITING] = False  # whatever interrupts the text from here on has stopped it
    try:
        writer.follow(mine, writer.jobs(mine, wanted, questions, asked), place)
    except LabError as error:
        mine.error = error
    mine.settle()


def _buttons(mine: Session) -> None:
    if mine.wish or mine.queue:
        st.button("Stop", icon=":material/stop:", key=f"{PAGE}_write", on_click=stop)
        return
    st.button(
        "Write",
        icon=":material/play_arrow:",
        type="primary",
        key=f"{PAGE}_write",
        on_click=wish,
        args=("write",),
    )
    tree = mine.tree
    branch = tree.branches[tree.tip] if tree and tree.branches else None
    ended = branch and branch.written and branch.written[-1].finish == "end"
    st.button(
        "Continue",
        icon=":material/arrow_forward:",
        key=f"{PAGE}_onward",
        disabled=not branch or bool(ended),
        help="The model has ended this text: put another token in the place of its end."
        if ended
        else "Go on where the text ended, with the seed after its own.",
        on_click=wish,
        args=("onward",),
    )
    st.button(
        "Another seed",
        icon=":material/casino:",
        key=f"{PAGE}_again",
        disabled=not branch or branch.plan.settings.strategy != "sample",
        help="Write the same once more by other chances.",
        on_click=wish,
        args=("again",),
    )
