"""The logit lens as a grid, depth by position, and beside it all that one cell knows.

This module says what is drawn; `lens.js` draws it.
"""

import math
from pathlib import Path
from typing import Any

import streamlit as st

from lab.charts import palette
from lab.models.lens import Reading, read_layers
from lab.ui.inside.token import one_token
from lab.ui.inside.view import Place, View

MEASURES = {
    "probability": "Probability",
    "entropy": "Entropy",
    "rank": "Rank of a token",
}
PAGE = 6
"""Positions that are read at once, and by which the grid moves: few moves of the slider read any.
"""
PAGES = 2
"""Pages drawn: more texts in cells could not be read."""
PAGES_IN_MEMORY = 256


def lens(view: View) -> None:
    """Ask what the colours shall say, and draw the grid."""
    st.subheader("Layers as they think", anchor=False)
    st.markdown(
        "The logit lens reads the stream before the model is finished: the final norm and the "
        "output matrix, applied at every depth. The top row is the model's own prediction."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        measure = st.segmented_control(
            "Colour", list(MEASURES), default="probability", required=True,
            format_func=lambda each: MEASURES[each], key="inside_lens", bind="query-params",
        )  # fmt: skip
        between = st.toggle(
            "Between attention and MLP too", key="inside_between", bind="query-params"
        )
    watched = one_token(view, "Watched token", "watched") if measure == "rank" else None
    _draw(key="inside_lens_grid", data=_grid(view, measure, watched, between))


def _grid(view: View, measure: str, watched: int | None, between: bool) -> dict[str, Any]:
    """All that is drawn, the deepest row first."""
    first = _first(view)
    pages = [
        _page(view.place.model_id, view.ids, watched, between, start)
        for start in range(first, min(len(view.ids), first + PAGES * PAGE), PAGE)
    ]
    columns = slice(first, first + PAGES * PAGE)
    titles = {
        "probability": "The likeliest next token at every depth",
        "entropy": "The likeliest next token at every depth, and how certain it is",
        "rank": f"The rank of “{view.name(watched or 0)}” at every depth",
    }
    bits = math.log2(view.config.vocab_size)
    legends = {
        "probability": ("Probability", "0%", "100%"),
        "entropy": ("Entropy", f"{bits:.1f} bits, no idea", "0 bits, certain"),
        "rank": ("Rank", f"{view.config.vocab_size:,}th", "1st"),
    }
    goes_on = [*view.ids[1:], None][columns]
    return {
        "title": titles[measure],
        "legend": legends[measure],
        "first": columns.start,
        "tokens": view.names[columns],
        "goes_on": [None if each is None else view.name(each) for each in goes_on],
        "column": view.position - columns.start,
        "watched": None if watched is None else view.name(watched),
        "depths": [
            each.name if between else each.name.removesuffix(" MLP") for each in pages[0][::-1]
        ],
        "cells": [
            [
                cell
                for page, reading in enumerate(depth)
                for cell in _cells(view, reading, measure, goes_on[page * PAGE :])
            ]
            for depth in list(zip(*pages, strict=True))[::-1]
        ],
    }


def _first(view: View) -> int:
    """Where the grid begins: the page before the position's own, or the last that fills it."""
    pages = math.ceil(len(view.ids) / PAGE)
    return PAGE * max(0, min(view.position // PAGE - 1, pages - PAGES))


@st.cache_resource(max_entries=PAGES_IN_MEMORY, show_spinner="Reading every layer")
def _page(
    model_id: str, ids: tuple[int, ...], watched: int | None, between: bool, start: int
) -> tuple[Reading, ...]:
    trace = View(Place(model_id, ids, 0, 0, 0)).trace
    return read_layers(trace, watched, between=between, positions=slice(start, start + PAGE))


def _cells(
    view: View, reading: Reading, measure: str, goes_on: list[int | None]
) -> list[dict[str, Any]]:
    vocabulary = view.config.vocab_size
    unwatched = [None] * PAGE
    ranks = unwatched if reading.rank is None else reading.rank.tolist()
    watched = unwatched if reading.watched is None else reading.watched.tolist()
    cells = []
    for tokens, chances, bits, follows, rank, chance in zip(
        reading.tokens.tolist(),
        reading.probabilities.tolist(),
        reading.entropy.tolist(),
        goes_on,
        ranks,
        watched,
        strict=False,
    ):
        cell = {
            "tokens": [view.name(token) for token in tokens],
            # At fewer digits the largest share below 1 would be sent as 1.
            "probabilities": [round(each, 8) for each in chances],
            "entropy": round(bits, 4),
            "right": tokens[0] == follows,
            "level": chances[0] if measure == "probability" else 1 - bits / math.log2(vocabulary),
        }
        if rank is not None:
            cell["rank"], cell["chance"] = rank, round(chance, 8)
            cell["level"] = 1 - math.log(rank) / math.log(vocabulary)
        cells.append(cell)
    return cells


_HERE = Path(__file__).parent
_LOW, _HIGH = palette.LEVEL_OPACITY
_draw = st.components.v2.component(
    "inside_lens",
    css=f":host {{ --probability: {palette.PROBABILITY}; --low: {_LOW:.0%};"
    f" --high: {_HIGH:.0%}; }}\n" + (_HERE / "lens.css").read_text(),
    js=(_HERE / "../percent.js").read_text() + (_HERE / "lens.js").read_text(),
)
