"""Subwords: a vocabulary's cuts of any text, and how each token came about."""

from itertools import accumulate

import streamlit as st

from lab.charts.labels import visible
from lab.tokenizers import Tokenizer
from lab.tokenizers.bpe import BuildStep, Replayable, build
from lab.ui.text import literal
from lab.ui.token_strip import StripToken, View, token_strip
from lab.ui.tokenization import vocabularies
from lab.ui.tokenization.inputs import choice, merges, merges_done, text_area
from lab.ui.writing import read

VIEWS: dict[str, View] = {
    "Text": "text",
    "As the vocabulary writes it": "printable",
    "Bytes": "hex",
}
LONGEST_WORD = 200
"""Bytes of a word whose merges are replayed; each step looks at all its neighbours again."""
LEARNT = "Merge in training"
_WORD = "tokenization_word"


def section() -> None:
    st.markdown(
        "The middle way: frequent words are one token, rare ones are made of parts, and every "
        "text can be written."
    )
    text = text_area("Text", "Unbelievable tokenization powers! 🚀", key="subwords_text")
    left, right = st.columns(2, gap="medium")
    with left:
        tokenizer = vocabularies.choose("subwords_of")
    with right:
        view = VIEWS[choice("Show tokens as", list(VIEWS), key="subwords_view")]
    tokens = read(tokenizer, tokenizer.encode(text))
    st.markdown(
        f"{literal(vocabularies.title(tokenizer))}: **{len(tokens):,}** tokens for "
        f"{len(text):,} characters"
    )
    _tokens_and_a_word(tokenizer, text, tokens, view)


@st.fragment
def _tokens_and_a_word(
    tokenizer: Tokenizer, text: str, tokens: list[StripToken], view: View
) -> None:
    selected = token_strip(
        tokens, key="tokenization_subwords", view=view, rows=("ids", "bytes"), in_address=True
    )
    _ids_to_copy(tokens)
    if tokenizer is not vocabularies.own():
        vocabularies.picked_model_reads(text)
    replayable = vocabularies.replayable(tokenizer)
    if not replayable:
        st.caption(
            "How a token was built is shown where the ids tell the order of the merges: for GPT-2, "
            "GPT-4, GPT-4o, Qwen 3, Llama 3 and the bundled models."
        )
    elif tokens:
        _built(replayable, _word(replayable.words(text), tokens, selected or 0))


def _ids_to_copy(tokens: list[StripToken]) -> None:
    to_copy = st.expander("The ids, to copy", key="tokenization_copy", bind="query-params")
    if to_copy.open:
        ids = str([token.token_id for token in tokens])
        to_copy.code(
            ids, language=None, wrap_lines=True, height=150 if len(ids) > 500 else "content"
        )


def _word(words: list[bytes], tokens: list[StripToken], place: int) -> bytes:
    """The word that a token is a part of: none reaches beyond its word."""
    before = sum(len(token.data) for token in tokens[:place])
    ends = accumulate(map(len, words))
    return next((word for word, end in zip(words, ends, strict=True) if end > before), words[-1])


def _built(tokenizer: Replayable, word: bytes) -> None:
    st.subheader("How was this token built?", anchor=False)
    st.markdown(
        "A text is cut into words first. Then the bytes of each word are joined: of all "
        "neighbours that make a known token, always the pair that training joined first. "
        "Select a token above to see another word."
    )
    if len(word) > LONGEST_WORD:
        st.caption(f"This word has {len(word):,} bytes; up to {LONGEST_WORD} are replayed.")
        return
    steps = build(word, tokenizer.rank)
    most = len(steps) - 1
    if st.session_state.get(_WORD, word) != word:
        st.session_state["tokenization_word_step"] = most
    st.session_state[_WORD] = word
    done = merges_done(most, most, key="word_step")
    st.markdown(f"**{literal(visible(word))}** after {done} of {merges(most)}")
    token_strip(
        [StripToken(tokenizer.rank(part) or 0, part) for part in steps[done].parts],
        key="tokenization_build",
        label=f"The word after {merges(done)}",
        in_address=True,
    )
    if most:
        st.dataframe(
            [_row(number, step) for number, step in enumerate(steps) if step.made is not None],
            hide_index=True,
            column_config={LEARNT: st.column_config.NumberColumn(LEARNT, format="localized")},
            alt="Every merge of this word, in order",
        )


def _row(number: int, step: BuildStep) -> dict[str, object]:
    made = step.parts[step.made or 0]
    rest = " · ".join(visible(part) for part in step.parts)
    learnt = None if step.rank is None else step.rank - 255  # ranks begin with the 256 bytes
    return {"Merge": number, "Joined": visible(made), LEARNT: learnt, "Word": rest}
