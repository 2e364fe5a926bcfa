"""A text that a server wrote, as documents. There is no program: nobody knows what it would draw.

The key with which it was asked is not noted.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from lab.export.documents import fenced
from lab.generation.remote import RemoteStep, describe
from lab.sampling import Settings


@dataclass(frozen=True)
class RemoteRecord:
    """What a model of a server (its host and port) was asked, a text or messages, and what came."""

    model_id: str
    server: str
    asked: str | Sequence[Mapping[str, str]]
    settings: Settings
    steps: tuple[RemoteStep, ...]

    @property
    def text(self) -> str:
        """What was written, a thought that the server told apart included."""
        return "".join(step.text for step in self.steps)


def remote_as_markdown(record: RemoteRecord) -> str:
    """The text to read, with what was asked and what was sent of the settings.

    >>> step = RemoteStep(" time", finish="stop")
    >>> record = RemoteRecord("m", "host:8000", "Once upon a", Settings(), (step,))
    >>> print(remote_as_markdown(record).partition("Settings")[0])
    ## m
    <BLANKLINE>
    Written by host:8000
    <BLANKLINE>
    """
    asked = record.asked
    messages = [{"role": "prompt", "content": asked}] if isinstance(asked, str) else asked
    parts = [
        f"## {record.model_id}",
        f"Written by {record.server}",
        f"Settings: {describe(record.settings)}",
    ]
    for message in (*messages, {"role": "answer", "content": record.text}):
        parts += [f"{message['role'].capitalize()}:", fenced(message["content"])]
    return "\n\n".join(parts) + "\n"


def remote_as_json(record: RemoteRecord) -> str:
    """All that is known: the probabilities that the server gave, and null where it gave none."""
    return json.dumps(asdict(record) | {"text": record.text}, ensure_ascii=False, indent=2) + "\n"
