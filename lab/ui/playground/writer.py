"""Following plans: texts in the making, one or several side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING

import streamlit as st

from lab.errors import LabError
from lab.ui import models
from lab.ui.engines import due
from lab.ui.patience import give_way
from lab.ui.playground import source
from lab.ui.playground.session import Draft, Session, Wish
from lab.ui.settings import SEEDS, with_seed
from lab.ui.writing import in_the_making, piece

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from lab.branches import Plan, Question, Tree
    from lab.generation import Step
    from lab.sampling import Settings
    from lab.ui.playground.inputs import Asked

PER_ROW = 2
"""Texts beside each other: more columns could not be read."""


def jobs(
    mine: Session, wish: Wish, what: "Sequence[Question]", asked: "Asked"
) -> "list[tuple[Question, Plan]]":
    """What is to be written for a wish. `what` has the question for each of the asked sides."""
    from lab.branches import Plan

    if wish.act == "write":
        wanted = []
        for question, (_, settings) in zip(what, asked.sides, strict=True):
            first = with_seed(settings)
            samples = asked.samples if settings.strategy == "sample" else 1
            wanted += [(question, Plan(_sample(first, number))) for number in range(samples)]
        return wanted
    tree, settings = mine.tree, asked.sides[0][1]
    if tree is None or not tree.branches:
        return []
    match wish.act:
        case "onward":
            plan = tree.onward(_next_seed(settings, tree))
        case "again":
            plan = tree.again(with_seed(replace(tree.branches[tree.tip].plan.settings, seed=None)))
        case _:
            plan = tree.fork(wish.at, wish.token_id, with_seed(settings))
    return [(tree.question, plan)]


def _sample(settings: "Settings", number: int) -> "Settings":
    """The settings of a sample: each has the seed after that of the one before."""
    return settings if settings.seed is None else _later(settings, settings.seed, number)


def _next_seed(settings: "Settings", tree: "Tree") -> "Settings":
    """Going on takes the seed after the one before: the same would draw the same numbers again."""
    before = tree.branches[tree.tip].plan.settings.seed
    if settings.strategy != "sample" or before is None:
        return with_seed(settings)
    return _later(settings, before, 1)


def _later(settings: "Settings", seed: int, number: int) -> "Settings":
    """The settings with the seed so many after another one; after the last comes 0."""
    return replace(settings, seed=(seed + number) % SEEDS)


def follow(
    mine: Session, wanted: "Sequence[tuple[Question, Plan]]", place: "DeltaGenerator"
) -> None:
    """Write what is wanted into the session, and show it as it is made.

    An error ends its own text alone; what was written before it is kept.
    """
    drafts = [
        Draft(question, plan, mine.tree_of(question).before(plan)) for question, plan in wanted
    ]
    mine.drafts = drafts  # which the next run settles, while this one may still be here
    with place.container():
        places = _places(len(wanted))
    pieces = [[piece(step) for step in draft.before] for draft in drafts]
    running: list[tuple[Draft, Iterator[Step], list[str]]] = [
        (draft, _steps(draft, spot), each)
        for draft, spot, each in zip(drafts, places, pieces, strict=True)
    ]
    drawn = 0.0
    while running:
        for text in tuple(running):
            draft, steps, shown = text
            try:
                step = next(steps, None)
            except LabError as error:
                mine.error, step = error, None
            if step is None:
                running.remove(text)
                continue
            draft.seconds = perf_counter() - draft.begun
            draft.first = draft.first or draft.seconds
            draft.steps.append(step)
            shown.append(piece(step))
        if due(perf_counter() - drawn):
            for draft, spot, each in zip(drafts, places, pieces, strict=True):
                if each:
                    spot.html(in_the_making(each, draft.thought))
            drawn = perf_counter()
    give_way()  # a run that was stopped must not settle what the next one writes


def restore(mine: Session, place: "DeltaGenerator") -> None:
    """Write what a link tells of, one text after the other, then look where it looks."""
    note, text = place.container().empty(), place.container()
    done = 0
    while mine.queue:
        question, plan = mine.queue[0]
        note.caption(
            f"Writing what the link tells of: text {done + 1} of {done + len(mine.queue)}."
        )
        follow(mine, [(question, plan)], text.empty())
        branch = mine.drafts[0].branch()
        mine.drafts = []
        if branch:
            mine.change(mine.tree_of(question).grown(branch), remember=False)
        if branch is None or mine.error:
            mine.queue = []
            return
        mine.queue.pop(0)
        done += 1
    if mine.target:
        question, tip = mine.target
        mine.change(mine.tree_of(question).at(tip), remember=False)


def _places(count: int) -> "list[DeltaGenerator]":
    if count == 1:
        return [st.empty()]
    places = []
    for first in range(0, count, PER_ROW):
        for column in st.columns(PER_ROW, gap="medium")[: count - first]:
            with column:
                places.append(st.container(border=True).empty())
    return places


def _steps(draft: Draft, place: "DeltaGenerator") -> "Iterator[Step]":
    model = models.get(draft.question.model_id)
    if draft.plan.length == 0 or draft.plan.chosen in model.end_ids:
        return
    draft.opens_thought = draft.question.opens_thought(model)
    ids = [*draft.question.ids(model), *(step.token_id for step in draft.before)]
    draft.begun = perf_counter()
    steps = source.steps(model.id, ids, draft.plan.settings, place)
    yield from islice(steps, draft.plan.length)
