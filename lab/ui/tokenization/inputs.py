"""What the sections ask for, and the limit on how much."""

from collections.abc import Callable

import streamlit as st

from lab.ui import address

LIMIT = 100_000
"""Characters of a text that are looked at."""


def text_area(label: str, default: str, *, key: str, height: int = 80) -> str:
    """A text to type, kept in the address; what goes beyond the limit is cut, and that is said."""
    text = address.text_area(
        label, default, key=f"tokenization_{key}", height=height, persist_state="session"
    )
    return up_to_limit(text)


def up_to_limit(text: str) -> str:
    """The text without what goes beyond the limit; if there is such, that is said."""
    if len(text) > LIMIT:
        st.info(
            f"The first {LIMIT:,} characters are shown. The other {len(text) - LIMIT:,} were left "
            "out, to keep the page quick.",
            icon=":material/content_cut:",
        )
    return text[:LIMIT]


def merges(number: int) -> str:
    """A number of merges in words.

    >>> merges(1), merges(2_000)
    ('1 merge', '2,000 merges')
    """
    return f"{number:,} {'merge' if number == 1 else 'merges'}"


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


def choice(
    label: str, options: list[str], *, key: str, format_func: Callable[[str], str] = str
) -> str:
    """One of a few, the first unless chosen otherwise; kept in the address."""
    return st.segmented_control(
        label,
        options,
        default=options[0],
        required=True,
        format_func=format_func,
        key=f"tokenization_{key}",
        bind="query-params",
        persist_state="session",
    )
