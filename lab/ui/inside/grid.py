"""A grid of numbers to type into. The session keeps what was typed, and so does the address."""

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lab.ui.address import put

Rows = list[list[float | None]]
"""Rows of numbers; None is an empty cell."""
MOST = 500
"""Characters of the address that one grid may take up."""


def grid(
    label: str, start: Sequence[list[float]], columns: Sequence[str], *, key: str, beginning: str
) -> Rows:
    """The numbers as the person has left them: those of `start` until something is typed.

    `key` is the parameter of the address, with a dot in it. Grids of one key that begin
    differently are told apart by their `beginning`; each keeps what was typed into it.
    """
    state, editor = st.session_state, f"{key}_{beginning}"
    kept, shown = f"{editor}_kept", f"{editor}_shown"
    if f"{key}_read" not in state:  # the first grid of this session is the one of the address
        state[f"{key}_read"] = True
        linked = read(st.query_params.get(key, ""))
        state[kept] = linked if linked and len(linked[0]) == len(columns) else start
    if editor not in state:  # an editor counts what is typed from the numbers that it began with
        state[shown] = state.get(kept, start)
    st.markdown(f"**{label}**")
    edited = st.data_editor(
        pd.DataFrame(state[shown], columns=list(columns), dtype=float),
        num_rows="dynamic",
        hide_index=True,
        key=editor,
        column_config={
            name: st.column_config.NumberColumn(format="%.4f", step=None) for name in columns
        },
        alt=label,
    )
    rows = [[None if math.isnan(each) else each for each in row] for row in edited.values.tolist()]
    state[kept] = rows
    written = write(rows)
    put(key, written if rows != start and len(written) <= MOST else None)
    return rows


def write(rows: Rows) -> str:
    """The rows in characters that an address carries as they are.

    >>> write([[1.0, -0.5], [None, 2e-7]])
    '1_-0.5~_2e-07'
    """
    return "~".join(
        "_".join("" if each is None else f"{each:.12g}" for each in row) for row in rows
    )


def read(written: str) -> Rows | None:
    """What was written so; None if it is no such thing, or its rows are uneven.

    >>> read("1_-0.5~_2e-07"), read("1_2~3"), read("a link cut short")
    ([[1.0, -0.5], [None, 2e-07]], None, None)
    """
    try:
        rows = [
            [float(each) if each else None for each in row.split("_")]
            for row in written[:MOST].split("~")
        ]
    except ValueError:
        return None
    even = len({len(row) for row in rows}) == 1
    return rows if written and even else None
