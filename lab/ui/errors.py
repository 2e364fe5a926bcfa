"""How a `LabError` looks."""

import streamlit as st

from lab.errors import LabError
from lab.ui.text import literal


def show(error: LabError) -> None:
    """What happened, why, and what to do next."""
    st.warning(
        f"**{literal(error.what)}**\n\n{literal(error.why)}\n\n{literal(error.remedy)}",
        icon=":material/info:",
    )
