"""Section: who looks at whom, in every head; and the text without some of them."""

import math
from typing import TYPE_CHECKING

import streamlit as st

from lab.charts import inside
from lab.charts.labels import plain
from lab.ui.inside.change import show_change
from lab.ui.inside.matrices import Matrix, linked, thumbnails
from lab.ui.inside.view import View

if TYPE_CHECKING:
    from torch import Tensor

SMALL = 32
"""Tokens in a thumbnail."""


def section(view: View) -> None:
    """All heads small, one head large, arcs over the text, and heads switched off."""
    st.subheader("Attention", anchor=False)
    st.markdown(
        "Each head lets every token gather from the tokens before it, with shares that add up to "
        "one. A share says where information came from, not why: attention is no explanation."
    )
    with st.container(horizontal=True):
        everywhere = st.toggle("Heads of all blocks", key="inside_heads_all", bind="query-params")
        without_first = st.toggle(
            "Hide the first token", key="inside_hide_first", bind="query-params",
            help="Many heads rest on the first token when they find nothing. Hiding it shows how "
            "the remaining attention is shared; the model itself is not changed.",
        )  # fmt: skip
    _thumbnails(view, everywhere, without_first)
    _large(view, without_first)
    _arcs(view, without_first)
    _ablation(view)


def shares(attention: "Tensor", without_first: bool) -> "Tensor":
    """Attention (..., T, T) as it is, or as shared among all tokens but the first.

    >>> import torch
    >>> shares(torch.tensor([[1.0, 0.0], [0.75, 0.25]]), True).tolist()
    [[0.0, 0.0], [0.0, 1.0]]
    """
    if not without_first:
        return attention
    rest = attention.clone()
    rest[..., 0] = 0
    return rest / rest.sum(-1, keepdim=True).clamp_min(1e-12)


def _thumbnails(view: View, everywhere: bool, without_first: bool) -> None:
    heads = view.config.heads
    layers = range(view.config.layers) if everywhere else [view.layer]
    first = max(0, min(view.window.start, len(view.ids) - SMALL))
    rows = slice(first, first + SMALL)
    matrices = [
        Matrix(
            f"{layer}.{head}" if everywhere else f"Head {head}",
            _rows(weights[rows, rows], 2),
            limit=1.0,
        )
        for layer in layers
        for head, weights in enumerate(shares(view.trace.attention[layer], without_first))
    ]

    def choose(index: int) -> None:
        st.session_state.inside_head = index % heads
        if everywhere:
            st.session_state.inside_layer = index // heads

    chosen = view.layer * heads + view.head if everywhere else view.head
    thumbnails(matrices, view.names[rows], chosen, choose, key="inside_thumbnails")


def _large(view: View, without_first: bool) -> None:
    config, rows = view.config, view.window
    scores = view.trace.scores[view.layer][view.head][rows, rows]
    attention = shares(view.trace.attention[view.layer][view.head], without_first)[rows, rows]
    raw = scores * math.sqrt(config.head_width)
    masked = scores.masked_fill(~_seen(len(scores)), -math.inf)
    st.markdown(
        f"**Block {view.layer}, head {view.head}.** Query times key; divided by "
        f"√{config.head_width} and masked; softmax. Rows are queries, columns keys; pointing at a "
        "cell marks it in all three, a click chooses its row."
    )
    linked(
        [
            Matrix("Raw scores", _rows(raw, 4), _limit(raw), signed=True),
            Matrix("Scaled and masked", _rows(masked, 4), _limit(scores), signed=True,
                   blank="−∞, it comes later"),
            Matrix("Softmax, without the first" if without_first else "Softmax",
                   _rows(attention, 5), 1.0, percent=True),
        ],
        view.names[rows],
        view.position - rows.start,
        lambda row: st.session_state.update(inside_position=rows.start + row),
        key="inside_linked",
        first=rows.start,
    )  # fmt: skip
    if rows.start or len(view.ids) > rows.stop:
        st.caption(f"Tokens {rows.start} to {min(rows.stop, len(view.ids)) - 1} are drawn.")


def _seen(size: int) -> "Tensor":
    from lab.models.decoder import causal_mask

    return causal_mask(size, size)


def _arcs(view: View, without_first: bool) -> None:
    rows = view.window
    attention = shares(view.trace.attention[view.layer][view.head], without_first)
    query = view.position
    figure = inside.arcs(
        view.axis[rows],
        attention[query, rows].tolist(),
        query - rows.start,
        title=f"Where “{plain(view.names[query])}” looks in block {view.layer}, head {view.head}",
    )
    st.plotly_chart(
        figure,
        key="inside_arcs",
        config={"displayModeBar": False},
        alt="Arcs from one token to the tokens it attends to",
    )


def _ablation(view: View) -> None:
    from lab.models.interventions import ablated

    st.subheader("Without some heads", anchor=False)
    st.markdown(
        "A silenced head gives nothing to the output projection: its slice of that matrix's input "
        "is zero. Compare what comes next before and after."
    )
    names = {
        f"{layer}.{head}": (layer, head)
        for layer in range(view.config.layers)
        for head in range(view.config.heads)
    }
    chosen = st.multiselect(
        "Heads to silence, as block.head", list(names), key="inside_ablated", bind="query-params"
    )
    heads = [names[each] for each in chosen if each in names]
    if heads:
        tap = ablated(heads)
        show_change(view, view.altered(tap).logits[view.position], key="inside_ablation_chart")


def _rows(values: "Tensor", digits: int) -> list[list[float | None]]:
    return [
        [round(value, digits) if math.isfinite(value) else None for value in row]
        for row in values.float().tolist()
    ]


def _limit(values: "Tensor") -> float:
    return float(values.abs().max()) or 1.0
