"""Byte-pair training on the learner's own text, merge by merge."""

import streamlit as st

from lab.charts import tokenization as charts
from lab.charts.labels import visible
from lab.tokenizers import bpe
from lab.tokenizers.bpe import GPT2_PATTERN, GPT4_PATTERN, BPETokenizer
from lab.tokenizers.huggingface import learned_tokens
from lab.ui import address
from lab.ui.text import literal, shortened
from lab.ui.token_strip import StripToken
from lab.ui.tokenization.inputs import choice, merges, merges_done, text_area
from lab.ui.tokenization.strip import strip

TEXT = """low lower lowest, slow slower slowest
the newest wind blows low and slow below the window
a low wind, a lower wind, the lowest wind of all"""
CUTS = {"Whole text": None, "GPT-2's words": GPT2_PATTERN, "GPT-4's words": GPT4_PATTERN}
EXCERPT = 60
"""Characters of the text whose words are shown: merges stay within them."""
LARGEST = 2256
LEADERS = 8
COMPARED = 10_000
"""Characters that both trainers read; the other one is slow on a long text without cuts."""


def section() -> None:
    st.markdown(
        "Start from bytes. Find the pair of neighbours that occurs most often, make it a token, "
        "and begin again: that is all of byte-pair encoding."
    )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        text = text_area("Your text", TEXT, key="train_text", height=150)
    with right:
        size = address.whole_number(
            "Vocabulary size",
            None,
            None,
            296,
            key="tokenization_train_size",
            persist_state="session",
            help="256 bytes, and one more for each merge",
        )
        pattern = CUTS[choice("Merges stay within", list(CUTS), key="train_cuts")]
        _words(text, pattern)
    trained = _trained(text, min(size, LARGEST), pattern)
    _note_on_size(trained, size)
    done = merges_done(len(trained.merges), 3, key="train_step")
    _step(trained, text, done)
    _use(trained, done)
    comparison = st.expander(
        "Compare with Hugging Face's trainer", key="tokenization_compare", bind="query-params"
    )
    if comparison.open:
        with comparison:
            _compare(text[:COMPARED], trained.vocab_size, pattern)


def _words(text: str, pattern: str | None) -> None:
    if pattern is not None:
        words = " · ".join(visible(word) for word in bpe.split(text[:EXCERPT], pattern))
        st.caption(literal(words) + ("…" if len(text) > EXCERPT else ""))


@st.cache_resource(max_entries=16, show_spinner="Training")
def _trained(text: str, size: int, pattern: str | None) -> BPETokenizer:
    return bpe.train(text, size, pattern=pattern)


@st.cache_resource(max_entries=16, show_spinner=False)
def _theirs(text: str, size: int, pattern: str | None) -> list[bytes]:
    return learned_tokens(text, size, pattern=pattern)


def _note_on_size(trained: BPETokenizer, size: int) -> None:
    if size > LARGEST:
        st.info(f"This page trains up to {LARGEST:,} entries.", icon=":material/info:")
    elif trained.vocab_size < size:
        st.info(
            f"The text is used up after {merges(len(trained.merges))}: nothing is left to join, "
            f"so the vocabulary has {trained.vocab_size:,} entries.",
            icon=":material/info:",
        )


