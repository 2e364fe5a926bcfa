"""Section: the model without one of its parts, and with one row of attention rewritten."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from lab.charts import inside
from lab.models.interventions import Switches, edited_row, switched
from lab.models.surprise import divergence
from lab.ui.inside.change import show_change
from lab.ui.inside.view import Place, View
from lab.ui.text import literal

if TYPE_CHECKING:
    from torch import Tensor

OFF = {
    "mask": ("No mask", {"mask": False}),
    "scale": ("No 1/√K", {"scale": False}),
    "norm": ("No norm", {"norm": False}),
    "residual": ("No residual", {"residual": False}),
    "positions": ("No positions", {"positions": False}),
    "gelu": ("Other GELU", {"other_gelu": True}),
}
"""Names for the address, labels, and what each changes."""
TABLES_IN_MEMORY = 16
LOGITS_IN_MEMORY = 2


def section(view: View) -> None:
    """Switches, what each does alone, and a row of attention to edit."""
    st.subheader("Switch a part off", anchor=False)
    st.markdown(
        "What is each part of the architecture good for? Take it away and see what the trained "
        "model still says. It was never trained without it, so this shows how much it leans on "
        "that part, not how a model trained without it would fare."
    )
    known = [each for each in OFF if each != "gelu" or view.config.activation.startswith("gelu")]
    chosen = st.pills(
        "Changed", known, selection_mode="multi", format_func=lambda each: OFF[each][0],
        key="inside_off", bind="query-params",
    )  # fmt: skip
    if chosen:
        after = _without(view.place.model_id, view.ids, tuple(sorted(chosen)))
        show_change(view, after[view.position], key="inside_switch_chart")
    bits = _each_alone(view.place.model_id, view.ids, tuple(known))
    st.plotly_chart(
        inside.divergences(
            [OFF[each][0] for each in known],
            [at_all[view.position] for at_all in bits],
            title="How far each alone moves the prediction",
        ),
        key="inside_divergences",
        config={"displayModeBar": False},
        alt="KL divergence from the normal prediction for each switch alone",
    )
    _edit_row(view)


@st.cache_resource(max_entries=LOGITS_IN_MEMORY, show_spinner=False)
def _without(model_id: str, ids: tuple[int, ...], off: tuple[str, ...]) -> "Tensor":
    """The logits at all positions of the model without some parts."""
    return _altered(View(Place(model_id, ids, 0, 0, 0)), off)


@st.cache_data(max_entries=TABLES_IN_MEMORY, show_spinner="Running the model once per switch")
def _each_alone(model_id: str, ids: tuple[int, ...], known: tuple[str, ...]) -> list[list[float]]:
    """For each switch alone, the divergence from the normal prediction at each position."""
    view = View(Place(model_id, ids, 0, 0, 0))
    return [
        [
            divergence(normal, after)
            for normal, after in zip(view.trace.logits, _altered(view, (each,)), strict=True)
        ]
        for each in known
    ]


def _altered(view: View, off: tuple[str, ...]) -> "Tensor":
    settings = Switches()
    for each in off:
        settings = replace(settings, **OFF[each][1])
    return view.altered(switched(view.config, settings)).logits


def _edit_row(view: View) -> None:
    st.subheader("Rewrite one row of attention", anchor=False)
    st.markdown(
        f"What if “{literal(view.names[view.position])}” looked elsewhere in block {view.layer}, "
        f"head {view.head}? Type new weights; they are scaled to add up to one."
    )
    attention = view.trace.attention[view.layer][view.head, view.position]
    seen = view.position + 1
    table = pd.DataFrame({"Token": view.names[:seen], "Weight": attention[:seen].float().numpy()})
    edited = st.data_editor(
        table,
        hide_index=False,
        disabled=["Token"],
        height=min(38 * (seen + 1), 320),
        width=420,
        key=f"inside_row_{hash(view.place)}",
        column_config={"Weight": st.column_config.NumberColumn(format="%.4f", min_value=0.0)},
        alt="The weights of one row of attention, to edit",
    )
    if edited["Weight"].equals(table["Weight"]):
        st.caption("Nothing is rewritten yet. Change a weight, and the prediction changes with it.")
        return
    weights = [*edited["Weight"].tolist(), *([0.0] * (len(view.ids) - seen))]
    tap = edited_row(view.layer, view.head, view.position, weights)
    show_change(view, view.altered(tap).logits[view.position], key="inside_row_chart")
