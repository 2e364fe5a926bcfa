"""The way back: from ids to bytes, and from bytes to text."""

import streamlit as st

from lab.charts.labels import visible
from lab.tokenizers import Tokenizer
from lab.tokenizers.typed import Typed, parse, unknown
from lab.ui.text import literal, shortened
from lab.ui.tokenization import vocabularies
from lab.ui.tokenization.inputs import LIMIT, text_area, up_to_limit
from lab.ui.tokenization.strip import decoded, strip
from lab.ui.writing import read

UNBELIEVABLE = "[3118, 6667, 11203, 540, 11241, 1634, 5635, 0, 12520, 248, 222]"
NAMED = 5
"""Of what could not be read, so many are named."""


def section() -> None:
    st.markdown(
        "A model answers in ids. Each stands for a few bytes; only all of them joined are text "
        "again."
    )
    left, right = st.columns([1, 2], gap="medium")
    with left:
        tokenizer = vocabularies.choose("ids_of")
    with right:
        typed = parse(text_area("Ids", UNBELIEVABLE, key="ids_text"))
    missing = unknown(tokenizer, typed.ids)
    _not_read(typed, missing, tokenizer)
    strip(
        read(tokenizer, typed.ids),
        key="ids",
        label="The tokens of these ids",
        rows=("ids", "bytes"),
    )
    gaps = set(missing)
    if known := [each for each in typed.ids if each not in gaps]:
        _as_text(tokenizer, known)


def _not_read(typed: Typed, missing: list[int], tokenizer: Tokenizer) -> None:
    if typed.others:
        st.info(f"These are no ids: {_named(typed.others)}.", icon=":material/info:")
    if missing:
        st.info(
            f"{literal(vocabularies.title(tokenizer))} has no token for {_named(missing)}. Its ids "
            f"run from 0 to {tokenizer.vocab_size - 1:,}, and a few in between may be unused.",
            icon=":material/info:",
        )


def _named(several: list[str] | list[int]) -> str:
    names = ", ".join(literal(shortened(visible(str(each).encode()))) for each in several[:NAMED])
    rest = len(several) - NAMED
    return f"{names} and {rest:,} more" if rest > 0 else names


def _as_text(tokenizer: Tokenizer, ids: list[int]) -> None:
    pieces = [tokenizer.token_bytes(each) for each in ids]
    alone = [piece.decode("utf-8", "replace") for piece in pieces]
    left, right = st.columns(2, gap="medium")
    with left:
        decoded(up_to_limit(tokenizer.decode(ids)), "All bytes joined, then read as text")
    with right:
        decoded("".join(alone)[:LIMIT], "Each id read alone")
    broken = sum(text.encode() != piece for text, piece in zip(alone, pieces, strict=True))
    if broken:
        st.caption(
            f"Ids that hold a part of a character, and show as � alone: {broken:,} of "
            f"{len(ids):,}. A program that prints token by token must wait for the other parts."
        )
