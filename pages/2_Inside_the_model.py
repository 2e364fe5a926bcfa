"""Section 2: what a model is made of, and what comes out of it."""

import streamlit as st

from lab.charts.distribution import next_token
from lab.ui import models
from lab.ui.page import page
from lab.ui.token_strip import token_strip
from lab.ui.writing import candidates, read

TOP = 5

with page(
    "Inside the model",
    "A language model is a long chain of simple layers. Every number in them was learnt by "
    "predicting the next token.",
):
    prompt = st.text_input(
        "Prompt", "Hello my name", key="inside_prompt", bind="query-params", live=True
    )
    model = models.active_model()
    ids = model.tokenizer.encode(prompt)
    token_strip(read(model.tokenizer, ids), key="inside_strip")
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Layers", anchor=False)
        st.dataframe(
            [
                {
                    "Tensor": name,
                    "Shape": " × ".join(map(str, tensor.shape)),
                    "Numbers": tensor.numel(),
                }
                for name, tensor in model.network.parameters().items()
            ],
            hide_index=True,
            column_config={"Numbers": st.column_config.NumberColumn(format="localized")},
        )
    with right:
        from lab.generation import generate
        from lab.sampling import Settings

        step = next(generate(model, ids, Settings(max_new_tokens=1)))
        st.plotly_chart(
            next_token(
                *zip(*candidates(model.tokenizer, step)[:TOP], strict=True),
                title=f"The {TOP} likeliest next tokens",
            ),
            key="inside_chart",
            config={"displayModeBar": False},
            alt=f"Probabilities of the {TOP} likeliest next tokens",
        )
