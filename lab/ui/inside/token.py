"""One token of the vocabulary, typed by the learner."""

import streamlit as st

from lab.charts.labels import MARKS
from lab.errors import LabError
from lab.ui.inside.view import View


def one_token(view: View, label: str, name: str) -> int:
    """Ask for a token; the likeliest next one where nothing is typed. Raises `LabError`."""
    likeliest = int(view.trace.logits[view.position].argmax())
    text = st.text_input(
        label, key=f"inside_{name}", bind="query-params", width=260,
        placeholder=view.name(likeliest),
        help="A leading space, also written ␣, matters: “ cat” and “cat” are two tokens. "
             "Empty: the likeliest one.",
    )  # fmt: skip
    if not text:
        return likeliest
    tokenizer = view.model.tokenizer
    ids = tokenizer.encode(text.replace(MARKS[" "], " "))
    if len(ids) != 1:
        typed = (each for each in ids if tokenizer.encode(tokenizer.decode([each])) == [each])
        offered = next(typed, None)
        raise LabError(
            f"“{text[:40]}” is {len(ids)} tokens.",
            "One token is followed at a time.",
            "Type a token." if offered is None else f"Type just {view.name(offered)}, for example.",
        )
    return ids[0]
