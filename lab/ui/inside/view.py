"""What the sections of the page look at: one trace, and the layer, head and position chosen."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import streamlit as st

from lab.charts.labels import visible
from lab.errors import LabError
from lab.ui import models

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from lab.models import Model, Trace
    from lab.models.config import Config
    from lab.models.decoder import Tap

LONGEST = 512
"""Tokens of a prompt that the page follows; attention grows with their square."""
WINDOW = 48
"""Tokens drawn in one heat map."""
TRACES_IN_MEMORY = BLOCKS_IN_MEMORY = 4


@dataclass(frozen=True)
class Place:
    """What is looked at, in a few small values: fit to be remembered between runs."""

    model_id: str
    ids: tuple[int, ...]
    layer: int
    head: int
    position: int


class View:
    """A place with the model and the trace that belong to it; lives as long as one run."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.ids = place.ids
        self.layer, self.head, self.position = place.layer, place.head, place.position

    @cached_property
    def model(self) -> "Model":
        """The model of this page, shared by all sessions."""
        return models.get(self.place.model_id)

    @cached_property
    def trace(self) -> "Trace":
        """The forward pass over the prompt, made once for all who look at it."""
        return _trace(self.place.model_id, self.ids)

    @property
    def steps(self) -> "Mapping[str, Tensor]":
        """Every intermediate of the chosen block."""
        return _steps(self.place.model_id, self.ids, self.layer)

    @property
    def config(self) -> "Config":
        """The shape of the model's decoder."""
        return self.trace.decoder.config

    @cached_property
    def names(self) -> list[str]:
        """The prompt's tokens, whitespace made visible."""
        return [self.name(token_id) for token_id in self.ids]

    @property
    def window(self) -> slice:
        """Up to `WINDOW` tokens around the position."""
        first = min(max(0, len(self.ids) - WINDOW), max(0, self.position - WINDOW // 2))
        return slice(first, first + WINDOW)

    def name(self, token_id: int) -> str:
        """A token's text, whitespace made visible; its id where the tokenizer has none."""
        return visible(self.data(token_id)) or f"⟨id {token_id}⟩"

    def data(self, token_id: int) -> bytes:
        """A token's bytes; none for a row that pads the model's output."""
        try:
            return self.model.tokenizer.token_bytes(token_id)
        except LabError:
            return b""

    def altered(self, tap: "Tap") -> "Trace":
        """The same prompt through the model with an intervention. Not kept."""
        from lab.models import trace

        return trace(self.model, self.ids, tap=tap)


@st.cache_resource(max_entries=BLOCKS_IN_MEMORY, show_spinner=False)
def _steps(model_id: str, ids: tuple[int, ...], layer: int) -> "Mapping[str, Tensor]":
    return _trace(model_id, ids).steps(layer)


@st.cache_resource(max_entries=TRACES_IN_MEMORY, show_spinner=False)
def _trace(model_id: str, ids: tuple[int, ...]) -> "Trace":
    from lab.models import trace

    seen = trace(models.get(model_id), ids)
    if not bool(seen.logits.isfinite().all()):
        raise LabError(
            "This model computes no numbers for this text.",
            "A weight of it is no number, or its values outgrow the precision it is loaded in.",
            "Choose another model, or another text.",
        )
    return seen
