"""Where the texts of this page come from."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lab.ui import engines, models

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from lab.generation import Step
    from lab.sampling import Settings


def steps(
    model_id: str, prompt_ids: Sequence[int], settings: "Settings", place: "DeltaGenerator"
) -> "Iterator[Step]":
    """The steps of a text, as they are made. Raises `LabError`."""
    return engines.steps(models.get(model_id), prompt_ids, settings, place)
