"""Subwords: GPT-2's cuts of any text, and how each token came about."""

import streamlit as st

from lab.charts.labels import visible
from lab.tokenizers import load
from lab.tokenizers.bpe import GPT2_PATTERN, BuildStep, build, split
from lab.tokenizers.pretrained import TiktokenTokenizer
from lab.ui.token_strip import StripToken, View, token_strip
from lab.ui.tokenization.inputs import choice, merges_done, text_area
from lab.ui.writing import read

VIEWS: dict[str, View] = {
    "Text": "text",
    "As the vocabulary writes it": "printable",
    "Bytes": "hex",
}
MOST_PIECES = 500


def section() -> None:
    st.markdown(
        "The middle way: frequent words are one token, rare ones are made of parts, and every "
        "text can be written."
    )
    gpt2 = load("gpt2")
    text = text_area("Text", "Unbelievable tokenization powers! 🚀", key="subwords_text")
    view = VIEWS[choice("Show tokens as", list(VIEWS), key="subwords_view")]
    ids = gpt2.encode(text)
    st.markdown(f"GPT-2: **{len(ids):,}** tokens for {len(text):,} characters")
    token_strip(read(gpt2, ids), key="tokenization_subwords", view=view, rows=("ids", "bytes"))
    if isinstance(gpt2, TiktokenTokenizer):
        _built(gpt2, text)


def _built(gpt2: TiktokenTokenizer, text: str) -> None:
    pieces = {visible(piece): piece for piece in split(text, GPT2_PATTERN)[:MOST_PIECES]}
    if not pieces:
        return
    st.subheader("How was this token built?", anchor=False)
    st.markdown(
        "GPT-2 first cuts a text into words, then joins their bytes: of all neighbours that make "
        "a known token, always the pair that its training joined first."
    )
    left, right = st.columns(2, gap="large")
    with left:
        word = st.selectbox(
            "Word",
            list(pieces),
            key="tokenization_word",
            bind="query-params",
            persist_state="session",
        )
    steps = build(pieces[word], gpt2.rank)
    most = len(steps) - 1
    with right:
        done = merges_done(most, most, key="word_step")
    token_strip(
        [StripToken(gpt2.rank(part) or 0, part) for part in steps[done].parts],
        key="tokenization_build",
        label=f"The word after {done} merges",
    )
    if len(steps) > 1:
        st.dataframe(
            [_row(number, step) for number, step in enumerate(steps) if step.made is not None],
            hide_index=True,
            alt="Every merge of this word, in order",
        )


def _row(number: int, step: BuildStep) -> dict[str, object]:
    made = step.parts[step.made or 0]
    rest = " · ".join(visible(part) for part in step.parts)
    learnt = None if step.rank is None else step.rank - 255  # ranks begin with the 256 bytes
    return {"merge": number, "joined": visible(made), "merge in training": learnt, "word": rest}
