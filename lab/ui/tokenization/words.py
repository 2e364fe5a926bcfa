"""Words as tokens, and what happens to a word that nobody has seen."""

import streamlit as st

from lab.charts import tokenization as charts
from lab.errors import LabError
from lab.tokenizers import load
from lab.tokenizers.word import WordTokenizer, growth, words
from lab.ui.errors import show
from lab.ui.text import literal
from lab.ui.tokenization.inputs import choice, text_area
from lab.ui.tokenization.strip import decoded, strip
from lab.ui.writing import read

CORPUS = """The quick brown fox jumps over the lazy dog
Tokenization converts text to numbers
Large language models predict the next token"""
OTHER = "The lazy fox jumps to the next language, but no model predicts how quick dogs are."
STOP, UNKNOWN, SMALLER = "No remedy", "Unknown token", "Smaller units"


def section() -> None:
    st.markdown("The simplest idea: one id for each word of a corpus, sorted, in lower case.")
    left, right = st.columns(2, gap="medium")
    with left:
        corpus = text_area("Corpus", CORPUS, key="corpus", height=120)
        plain = WordTokenizer.train([corpus])
        _vocabulary(plain)
    with right:
        text = text_area("Text", "The quick brown fox", key="words_text")
        remedy = choice("For a word without an id", [STOP, UNKNOWN, SMALLER], key="words_unseen")
        if remedy == SMALLER:
            gpt2 = load("gpt2")
            st.caption("GPT-2 cuts rare words into pieces that it knows. No text is unknown to it.")
            strip(read(gpt2, gpt2.encode(text)), key="words_smaller")
        elif remedy == UNKNOWN:
            _encoded(WordTokenizer.train([corpus], unknown="[UNK]"), text)
        else:
            _encoded(plain, text)
    st.subheader("The vocabulary is never finished", anchor=False)
    other = text_area("A second text", OTHER, key="words_other")
    points = growth(corpus, other)
    read_so_far = [point.read for point in points]
    if not read_so_far[-1]:
        st.caption("The corpus has no words yet.")
        return
    left, right = st.columns(2, gap="medium")
    left.plotly_chart(
        charts.growth(read_so_far, [point.vocabulary for point in points]),
        key="tokenization_growth",
        alt=f"The vocabulary grows to {points[-1].vocabulary} words.",
    )
    right.plotly_chart(
        charts.unknown_rate(read_so_far, [point.unknown for point in points]),
        key="tokenization_unknown",
        alt=f"After the whole corpus, {points[-1].unknown:.0%} of the second text is unknown.",
    )


def _vocabulary(tokenizer: WordTokenizer) -> None:
    words_known = "1 word" if tokenizer.vocab_size == 1 else f"{tokenizer.vocab_size:,} words"
    st.markdown(f"**{words_known}**")
    st.dataframe(
        {"Id": range(tokenizer.vocab_size), "Word": tokenizer.vocabulary},
        hide_index=True,
        height=250,
        alt="The vocabulary: every word and its id",
    )


def _encoded(tokenizer: WordTokenizer, text: str) -> None:
    try:
        ids = tokenizer.encode(text)
    except LabError as error:
        known = set(tokenizer.vocabulary)
        st.markdown(
            " ".join(
                literal(word) if word in known else f":red-background[**{literal(word)}**]"
                for word in words(text)[:500]
            )
        )
        show(error)
        return
    strip(read(tokenizer, ids), key="words")
    decoded(tokenizer.decode(ids))
    st.caption("Capitals and the blanks between words are lost on the way.")
