"""The text that is looked at: its tokens, what could have come instead, and how it was made."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from lab.ui import models
from lab.ui.keep import keep
from lab.ui.kinds import warn
from lab.ui.playground.labels import PAGE, kept, token, tokens
from lab.ui.playground.session import Wish, session
from lab.ui.text import literal
from lab.ui.token_strip import Colour, token_strip
from lab.ui.writing import ENDS, read, written

if TYPE_CHECKING:
    from lab.branches import Branch, Tree
    from lab.generation import Step
    from lab.models import Model

COLOURS: dict[Colour, str] = {
    "probability": "Probability",
    "rank": "Rank",
    "entropy": "Entropy",
}


def draw(tree: "Tree") -> None:
    """Draw the tip's text; a click on a token offers its alternatives, a click there forks."""
    model = models.get(tree.question.model_id)
    picture, foot = st.container(), st.container(horizontal=True, vertical_alignment="center")
    with foot:
        colour: Colour = st.segmented_control(
            "Colour",
            list(COLOURS),
            format_func=lambda each: COLOURS[each],
            default="probability",
            required=True,
            label_visibility="collapsed",
            **kept("colour"),
        )
        offer_files(tree, tree.tip)
    with picture:
        selected = strips(tree, tree.tip, key=f"{PAGE}_text", label="The answer", colour=colour)
    facts(tree, tree.tip)
    if not selected:
        st.caption("Click a token to see what else could have come there, and to go on from it.")
    for at in selected:
        _alternatives(model, tree.answer(tree.tip), at)


def thought(tree: "Tree", index: int) -> int:
    """How many of the first tokens of a branch's whole text are the model's thought."""
    from lab.chat import thought_length

    opened = tree.question.opens_thought(models.get(tree.question.model_id))
    return thought_length([step.text for step in tree.answer(index)], opened=opened)


def strips(tree: "Tree", index: int, *, key: str, label: str, colour: Colour) -> list[int]:
    """Draw a branch's whole text, its thought folded away; return the places that are selected."""
    tokenizer = models.get(tree.question.model_id).tokenizer
    shown = [written(tokenizer, step) for step in tree.answer(index)]
    end = thought(tree, index)
    selected: list[int | None] = []
    if end:
        with st.expander(f"Thought, {tokens(end)}", icon=":material/psychology:"):
            selected.append(
                token_strip(
                    shown[:end],
                    key=f"{key}_thought",
                    label=f"{label}: the thought",
                    colour=colour,
                    rows=(),
                )
            )
    at = token_strip(shown[end:], key=key, label=label, colour=colour, rows=())
    selected.append(None if at is None else end + at)
    return [each for each in selected if each is not None]


def _alternatives(model: "Model", steps: "Sequence[Step]", at: int) -> None:
    step = steps[at]
    st.markdown(
        f"**In place {at + 1:,}** stands {token(step)}. "
        "Click another to put it there and go on from it:"
    )
    rivals = [each for each in step.alternatives if each.token_id != step.token_id]
    offered = read(model.tokenizer, [each.token_id for each in rivals])
    clicked = token_strip(
        [
            replace(each, probability=rival.probability)
            for each, rival in zip(offered, rivals, strict=True)
        ],
        key=f"{PAGE}_alternatives_{at}",
        label="What could have come there",
        colour="probability",
        rows=(),
        action=True,
    )
    if clicked is not None:
        session().wish = Wish("fork", at, rivals[clicked].token_id)
        st.rerun()


def facts(tree: "Tree", index: int) -> None:
    """How much was written, how fast, why it ended, and with what, so that it can be had again."""
    from lab.chat import kind
    from lab.sampling import describe

    branch = tree.branches[index]
    before = len(tree.before(branch.plan)) if branch.plan.parent is not None else 0
    said = [tokens(len(branch.written), "new ")]
    if before:
        said.append(f"after {before:,} that stood there")
    if branch.seconds:
        said.append(f"{_speed(branch)}")
    finish = branch.written[-1].finish if branch.written else None
    end = ENDS[finish] if branch.written else "Nothing was written after your choice."
    st.caption(f"{', '.join(said)}. {end}")
    st.caption(f"{literal(tree.question.model_id)}: {literal(describe(branch.plan.settings))}")
    tuned = kind(models.get(tree.question.model_id)).tuned
    warn(tuned, templated=not isinstance(tree.question.asked, str))


def _speed(branch: "Branch") -> str:
    per_second = len(branch.written) / branch.seconds
    return f"{per_second:,.0f} per second, the first one after {1000 * branch.first:,.0f} ms"


def offer_files(tree: "Tree", index: int, name: str = "text") -> None:
    """Offer a branch as files; the tokens before it, chosen ones included, count as its prompt."""
    branch = tree.branches[index]
    if not branch.written:
        return
    model = models.get(tree.question.model_id)
    before = [step.token_id for step in tree.before(branch.plan)]
    keep(
        model,
        [*tree.question.ids(model), *before],
        branch.plan.settings,
        branch.written,
        key=f"{PAGE}_keep_{name}",
    )
