"""Section: who looks at whom, in every head; and the prediction without some of them."""

import math
from typing import TYPE_CHECKING

import streamlit as st

from lab.models.lens import head_logits
from lab.ui.inside.change import show_change
from lab.ui.inside.matrices import Axis, Matrix, linked, thumbnails
from lab.ui.inside.view import View
from lab.ui.inside.written import show_written

if TYPE_CHECKING:
    from torch import Tensor

SMALL = 32
"""Tokens in a thumbnail."""


def section(view: View) -> None:
    """All heads small, one head large and as lines over the text, and heads switched off."""
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
    added = head_logits(view.trace, view.layer, view.head, view.position)
    show_written(view, "head", view.head, added)
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
    import torch

    heads = view.config.heads
    layers = range(view.config.layers) if everywhere else [view.layer]
    first = max(0, min(view.window.start, len(view.ids) - SMALL))
    rows = slice(first, first + SMALL)
    drawn = [
        shares(of_head, without_first)[rows, rows]
        for layer in layers
        for of_head in view.trace.attention[layer]
    ]
    titles = [
        f"{layer}.{head}" if everywhere else f"Head {head}"
        for layer in layers
        for head in range(heads)
    ]

    def choose(index: int) -> None:
        st.session_state.inside_head = index % heads
        if everywhere:
            st.session_state.inside_layer = index // heads

    chosen = view.layer * heads + view.head if everywhere else view.head
    thumbnails(titles, torch.stack(drawn), chosen, choose, key="inside_thumbnails")


def _large(view: View, without_first: bool) -> None:
    config, rows = view.config, view.window
    scores = view.trace.scores[view.layer][view.head][rows, rows]
    whole = shares(view.trace.attention[view.layer][view.head], without_first)[rows]
    attention = whole[:, rows]
    raw = scores * math.sqrt(config.head_width)
    masked = scores.masked_fill(~_seen(len(scores)), -math.inf)
    st.markdown(
        f"**Block {view.layer}, head {view.head}.** Query times key; divided by "
        f"√{config.head_width} and masked; softmax. Pointing at a cell marks it everywhere, a "
        "click chooses its row."
    )
    linked(
        [
            Matrix("Raw scores", raw, signed=True),
            Matrix("Scaled and masked", masked, signed=True, blank="−∞, it comes later"),
            Matrix("Softmax, without the first" if without_first else "Softmax", attention,
                   percent=True),
        ],
        Axis("Query", view.names[rows], rows.start),
        Axis("Key", view.names[rows], rows.start),
        view.position - rows.start,
        lambda row, _: st.session_state.update(inside_position=rows.start + row),
        key="inside_linked",
        outside=whole[:, : rows.start].sum(-1).tolist(),
    )  # fmt: skip
    if len(attention) < len(view.ids):
        st.caption(
            f"Tokens {rows.start} to {rows.start + len(attention) - 1} of {len(view.ids)} are "
            "drawn, those around the chosen position."
        )


def _seen(size: int) -> "Tensor":
    from lab.models.decoder import causal_mask

    return causal_mask(size, size)


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
