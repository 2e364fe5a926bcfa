"""What the sections ask for, and the limit on how much."""

from urllib.parse import quote_plus

import streamlit as st

from lab.tokenizers.base import well_formed

LIMIT = 100_000
"""Characters of a text that are looked at."""
ADDRESSABLE = 8_000
"""Characters that a text may take up in the address; servers refuse much longer addresses."""


def text_area(label: str, default: str, *, key: str, height: int = 80) -> str:
    """A text to type, kept in the address; what goes beyond the limit is cut, and that is said."""
    key = f"tokenization_{key}"
    known = well_formed(st.session_state.get(key, default))
    short = len(quote_plus(known)) <= ADDRESSABLE
    if short and st.session_state.pop(f"{key}_unbound", False):
        st.query_params[key] = known
    typed = st.text_area(
        label,
        default,
        key=key,
        height=height,
        bind="query-params" if short else None,
        persist_state="session",
    )
    if not short:
        st.session_state[f"{key}_unbound"] = True
        st.query_params.pop(key, None)
        st.caption("This text is too long for the address: a link to this page shows the example.")
    text = well_formed(typed or "")
    if len(text) > LIMIT:
        st.info(
            f"The first {LIMIT:,} characters are shown. The other {len(text) - LIMIT:,} were left "
            "out, to keep the page quick.",
            icon=":material/content_cut:",
        )
    return text[:LIMIT]


def merges_done(most: int, start: int, *, key: str) -> int:
    """How many merges are shown: 0 to `most`, by a slider kept in the address.

    A text that allows fewer merges than the slider stood at takes it back to all of them.
    """
    key = f"tokenization_{key}"
    if not most:
        return 0
    if st.session_state.get(key, 0) > most:
        st.session_state[key] = most
    return st.slider(
        "Merges done",
        0,
        most,
        min(start, most),
        key=key,
        bind="query-params",
        persist_state="session",
    )


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
