"""Matrices as pictures: thumbnails to choose from, or large ones whose cells are linked.

This module says what is drawn; `matrices.js` draws it, and `threads.js` the lines from token to
token below.
"""

import math
from base64 import b64encode
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


@dataclass(frozen=True, eq=False)
class Matrix:
    """One matrix to draw; what is not finite is a blank cell, and `blank` says what that means.

    Its colour is full at the `limit` of the values.
    """

    title: str
    values: "Tensor"
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
    titles: Sequence[str],
    shares: "Tensor",
    chosen: int,
    on_choice: Callable[[int], None],
    *,
    key: str,
) -> None:
    """Small pictures of shares, (pictures, rows, columns), on one scale of colour.

    A click on one tells `on_choice` its index. A byte per cell is enough for what is only seen.
    """
    end = limit(shares)

    def choose(index: Any) -> None:
        if type(index) is int and 0 <= index < len(titles):
            on_choice(index)

    _mount(
        key,
        choose,
        titles=titles,
        shape=shares.shape[1:],
        levels=_packed((shares / end).clamp(0, 1).mul(255).round().byte()),
        limit=end,
        beyond=bool(shares.max() > 1.001 * end),
        chosen=chosen,
    )


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
        height, width = matrices[0].values.shape
        if 0 <= row < height and 0 <= column < width:
            on_choice(row, column)

    _mount(
        key,
        choose,
        matrices=[_plain(each) for each in matrices],
        rows=vars(rows),
        columns=vars(columns),
        chosen=chosen,
        outside=outside,
    )


def _plain(matrix: Matrix) -> dict[str, Any]:
    values = matrix.values.float()
    return {
        **vars(matrix),
        "values": _packed(values),
        "shape": values.shape,
        "limit": limit(values),
    }


def _packed(numbers: "Tensor") -> str:
    """Numbers as the browser's typed arrays read them; a long list would take far longer."""
    return b64encode(numbers.contiguous().numpy().tobytes()).decode()


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
