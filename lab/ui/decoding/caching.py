"""What a cache saves, measured here and now: time for memory, and many prompts for one."""

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lab.charts import cost as charts
from lab.ui.decoding import inputs
from lab.ui.text import size

if TYPE_CHECKING:
    from lab.generation.cost import BatchCost, TokenCost
    from lab.models import Model

START = 8
SIZES = (1, 2, 4, 8)
state = st.session_state


def section(prompt: str, model: "Model") -> None:
    st.markdown(
        "Every token looks back at all the others through their keys and values. These never "
        "change, so they are worked out once and kept; without that, each new token would cost "
        "a reading of the whole text."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        most = min(512, model.context)
        length = st.slider(
            "Length of the text", 32, most, min(192, most), 32, width=300, **inputs.kept("length")
        )
        pressed = st.button(
            "Measure", icon=":material/timer:", type="primary", key="decoding_measure"
        )
    from lab.generation.cost import cache_bytes, cache_costs
    from lab.generation.loop import prompt_ids

    ids = prompt_ids(model, prompt)
    st.caption(
        f"The cache of {model.id} takes {cache_bytes(model, 1):,} bytes per token: "
        f"{size(cache_bytes(model, length), 'B')} for {length:,} tokens, "
        f"{size(cache_bytes(model, model.context), 'B')} for all {model.context:,} that it can "
        "look at."
    )
    place = st.empty()
    if pressed:
        # What the text says does not matter for the time: the prompt, over and over.
        text = (ids * (length // len(ids) + 1))[:length]
        bar = place.progress(0.0, "Measuring")
        costs = []
        for each in cache_costs(model, text, start=START):
            costs.append(each)
            bar.progress(each.tokens / length, f"{each.tokens:,} of {length:,} tokens")
        state.decoding_costs = (model.id, costs, _batches(model, ids, bar))
        place.empty()
    if state.get("decoding_costs", ("",))[0] == model.id:
        _show(*state.decoding_costs[1:])
    else:
        place.info("Press “Measure”: it takes a few seconds.", icon=":material/timer:")


def _batches(model: "Model", ids: list[int], bar: DeltaGenerator) -> "list[BatchCost]":
    from lab.generation.cost import batch_costs

    room = model.context - len(ids)
    batches = []
    for each in batch_costs(model, ids, SIZES, steps=min(16, room)):
        batches.append(each)
        bar.progress(1.0, f"Batches of {each.size}")
    return batches


def _show(costs: "list[TokenCost]", batches: "list[BatchCost]") -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        st.plotly_chart(
            charts.per_token(
                [each.tokens for each in costs],
                [each.cached for each in costs],
                [each.uncached for each in costs],
                [each.held for each in costs],
            ),
            key="decoding_per_token",
            config={"displayModeBar": False},
            alt="Milliseconds for one more token against the length of the text",
        )
        cached = sum(each.cached for each in costs)
        uncached = sum(each.uncached for each in costs)
        st.caption(
            f"The whole text: **{cached / 1000:.2f} s** with the cache, "
            f"**{uncached / 1000:.2f} s** without it, {uncached / cached:.1f} times as long."
        )
    with right:
        st.plotly_chart(
            charts.batch(
                [each.size for each in batches],
                [each.together for each in batches],
                [each.one_by_one for each in batches],
            ),
            key="decoding_batch",
            config={"displayModeBar": False},
            alt="Tokens per second for one to eight prompts, as a batch and one by one",
        )
        st.caption(
            "The weights are read from memory once per step, for one prompt or for eight: a batch "
            "shares the reading."
        )
