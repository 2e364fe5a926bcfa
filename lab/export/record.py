"""What is known of a text that a model wrote: enough to write it again."""

from collections.abc import Sequence
from dataclasses import dataclass

from lab.generation import Step
from lab.models import Model
from lab.sampling import Settings

FOLDER = "lab/bundled"
"""Where the models lie that come with the project, seen from its top."""


@dataclass(frozen=True)
class Record:
    """A text with its origin. `prompt` and `text` are what `prompt_ids` and the steps say.

    `location` is where transformers finds the model: an id on the Hub, pinned to `revision`, or a
    folder. `end_ids` are the tokens with which the model may end a text.
    """

    model_id: str
    location: str
    revision: str | None
    dtype: str
    end_ids: tuple[int, ...]
    prompt_ids: tuple[int, ...]
    prompt: str
    settings: Settings
    steps: tuple[Step, ...]

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(step.text for step in self.steps)


def record(
    model: Model, prompt_ids: Sequence[int], settings: Settings, steps: Sequence[Step]
) -> Record:
    """Note what a model wrote after some ids.

    >>> from lab.generation import generate
    >>> from lab.models import load
    >>> model, settings = load("mini-gpt2"), Settings(max_new_tokens=2)
    >>> ids = model.tokenizer.encode("Once upon a")
    >>> noted = record(model, ids, settings, list(generate(model, ids, settings)))
    >>> noted.prompt, noted.location, len(noted.steps)
    ('Once upon a', 'lab/bundled/mini-gpt2', 2)
    """
    location = {
        "bundled": f"{FOLDER}/{model.id}",
        "hub": model.id,
        "folder": model.folder.as_posix(),
    }[model.source]
    return Record(
        model_id=model.id,
        location=location,
        # A Hub model lies in a folder named after its commit.
        revision=model.folder.name if model.source == "hub" else None,
        dtype=str(model.dtype).removeprefix("torch."),
        end_ids=tuple(sorted(model.end_ids)),
        prompt_ids=tuple(prompt_ids),
        prompt=model.tokenizer.decode(prompt_ids),
        settings=settings,
        steps=tuple(steps),
    )
