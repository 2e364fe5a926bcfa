"""Two predictions side by side: the normal one, and one after an intervention."""

from typing import TYPE_CHECKING

import streamlit as st

from lab.charts import inside
from lab.charts.labels import plain
from lab.errors import LabError
from lab.models.surprise import divergence
from lab.ui.inside.view import View

if TYPE_CHECKING:
    from torch import Tensor

EACH = 6
"""Of both distributions, this many of the likeliest tokens are shown."""


def show_change(view: View, after: "Tensor", *, key: str) -> None:
    """Draw the prediction at the position before and `after`, (V,) logits, and their KL."""
    if not bool(after.isfinite().all()):
        raise LabError(
            "The changed model computes no numbers any more.",
            "Its values have grown beyond what its precision holds.",
            "Switch fewer parts off.",
        )
    before = view.trace.logits[view.position]
    old, new = before.softmax(-1), after.softmax(-1)
    shown = list(dict.fromkeys(old.topk(EACH).indices.tolist() + new.topk(EACH).indices.tolist()))
    st.metric(
        "KL divergence, normal to changed", f"{divergence(before, after):.4g} bits",
        help="How many bits a token costs extra, on average, if one believes the changed model.",
    )  # fmt: skip
    st.plotly_chart(
        inside.before_and_after(
            [view.name(token_id) for token_id in shown],
            old[shown].tolist(),
            new[shown].tolist(),
            title=f"What comes after “{plain(view.names[view.position])}”",
        ),
        key=key,
        config={"displayModeBar": False},
        alt="Next-token probabilities before and after the change",
    )
