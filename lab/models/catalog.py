"""What can be loaded: the models that ship with the project, and the ones it suggests."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BUNDLED = Path(__file__).parents[1] / "bundled"
"""The folder with one folder per bundled model, each in Hugging Face's format."""

SUGGESTED = ("gpt2", "Qwen/Qwen3-0.6B")
"""Real models worth having where there is a network; fetched once from the Hugging Face Hub."""


@dataclass(frozen=True)
class ModelCard:
    """What a person should know of a model before using it."""

    id: str
    title: str
    parameters: int
    architecture: str
    tuned: bool
    description: str

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return BUNDLED / self.id

    @property
    def text(self) -> str:
        """The whole card as Markdown: data, training, figures, and what it cannot do."""
        text = (self.folder / "README.md").read_text(encoding="utf-8")
        return text.split("---\n", 2)[-1].strip()  # without the Hub's metadata block


@cache
def bundled() -> list[ModelCard]:
    """The models in the repository, smallest promise first; they load without a network.

    >>> bundled()[0].id
    'mini-gpt2'
    """
    cards = [
        ModelCard(**json.loads(path.read_text(encoding="utf-8")))
        for path in BUNDLED.glob("*/card.json")
    ]
    return sorted(cards, key=lambda card: (card.tuned, card.architecture, card.id))
