"""What a model is asked."""

from dataclasses import dataclass
from typing import NamedTuple

from lab.chat import Message, opens_thought, render
from lab.chat.rendering import Role
from lab.errors import LabError
from lab.models import Model


class Turn(NamedTuple):
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True)
class Question:
    """A text to go on with, or a conversation to answer by the model's own template.

    `thinking` is whether the model is to think first, for templates with such a switch; None
    leaves it as the template has it.
    """

    model_id: str
    asked: str | tuple[Turn, ...]
    thinking: bool | None = None

    @property
    def title(self) -> str:
        """What was asked last."""
        return self.asked if isinstance(self.asked, str) else self.asked[-1].content

    def ids(self, model: Model) -> list[int]:
        """What the model reads. Raises `LabError` for nothing to answer, and where `render` does.

        >>> from lab.models import load
        >>> model = load("mini-gpt2")
        >>> len(Question("mini-gpt2", "Once upon a time").ids(model))
        4
        >>> Question("mini-gpt2", (Turn("user", " "),)).ids(model)
        Traceback (most recent call last):
        lab.errors.LabError: The message is empty. ...
        """
        if isinstance(self.asked, str):
            return model.tokenizer.encode(self.asked)
        if not self.asked or not self.asked[-1].content.strip():
            raise LabError(
                "The message is empty.",
                "In a chat the model answers the last message, and there is none.",
                "Write a message.",
            )
        messages = [Message(role=turn.role, content=turn.content) for turn in self.asked]
        return render(model, messages, thinking=self.thinking).ids

    def opens_thought(self, model: Model) -> bool:
        """Whether what the model reads ends inside an open thought, as some templates do."""
        return opens_thought(model.tokenizer.decode(self.ids(model)[-_END:]))


_END = 16
"""Tokens in which the tag of a thought has room."""
