"""Section 3: from probabilities to a choice."""

import streamlit as st

from lab.ui.decoding import beams, caching, comparison, inputs, repetition, stages, steps
from lab.ui.page import page

SECTIONS = {
    "Side by side": comparison,
    "Step by step": steps,
    "The stages": stages,
    "Beam search": beams,
    "Repetition": repetition,
    "What a cache saves": caching,
}

with page(
    "Decoding",
    "The model gives probabilities. Which token is taken is decided outside of it, and the rule "
    "changes the text more than one would think.",
):
    prompt, model = inputs.prompt_and_model()
    tabs = st.tabs(list(SECTIONS), key="decoding", bind="query-params")
    for tab, section in zip(tabs, SECTIONS.values(), strict=True):
        if tab.open:
            with tab:
                section.section(prompt, model)
