"""Texts for a page, from the engines that all sessions share."""

from collections.abc import Iterator, Sequence
from time import sleep
from typing import TYPE_CHECKING

import streamlit as st

from lab.ui import models
from lab.ui.patience import SECONDS_BETWEEN_LOOKS, give_way

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from lab.generation import Step
    from lab.models import Model
    from lab.sampling import Settings


SECONDS_BETWEEN_DRAWINGS = 0.06
SECONDS_IN_A_CROWD = 0.12
CROWD = 6
BEAMS = "A beam search shows its text when it is over."


def due(seconds: float) -> bool:
    """Whether a text in the making that has stood for so long should be drawn again.

    Drawing takes time from writing, so everybody's text comes in larger pieces where many write.
    """
    if seconds < SECONDS_BETWEEN_DRAWINGS:
        return False
    return seconds >= SECONDS_IN_A_CROWD or not crowded()


def crowded() -> bool:
    """Whether so many texts are in the making that each should come in larger pieces."""
    return models.texts_being_written() >= CROWD


def steps(
    model: "Model",
    prompt: str | Sequence[int],
    settings: "Settings",
    place: "DeltaGenerator | None" = None,
) -> "Iterator[Step]":
    """What `lab.generation.generate` yields, written by the engine of all sessions.

    While the text waits in the queue, `place` (else a new element) says so. The text ends with the
    script: when somebody presses Stop, leaves, or closes the tab. Raises `LabError` at the first
    step.
    """
    stream = models.engine(model.id).generate(prompt, settings)
    said, beams = None, settings.strategy == "beam"
    try:
        while True:
            if not stream.wait(0) and crowded():
                sleep(SECONDS_IN_A_CROWD)  # to be woken for each token would slow them all down
            while not stream.wait(SECONDS_BETWEEN_LOOKS):
                give_way()
                if (ahead := stream.place) or said or beams:
                    said = said or place or st.empty()
                    said.caption(f"{queue(ahead)} {BEAMS if beams else ''}")
            if said:
                said.empty()
                said = None
            step = next(stream, None)
            if step is None:
                return
            yield step
    finally:
        stream.close()


def longest(model: "Model") -> int:
    """How many tokens a text of this model may have here, its prompt included."""
    return models.engine(model.id).capacity


def queue(place: int) -> str:
    """A place in the queue in words.

    >>> queue(0), queue(1), queue(5)
    ('The model begins.', 'The next turn is yours.', '4 texts are before yours.')
    """
    match place:
        case 0:
            return "The model begins."
        case 1:
            return "The next turn is yours."
        case 2:
            return "One text is before yours."
    return f"{place - 1} texts are before yours."
