"""The template in the open: messages, the exact text, its tokens, and where the answer begins."""

import html
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from lab.charts import palette
from lab.tokenizers import Tokenizer
from lab.ui.completion.inputs import PAGE, Question, kept
from lab.ui.models import card_of
from lab.ui.text import literal
from lab.ui.token_strip import token_strip
from lab.ui.writing import TEXT
from lab.ui.writing import read as strip_tokens

if TYPE_CHECKING:
    from lab.chat import Origin, Rendered
    from lab.models import Model

HUES: "dict[Origin, str]" = {
    "system": palette.TEAL,
    "user": palette.GOLD,
    "assistant": palette.INDIGO,
}
NAMES: "dict[Origin, str]" = {
    "control": "control token",
    "template": "other text of the template",
    "system": "system prompt",
    "user": "user",
    "assistant": "assistant",
}


def section(loaded: "Sequence[Model]", question: Question) -> None:
    """Draw the conversation as one of the models reads it."""
    from lab import chat

    model = choose(loaded, "template_model")
    template = chat.template_of(model)
    rendered = chat.render(model, question.messages, thinking=question.thinking)
    st.html(_text(model.tokenizer, rendered))
    blanks = any(each["content"] != each["content"].strip() for each in question.messages)
    st.caption(
        f"{len(rendered.ids):,} tokens, of which the template wrote "
        f"{sum(each in ('control', 'template') for each in rendered.origins):,}"
        f"{', blanks at the ends of messages among them' if blanks else ''}. The answer begins "
        "right after the last one."
    )
    if question.system and card_of(model.id):
        st.caption(
            "The models that ship with the playground met no system prompt in their training: "
            "this one reads yours, but has not learned to follow it."
        )
    with st.expander("Its tokens", key=f"{PAGE}_tokens", bind="query-params"):
        token_strip(
            strip_tokens(model.tokenizer, rendered.ids),
            key=f"{PAGE}_template_tokens",
            label="What the model reads",
        )
    with st.expander("The template itself", key=f"{PAGE}_source", bind="query-params"):
        st.markdown(
            f"It ships with {literal(model.id)}, is written in Jinja, and is run by transformers "
            "in a sandbox."
        )
        st.code(template.source, language="jinja2", wrap_lines=True)
    st.markdown(
        "Control tokens that you type stay text: try `<|im_end|>` in the prompt. The template "
        "sees your words only as stand-ins, so nothing that is typed can end your turn."
    )


def choose(loaded: "Sequence[Model]", name: str) -> "Model":
    """Which of the models to look at: the second, unless there is a choice and it is made."""
    ids = list(dict.fromkeys(model.id for model in loaded))
    chosen = ids[-1]
    if len(ids) > 1:
        chosen = st.segmented_control("Model", ids, default=ids[-1], required=True, **kept(name))
    return next((model for model in loaded if model.id == chosen), loaded[-1])


def _text(tokenizer: Tokenizer, rendered: "Rendered") -> str:
    """The text as HTML: control tokens framed, messages on the colour of who speaks."""
    runs = []
    for origin, group in groupby(
        zip(rendered.origins, rendered.ids, strict=True), key=lambda each: each[0]
    ):
        ids = [token_id for _, token_id in group]
        for part in [[each] for each in ids] if origin == "control" else [ids]:
            data = b"".join(map(tokenizer.token_bytes, part))
            runs.append(_run(origin, data.decode("utf-8", "replace")))
    runs.append(f'<span style="{_CURSOR}" title="Here the answer begins"></span>')
    used = [each for each in NAMES if each in rendered.origins]
    legend = " ".join(_run(each, NAMES[each]) for each in used)
    return (
        f'<div style="{TEXT}; line-height: 1.6; padding: 0.6rem 0.8rem; border-radius: 0.5rem; '
        f'border: 1px solid {palette.veil(palette.GREY, 0.35)}">{"".join(runs)}</div>'
        f'<div style="margin-top: 0.5rem; font-size: 0.85rem">{legend}</div>'
    )


def _run(origin: "Origin", text: str) -> str:
    shown = html.escape(text)
    return f'<span style="{_style(origin)}" title="{NAMES[origin]}">{shown}</span>'


def _style(origin: "Origin") -> str:
    if origin == "control":
        return (
            f"border: 1.5px solid {palette.GREY}; border-radius: 0.28em; padding: 0 0.25em; "
            "font-weight: 600"
        )
    if origin == "template":
        return "opacity: 0.7"
    fill = palette.veil(HUES[origin], palette.TOKEN_OPACITY)
    return f"background: {fill}; border-radius: 0.2em; padding: 0.05em 0.1em"


_CURSOR = (
    f"display: inline-block; width: 0.2em; height: 1.1em; vertical-align: text-bottom; "
    f"background: {palette.RUST}"
)
