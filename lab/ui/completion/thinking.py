"""Thinking on and off: one switch, and what the template makes of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from lab.ui.completion.inputs import PAGE, TUNED_FROM_THE_HUB, Question
from lab.ui.completion.template import choose
from lab.ui.text import literal
from lab.ui.token_strip import token_strip
from lab.ui.writing import read

if TYPE_CHECKING:
    from lab.chat import Rendered
    from lab.models import Model


def section(loaded: "Sequence[Model]", question: Question) -> None:
    """Draw how the template ends with thinking on and off, for a model that has the switch."""
    from lab import chat

    able = [model for model in loaded if _switch(model)]
    if not able:
        names = " or ".join(dict.fromkeys(literal(model.id) for model in loaded))
        st.info(
            f"There is no thinking switch in the template of {names}. Qwen3's models have one: "
            f"choose `{TUNED_FROM_THE_HUB}` above.",
            icon=":material/psychology:",
        )
        return
    model = choose(able, "thinking_model")
    on, off = (chat.render(model, question.messages, thinking=each) for each in (True, False))
    begin = _last_control_in_common(on, off)
    for column, (name, rendered) in zip(st.columns(2), {"on": on, "off": off}.items(), strict=True):
        with column:
            st.markdown(f"**Thinking {name}**: the template ends with")
            token_strip(
                read(model.tokenizer, rendered.ids[begin:]),
                key=f"{PAGE}_thinking_{name}",
                label=f"The template's end, thinking {name}",
            )
    st.markdown(
        "There is no other mode inside the model. Off, the template *adds* a thought that is "
        "empty and already over, so the model goes on with the answer. On, the model opens one "
        "itself, because it was trained to; above it is folded away from the answer."
    )


def _switch(model: "Model") -> bool:
    from lab.chat import find_template

    template = find_template(model.folder)
    return template is not None and template.has_thinking_switch


def _last_control_in_common(one: "Rendered", other: "Rendered") -> int:
    """The last control token of the ids with which both begin: the head of the answer."""
    begin = 0
    for at, (a, b) in enumerate(zip(one.ids, other.ids, strict=False)):
        if a != b:
            break
        if one.origins[at] == "control":
            begin = at
    return begin
