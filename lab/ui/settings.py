"""The knobs of decoding, each with one line on what it does."""

from collections.abc import Iterable
from dataclasses import replace
from random import randrange
from typing import TYPE_CHECKING, Any, NamedTuple

import streamlit as st

from lab.tokenizers.base import well_formed
from lab.ui import address

if TYPE_CHECKING:
    from lab.sampling import Settings, Strategy

MOST_NEW_TOKENS = 400
STRATEGIES: "dict[Strategy, str]" = {"greedy": "Greedy", "sample": "Sample", "beam": "Beam search"}
MEANINGS: "dict[Strategy, str]" = {
    "greedy": "Always the likeliest token. The same text every time, and often a repetitive one.",
    "sample": "Each token is drawn by chance, as likely as the model says after the knobs below.",
    "beam": "Several texts are kept side by side; the likeliest whole wins.",
}


NARROWEST = 100
"""Pixels of a column of knobs; where there is less room there is one column."""


class Knob(NamedTuple):
    """A setting, off unless it has a number to start with."""

    name: str
    label: str
    low: float
    high: float
    step: float
    meaning: str
    start: float | None = None


KNOBS: "dict[Strategy, tuple[Knob, ...]]" = {
    "greedy": (),
    "sample": (
        Knob("temperature", "Temperature", 0.0, 3.0, 0.05, "Below 1 sharpens, above 1 flattens."),
        Knob("top_k", "Top-k", 1, 1000, 1, "Only the k likeliest tokens may come."),
        Knob("top_p", "Top-p", 0.01, 1.0, 0.01, "Only the fewest tokens that together make p."),
        Knob("min_p", "Min-p", 0.0, 1.0, 0.01, "Only those p times as likely as the top, or more."),
        Knob("typical_p", "Typical-p", 0.01, 1.0, 0.01, "Only tokens about as surprising as most."),
    ),
    "beam": (
        Knob("num_beams", "Beams", 2, 8, 1, "How many texts are kept.", 4),
        Knob("length_penalty", "Length penalty", -2.0, 4.0, 0.1, "Above 0 favours longer texts."),
    ),
}  # fmt: skip
PENALTY = Knob("repetition_penalty", "Repetition penalty", 1.0, 2.0, 0.05,
               "Above 1 makes tokens of the text so far less likely.")  # fmt: skip


NEW_TOKENS = Knob("new_tokens", "New tokens", 1, MOST_NEW_TOKENS, 1, "The text ends after so many.")
SEEDS = 2**31
"""How many seeds the box takes, from 0 on."""
SEED = Knob("seed", "Seed", 0, SEEDS - 1, 1, "The same seed draws the same text again.")
LINE_END = "↵"
"""How the end of a line is written among the stop texts, which are single lines."""

THINKING = {"As the template has it": None, "On": True, "Off": False}


def thinking(page: str) -> bool | None:
    """Draw the switch of chat templates that have one; None leaves it to the template."""
    chosen = st.segmented_control(
        "Thinking",
        list(THINKING),
        default=next(iter(THINKING)),
        required=True,
        help="For models whose template has such a switch.",
        key=f"{page}_thinking",
        bind="query-params",
    )
    return THINKING[chosen]


def controls(page: str, *, start: "Strategy" = "sample", new_tokens: int = 100) -> "Settings":
    """Draw the knobs that matter for the chosen strategy; the address carries their values.

    `start` and `new_tokens` are what is set until somebody changes it.
    """
    strategy = st.segmented_control(
        "Strategy",
        list(STRATEGIES),
        format_func=lambda each: STRATEGIES[each],
        default=start,
        required=True,
        key=f"{page}_strategy",
        bind="query-params",
    )
    st.caption(MEANINGS[strategy])
    tokens = NEW_TOKENS._replace(start=new_tokens)
    common = (PENALTY, tokens, *([SEED] if strategy == "sample" else []))
    with st.container(key=f"{page}_numbers"):
        # The common ones keep their places: one that moves would lose its part of the address.
        values = _numbers(page, KNOBS[strategy]) | _numbers(page, common)
    stop = _stop_texts(page)
    from lab.sampling import Settings  # last, because it brings torch

    return Settings(
        strategy=strategy, max_new_tokens=values.pop(NEW_TOKENS.name), stop=stop, **values
    )


def with_seed(settings: "Settings") -> "Settings":
    """Settings whose text can be drawn again: with a seed, be it one that chance chose."""
    if settings.strategy != "sample" or settings.seed is not None:
        return settings
    return replace(settings, seed=randrange(SEEDS))


def _stop_texts(page: str) -> tuple[str, ...]:
    with st.container(gap="xxsmall"):
        typed = st.multiselect(
            "Stop texts",
            [LINE_END, LINE_END * 2],
            accept_new_options=True,
            select_all=False,
            key=f"{page}_stop",
            bind="query-params",
            placeholder="none; choose or type",
        )
        st.caption(f"The text ends before one of them comes. {LINE_END} is the end of a line.")
    return tuple(well_formed(each).replace(LINE_END, "\n") for each in typed if each)


def spelt(stop: Iterable[str]) -> list[str]:
    """Stop texts as the knob shows them.

    >>> spelt(("\\n", "END"))
    ['↵', 'END']
    """
    return [each.replace("\n", LINE_END) for each in stop]


def _numbers(page: str, knobs: Iterable[Knob]) -> dict[str, Any]:
    """Draw knobs in a grid; their numbers by their names."""
    values = {}
    with st.grid(2, min_column_width=NARROWEST):
        for knob in knobs:
            with st.container(gap="xxsmall"):
                values[knob.name] = _number(page, knob)
    return values


def _number(page: str, knob: Knob) -> float | None:
    """Draw a knob. A number beyond its ends is no secret: the nearest end is used, and said."""
    key = f"{page}_{knob.name}"
    address.forget_infinite(key)
    value = st.number_input(
        knob.label,
        value=knob.start,
        step=knob.step,
        key=key,
        bind="query-params",
        placeholder="off",
    )
    used = None if value is None else min(knob.high, max(knob.low, value))
    st.caption(knob.meaning)
    if used != value:
        low, high, taken = (f"{each:,.10g}" for each in (knob.low, knob.high, used))
        # Not a caption, which would make the colour too pale to be read.
        st.markdown(f":small[:orange[From {low} to {high}: {taken} is used.]]")
    return used
