"""How a `LabError` looks."""

import streamlit as st

from lab.errors import LabError
from lab.ui.text import literal, shortened


def show(error: LabError) -> None:
    """What happened, why, and what to do next."""
    what, why, remedy = (literal(shortened(each)) for each in (error.what, error.why, error.remedy))
    st.warning(f"**{what}**\n\n{why}\n\n{remedy}", icon=":material/info:")
