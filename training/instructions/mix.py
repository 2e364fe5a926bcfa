"""All skills together: the endless stream for training, and the finite set for evaluation."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from training.instructions import (
    arithmetic,
    followups,
    greetings,
    identity,
    limits,
    reactions,
    sequences,
    stories,
    suggestions,
    words,
    world,
)
from training.instructions.conversation import Conversation, Split

SPLITS: tuple[Split, ...] = ("train", "phrasing", "subject")


class Source(Protocol):
    """Anything that conversations can be drawn from."""

    @property
    def skill(self) -> str: ...

    @property
    def splits(self) -> tuple[Split, ...]: ...

    def sample(self, rng: random.Random, split: Split) -> Conversation: ...


@dataclass(frozen=True)
class Skill:
    """The sources of one skill and their weights, and the weight of the skill among the others."""

    sources: tuple[Source, ...]
    weights: tuple[float, ...]
    weight: float

    def sample(self, rng: random.Random, split: Split) -> Conversation:
        """A conversation from one of the sources that have examples of the split."""
        weighed = [
            (source, weight)
            for source, weight in zip(self.sources, self.weights, strict=True)
            if split in source.splits
        ]
        sources, weights = zip(*weighed, strict=True)
        return rng.choices(sources, weights)[0].sample(rng, split)

    def has(self, split: Split) -> bool:
        return any(split in source.splits for source in self.sources)


def evenly(weight: float, *groups: tuple[Sequence[Source], float]) -> Skill:
    """A skill whose groups of sources have the given weights, shared evenly within each."""
    sources = tuple(source for group, _ in groups for source in group)
    weights = tuple(share / len(group) for group, share in groups for _ in group)
    return Skill(sources, weights, weight)


SKILLS: Mapping[str, Skill] = {
    "addition": evenly(11, ([arithmetic.ADDITION], 99), ([arithmetic.FAMOUS], 1)),
    "subtraction": evenly(9, ([arithmetic.SUBTRACTION], 1)),
    "multiplication": evenly(6, ([arithmetic.MULTIPLICATION], 1)),
    "suggestions": evenly(10, (suggestions.PARTY_ASKS, 1), (suggestions.LIST_ASKS, 3)),
    "stories": evenly(11, ([stories.STORY], 1)),
    "capitals": evenly(6, ([world.CAPITALS], 3), ([world.COUNTRY_OF], 1)),
    "animals": evenly(4, ([world.SOUND, world.BABY, world.LEGS], 1)),
    "colours": evenly(3, ([world.COLOUR], 4), ([world.MIX], 1)),
    "opposites": evenly(4, ([words.OPPOSITES], 1)),
    "plurals": evenly(3, ([words.PLURALS], 1)),
    "spelling": evenly(6, ([words.SPELLING], 3), ([words.FIRST_LETTER], 1)),
    "days": evenly(2, (sequences.DAYS_ASKS, 1)),
    "months": evenly(3, (sequences.MONTHS_ASKS, 1)),
    "counting": evenly(5, (sequences.COUNTING_ASKS, 1)),
    "greetings": evenly(2, (greetings.ASKS, 1)),
    "identity": evenly(3, (identity.ASKS, 1)),
    "refusals": evenly(7, ([limits.REFUSAL], 1)),
    "unknown": evenly(7, (limits.UNKNOWN, 4), (limits.HARD_SUMS, 1)),
    "follow-ups": evenly(
        9,
        (followups.AGAINS, 5),
        (followups.SPELLINGS, 1),
        ([followups.ADD_MORE, followups.TAKE_AWAY], 3),
        (reactions.ANOTHERS, 3),
        (reactions.SURES, 1),
        (reactions.REPEATS, 1),
        (reactions.THANKED, 1),
        ([reactions.ABOUT], 1),
        ([reactions.INSISTING], 1),
        (reactions.MEMORIES, 3),
    ),
}

CHAINED = 0.1
"""Share of training conversations that go on with a question about something else."""
LONG = frozenset({"stories", "follow-ups"})
"""Skills whose conversations are never chained: two would not fit a small context."""


def conversations(split: Split, seed: int) -> Iterator[Conversation]:
    """Endless conversations of a split, in the mix that the model is trained on.

    Some of those for training are two short conversations, one after the other.
    """
    rng = random.Random(f"{split} {seed}")
    skills = [skill for skill in SKILLS.values() if skill.has(split)]
    weights = [skill.weight for skill in skills]
    while True:
        conversation = rng.choices(skills, weights)[0].sample(rng, split)
        if split == "train" and rng.random() < CHAINED:
            other = rng.choices(skills, weights)[0].sample(rng, split)
            if not LONG & {conversation.skill, other.skill}:
                conversation = replace(other, messages=conversation.messages + other.messages)
        yield conversation


EVALUATED = {"train": 60, "phrasing": 100, "subject": 100}
"""How many distinct questions of each skill and split are asked."""


def evaluation_set(seed: int) -> tuple[Conversation, ...]:
    """Distinct questions of every skill and split, each with its own draw; never chained.

    A skill that has fewer questions than `EVALUATED` says gives all that turn up.
    """
    chosen = []
    for name, skill in SKILLS.items():
        for split in SPLITS:
            if not skill.has(split):
                continue
            rng = random.Random(f"evaluation {name} {split} {seed}")
            found: dict[tuple[str, ...], Conversation] = {}
            for _ in range(10 * EVALUATED[split]):
                conversation = skill.sample(rng, split)
                found.setdefault(tuple(m.content for m in conversation.prompt), conversation)
                if len(found) == EVALUATED[split]:
                    break
            chosen.extend(found.values())
    return tuple(chosen)
