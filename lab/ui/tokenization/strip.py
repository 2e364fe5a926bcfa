"""The token strip as this page uses it."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lab.ui.token_strip import StripToken, token_strip


@st.fragment
def strip(tokens: Sequence[StripToken], *, key: str, **look: Any) -> None:
    """A strip whose place a link restores; a click in it runs nothing else of the page."""
    token_strip(tokens, key=f"tokenization_{key}", in_address=True, **look)
