"""What differs between the text that is looked at and another one."""

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from lab.charts import palette
from lab.ui.playground.labels import PAGE, name, token, tokens
from lab.ui.text import literal
from lab.ui.writing import TEXT

if TYPE_CHECKING:
    from lab.branches import Difference, Tree
    from lab.generation import Step


def draw(tree: "Tree") -> None:
    """Offer the other texts of the tree, and say how the chosen one differs from the tip."""
    from lab.branches import difference

    others = [index for index in range(len(tree.branches)) if index != tree.tip]
    parent = tree.branches[tree.tip].plan.parent
    if parent is not None:
        others.sort(key=lambda index: index != parent)  # what it goes on from is the first choice
    other = st.selectbox(
        "Compare it with",
        others,
        format_func=lambda index: name(tree, index),
        key=f"{PAGE}_other_{hash((tree.question, tree.tip, len(others)))}",
    )
    found = difference(tree, tree.tip, other)
    st.markdown(_parting(found))
    st.caption(f"{_measure(found, 0, 'This one')} {_measure(found, 1, 'The other')}")
    texts = tree.answer(tree.tip), tree.answer(other)
    st.html(
        f"{_line('This one', _marked(texts[0], [(p.first, p.same) for p in found.parts], 0))}"
        f"{_line('The other', _marked(texts[1], [(p.second, p.same) for p in found.parts], 1))}"
    )


def _parting(found: "Difference") -> str:
    if found.parting is None:
        return "They are the same, token by token."
    here, there = found.rivals
    if here is None or there is None:
        longer = "The other" if here is None else "This one"
        return f"{longer} goes on where the first {tokens(found.parting)} end; so far they agree."
    return (
        f"They part in **place {found.parting + 1:,}**: here {token(here)}, there {token(there)}."
    )


def _measure(found: "Difference", which: int, title: str) -> str:
    bits = found.surprise[which]
    surprise = "" if bits is None else f", {bits:.2f} bits of surprise per token"
    return literal(f"{title}: {tokens(found.lengths[which])}{surprise}.")


def _marked(
    steps: "Sequence[Step]", parts: Sequence[tuple[tuple[int, int], bool]], which: int
) -> str:
    hue = (palette.HIGHER, palette.LOWER)[which]
    runs = []
    for (start, end), same in parts:
        text = html.escape("".join(step.text for step in steps[start:end]))
        style = "opacity: 0.72" if same else f"background: {palette.veil(hue, 0.3)}"
        if text:
            runs.append(f'<span style="{style}; border-radius: 0.2em">{text}</span>')
    return "".join(runs)


def _line(title: str, text: str) -> str:
    return (
        f'<div style="margin-bottom: 0.7rem"><div style="font-size: 0.85rem; opacity: 0.75">'
        f'{title}</div><div style="{TEXT}; font-size: 1rem; line-height: 1.55">{text}</div></div>'
    )
