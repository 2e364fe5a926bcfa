"""Section: logits to probabilities, the whole vocabulary, and the text as the model saw it."""

from dataclasses import replace

import streamlit as st

from lab.charts import inside
from lab.charts.distribution import next_token
from lab.models.surprise import entropy, perplexity, surprises
from lab.ui.inside.view import View
from lab.ui.text import literal
from lab.ui.token_strip import Colour, token_strip
from lab.ui.writing import read

TOP = (3, 30, 5)
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
        f"token. Softmax makes the row of “{literal(view.names[view.position])}” probabilities."
    )
    count = st.slider("How many", *TOP, key="inside_top", bind="query-params")
    best = chances.topk(min(count, len(chances)))
    with st.container(horizontal=True, gap="large"):
        st.metric("Entropy", f"{bits:.3f} bits", width="content")
        st.metric("Perplexity", f"{2**bits:,.1f}", width="content",
                  help="Among how many equally likely tokens this is like choosing.")  # fmt: skip
        st.metric(f"Mass of the top {count}", f"{float(best.values.sum()):.2%}", width="content")
        st.metric("Highest logit", f"{float(logits.max()):.3f}", width="content")
    left, right = st.columns(2, gap="large")
    ids = best.indices.tolist()
    left.plotly_chart(
        next_token(ids, [view.data(each) for each in ids], best.values.tolist(),
                   title=f"The {count} likeliest next tokens"),
        key="inside_next",
        config={"displayModeBar": False},
        alt=f"Probabilities of the {count} likeliest next tokens",
    )  # fmt: skip
    right.plotly_chart(
        inside.rank_curve(
            chances.sort(descending=True).values.tolist(),
            title=f"All {view.config.vocab_size:,} tokens by rank",
        ),
        key="inside_ranks",
        config={"displayModeBar": False},
        alt="Probability against rank over the whole vocabulary",
    )


def _text(view: View) -> None:
    st.subheader("How the text surprised the model", anchor=False)
    text = surprises(view.trace.logits, view.ids)
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
