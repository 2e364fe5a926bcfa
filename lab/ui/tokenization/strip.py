"""Tokens, and the text that they stand for, as this page shows them."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lab.ui.token_strip import StripToken, token_strip

MOST_CHARACTERS, MOST_LINES = 1_000, 10
"""A decoded text of more than this scrolls."""
SCROLLING = 260


@st.fragment
def strip(tokens: Sequence[StripToken], *, key: str, **look: Any) -> None:
    """A strip whose place a link restores; a click in it runs nothing else of the page."""
    token_strip(tokens, key=f"tokenization_{key}", in_address=True, **look)


def decoded(text: str, label: str = "Decoded") -> None:
    """A text exactly as it is, every blank of it."""
    long = len(text) > MOST_CHARACTERS or text.count("\n") > MOST_LINES
    with st.container(gap="xxsmall"):
        st.caption(label)
        st.code(text, language=None, wrap_lines=True, height=SCROLLING if long else "content")
