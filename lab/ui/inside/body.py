"""The page as a whole: what is read, the flow through the model, and the section that is open."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import streamlit as st

from lab.errors import LabError
from lab.ui import models
from lab.ui.errors import show
from lab.ui.inside import closed
from lab.ui.inside.flow import flow
from lab.ui.inside.prompt import NEW_TEXT, read_ids
from lab.ui.inside.view import Place, View

if TYPE_CHECKING:
    from lab.models import Model

SECTIONS: Mapping[str, str] = {
    "Linear layer": "linear",
    "Architecture": "architecture",
    "Forward pass": "forward",
    "Attention": "attention",
    "Layers": "layers",
    "Output": "output",
    "Switches": "switches",
}
"""The sections by their names, and the modules of this package whose `section` draws them."""


def body() -> None:
    """Draw all of it. Raises `LabError` for a prompt that the model cannot read."""
    reading = st.container()
    model = models.active_model()
    with reading:
        ids = read_ids(model)
    if model.config is None:
        closed.section(model, ids)
        return
    drawing = st.container()
    place = _place(model, ids)
    with drawing:
        flow(View(place), _choose)
    name = st.segmented_control(
        "Section",
        list(SECTIONS),
        default="Linear layer",
        required=True,
        key="inside_section",
        bind="query-params",
        label_visibility="collapsed",
    )
    _section(name, place)


@st.fragment
def _section(name: str, place: Place) -> None:
    if _moved(place):
        st.rerun()
    try:
        draw: Callable[[View], None] = import_module(f"lab.ui.inside.{SECTIONS[name]}").section
        draw(View(place))
    except LabError as error:
        show(error)


def _place(model: "Model", ids: tuple[int, ...]) -> Place:
    """The layer, head and position, by sliders that the address carries."""
    assert model.config is not None
    last = len(ids) - 1
    columns = st.columns(3)
    with columns[0]:
        layer = _slider("Block", "layer", model.config.layers, 0)
    with columns[1]:
        head = _slider("Head", "head", model.config.heads, 0)
    new_text = st.session_state.pop(NEW_TEXT, None)
    with columns[2]:
        if new_text:
            st.session_state.inside_position = last
        position = _slider("Position in the text", "position", len(ids), last)
    if new_text == "typed":
        # A slider of another length begins where the address says; drawn again, where we say.
        st.session_state[NEW_TEXT] = "drawn"
        st.rerun()
    return Place(model.id, ids, layer, head, position)


def _slider(label: str, name: str, count: int, default: int) -> int:
    key = f"inside_{name}"
    if count == 1:
        return 0
    if st.session_state.get(key, default) not in range(count):
        del st.session_state[key]  # chosen for a larger model or a longer text
    chosen = st.slider(label, 0, count - 1, default, key=key, bind="query-params")
    return min(max(0, int(chosen)), count - 1)


def _choose(what: str, value: Any) -> None:
    """A click in the flow."""
    if what == "section" and value in SECTIONS:
        st.session_state.inside_section = value
    elif what == "step" and isinstance(value, str):
        st.session_state.inside_section = "Forward pass"
        st.session_state.inside_step = value
    elif what in ("layer", "head", "position") and type(value) is int:
        st.session_state[f"inside_{what}"] = value


def _moved(place: Place) -> bool:
    """Whether a click within the section has chosen another place than the one above shows."""
    return any(
        st.session_state.get(f"inside_{what}", at) != at
        for what, at in (
            ("layer", place.layer),
            ("head", place.head),
            ("position", place.position),
        )
    )
