"""What the sections ask for, and the limit on how much."""

import streamlit as st

from lab.tokenizers.base import well_formed

LIMIT = 100_000
"""Characters of a text that are looked at."""


def text_area(label: str, default: str, *, key: str, height: int = 80) -> str:
    """A text to type, kept in the address; what goes beyond the limit is cut, and that is said."""
    typed = st.text_area(
        label,
        default,
        key=f"tokenization_{key}",
        height=height,
        bind="query-params",
        persist_state="session",
    )
    text = well_formed(typed or "")
    if len(text) > LIMIT:
        st.info(
            f"The first {LIMIT:,} characters are shown. The other {len(text) - LIMIT:,} were left "
            "out, to keep the page quick.",
            icon=":material/content_cut:",
        )
    return text[:LIMIT]


def choice(label: str, options: list[str], *, key: str) -> str:
    """One of a few, the first unless chosen otherwise; kept in the address."""
    return st.segmented_control(
        label,
        options,
        default=options[0],
        required=True,
        key=f"tokenization_{key}",
        bind="query-params",
        persist_state="session",
    )
