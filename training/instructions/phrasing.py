"""Sentences with holes, divided into those that training sees and those it never does.

A phrasing is written on one line. ``[a|b]`` stands for one of its alternatives (they may nest, and
one may be empty), ``{name}`` for a word of the subject:

>>> render("[What is|What's] {a} plus {b}?", {"a": "2", "b": "3"}, random.Random(0))
"What's 2 plus 3?"

Alternatives belong to one phrasing: what is held out is the whole line with everything it can say.
"""

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from training.instructions.conversation import (
    Check,
    Conversation,
    Exactly,
    Mentions,
    Message,
    Split,
)

T = TypeVar("T")
U = TypeVar("U")

Subject = Mapping[str, str]

HELD_OUT_PHRASINGS = 0.2


@dataclass(frozen=True)
class Divided(Generic[T]):
    """Items for training, and items kept out of it."""

    train: tuple[T, ...]
    held_out: tuple[T, ...] = ()

    def __add__(self, other: "Divided[T]") -> "Divided[T]":
        return Divided(self.train + other.train, self.held_out + other.held_out)

    def expand(self, function: Callable[[T], Iterable[U]]) -> "Divided[U]":
        """Each item turned into any number of others, which stay on its side."""
        return Divided(
            tuple(new for item in self.train for new in function(item)),
            tuple(new for item in self.held_out for new in function(item)),
        )


def divide(name: str, items: Sequence[T], share: float, keep: Sequence[T] = ()) -> Divided[T]:
    """Hold out a `share` of the items by lot; the lot depends on `name` alone.

    >>> divide("numbers", range(10), 0.2, keep=[0]).held_out
    (1, 3)
    """
    free = [item for item in items if item not in keep]
    lot = set(random.Random(name).sample(range(len(free)), round(share * len(items))))
    return Divided(
        tuple(item for item in items if item in keep)
        + tuple(item for i, item in enumerate(free) if i not in lot),
        tuple(item for i, item in enumerate(free) if i in lot),
    )


