"""Characters and bytes as tokens: nothing is unknown, and everything is long."""

import streamlit as st

from lab.charts import tokenization as charts
from lab.tokenizers import Tokenizer, load
from lab.tokenizers.bpe import BPETokenizer
from lab.tokenizers.character import CharacterTokenizer
from lab.tokenizers.word import words
from lab.ui.tokenization.inputs import choice, text_area
from lab.ui.tokenization.strip import decoded, strip
from lab.ui.writing import read

LETTERS, SEEN, BYTES = "Letters A to z", "Every character seen", "Bytes"


def section() -> None:
    st.markdown(
        "Smaller units need no long list: the alphabet is enough. The price is the length, which "
        "every layer of a model pays."
    )
    text = text_area("Text", "Hello, World!", key="characters_text")
    units = choice("Units", [LETTERS, SEEN, BYTES], key="characters_units")
    tokenizer: Tokenizer
    if units == LETTERS:
        tokenizer = CharacterTokenizer()
    elif units == SEEN:
        tokenizer = CharacterTokenizer(text)
    else:
        tokenizer = BPETokenizer([])
    ids = tokenizer.encode(text)
    st.markdown(f"**{tokenizer.vocab_size:,}** entries in the vocabulary, **{len(ids):,}** tokens")
    strip(read(tokenizer, ids), key="characters")
    decoded(tokenizer.decode(ids))
    counts = {
        "Words": len(words(text)),
        "GPT-2": len(load("gpt2").encode(text)),
        "Characters": len(text),
        "Bytes": len(text.encode()),
    }
    st.plotly_chart(
        charts.lengths(list(counts), list(counts.values())),
        key="tokenization_lengths",
        alt=", ".join(f"{name}: {count:,} tokens" for name, count in counts.items()),
    )
