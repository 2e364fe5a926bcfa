"""Section: logits to probabilities, the whole vocabulary, and the text as the model saw it."""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from lab.charts import inside
from lab.charts.decoding import Cut
from lab.charts.distribution import next_token, percent
from lab.models.surprise import Surprise, entropy, perplexity, surprises
from lab.sampling import Settings, stages
from lab.ui.inside.view import Place, View
from lab.ui.text import literal
from lab.ui.token_strip import Colour, token_strip
from lab.ui.writing import read

if TYPE_CHECKING:
    from torch import Tensor

TOP = (1, 30, 5)
NUCLEUS = (0.05, 1.0, 0.9, 0.05)
TEXTS_IN_MEMORY = 16
COLOURS: "dict[Colour, str]" = {"probability": "Probability", "rank": "Rank"}


def section(view: View) -> None:
    """The prediction at the position, and each token of the prompt under the one before it."""
    _prediction(view)
    _text(view)


def _prediction(view: View) -> None:
    st.subheader("The output", anchor=False)
    logits = view.trace.logits[view.position]
    chances = logits.softmax(-1)
    bits = float(entropy(logits))
    st.markdown(
        f"Logits of shape {len(view.ids)} × {view.config.vocab_size:,}: one score per position and "
        f"token. Softmax makes the row of “{literal(view.names[view.position])}” probabilities. "
        "Top-k keeps the k likeliest; the nucleus keeps the fewest tokens that hold p together."
    )
    left, right = st.columns(2, gap="medium")
    count = left.slider("Top k", *TOP, key="inside_top", bind="query-params")
    mass = right.slider("Nucleus p", *NUCLEUS, key="inside_nucleus", bind="query-params")
    ranked = chances.sort(descending=True).values
    nucleus = int(stages(logits, Settings("sample", top_p=mass))[-1].kept.sum())
    with st.container(horizontal=True, gap="medium"):
        st.metric("Entropy", f"{bits:.3f} bits", width="content")
        st.metric("Perplexity", f"{2**bits:,.1f}", width="content",
                  help="Among how many equally likely tokens this is like choosing.")  # fmt: skip
        st.metric(f"Mass of the top {count}", percent(float(ranked[:count].sum())), width="content")
        st.metric("Mass of the rest", percent(float(ranked[count:].sum())), width="content")
        st.metric(f"Tokens that hold {mass:.0%}", f"{nucleus:,}", width="content")
    left, right = st.columns(2, gap="large")
    ids = chances.topk(min(count, len(chances))).indices
    left.plotly_chart(
        next_token(ids.tolist(), [view.data(each) for each in ids.tolist()],
                   chances[ids].tolist(), title=f"The {count} likeliest next tokens"),
        key="inside_next",
        config={"displayModeBar": False},
        alt=f"Probabilities of the {count} likeliest next tokens",
    )  # fmt: skip
    right.plotly_chart(
        inside.rank_curve(
            ranked.numpy(),
            [Cut(f"k = {count}", count), Cut(f"p = {mass:g}", nucleus)],
            title=f"All {view.config.vocab_size:,} tokens by rank",
        ),
        key="inside_ranks",
        config={"displayModeBar": False},
        alt="Probability against rank over the whole vocabulary, with the cuts at k and at p",
    )
    with st.expander("Softmax, worked out"):
        _softmax(view, logits, ids)


def _softmax(view: View, logits: "Tensor", ids: "Tensor") -> None:
    """Each logit's way to its probability, with the numbers of this very row."""
    highest = logits.max()
    powers = (logits - highest).exp()
    st.markdown(
        f"The highest logit, **{float(highest):.4f}**, is taken from all, so that no power of e "
        f"grows too large. All {len(logits):,} powers add up to **{float(powers.sum()):,.4f}**; "
        "each of them divided by this sum is a probability."
    )
    st.dataframe(
        [
            {"Token": view.name(each), "Id": each, "Logit": logit, "e^(logit − highest)": power,
             "Probability": power / float(powers.sum())}
            for each, logit, power in zip(
                ids.tolist(), logits[ids].tolist(), powers[ids].tolist(), strict=True
            )
        ],
        hide_index=True,
        column_config={
            each: st.column_config.NumberColumn(format="%.5f")
            for each in ("Logit", "e^(logit − highest)", "Probability")
        },
        alt="Logits, their powers of e and the probabilities of the likeliest tokens",
    )  # fmt: skip


def _text(view: View) -> None:
    st.subheader("How the text surprised the model", anchor=False)
    text = _surprises(view.place.model_id, view.ids)
    whole = perplexity(text)
    if whole is None:
        st.markdown("Nothing comes before the first token, so it has no probability. Write more.")
        return
    st.markdown(
        f"Each token under the prediction made just before it. Perplexity of the text: "
        f"**{whole:,.2f}**. The first token has no probability: nothing comes before it."
    )
    colour = st.segmented_control(
        "Colour by", list(COLOURS), default="probability", required=True,
        format_func=lambda each: COLOURS[each], key="inside_colour", bind="query-params",
    )  # fmt: skip
    tokens = [
        replace(token, probability=seen.probability, rank=seen.rank)
        for token, seen in zip(read(view.model.tokenizer, view.ids), text, strict=True)
    ]
    token_strip(tokens, key="inside_surprise", label="The prompt's tokens", colour=colour)
    st.dataframe(
        [
            {
                "Position": at,
                "Token": name,
                "Id": seen.token_id,
                "Probability": seen.probability,
                "Rank": seen.rank,
                "Surprise in bits": seen.bits,
            }
            for at, (name, seen) in enumerate(zip(view.names, text, strict=True))
        ],
        hide_index=True,
        column_config={
            "Probability": st.column_config.NumberColumn(format="%.5f"),
            "Surprise in bits": st.column_config.NumberColumn(format="%.2f"),
        },
        alt="Probability, rank and surprise of every token of the prompt",
    )


@st.cache_data(max_entries=TEXTS_IN_MEMORY, show_spinner=False)
def _surprises(model_id: str, ids: tuple[int, ...]) -> tuple[Surprise, ...]:
    return surprises(View(Place(model_id, ids, 0, 0, 0)).trace.logits, ids)