def _step(trained: BPETokenizer, text: str, done: int) -> None:
    now = trained.after(done)
    ids = now.encode(text)
    if done:
        last = trained.history[done - 1]
        first, second, made = (
            literal(shortened(visible(now.token_bytes(each)))) for each in (*last.pair, 255 + done)
        )
        st.markdown(
            f"Merge {done:,} joined **{first}** and **{second}** into **{made}**, "
            f"id {255 + done}: they stood side by side {last.count:,} "
            f"{'time' if last.count == 1 else 'times'}. {_ties(last.ties)}"
        )
    strip(
        _tokens(now, ids),
        key="training",
        label=f"The text after {merges(done)}",
        colour="merge",
    )
    left, right = st.columns(2, gap="medium")
    with left:
        leaders = bpe.leaders(now, text, LEADERS)
        if leaders:
            pairs = [(now.token_bytes(a), now.token_bytes(b)) for (a, b), _ in leaders]
            st.plotly_chart(
                charts.pair_counts(pairs, [count for _, count in leaders]),
                key="tokenization_pairs",
                alt=f"The most frequent pair occurs {leaders[0][1]:,} times.",
            )
            st.caption("The pair on top is merged next. Among equals, the one seen first is taken.")
    with right:
        lengths = [len(text.encode()), *(step.length for step in trained.history)]
        st.plotly_chart(
            charts.compression(lengths, done),
            key="tokenization_compression",
            alt=f"{lengths[done]:,} tokens after {merges(done)}, from {lengths[0]:,} bytes.",
        )
        ratio = lengths[0] / max(1, lengths[done])
        st.caption(
            f"{lengths[0]:,} bytes are {lengths[done]:,} tokens now: {ratio:.2f} bytes each."
        )


def _ties(ties: int) -> str:
    others = ties - 1
    if not others:
        return "No other pair occurred as often."
    noun = "pair" if others == 1 else "pairs"
    return f"{others:,} other {noun} occurred as often; this one came first in the text."


def _use(trained: BPETokenizer, done: int) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("The vocabulary so far", anchor=False)
        st.dataframe(
            [_row(trained, place) for place in range(done)] or {"Id": [], "Token": []},
            hide_index=True,
            alt="Every merge so far: its token, the pair, its count, and how many had it too",
        )
    with right:
        st.subheader("Try all merges on a new text", anchor=False)
        new = text_area("New text", "the slowest window is lower", key="train_new")
        ids = trained.encode(new)
        st.markdown(f"**{len(ids):,}** tokens for {len(new.encode()):,} bytes")
        strip(_tokens(trained, ids), key="new", label="New text", colour="merge")
        st.download_button(
            "Download tokenizer.json",
            trained.to_json,
            "tokenizer.json",
            "application/json",
            key="tokenization_download",
            icon=":material/download:",
            on_click="ignore",
        )


def _row(trained: BPETokenizer, place: int) -> dict[str, object]:
    step = trained.history[place]
    return {
        "Id": 256 + place,
        "Token": visible(trained.token_bytes(256 + place)),
        "Pair": " + ".join(visible(trained.token_bytes(each)) for each in step.pair),
        "Count": step.count,
        "Tied with": step.ties - 1,
    }


def _tokens(tokenizer: BPETokenizer, ids: list[int]) -> list[StripToken]:
    tokens = {
        each: StripToken(each, tokenizer.token_bytes(each), merge=max(0, each - 255))
        for each in set(ids)
    }
    return [tokens[each] for each in ids]


def _compare(text: str, size: int, pattern: str | None) -> None:
    trained = _trained(text, size, pattern)
    theirs = [visible(each) for each in _theirs(text, size, pattern)]
    ours = [visible(trained.token_bytes(each)) for each in range(256, trained.vocab_size)]
    length = min(len(ours), len(theirs))
    shared = len(set(ours) & set(theirs))
    note = f"Of {len(ours):,} tokens learned here, that trainer learns {shared:,} too."
    if len(text) == COMPARED:
        note += f" Both read the first {COMPARED:,} characters."
    st.markdown(note)
    differing = next((place for place in range(length) if ours[place] != theirs[place]), None)
    if differing is not None:
        st.markdown(
            f"The two first differ at merge {differing + 1:,}, where "
            f"{trained.history[differing].ties:,} pairs are equally frequent: this page takes "
            "the pair seen first, that trainer the one with the smaller ids."
        )
    st.dataframe(
        {
            "Merge": range(1, length + 1),
            "Here": ours[:length],
            "Hugging Face": theirs[:length],
        },
        hide_index=True,
        alt="The tokens that both trainers learn, in order",
    )
