"""Waiting in a script without holding on to it.

Streamlit ends a script whose session has gone, or which is to run again, only where the script
touches the page or the session's state. Whoever waits for something else has to do so now and then.
"""

import streamlit as st

SECONDS_BETWEEN_LOOKS = 0.2


def give_way() -> None:
    """Let Streamlit end this script here if nobody looks at it any more, or something has changed.

    It does so by an exception of its own.
    """
    _ = "anything" in st.session_state  # any look at the state will do
