"""What one head or one neuron writes into the stream, as the tokens that it promotes."""

from typing import TYPE_CHECKING

import streamlit as st

from lab.charts import inside
from lab.ui.inside.view import View

if TYPE_CHECKING:
    from torch import Tensor

ENDS = 5
"""Tokens shown that are promoted most, and that are suppressed most."""


def show_written(view: View, kind: str, number: int, added: "Tensor") -> None:
    """Draw the ends of `added`, (V,), what a head or neuron adds to the logits at the position."""
    count = min(ENDS, len(added) // 2)
    least = added.topk(count, largest=False).indices.tolist()
    ids = [*added.topk(count).indices.tolist(), *reversed(least)]
    logits = view.trace.logits[view.position]
    without, with_it = _ranks(logits - added, ids), _ranks(logits, ids)
    st.markdown(
        f"**What this {kind} writes** at the chosen position, read as the output would read it: "
        "the tokens that it promotes most, and those that it suppresses most. Pointing at a bar "
        "tells the token's rank with it and without."
    )
    st.plotly_chart(
        inside.contributions(
            [view.name(each) for each in ids],
            added[ids].tolist(),
            title=f"What {kind} {number} adds to logits",
            part="Token",
            notes=[
                f"rank {before:,} without it, {after:,} with it"
                for before, after in zip(without, with_it, strict=True)
            ],
        ),
        key="inside_written",
        config={"displayModeBar": False},
        alt=f"The tokens that one {kind} promotes and suppresses most",
    )


def _ranks(logits: "Tensor", ids: list[int]) -> list[int]:
    return [1 + int((logits > logits[each]).sum()) for each in ids]
