"""Section 5: every knob at once, on a text of one's own."""

import streamlit as st

from lab.errors import LabError
from lab.ui import models
from lab.ui.errors import show
from lab.ui.page import page
from lab.ui.settings import controls
from lab.ui.text import literal
from lab.ui.token_strip import token_strip
from lab.ui.writing import ENDS, write

state = st.session_state
state.setdefault("playground_writing", False)
state.setdefault("playground_answer", ([], "", None))  # tokens, settings in force, why it ended


def writing(on: bool) -> None:
    state.playground_writing = on


with page(
    "Playground",
    "Your prompt, your model, your settings. Point at a token of the answer to see what else "
    "could have come there.",
):
    left, right = st.columns([3, 2], gap="large")
    with right:
        settings = controls("playground")
    with left:
        prompt = st.text_area(
            "Prompt", "Once upon a time", height=120, key="playground_prompt", bind="query-params"
        )
        on = state.playground_writing
        st.button(
            "Stop" if on else "Write",
            icon=":material/stop:" if on else ":material/play_arrow:",
            type="secondary" if on else "primary",
            key="playground_write",
            on_click=writing,
            args=(not on,),
        )
        answer = st.container()

    model = models.active_model()
    if state.playground_writing:
        from lab.generation import generate
        from lab.sampling import describe

        writing(False)  # whatever interrupts the text from here on has stopped it
        tokens = []
        state.playground_answer = tokens, describe(settings), None
        try:
            with answer:
                end = write(generate(model, prompt, settings), model.tokenizer, tokens)
            state.playground_answer = tokens, describe(settings), end
        except LabError as error:
            state.playground_refusal = error
        st.rerun()
    if refusal := state.pop("playground_refusal", None):
        with answer:
            show(refusal)
    tokens, used, end = state.playground_answer
    if tokens:
        with answer:
            token_strip(
                tokens,
                key="playground_text",
                label="The answer",
                colour="probability",
                rows=(),
            )
            st.caption(f"{len(tokens):,} tokens. {ENDS[end]}")
            st.caption(f"Settings in force: {literal(used)}")
