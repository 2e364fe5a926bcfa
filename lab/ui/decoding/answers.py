"""What the model answered: kept for all sessions, so that no slider ever asks it twice.

Streamlit does not hash arguments that begin with an underscore; the id stands for the model.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import streamlit as st

from lab.ui import engines
from lab.ui.patience import give_way

if TYPE_CHECKING:
    from torch import Tensor

    from lab.generation import Step
    from lab.generation.beam import Candidate, Search
    from lab.models import Model
    from lab.sampling import Settings


@dataclass(frozen=True)
class Writing:
    """A finished text, and the seconds that it took when it was first written."""

    steps: "tuple[Step, ...]"
    seconds: float


@st.cache_resource(max_entries=128, show_spinner=False)
def next_logits(_model: "Model", model_id: str, ids: tuple[int, ...]) -> "Tensor":
    """The logits after `ids`, (vocabulary,) float32. Raises `LabError` for no ids or too many."""
    from lab.generation.loop import prompt_ids
    from lab.models import forward

    return forward(_model, prompt_ids(_model, ids))[-1].clone()


@st.cache_resource(max_entries=256, show_spinner="Writing")
def written(_model: "Model", model_id: str, prompt: str, settings: "Settings") -> Writing:
    """The text that these settings write after the prompt. Raises `LabError`."""
    begin = perf_counter()
    steps = tuple(engines.steps(_model, prompt, settings))
    return Writing(steps, perf_counter() - begin)


@st.cache_resource(max_entries=64, show_spinner="Searching")
def found(_model: "Model", model_id: str, prompt: str, settings: "Settings") -> "Search":
    """The record of a beam search. Raises `LabError`."""
    from lab.generation.beam import record, rounds

    return record(_watched(rounds(_model, prompt, settings)), settings)


def _watched(rounds: "Iterable[list[Candidate]]") -> "Iterator[list[Candidate]]":
    """The rounds of a search, which ends where nobody looks at the page any more."""
    for candidates in rounds:
        give_way()
        yield candidates
