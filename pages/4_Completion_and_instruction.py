"""Section 4: a model that continues text, and one that was taught to answer."""

import streamlit as st

from lab.models.catalog import bundled
from lab.ui import models
from lab.ui.page import page
from lab.ui.token_strip import token_strip
from lab.ui.writing import written

PROMPTS = ("What is 2+2?", "Suggest a party theme.", "Once upon a time")
TOKENS = 60
TUNED = [card.id for card in bundled() if card.tuned]
SUGGESTED = "Qwen/Qwen3-0.6B"

with page(
    "Completion and instruction",
    "A completion model only continues your text. An instruction-tuned one reads it as a request, "
    "because it was trained further on requests and answers, wrapped in a template.",
):
    prompt = st.selectbox(
        "Prompt", PROMPTS, key="completion_prompt", bind="query-params", accept_new_options=True
    )
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Completion", anchor=False)
        place = st.container()
    with right:
        st.subheader("Instruction-tuned", anchor=False)
        tuned_id = st.selectbox(
            "Instruction-tuned model",
            [*TUNED, SUGGESTED],
            index=0 if TUNED else None,
            placeholder="Choose or type a model",
            key="completion_tuned",
            bind="query-params",
            accept_new_options=True,
        )
    model = models.active_model()
    from lab.generation import generate
    from lab.sampling import Settings

    settings = Settings(max_new_tokens=TOKENS)
    with place:
        st.caption(f"{model.id} reads the prompt as it stands")
        token_strip(
            [written(model.tokenizer, step) for step in generate(model, prompt, settings)],
            key="completion_base_text",
            label="What the completion model writes",
            colour="probability",
            rows=(),
        )
    with right:
        if tuned_id is None:
            st.info(
                f"No instruction-tuned model is loaded. Choose `{SUGGESTED}` above (about 1.5 GB, "
                f"fetched once), or run `python -m lab download {SUGGESTED}` beforehand.",
                icon=":material/download:",
            )
        else:
            from lab import chat

            tuned = models.get(tuned_id)
            rendered = chat.render(tuned, [{"role": "user", "content": prompt}])
            st.caption(f"{tuned.id} reads the prompt inside its template")
            token_strip(
                [
                    written(tuned.tokenizer, step)
                    for step in generate(tuned, rendered.ids, settings)
                ],
                key="completion_tuned_text",
                label="What the instruction-tuned model writes",
                colour="probability",
                rows=(),
            )
