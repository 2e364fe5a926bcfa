"""What the session still has: every question, the latest first, with the way back to it."""

import streamlit as st

from lab.ui.playground import inputs
from lab.ui.playground.labels import PAGE, short, tokens
from lab.ui.playground.session import Session, session
from lab.ui.text import literal


def offer(mine: Session) -> None:
    """Offer the questions of this session that have an answer; a click goes back to one."""
    numbers = [
        number
        for number, history in reversed(list(enumerate(mine.histories)))
        if history.present.branches
    ]
    if not numbers:
        return
    with st.popover(
        f"History ({len(numbers)})",
        icon=":material/history:",
        type="tertiary",
        key=f"{PAGE}_history",
    ):
        st.caption("It lasts as long as this page is open. Links and files last longer.")
        for number in numbers:
            tree = mine.histories[number].present
            texts = len(tree.branches)
            written = tokens(sum(len(branch.steps) for branch in tree.branches))
            st.button(
                literal(short(tree.question.title, 60) or "blank"),
                key=f"{PAGE}_history_{number}",
                type="tertiary",
                disabled=number == len(mine.histories) - 1,
                on_click=_go_back,
                args=(number,),
            )
            st.caption(
                f"{literal(tree.question.model_id)}, {texts} {'text' if texts == 1 else 'texts'}, "
                f"{written}"
            )


def _go_back(number: int) -> None:
    mine = session()
    if number < len(mine.histories):
        history = mine.histories.pop(number)
        mine.histories.append(history)
        mine.together = ()
        tree = history.present
        inputs.adopt(tree.question, tree.branches[tree.tip].plan.settings)
