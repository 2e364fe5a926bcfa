"""One distribution through its stages: what each knob does to it, and what is drawn in the end."""

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
    from lab.models import Model
    from lab.sampling import Settings, Stage

HEAD = 10
"""Tokens shown of each distribution: the likeliest ones of the model."""
CARDS_PER_ROW = 4
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
    _waterfall(model, ids)


@st.fragment
def _waterfall(model: "Model", ids: tuple[int, ...]) -> None:
    from lab.sampling import rule, stages

    logits = answers.next_logits(model, model.id, ids)
    chosen = inputs.stage_picker()
    cards = _cards(len(chosen) + 1)
    values = {}
    for card, knob in zip(cards[1:], chosen, strict=True):
        with card, st.container(height=CONTROL_PIXELS, border=False):
            values[knob] = inputs.slider(knob)
    with cards[0], st.container(height=CONTROL_PIXELS, border=False):
        st.markdown("**The model's own**")
        st.caption("Its likeliest tokens stand in every column.")
    settings = inputs.settings_of(values, seed=0)
    found = stages(logits, settings, ids)
    head = found[0].probabilities.topk(min(HEAD, len(logits))).indices.tolist()
    largest = max(float(stage.probabilities[head].max()) for stage in found)
    for card, before, stage in zip(cards, found[:1] + found, found, strict=False):
        with card:
            _card(model, stage, before, head, largest, settings, ids)
    st.caption(rule(settings))
    _ranks(found)
    _draws(model, found[-1])


def _cards(count: int) -> list[DeltaGenerator]:
    rows = -(-count // CARDS_PER_ROW)
    across = -(-count // rows)
    return [card for _ in range(rows) for card in st.columns(across, gap="small")]


def _card(
    model: "Model",
    stage: "Stage",
    before: "Stage",
    head: list[int],
    largest: float,
    settings: "Settings",
    ids: Sequence[int],
) -> None:
    from lab.sampling import LABELS, formula, summarise

    name = LABELS.get(stage.name, "no stage")
    numbers = summarise(stage, before, HEAD)
    with st.container(height=FORMULA_PIXELS, border=False):
        st.caption(f"${formula(stage, before, settings, ids)}$")
    st.plotly_chart(
        charts.stage_bars(
            head,
            [token.data for token in read(model.tokenizer, head)],
            stage.probabilities[head].tolist(),
            before.probabilities[head].tolist(),
            stage.kept[head].tolist(),
            title="Raw" if stage.name == "raw" else f"After {name}",
            largest=largest,
        ),
        key=f"decoding_stage_{stage.name}",
        config={"displayModeBar": False},
        alt=f"Probabilities of {len(head)} tokens after {name}",
    )
    lines = [
        f"**{numbers.kept:,}** of {len(stage.kept):,} left",
        f"entropy **{numbers.entropy:.2f}** bits",
        f"beyond the top {HEAD}: **{percent(numbers.tail)}**",
    ]
    if stage is not before:
        lines.append(f"cut here: **{percent(numbers.removed) if numbers.removed else 'none'}**")
    st.caption("  \n".join(lines))


def _ranks(found: "list[Stage]") -> None:
    from lab.sampling import LABELS

    cuts = [
        charts.Cut(LABELS[stage.name].capitalize(), int(stage.kept.sum()))
        for before, stage in pairwise(found)
        if stage.name not in ("raw", "greedy") and int(stage.kept.sum()) < int(before.kept.sum())
    ]
    first, last = (
        stage.probabilities.sort(descending=True).values.numpy() for stage in (found[0], found[-1])
    )
    st.plotly_chart(
        charts.rank_curve(first, last, cuts),
        key="decoding_ranks",
        config={"displayModeBar": False},
        alt="Probability against rank over the whole vocabulary, with the places of the cuts",
    )


def _draws(model: "Model", stage: "Stage") -> None:
    import torch

    from lab.sampling import draws, fit

    st.subheader("Draw from it", anchor=False)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        count = st.slider("Draws", 100, MOST_DRAWS, 500, 100, **inputs.kept("draws"))
    with right:
        st.button(
            "Draw again",
            icon=":material/casino:",
            key="decoding_draw_again",
            on_click=_another_round,
            width="stretch",
        )
    round_ = st.session_state.get("decoding_round", 0)
    drawn = draws(stage.probabilities, torch.Generator().manual_seed(round_), count)
    counts = torch.bincount(drawn, minlength=len(stage.probabilities))
    shown = stage.probabilities.topk(min(12, int(stage.kept.sum()))).indices.tolist()
    st.plotly_chart(
        charts.draws(
            [token.data for token in read(model.tokenizer, shown)],
            counts[shown].tolist(),
            stage.probabilities[shown].tolist(),
            count,
        ),
        key="decoding_draws_chart",
        config={"displayModeBar": False},
        alt=f"How often each of {len(shown)} tokens came in {count} draws, and how often expected",
    )
    result = fit(counts, stage.probabilities)
    others = count - int(counts[shown].sum())
    st.caption(
        f"Drawn {count:,} times, {others:,} of them other tokens than these. "
        + (
            f"Chi-squared {result.chi_squared:.1f} at {result.freedom} degrees of freedom: a fair "
            f"draw deviates more in {percent(result.p_value)} of such experiments."
            if result.freedom
            else literal("There was only one way to draw.")
        )
    )


def _another_round() -> None:
    st.session_state["decoding_round"] = st.session_state.get("decoding_round", 0) + 1
