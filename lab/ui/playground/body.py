"""The page: what is asked on the left, how on the right; the text, and below it what was tried."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from lab.errors import LabError
from lab.ui import endpoints, models
from lab.ui.errors import show
from lab.ui.playground import answer, chat, grid, inputs, kept, link, notes, tree_view, writer
from lab.ui.playground.labels import PAGE, short
from lab.ui.playground.session import Session, Wish, redo, session, stop, undo, wish
from lab.ui.text import literal
from lab.ui.writing import redraw_if_stopped

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from lab.branches import Question, Tree, Turn
    from lab.generation.loop import Finish


WRITING = f"{PAGE}_writing"
NO_MORE: "dict[Finish | None, str]" = {
    "end": "The model has ended this text: click its last token to put another in that place.",
    "context": "The model's context is full: click a token to go on from there another way.",
}
"""Why a text cannot be continued, by how it ended."""


def body() -> None:
    """Draw the inputs, write what is wanted, or draw what was written."""
    mine = session()
    link.arrive(mine)
    inputs.start()
    left, right = st.columns([3, 2], gap="large")
    with left:
        what, thinking = inputs.what()
        server = endpoints.choose(PAGE)
        buttons = st.container(horizontal=True, gap="small")
        place = st.empty()
    sides = st.container()
    with right:
        asked = inputs.knobs(sides)
    broad = st.empty()  # for several texts side by side
    if server:
        with left:
            try:
                _ask(server, what, thinking, asked)
            except LabError as error:  # told where it was caused, not below all the knobs
                show(error)
        return
    if not mine.begun and not mine.error and not mine.queue:
        mine.wish = Wish("write")
    mine.begun = True
    with buttons:
        _buttons(mine)
    with left:
        model = models.active_model()
    from lab.branches import Question  # late, because it brings torch

    wanted, mine.wish = mine.wish, None
    if wanted or mine.queue:
        questions = [Question(each or model.id, what, thinking) for each, _ in asked.sides]
        several = wanted is not None and wanted.act == "write" and asked.several
        _write(mine, wanted, questions, asked, broad if several else place)
        st.rerun()
    fits = link.carry(mine)
    with (broad if mine.together else place).container():
        if mine.error:
            show(mine.error)
            mine.error = None
        _look(mine, Question(model.id, what, thinking), fits)


def _ask(
    server: str, what: "str | tuple[Turn, ...]", thinking: bool | None, asked: inputs.Asked
) -> None:
    """Have the text written elsewhere: by one model, with the first of the settings."""
    from lab.branches import Question
    from lab.ui.playground import remote

    model = endpoints.model(PAGE, server)
    remote.section(model, Question(model.id, what, thinking), asked.sides[0][1])
    if asked.mode != "one":
        st.caption("A server is asked for one text at a time, with the first settings.")


def _write(
    mine: Session,
    wanted: Wish | None,
    questions: "Sequence[Question]",
    asked: inputs.Asked,
    place: "DeltaGenerator",
) -> None:
    st.session_state[WRITING] = True
    redraw_if_stopped(WRITING)
    st.session_state[WRITING] = False  # whatever interrupts the text from here on has stopped it
    try:
        if mine.queue:
            writer.restore(mine, place)
        elif wanted:
            writer.follow(mine, writer.jobs(mine, wanted, questions, asked), place)
    except LabError as error:
        mine.error, mine.queue = error, []
    mine.settle()


def _look(mine: Session, asked: "Question", fits: bool) -> None:
    """Draw the text that is looked at, or several; then what was tried.

    `asked` is what the inputs say now, which may not be what the text was written to.
    """
    tree = mine.tree
    if tree is None or not tree.branches:
        st.caption("Nothing is written here yet.")
        kept.offer(mine)
        return
    if together := mine.side_by_side():
        grid.draw(together)
    else:
        if tree.question != asked:
            st.caption(
                f"Below stands what {literal(tree.question.model_id)} wrote to "
                f"“{literal(short(tree.question.title))}”. Press Write for what is asked now."
            )
        answer.draw(tree)
    with st.container(horizontal=True, gap="small"):
        link.offer(fits)
        kept.offer(mine)
    if len(tree.branches) > 1:
        st.subheader("What was tried", anchor=False)
        tree_view.draw(tree)
        with st.expander("What differs", key=f"{PAGE}_differs", bind="query-params"):
            notes.draw(tree)


def _buttons(mine: Session) -> None:
    if mine.wish or mine.queue:
        st.button(
            "Stop",
            icon=":material/stop:",
            type="primary",  # another type would be another button, and lose the focus
            key=f"{PAGE}_write",
            on_click=stop,
        )
        return
    st.button(
        "Write",
        icon=":material/play_arrow:",
        type="primary",
        key=f"{PAGE}_write",
        on_click=wish,
        args=("write",),
    )
    tree = mine.tree if mine.tree and mine.tree.branches else None
    if tree and not mine.together:
        _go_on(tree)
    history = mine.histories[-1] if mine.histories else None
    st.button(
        "Undo",
        icon=":material/undo:",
        type="tertiary",
        key=f"{PAGE}_undo",
        disabled=not (history and history.past),
        on_click=undo,
    )
    st.button(
        "Redo",
        icon=":material/redo:",
        type="tertiary",
        key=f"{PAGE}_redo",
        disabled=not (history and history.future),
        on_click=redo,
    )


def _go_on(tree: "Tree") -> None:
    branch = tree.branches[tree.tip]
    finish = branch.written[-1].finish if branch.written else None
    st.button(
        "Continue",
        icon=":material/arrow_forward:",
        key=f"{PAGE}_onward",
        disabled=finish in NO_MORE,
        help=NO_MORE.get(finish, "Go on where the text ended, with the seed after its own."),
        on_click=wish,
        args=("onward",),
    )
    st.button(
        "Another seed",
        icon=":material/casino:",
        key=f"{PAGE}_again",
        disabled=branch.plan.settings.strategy != "sample",
        help="Write the same once more by other chances.",
        on_click=wish,
        args=("again",),
    )
    if not isinstance(tree.question.asked, str):
        steps = tree.answer(tree.tip)[answer.thought(tree, tree.tip) :]
        text = "".join(step.text for step in steps).strip()
        st.button(
            "Reply",
            icon=":material/reply:",
            key=f"{PAGE}_reply",
            help="Take the answer over into the conversation, and write the next message.",
            on_click=chat.reply,
            args=(tree.question.asked, text),
        )
