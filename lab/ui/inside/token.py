"""One token of the vocabulary, typed by the learner."""

import streamlit as st

from lab.errors import LabError
from lab.ui.inside.view import View


def one_token(view: View, label: str, name: str) -> int:
    """Ask for a token; the likeliest next one where nothing is typed. Raises `LabError`."""
    likeliest = int(view.trace.logits[view.position].argmax())
    text = st.text_input(
        label, key=f"inside_{name}", bind="query-params", width=260,
        placeholder=view.name(likeliest),
        help="A leading space matters: “ cat” and “cat” are two tokens. Empty: the likeliest one.",
    )  # fmt: skip
    if not text:
        return likeliest
    ids = view.model.tokenizer.encode(text)
    if len(ids) != 1:
        raise LabError(
            f"“{text[:40]}” is {len(ids)} tokens.",
            "One token is followed at a time.",
            f"Type just {view.name(ids[0])}, for example." if ids else "Type a token.",
        )
    return ids[0]
