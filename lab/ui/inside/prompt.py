"""What the model is to read: a text, random ids, or ids typed by hand."""

from typing import TYPE_CHECKING

import streamlit as st

from lab.errors import LabError
from lab.ui import address
from lab.ui.inside.view import LONGEST

if TYPE_CHECKING:
    from lab.models import Model

EXAMPLE = "Hello my name"
EIGHT = 8  # the course's dummy sequence
NEW_TEXT = "inside_new_text"
"""Set in the session when another text is to be read: it is looked at where it goes on, at its end.
"""


def read_ids(model: "Model") -> tuple[int, ...]:
    """Ask what to read; give the ids. Raises `LabError` for nothing, nonsense or too much."""
    left, right = st.columns([3, 7])
    with left:
        kind = st.segmented_control(
            "Read",
            list(KINDS),
            default="Text",
            required=True,
            key="inside_kind",
            bind="query-params",
        )
    with right:
        ids = KINDS[kind](model)
    if not ids:
        raise LabError(
            "There is nothing to read.",
            "A model predicts the token after at least one other.",
            "Write a word or two." if kind == "Text" else "Write an id or two.",
        )
    return _cut(model, tuple(ids))


def _text(model: "Model") -> list[int]:
    text = address.text_input("Prompt", EXAMPLE, key="inside_prompt", on_change=_at_the_end)
    if text.endswith(" "):
        st.caption(
            "The prompt ends with a space. Most tokens begin with one of their own, so the "
            "prediction is better without it."
        )
    return model.tokenizer.encode(text)


def _random(model: "Model") -> list[int]:
    import torch

    most = min(model.context, LONGEST)
    with st.container(horizontal=True):
        count = address.whole_number(
            "How many", 1, most, min(EIGHT, most), key="inside_count", on_change=_at_the_end
        )
        seed = address.whole_number("Seed", 0, 2**31, 0, key="inside_seed")
    generator = torch.Generator().manual_seed(int(seed))
    drawn: list[int] = torch.randint(
        _vocabulary(model), (min(max(1, int(count)), most),), generator=generator
    ).tolist()
    return drawn


def _typed(model: "Model") -> list[int]:
    text = address.text_input(
        "Ids, separated by commas or spaces", "0, 1, 2", key="inside_ids", on_change=_at_the_end
    )
    known = _vocabulary(model)
    ids = []
    for word in text.replace(",", " ").split():
        if not word.isdecimal() or not word.isascii() or len(word) > 9 or int(word) >= known:
            raise LabError(
                f"“{word[:20]}” is no id of {model.id}.",
                f"Its ids are the whole numbers from 0 to {known - 1:,}.",
                "Correct the list.",
            )
        ids.append(int(word))
    return ids


def _vocabulary(model: "Model") -> int:
    return model.tokenizer.vocab_size if model.config is None else model.config.vocab_size


def _cut(model: "Model", ids: tuple[int, ...]) -> tuple[int, ...]:
    """The ids, or as many as can be followed if the person agrees to that."""
    most = min(model.context, LONGEST)
    if len(ids) <= most:
        return ids
    reason = (
        f"{model.id} can look at {most:,} tokens at once."
        if most == model.context
        else f"Attention grows with the square of the text; this page follows {most:,} tokens."
    )
    label = f"Read only the first {most:,} tokens"
    if not st.toggle(label, key="inside_cut", bind="query-params", on_change=_at_the_end):
        raise LabError(
            f"The text is too long: {len(ids):,} tokens.",
            reason,
            f"Shorten it, or switch on “{label}” above.",
        )
    return ids[:most]


KINDS = {"Text": _text, "Random ids": _random, "Ids": _typed}


def _at_the_end() -> None:
    st.session_state[NEW_TEXT] = "typed"
