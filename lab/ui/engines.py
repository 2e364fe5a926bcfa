"""Texts for a page, from the engines that all sessions share."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from lab.ui import models
from lab.ui.patience import SECONDS_BETWEEN_LOOKS, give_way

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from lab.generation import Step
    from lab.models import Model
    from lab.sampling import Settings


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
    said = None
    try:
        while True:
            while not stream.wait(SECONDS_BETWEEN_LOOKS):
                give_way()
                if (ahead := stream.place) or said:
                    said = said or place or st.empty()
                    said.caption(queue(ahead))
            if said:
                said.empty()
                said = None
            step = next(stream, None)
            if step is None:
                return
            yield step
    finally:
        stream.close()


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
