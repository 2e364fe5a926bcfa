"""Square matrices over the tokens of a text: thumbnails to choose from, or linked large ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from lab.charts import palette

Rows = Sequence[Sequence[float | None]]


@dataclass(frozen=True)
class Matrix:
    """One matrix to draw: rows are queries, columns keys; None is a blank cell.

    `limit` is the size at which the colour is full; `blank` says what an empty cell means.
    """

    title: str
    values: Rows
    limit: float
    signed: bool = False
    percent: bool = False
    blank: str = "hidden"


def thumbnails(
    matrices: Sequence[Matrix], tokens: Sequence[str], chosen: int,
    on_choice: Callable[[int], None], *, key: str,
) -> None:  # fmt: skip
    """Small pictures; a click on one tells `on_choice` its index."""
    _mount(matrices, tokens, key, on_choice, len(matrices), large=False, chosen=chosen)


def linked(
    matrices: Sequence[Matrix], tokens: Sequence[str], query: int,
    on_choice: Callable[[int], None], *, key: str, first: int = 0,
) -> None:  # fmt: skip
    """Large pictures; pointing at a cell of one marks it in all. A click tells the query's row.

    `first` is the position of the first of the tokens in the text.
    """
    _mount(matrices, tokens, key, on_choice, len(tokens), large=True, query=query, first=first)


def _mount(
    matrices: Sequence[Matrix],
    tokens: Sequence[str],
    key: str,
    on_choice: Callable[[int], None],
    choices: int,
    **settings: Any,
) -> None:
    def chosen() -> None:
        index = st.session_state[key].get("chosen")
        if type(index) is int and 0 <= index < choices:
            on_choice(index)

    data = {"matrices": [vars(each) for each in matrices], "tokens": list(tokens), **settings}
    _draw(key=key, data=data, on_chosen_change=chosen)


_HERE = Path(__file__).parent
_COLOURS = (
    f":host {{ --lower: {palette.LOWER}; --higher: {palette.HIGHER};"
    f" --probability: {palette.PROBABILITY}; }}\n"
)
_draw = st.components.v2.component(
    "inside_matrices",
    css=_COLOURS + (_HERE / "matrices.css").read_text(),
    js=(_HERE / "matrices.js").read_text(),
)