def phrasings(name: str, text: str) -> Divided[str]:
    """The phrasings of `text`, one per line; the first always stays in training."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return divide(f"phrasings of {name}", lines, HELD_OUT_PHRASINGS, keep=lines[:1])


def choose(sentence: str, rng: random.Random) -> str:
    """Replace each ``[a|b]`` by one of its alternatives, innermost first."""
    while True:
        chosen = re.sub(r"\[([^\[\]]*)\]", lambda m: rng.choice(m[1].split("|")), sentence)
        if chosen == sentence:
            return sentence
        sentence = chosen


def sentence_case(text: str) -> str:
    """Capital letters where sentences begin.

    >>> sentence_case('the fox ran. "oh!" said the hen. she fell.')
    'The fox ran. "Oh!" said the hen. She fell.'
    """
    return re.sub(r'((?:^|[.?!] )"?)([a-z])', lambda m: m[1] + m[2].upper(), text)


def render(sentence: str, subject: Subject, rng: random.Random) -> str:
    """One way of saying a phrasing about a subject."""
    return sentence_case(choose(sentence, rng).format_map(subject))


OPENERS = ("Hello! ", "Hi! ", "Excuse me. ", "I have a question. ", "Hello there. ", "Hey! ")
CLOSERS = (" Thank you.", " Thanks!", " Please.", " Please tell me.")


def vary(text: str, rng: random.Random, courtesy: bool = True) -> str:
    """The same message as different people would type it: case, punctuation, courtesies."""
    if courtesy and rng.random() < 0.12:
        text = rng.choice(OPENERS) + text
    elif courtesy and text[-1] in ".?!" and rng.random() < 0.08:
        text += rng.choice(CLOSERS)
    if rng.random() < 0.15:
        text = text.rstrip(".?! ")
    if rng.random() < 0.15:
        text = text.lower()
    return text


def with_article(noun: str) -> str:
    """The noun behind its indefinite article.

    >>> with_article("owl"), with_article("unicorn"), with_article("hen")
    ('an owl', 'a unicorn', 'a hen')
    """
    vowel = noun[0].lower() in "aeiou" and not noun.lower().startswith(("uni", "eu", "one"))
    return f"{'an' if vowel else 'a'} {noun}"


def listed(text: str) -> tuple[str, ...]:
    """The entries of a list written with commas, over any number of lines.

    >>> listed("a cat, a dog")
    ('a cat', 'a dog')
    """
    return tuple(" ".join(entry.split()) for entry in text.split(","))


def join(words: Sequence[str]) -> str:
    """A list as one says it.

    >>> join(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


@dataclass(frozen=True)
class Answer:
    text: str
    check: Check


Answerer = Callable[[Subject, random.Random], Answer]


def fixed(answer: str, key: str) -> Answerer:
    """Always the same sentence for the same subject; `key` is the part that carries the fact."""

    def answerer(subject: Subject, rng: random.Random) -> Answer:
        text = sentence_case(answer.format_map(subject))
        return Answer(text, Exactly(text, key.format_map(subject)))

    return answerer


def one_of(answers: str, *marks: str) -> Answerer:
    """One of several sentences, one per line; a reply with any of the `marks` counts."""
    lines = [line.strip() for line in answers.strip().splitlines()]

    def answerer(subject: Subject, rng: random.Random) -> Answer:
        return Answer(render(rng.choice(lines), subject, rng), Mentions(marks, at_least=1))

    return answerer


@dataclass(frozen=True)
class Ask:
    """One kind of question: how it is asked, about what, and how it is answered."""

    skill: str
    phrasings: Divided[str]
    subjects: Divided[Subject]
    answer: Answerer
    courtesy: bool = True

    @property
    def splits(self) -> tuple[Split, ...]:
        """The splits this question has examples for."""
        return (
            "train",
            *(("phrasing",) if self.phrasings.held_out else ()),
            *(("subject",) if self.subjects.held_out else ()),
        )

    def turn(self, subject: Subject, rng: random.Random, split: Split) -> tuple[Message, Answer]:
        """Ask about a given subject, and answer."""
        sentences = self.phrasings.held_out if split == "phrasing" else self.phrasings.train
        question = vary(render(rng.choice(sentences), subject, rng), rng, self.courtesy)
        return Message("user", question), self.answer(subject, rng)

    def sample(self, rng: random.Random, split: Split) -> Conversation:
        """A random question of the split with its answer."""
        subjects = self.subjects.held_out if split == "subject" else self.subjects.train
        question, answer = self.turn(rng.choice(subjects), rng, split)
        reply = Message("assistant", answer.text)
        return Conversation((question, reply), self.skill, split, answer.check)


FRAMES = phrasings(
    "frames",
    """
    What is *?
    [Tell|Give] me *.
    [Can|Could] you tell me *?
    Do you know *?
    I [want|would like] to know *.
    Name *.
    What would you say is *?
    I forgot *. [Can|Could] you help?
    Please tell me what * is.
    [Can|Could] you tell me what * is?
    Do you know what * is?
    I wonder what * is.
    I need to know *.
    Help me with *.
    What do you think * is?
    I have to write down *. What is it?
    My [teacher|mother|father] asked me for *. [What should I say|What do I answer]?
    I am [looking for|trying to find] *.
    Say *.
    Let me hear *.
    [Can|Could] you name *?
    I cannot remember *.
    Remind me of *.
    What might * be?
    *[?|, please.]
    [Here is a question|A quick question|Answer this]: what is *?
    My [sister|brother|friend] asks what * is.
    I am not sure what * is. Do you know?
    Would you tell me *?
    Find * for me.
    For my homework I need *.
    Someone asked me what * is. [What is the answer|What shall I say]?
    Explain to me what * is.
    Have you learnt what * is?
    It would help me to know *.
    Write * for me.
    Let us see if you know *.
    I bet you know *.
    Show me that you know *.
    What was * again?
    """,
)


def asking_for(name: str, noun_phrase: str, own: str = "") -> Divided[str]:
    """Phrasings that ask for a thing: the frames around it, and those it has of its `own`.

    The frames are divided once for all questions, so a held-out frame is new everywhere.
    """
    frames = FRAMES.expand(lambda frame: [frame.replace("*", noun_phrase)])
    return phrasings(name, own) + frames if own else frames


def subjects(slots: str, table: str) -> Divided[Subject]:
    """Subjects for training from a table: one per line, columns divided by commas.

    >>> subjects("country capital", "France, Paris").train
    ({'country': 'France', 'capital': 'Paris'},)
    """
    rows = [[cell.strip() for cell in line.split(",")] for line in table.strip().splitlines()]
    return Divided(tuple(dict(zip(slots.split(), row, strict=True)) for row in rows))
