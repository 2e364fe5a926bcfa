"""Matrices as pictures: thumbnails to choose from, or large ones whose cells are linked.

This module says what is drawn; `matrices.js` draws it, and `threads.js` the lines from token to
token below.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from lab.charts import palette

if TYPE_CHECKING:
    from torch import Tensor

SATURATED = 0.02
"""So many of the cells may lie beyond the end of the colour scale: long texts have small shares."""

Rows = Sequence[Sequence[float | None]]


@dataclass(frozen=True)
class Matrix:
    """One matrix to draw; None is a blank cell, and `blank` says what that means.

    `limit` is the size at which the colour is full.
    """

    title: str
    values: Rows
    limit: float
    signed: bool = False
    percent: bool = False
    blank: str = "hidden"


@dataclass(frozen=True)
class Axis:
    """What the rows or columns are called together, and each of them by name.

    They are numbered in the tensor from `first` on, or not at all where it is None; without
    `names` the numbers must do.
    """

    title: str
    names: Sequence[str] | None = None
    first: int | None = 0


def cells(values: "Tensor", digits: int) -> list[list[float | None]]:
    """A matrix as rows of plain numbers; what is not finite is a blank cell."""
    return [
        [round(value, digits) if math.isfinite(value) else None for value in row]
        for row in values.float().tolist()
    ]


def limit(values: "Tensor") -> float:
    """The size that all but a few of the numbers do not exceed; zeros and −∞ do not count.

    >>> import torch
    >>> limit(torch.tensor([[1.0, -math.inf, 0.0], [0.25, -0.75, 0.0]]))
    1.0
    """
    sizes = values[values.isfinite() & (values != 0)].abs().float().flatten()
    if not len(sizes):
        return 1.0
    return float(sizes.kthvalue(math.ceil((1 - SATURATED) * len(sizes))).values)


def thumbnails(
    matrices: Sequence[Matrix], chosen: int, on_choice: Callable[[int], None], *, key: str
) -> None:
    """Small pictures; a click on one tells `on_choice` its index."""

    def choose(index: Any) -> None:
        if type(index) is int and 0 <= index < len(matrices):
            on_choice(index)

    _mount(key, choose, matrices=_plain(matrices), chosen=chosen)


def linked(
    matrices: Sequence[Matrix],
    rows: Axis,
    columns: Axis,
    chosen: int,
    on_choice: Callable[[int, int], None],
    *,
    key: str,
    outside: Sequence[float] | None = None,
) -> None:
    """Large pictures of one shape; pointing at a cell of one marks it in all.

    `chosen` is the row marked, a click tells the row and column. With `outside` the last matrix
    is drawn as lines from row to column too: it holds each row's share of the columns not drawn.
    """

    def choose(cell: Any) -> None:
        if not isinstance(cell, list) or [type(each) for each in cell] != [int, int]:
            return
        row, column = cell
        values = matrices[0].values
        if 0 <= row < len(values) and 0 <= column < len(values[row]):
            on_choice(row, column)

    _mount(
        key,
        choose,
        matrices=_plain(matrices),
        rows=vars(rows),
        columns=vars(columns),
        chosen=chosen,
        outside=outside,
    )


def _plain(matrices: Sequence[Matrix]) -> list[dict[str, Any]]:
    return [vars(each) for each in matrices]


def _mount(key: str, choose: Callable[[Any], None], **data: Any) -> None:
    _draw(key=key, data=data, on_chosen_change=lambda: choose(st.session_state[key].get("chosen")))


_HERE = Path(__file__).parent
_COLOURS = (
    f":host {{ --lower: {palette.LOWER}; --higher: {palette.HIGHER};"
    f" --probability: {palette.PROBABILITY}; }}\n"
)
_draw = st.components.v2.component(
    "inside_matrices",
    css=_COLOURS + (_HERE / "matrices.css").read_text(),
    js=(_HERE / "threads.js").read_text() + (_HERE / "matrices.js").read_text(),
)
