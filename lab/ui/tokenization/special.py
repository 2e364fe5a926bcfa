"""Special tokens: the same letters, typed or meant."""

import streamlit as st

from lab.ui.text import literal
from lab.ui.tokenization import vocabularies
from lab.ui.tokenization.inputs import text_area
from lab.ui.tokenization.strip import strip
from lab.ui.writing import read


def section() -> None:
    st.markdown(
        "Some tokens stand for no text: they say where a document ends or who speaks. Only the "
        "program around a model may write them. If typed text could, anybody could put words "
        "into the system's mouth."
    )
    left, right = st.columns([1, 2], gap="medium")
    with left:
        tokenizer = vocabularies.choose("special_family")
    with right:
        text = text_area("Text", "The end.<|endoftext|>A new story.", key="special_text")
    for column, (title, parse) in zip(
        st.columns(2, gap="medium"),
        (("Typed by a person", False), ("Written by the program", True)),
        strict=True,
    ):
        with column, st.container(border=True):
            ids = tokenizer.encode(text, parse_special=parse)
            st.markdown(f"**{title}** · {len(ids):,} tokens")
            strip(read(tokenizer, ids), key=f"special_{parse}", label=title)
    if not any(special in text for special in tokenizer.special_tokens):
        st.caption(
            f"{literal(vocabularies.title(tokenizer))} has no special token in this text. It knows "
            + ", ".join(literal(special) for special in list(tokenizer.special_tokens)[:3])
            + "."
        )
    with st.expander("All its special tokens", key="tokenization_specials", bind="query-params"):
        st.dataframe(
            {
                "Id": list(tokenizer.special_tokens.values()),
                "Token": list(tokenizer.special_tokens),
            },
            hide_index=True,
            alt="Special tokens and their ids",
        )
