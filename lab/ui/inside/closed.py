"""A model of another architecture: what can be shown of it without its inside."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from lab.charts.distribution import next_token
from lab.charts.inside import treemap
from lab.ui import models
from lab.ui.token_strip import token_strip
from lab.ui.writing import read

if TYPE_CHECKING:
    from torch import Tensor

    from lab.models import Model

TOP = 10
TEXTS_IN_MEMORY = 4


def section(model: "Model", ids: tuple[int, ...]) -> None:
    """What it expects next, how the text surprised it, and where its parameters are."""
    from lab.models.surprise import perplexity, surprises

    st.info(
        "This model's architecture is run by transformers, not by the playground's own decoder: "
        "its parameters and its predictions can be shown, the steps between them cannot. The "
        "GPT-2, Llama, Qwen2 and Qwen3 families are open all the way.",
        icon=":material/lock:",
    )
    logits = _logits(model.id, ids)
    best = logits[-1].softmax(-1).topk(min(TOP, logits.shape[-1]))
    st.plotly_chart(
        next_token(
            best.indices.tolist(),
            [token.data for token in read(model.tokenizer, best.indices.tolist())],
            best.values.tolist(),
        ),
        key="inside_closed_chart",
        config={"displayModeBar": False},
        alt="Probabilities of the likeliest next tokens",
    )
    text = surprises(logits, ids)
    if (whole := perplexity(text)) is not None:
        st.subheader("How the text surprised the model", anchor=False)
        st.markdown(
            "Each token is coloured by the probability that it had just before it came. Perplexity "
            f"of the text: **{whole:,.2f}**."
        )
        tokens = [
            replace(token, probability=seen.probability, rank=seen.rank)
            for token, seen in zip(read(model.tokenizer, ids), text, strict=True)
        ]
        token_strip(
            tokens, key="inside_closed_text", label="The prompt's tokens", colour="probability"
        )
    st.subheader("What it is made of", anchor=False)
    parameters = model.network.parameters()
    _treemap(parameters)
    st.dataframe(
        [
            {
                "Tensor": name,
                "Shape": " × ".join(map(str, tensor.shape)),
                "Parameters": tensor.numel(),
            }
            for name, tensor in parameters.items()
        ],
        hide_index=True,
        column_config={"Parameters": st.column_config.NumberColumn(format="localized")},
        alt="All tensors of the model",
    )


def _treemap(parameters: Mapping[str, "Tensor"]) -> None:
    held: Counter[str] = Counter()  # by each module, those within it included
    for path, tensor in parameters.items():
        while path := path.rpartition(".")[0]:
            held[path] += tensor.numel()
    split = [path.rpartition(".") for path in held]
    st.plotly_chart(
        treemap(
            list(held),
            [around for around, _, _ in split],
            [name for _, _, name in split],
            list(held.values()),
        ),
        key="inside_closed_treemap",
        config={"displayModeBar": False},
        alt="Parameters by part of the model",
    )


@st.cache_resource(max_entries=TEXTS_IN_MEMORY, show_spinner=False)
def _logits(model_id: str, ids: tuple[int, ...]) -> "Tensor":
    from lab.models import forward

    return forward(models.get(model_id), ids)
