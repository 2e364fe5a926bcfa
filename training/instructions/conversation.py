"""What a conversation is, and how its last answer is marked."""

import re
from dataclasses import dataclass
from typing import Literal

Role = Literal["user", "assistant"]

Split = Literal["train", "phrasing", "subject"]
"""Which part of the data a conversation belongs to.

- ``train``: a phrasing and a subject that training may show.
- ``phrasing``: a phrasing kept out of training, about a subject that is in it.
- ``subject``: a phrasing from training, about a subject kept out of it: a pair of numbers,
  a thing to tell a story about, a request to refuse, a question nobody can answer here.
"""


@dataclass(frozen=True)
class Message:
    role: Role
    content: str


def says(text: str, words: str) -> bool:
    """Whether `text` contains `words` as whole words, in any case; a plural s is forgiven.

    >>> says("Two foxes and three Hens.", "hen"), says("The henhouse", "hen")
    (True, False)
    """
    return re.search(rf"(?<!\w){re.escape(words)}(s|es)?(?!\w)", text, re.IGNORECASE) is not None


@dataclass(frozen=True)
class Exactly:
    """The answer must be `answer`, letter by letter; `key` is the part that carries the fact."""

    answer: str
    key: str

    def passes(self, reply: str) -> bool:
        """Whether the reply is the expected answer.

        >>> Exactly("2 + 2 = 4.", "4").passes(" 2 + 2 = 4. ")
        True
        """
        return reply.strip() == self.answer

    def named_in(self, reply: str) -> bool:
        """Whether the reply names the fact at all, whatever else it says.

        >>> Exactly("2 + 2 = 4.", "4").named_in("I think it is 4, or 5.")
        True
        """
        return says(reply, self.key)


@dataclass(frozen=True)
class Mentions:
    """The answer must contain at least `at_least` of the `words` (all of them if None)."""

    words: tuple[str, ...]
    at_least: int | None = None

    def passes(self, reply: str) -> bool:
        """Whether enough of the words are there.

        >>> Mentions(("fox", "hen")).passes("A fox met a hen."), Mentions(("fox",)).passes("A cat.")
        (True, False)
        """
        needed = len(self.words) if self.at_least is None else self.at_least
        return sum(says(reply, word) for word in self.words) >= needed

    def named_in(self, reply: str) -> bool:
        """The same as `passes`: there is no stricter form to compare with."""
        return self.passes(reply)


Check = Exactly | Mentions


@dataclass(frozen=True)
class Conversation:
    """Messages that alternate between user and assistant and end with the assistant's answer."""

    messages: tuple[Message, ...]
    skill: str
    split: Split
    check: Check

    @property
    def prompt(self) -> tuple[Message, ...]:
        """Everything before the answer that is marked."""
        return self.messages[:-1]

    @property
    def answer(self) -> str:
        return self.messages[-1].content
