"""The sections of the page, in the order of the questions that they answer."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from lab.errors import LabError
from lab.ui.completion import examples, grid, inputs, template, thinking, why
from lab.ui.errors import show
from lab.ui.text import literal

if TYPE_CHECKING:
    from lab.models import Model


def body() -> None:
    """Two models, one question, four texts; then the template, thinking, and why they differ."""
    st.sidebar.caption("This page compares two models of its own choice, below.")
    examples.offer()
    examples.take_over()
    question, settings, button = inputs.question()
    examples.settle()
    loaded = [model for model in inputs.pair() if model is not None]
    in_force = st.empty()
    _not_used(loaded)
    cells = grid.draw(loaded, question)
    if loaded:
        _part("The template in the open", lambda: template.section(loaded, question))
        _part("Thinking", lambda: thinking.section(loaded, question))
    if len(loaded) == 2:
        _part("Why they differ", lambda: why.section(loaded[0], loaded[1], question))
    if cells:  # last, so that the whole page is there while the models write
        grid.write(cells, question, settings, button, in_force)


def _part(title: str, draw: Callable[[], None]) -> None:
    st.subheader(title, anchor=False, divider="gray")
    try:
        draw()
    except LabError as error:
        show(error)


def _not_used(loaded: "Sequence[Model]") -> None:
    from lab.chat import own_defaults

    for model in loaded:
        own = own_defaults(model)
        if own:
            listed = ", ".join(f"{name} {value}" for name, value in own.items())
            st.caption(
                f"Not used: the defaults that {literal(model.id)} ships ({literal(listed)})."
            )
