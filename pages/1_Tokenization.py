"""Section 1: text becomes numbers."""

import streamlit as st

from lab import tokenizers
from lab.ui.page import page
from lab.ui.token_strip import token_strip
from lab.ui.writing import read

SIDE_BY_SIDE = ("gpt2", "o200k_base", "qwen3", "llama3")

with page(
    "Tokenization",
    "A model never sees letters. It sees numbers, one for each piece of text that its "
    "vocabulary happens to have.",
):
    text = st.text_area(
        "Text",
        "Unbelievable tokenization powers! 🚀",
        key="tokenization_text",
        bind="query-params",
    )
    for name in SIDE_BY_SIDE:
        tokenizer = tokenizers.load(name)
        ids = tokenizer.encode(text)
        with st.container(border=True):
            st.markdown(f"**{name}** · {len(ids):,} tokens of {tokenizer.vocab_size:,}")
            token_strip(read(tokenizer, ids), key=f"tokenization_{name}", label=name)
