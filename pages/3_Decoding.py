"""Section 3: from probabilities to a choice."""

import streamlit as st

from lab.ui import models
from lab.ui.page import page
from lab.ui.token_strip import token_strip
from lab.ui.writing import written

PROMPTS = ("Once upon a time", "What is 2+2?", "Suggest a party theme.")
TOKENS = 40

with page(
    "Decoding",
    "The model gives probabilities. Which token is taken is decided outside of it, and the rule "
    "changes the text more than one would think.",
):
    prompt = st.selectbox(
        "Prompt", PROMPTS, key="decoding_prompt", bind="query-params", accept_new_options=True
    )
    seed = st.number_input(
        "Seed", 0, 9999, 0, key="decoding_seed", bind="query-params", width=160,
        help="The same seed draws the same tokens again.",
    )  # fmt: skip
    model = models.active_model()
    from lab.generation import generate
    from lab.sampling import Settings

    rules = {
        "Greedy": ("always the likeliest", Settings(max_new_tokens=TOKENS)),
        "Top-k": (
            "drawn from the 50 likeliest",
            Settings(strategy="sample", top_k=50, seed=seed, max_new_tokens=TOKENS),
        ),
        "Top-p": (
            "drawn from the likeliest that make 90% together",
            Settings(strategy="sample", top_p=0.9, seed=seed, max_new_tokens=TOKENS),
        ),
    }
    for column, (name, (meaning, settings)) in zip(st.columns(3), rules.items(), strict=True):
        with column:
            st.subheader(name, anchor=False)
            st.caption(meaning)
            token_strip(
                [written(model.tokenizer, step) for step in generate(model, prompt, settings)],
                key=f"decoding_{name}",
                label=name,
                colour="probability",
                rows=(),
            )
