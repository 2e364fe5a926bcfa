"""A model of another architecture: what can be shown of it without its inside."""

from typing import TYPE_CHECKING

import streamlit as st

from lab.charts.distribution import next_token
from lab.errors import LabError

if TYPE_CHECKING:
    from lab.models import Model

TOP = 10


def section(model: "Model", ids: tuple[int, ...]) -> None:
    """Its tensors, and what it expects next."""
    from lab.models import forward

    st.info(
        "This model's architecture is run by transformers, not by the playground's own decoder: "
        "its parameters and its predictions can be shown, the steps between them cannot. The "
        "GPT-2, Llama, Qwen2 and Qwen3 families are open all the way.",
        icon=":material/lock:",
    )
    best = forward(model, ids)[-1].softmax(-1).topk(TOP)
    st.plotly_chart(
        next_token(best.indices.tolist(), _bytes(model, best.indices.tolist()),
                   best.values.tolist()),
        key="inside_closed_chart",
        config={"displayModeBar": False},
        alt="Probabilities of the likeliest next tokens",
    )  # fmt: skip
    st.dataframe(
        [
            {
                "Tensor": name,
                "Shape": " × ".join(map(str, tensor.shape)),
                "Parameters": tensor.numel(),
            }
            for name, tensor in model.network.parameters().items()
        ],
        hide_index=True,
        column_config={"Parameters": st.column_config.NumberColumn(format="localized")},
        alt="All tensors of the model",
    )


def _bytes(model: "Model", ids: list[int]) -> list[bytes]:
    found = []
    for token_id in ids:
        try:
            found.append(model.tokenizer.token_bytes(token_id))
        except LabError:
            found.append(b"")
    return found
