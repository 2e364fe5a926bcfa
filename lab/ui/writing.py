"""Text in the making: from the model's steps to what is drawn of them."""

import html
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from lab.charts import palette
from lab.charts.distribution import BAR_PIXELS, TITLE, percent
from lab.charts.labels import visible
from lab.errors import LabError
from lab.tokenizers import Tokenizer
from lab.ui.engines import due
from lab.ui.token_strip import Candidate, StripToken

if TYPE_CHECKING:
    from lab.generation import Step
    from lab.generation.loop import Finish
    from lab.generation.remote import RemoteStep

ENDS = {
    "end": "The model ended the text itself.",
    "stop": "The stop text came.",
    "length": "The number of new tokens was reached.",
    "context": "The model's context is full.",
    None: "You stopped it.",
}
"""Why a text ended, in words; None where somebody stopped it."""

# Set like the token strip that takes the place of the text when it is finished.
TEXT = (
    "font-family: 'Source Code Pro', monospace; font-size: 1.12rem; line-height: 1.3; "
    "white-space: pre-wrap; overflow-wrap: anywhere"
)
CHIP = (
    "display: inline-block; max-width: 100%; border-radius: 0.28em; "
    "margin: 0.13em 3px 0.13em 0; padding: 0.18em 0.22em 0.22em"
)


def read(tokenizer: Tokenizer, ids: Iterable[int]) -> list[StripToken]:
    """The tokens of a text that was read.

    >>> from lab import tokenizers
    >>> read(tokenizers.load("gpt2"), [318])[0].data
    b' is'
    """
    ids = list(ids)
    control = set(tokenizer.special_tokens.values())
    tokens = {each: StripToken(each, _bytes(tokenizer, each), each in control) for each in set(ids)}
    return [tokens[each] for each in ids]  # a long text repeats itself


def written(tokenizer: Tokenizer, step: "Step") -> StripToken:
    """A token that the model wrote, with its probability and what could have come instead."""
    return StripToken(
        step.token_id,
        _bytes(tokenizer, step.token_id),
        control=step.token_id in tokenizer.special_tokens.values(),
        probability=step.probability,
        rank=step.rank,
        entropy=step.entropy,
        alternatives=candidates(tokenizer, step),
    )


def candidates(tokenizer: Tokenizer, step: "Step") -> list[Candidate]:
    """The tokens that could have been chosen in a step, the likeliest first."""
    return [
        Candidate(each.token_id, _bytes(tokenizer, each.token_id), each.probability)
        for each in step.alternatives
    ]


def _bytes(tokenizer: Tokenizer, token_id: int) -> bytes:
    try:
        return tokenizer.token_bytes(token_id)
    except LabError:
        return b""  # a row that pads the model's output and has no token


def write(steps: Iterable["Step"], tokenizer: Tokenizer, into: list[StripToken]) -> "Finish | None":
    """Draw the text as it is made, and return why it ended.

    Each token is in `into` as soon as it exists, so that nothing is lost when the run is stopped
    (which Streamlit does whenever something is drawn, and only then).
    """
    place = st.empty()
    pieces: list[str] = []
    drawn = 0.0
    finish = None
    for step in steps:
        into.append(written(tokenizer, step))
        pieces.append(piece(step))
        finish = step.finish
        if due(time.monotonic() - drawn):
            place.html(paragraph(pieces))
            drawn = time.monotonic()
    return finish


@st.fragment(run_every=1.0)
def redraw_if_stopped(writing: str) -> None:
    """Draw the page anew if Streamlit's own Stop, in its toolbar, leaves it half drawn.

    Such a Stop ends the run without asking it. The browser goes on asking for this fragment,
    which waits while the run lasts, and is forgotten by every run that reaches its end. `writing`
    names the state that was true when the run began to write, and has been false since then.
    """
    if not st.session_state[writing]:
        st.rerun()


def piece(step: "Step | RemoteStep") -> str:
    """The text of a step as HTML, on a fill that says how likely its token was, if that is known.

    >>> from lab.generation.remote import RemoteStep
    >>> "background: transparent" in piece(RemoteStep(" a"))
    True
    """
    low, high = palette.LEVEL_OPACITY
    fill = "transparent"
    if step.probability is not None:
        fill = palette.veil(palette.PROBABILITY, low + step.probability * (high - low))
    style = f"{CHIP}; background: {fill}"
    return f'<span style="{style}">{html.escape(step.text)}</span>'


def bars(likely: Sequence[Candidate]) -> str:
    """The chart of the next tokens as plain HTML, for while a text is written.

    A change makes Streamlit build a plotly chart anew: ten times a second, a slow browser would
    show none of them. Whatever is measured here is measured like `next_token`.
    """
    scale = 1.22 * max(each.probability for each in likely)
    rows = "".join(
        '<span style="text-align: end; white-space: nowrap; overflow: hidden; '
        f'text-overflow: ellipsis">{html.escape(visible(each.data))}</span>'
        '<span style="display: flex; align-items: center; gap: 4px; font-size: 14px">'
        f'<span style="width: {each.probability / scale:.1%}; height: {0.72 * BAR_PIXELS:.0f}px; '
        f'border-radius: 3px; background: {palette.KEPT}"></span>'
        f"{html.escape(percent(each.probability))}</span>"
        for each in likely
    )
    return (
        f'<div style="min-height: {BAR_PIXELS * len(likely) + 120}px; font-size: 15px">'
        '<div style="height: 48px; padding: 8px 5px; font-size: 1.02em; font-weight: 600">'
        f"{TITLE}</div>"
        '<div style="display: grid; grid-template-columns: 6rem 1fr; column-gap: 10px; '
        f'grid-auto-rows: {BAR_PIXELS}px; align-items: center">{rows}</div></div>'
    )


def in_the_making(pieces: Sequence[str], thought: int = 0, unit: str = "tokens") -> str:
    """Pieces of a text in the making as HTML, the first of them folded away as the thought.

    >>> in_the_making(["<think>", "Hm"], 2).partition("</summary>")[0]
    '<details><summary>Thought, 2 tokens'
    """
    text = paragraph(pieces[thought:])
    if not thought:
        return text
    inside = paragraph(pieces[:thought])
    return f"<details><summary>Thought, {thought:,} {unit}</summary>{inside}</details>{text}"


def paragraph(pieces: Sequence[str]) -> str:
    """Pieces of a text in the making as one paragraph of HTML."""
    return f'<div role="status" style="{TEXT}">{"".join(pieces)}</div>'
