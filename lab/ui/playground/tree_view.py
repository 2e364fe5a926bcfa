"""The tree of what was tried: a row per text, a bar for its own tokens, a click to go there."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from lab.charts import palette
from lab.ui.playground.labels import PAGE, short, tokens
from lab.ui.playground.session import look

if TYPE_CHECKING:
    from lab.branches import Tree


def draw(tree: "Tree") -> None:
    """Draw the tree; a click on a row looks at that text."""
    order = rows(tree)
    line = tree.lineage(tree.tip)
    ends = [tree.branches[each].plan.at for each in line[1:]]
    kept = dict(zip(line, [*ends, len(tree.answer(tree.tip))], strict=True))
    result = _draw(
        key=f"{PAGE}_tree",
        data={
            "label": "What was tried",
            "most": max((len(tree.answer(index)) for index in order), default=0) or 1,
            "rows": [_row(tree, index, order, kept.get(index)) for index in order],
        },
        on_clicked_change=_ignore,
    )
    clicked = result.clicked
    if type(clicked) is int and 0 <= clicked < len(tree.branches) and clicked != tree.tip:
        look(tree, clicked)
        st.rerun()


def rows(tree: "Tree") -> list[int]:
    """The branches from top to bottom: each below the one that it goes on from."""
    children: dict[int | None, list[int]] = {}
    for index, branch in enumerate(tree.branches):
        children.setdefault(branch.plan.parent, []).append(index)
    order: list[int] = []
    waiting = children.get(None, [])[::-1]
    while waiting:
        index = waiting.pop()
        order.append(index)
        # Those that part later come first, so that no line crosses another.
        later = sorted(children.get(index, []), key=lambda each: -tree.branches[each].plan.at)
        waiting += later[::-1]
    return order


def _row(tree: "Tree", index: int, order: list[int], kept: int | None) -> dict[str, Any]:
    """A row; of a text that the tip goes on from, its tokens up to `kept` are the tip's too."""
    branch = tree.branches[index]
    parent = branch.plan.parent
    text = "".join(step.text for step in branch.steps)
    return {
        "index": index,
        "start": branch.plan.at,
        "end": branch.plan.at + len(branch.steps),
        "up": 0 if parent is None else order.index(index) - order.index(parent),
        "chosen": branch.chosen is not None,
        "text": short(text, 80) or "nothing visible",
        "length": tokens(len(branch.steps)),
        "kept": kept,
        "tip": index == tree.tip,
    }


def _ignore() -> None:
    """Streamlit keeps only the values that have a callback."""


_HERE = Path(__file__).parent
_STYLE = f":host {{ --on: {palette.KEPT}; --off: {palette.GREY}; --chosen: {palette.LOWER}; }}\n"
_draw = st.components.v2.component(
    f"{PAGE}_tree",
    css=_STYLE + (_HERE / "tree_view.css").read_text(),
    js=(_HERE / "tree_view.js").read_text(),
)
