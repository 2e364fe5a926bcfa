"""Honest labels: what kind of model stands above a column, and how one knows."""

from typing import TYPE_CHECKING

import streamlit as st

from lab.ui.models import SOURCES
from lab.ui.text import literal, size

if TYPE_CHECKING:
    from lab.models import Model

NAMES = {True: "instruction-tuned", False: "base"}
COLOURS = {True: "blue", False: "orange"}


def badge(tuned: bool) -> str:
    """The kind of a model as Markdown."""
    return f":{COLOURS[tuned]}-badge[{NAMES[tuned]}]"


def label(model: "Model") -> None:
    """The kind with its reason, then size and origin."""
    from lab.chat import kind

    judged = kind(model)
    st.markdown(f"{badge(judged.tuned)} {literal(judged.reason)}")
    st.caption(f"{size(model.parameter_count)} parameters, {SOURCES[model.source]}")


def mismatch(tuned: bool, *, templated: bool) -> str | None:
    """A warning where a model is not used as it was made to be, or None."""
    if templated and not tuned:
        return (
            "A base model inside a chat template: it goes on with the conversation as with any "
            "other text, and may never have seen these control tokens."
        )
    if tuned and not templated:
        return "A tuned model without its template: nothing tells it that it was asked something."
    return None
