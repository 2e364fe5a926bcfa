"""One distribution through its stages: what each knob does to it, and what is drawn in the end."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lab.charts import decoding as charts
from lab.charts.distribution import percent
from lab.ui.decoding import answers, inputs
from lab.ui.text import literal
from lab.ui.writing import read

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from lab.models import Model
    from lab.sampling import Knob, Settings, Stage

HEAD = 10
"""Tokens shown of each distribution: the likeliest ones of the model."""
CARDS_PER_ROW = 4
NARROWEST = 180
"""Pixels of a card whose picture can be read."""
CONTROL_PIXELS, FORMULA_PIXELS = 96, 64
"""Fixed heights, so that the pictures of neighbouring cards stand on one line."""
MOST_DRAWS = 20_000


def section(prompt: str, model: "Model") -> None:
    st.markdown(
        "Every knob changes the distribution or cuts it, one after the other, and what is left "
        "always adds up to 1. Move a slider: the model is not asked again."
    )
    ids = tuple(model.tokenizer.encode(prompt))
    answers.next_logits(model, model.id, ids)  # an error belongs to the page, not to the fragment
    # Outside of the fragment, which is drawn anew while a slider moves.
    _waterfall(model, ids, inputs.stage_picker())


@st.fragment
def _waterfall(model: "Model", ids: tuple[int, ...], chosen: "list[Knob]") -> None:
    from lab.sampling import rule, stages

    logits = answers.next_logits(model, model.id, ids)
    cards, middle, foot = _cards(len(chosen) + 1), st.container(), st.container()
    with cards[0], st.container(height=CONTROL_PIXELS, border=False):
        st.markdown("**The model's own**")
        st.caption("Its likeliest tokens stand in every column.")
    values = {}
    # All places are made before a slider is drawn: see `_place`.
    places = [_place(card, knob) for card, knob in zip(cards[1:], chosen, strict=True)]
    for place, knob in zip(places, chosen, strict=True):
        with place:
            values[knob] = inputs.slider(knob)
    with foot:
        count = _how_many_draws()
    settings = inputs.settings_of(values, seed=0)
    found = stages(logits, settings, ids)
    # All figures are made before one is sent: the browser draws anew for each that comes later.
    figures = _figures(model, found)
    curve = _rank_curve(found)
    draws, verdict = _drawn(model, found[-1], count)
    for card, stage, old, figure in zip(cards, found, found[:1] + found, figures, strict=False):
        with card:
            _card(stage, old, figure, settings, ids)
    with middle:
        st.caption(rule(settings))
        _chart(
            curve,
            "decoding_ranks",
            "Probability against rank over the whole vocabulary, with the places of the cuts",
        )
    with foot:
        _chart(
            draws,
            "decoding_draws_chart",
            f"How often the likeliest tokens came in {count} draws, and how often expected",
        )
        st.caption(verdict)


def _cards(count: int) -> list[DeltaGenerator]:
    """Cards beside each other, in rows as even as can be; fewer where there is less room."""
    rows = -(-count // CARDS_PER_ROW)
    with st.grid(-(-count // rows), min_column_width=NARROWEST, gap="small"):
        cards = [st.container() for _ in range(count)]
        for _ in range(count, 1 + len(inputs.SLIDERS)):
            st.empty()  # cards that were there before lose their sliders now: see `_place`
    return cards


def _place(card: DeltaGenerator, knob: "Knob") -> DeltaGenerator:
    """Where a card has the slider of its knob; the sliders of all other knobs leave the card.

    When the stages change places, the browser must lose a slider from its old card before it gets
    it in the new one. It forgets the parameter of a slider that goes, also if the same slider has
    just come elsewhere, and from then on the address would not follow it.
    """
    with card, st.container(height=CONTROL_PIXELS, border=False):
        places = {each: st.container() if each == knob else st.empty() for each in inputs.SLIDERS}
    return places[knob]


def _chart(figure: "Figure", key: str, alt: str) -> None:
    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, alt=alt)


def _figures(model: "Model", found: "list[Stage]") -> "list[Figure]":
    """The likeliest tokens of the model after each stage, on one scale."""
    from lab.sampling import LABELS

    raw = found[0].probabilities
    head = raw.topk(min(HEAD, len(raw))).indices.tolist()
    data = [token.data for token in read(model.tokenizer, head)]
    chances = [stage.probabilities[head].tolist() for stage in found]
    largest = _rounded_up(max(map(max, chances)))
    return [
        charts.stage_bars(
            head,
            data,
            after,
            before,
            stage.kept[head].tolist(),
            title="Raw" if stage.name == "raw" else f"After {LABELS.get(stage.name, 'no stage')}",
            largest=largest,
        )
        for stage, before, after in zip(found, chances[:1] + chances, chances, strict=False)
    ]


def _rounded_up(number: float) -> float:
    """The next of 1, 1.5, 2, 2.5... times a power of ten: a scale that mostly stands still."""
    step = 10.0 ** math.floor(math.log10(number)) / 2
    return math.ceil(number / step) * step


def _card(
    stage: "Stage", before: "Stage", figure: "Figure", settings: "Settings", ids: Sequence[int]
) -> None:
    from lab.sampling import LABELS, formula, summarise

    numbers = summarise(stage, before, HEAD)
    with st.container(height=FORMULA_PIXELS, border=False):
        st.caption(f"${formula(stage, before, settings, ids)}$")
    name = LABELS.get(stage.name, "no stage")
    _chart(figure, f"decoding_stage_{stage.name}", f"Probabilities of {HEAD} tokens after {name}")
    lines = [
        f"**{numbers.kept:,}** of {len(stage.kept):,} left",
        f"entropy **{numbers.entropy:.2f}** bits",
        f"beyond the top {HEAD}: **{percent(numbers.tail) if numbers.tail else 'none'}**",
    ]
    if stage is not before:
        lines.append(f"cut here: **{percent(numbers.removed) if numbers.removed else 'none'}**")
    st.caption("  \n".join(lines))


def _rank_curve(found: "list[Stage]") -> "Figure":
    from lab.sampling import LABELS

    cuts = [
        charts.Cut(LABELS[stage.name].capitalize(), int(stage.kept.sum()))
        for before, stage in pairwise(found)
        if stage.name not in ("raw", "greedy") and int(stage.kept.sum()) < int(before.kept.sum())
    ]
    first, last = (
        stage.probabilities.sort(descending=True).values.numpy() for stage in (found[0], found[-1])
    )
    return charts.rank_curve(first, last, cuts)


def _how_many_draws() -> int:
    st.subheader("Draw from it", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.slider("Draws", 100, MOST_DRAWS, 500, 100, **inputs.kept("draws"))
        st.button(
            "Draw again",
            icon=":material/casino:",
            key="decoding_draw_again",
            on_click=_another_round,
        )
    return count


def _drawn(model: "Model", stage: "Stage", count: int) -> "tuple[Figure, str]":
    """What many draws gave beside what was stated, and how well the two agree."""
    import torch

    from lab.sampling import draws, fit

    round_ = st.session_state.get("decoding_round", 0)
    drawn = draws(stage.probabilities, torch.Generator().manual_seed(round_), count)
    counts = torch.bincount(drawn, minlength=len(stage.probabilities))
    shown = stage.probabilities.topk(min(12, int(stage.kept.sum()))).indices.tolist()
    figure = charts.draws(
        [token.data for token in read(model.tokenizer, shown)],
        counts[shown].tolist(),
        stage.probabilities[shown].tolist(),
        count,
    )
    result = fit(counts, stage.probabilities)
    others = count - int(counts[shown].sum())
    verdict = (
        f"Chi-squared {result.chi_squared:.1f} at {result.freedom} degrees of freedom: a fair "
        f"draw deviates more in {percent(result.p_value)} of such experiments."
        if result.freedom
        else literal("There was only one way to draw.")
    )
    return figure, f"Drawn {count:,} times, {others:,} of them other tokens than these. {verdict}"


def _another_round() -> None:
    st.session_state["decoding_round"] = st.session_state.get("decoding_round", 0) + 1
