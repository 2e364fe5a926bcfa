"""Honest labels: what kind of model this is, how one knows, and whether it is used as such."""

from typing import TYPE_CHECKING

import streamlit as st

from lab.ui.models import SOURCES
from lab.ui.text import literal, size

if TYPE_CHECKING:
    from lab.models import Model

NAMES = {True: "instruction-tuned", False: "base"}
MISMATCH = {
    True: "A tuned model without its template: nothing tells it that it was asked something.",
    False: "A base model inside a chat template: it goes on with the conversation as with any "
    "other text, and may never have seen these control tokens.",
}
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


def warn(tuned: bool, *, templated: bool) -> None:
    """Draw a warning where a model is not used as it was made to be."""
    if tuned != templated:
        st.caption(f":material/warning: {MISMATCH[tuned]}")
