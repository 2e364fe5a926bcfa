"""Several texts side by side: samples of one prompt, or models and settings compared."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from lab.ui.playground import answer
from lab.ui.playground.labels import PAGE
from lab.ui.playground.session import look
from lab.ui.playground.writer import PER_ROW

if TYPE_CHECKING:
    from lab.branches import Tree


def draw(found: "Sequence[tuple[Tree, int]]") -> None:
    """Draw the texts, each with what it was written with and the way to it alone."""
    for first in range(0, len(found), PER_ROW):
        row = list(enumerate(found))[first : first + PER_ROW]
        for column, (number, (tree, index)) in zip(
            st.columns(PER_ROW, gap="medium"), row, strict=False
        ):
            with column, st.container(border=True, height="stretch", gap="small"):
                _cell(number, tree, index)


def _cell(number: int, tree: "Tree", index: int) -> None:
    key, label = f"{PAGE}_together_{number}", f"Text {number + 1}"
    answer.strips(tree, index, key=key, label=label, colour="probability")
    answer.facts(tree, index)
    with st.container(horizontal=True):
        st.button(
            "Go on with this one",
            icon=":material/arrow_forward:",
            type="tertiary",
            key=f"{PAGE}_take_{number}",
            on_click=look,
            args=(tree, index),
        )
        answer.offer_files(tree, index, f"{number}")
