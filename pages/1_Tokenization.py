"""Section 1: text becomes numbers."""

import streamlit as st

from lab.ui.page import page
from lab.ui.tokenization import (
    characters,
    families,
    ids,
    special,
    subwords,
    takeaways,
    training,
    words,
)

SECTIONS = {
    "Words": words,
    "Characters": characters,
    "Subwords": subwords,
    "Back to text": ids,
    "Side by side": families,
    "Train your own": training,
    "Special tokens": special,
    "Takeaways": takeaways,
}

with page(
    "Tokenization",
    "A model never sees letters. It sees numbers, one for each piece of text that its "
    "vocabulary happens to have.",
):
    tabs = st.tabs(list(SECTIONS), key="tokenization", bind="query-params")
    for tab, section in zip(tabs, SECTIONS.values(), strict=True):
        if tab.open:
            with tab:
                section.section()
