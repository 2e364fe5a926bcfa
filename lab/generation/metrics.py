"""What can be measured of a written text: how likely it was, how varied, and where it loops.

Pure functions of ids and probabilities; they know no model and no tokenizer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

TIMES = 3
"""A phrase is a loop once it stands this many times in a row."""


def perplexity(probabilities: Sequence[float]) -> float:
    """The inverse geometric mean of the probabilities that the model gave to the tokens.

    From 1 (certain of every one); a perplexity of 20 is that of equal chances among 20 tokens.
    Infinite where a token was impossible, NaN for no tokens. Jelinek et al. 1977.

    >>> perplexity([0.5, 0.125])
    4.0
    """
    if not probabilities:
        return math.nan
    if min(probabilities) <= 0:
        return math.inf
    return 2 ** (-sum(map(math.log2, probabilities)) / len(probabilities))


def distinct(ids: Sequence[int], n: int) -> float:
    """Distinct-n: the share of different n-grams among all of them; NaN where there is none.

    Li et al. 2016, A Diversity-Promoting Objective Function for Neural Conversation Models.

    >>> distinct([1, 2, 1, 2, 1], 2)
    0.5
    """
    grams = [tuple(ids[start : start + n]) for start in range(len(ids) - n + 1)]
    return len(set(grams)) / len(grams) if grams else math.nan


def repetition_rate(ids: Sequence[int], window: int = 128) -> float:
    """The share of tokens that stood among the `window` tokens before them; NaN for no tokens.

    "rep/l" of Welleck et al. 2020, Neural Text Generation with Unlikelihood Training.

    >>> repetition_rate([1, 2, 1, 1])
    0.5
    """
    if not ids:
        return math.nan
    again = [each in ids[max(0, place - window) : place] for place, each in enumerate(ids)]
    return sum(again) / len(ids)


def moving_average(values: Sequence[float], width: int) -> list[float]:
    """The mean of each value and the `width - 1` before it; of fewer at the beginning.

    >>> moving_average([1.0, 3.0, 5.0, 7.0], 2)
    [1.0, 2.0, 4.0, 6.0]
    """
    means = []
    for end in range(1, len(values) + 1):
        last = values[max(0, end - width) : end]
        means.append(sum(last) / len(last))
    return means


@dataclass(frozen=True)
class Loop:
    """A phrase of `period` tokens that is written again and again from `start` up to `end`."""

    start: int
    end: int
    period: int

    @property
    def times(self) -> float:
        """How often the phrase stands there; the last time it may be cut short."""
        return (self.end - self.start) / self.period


def loops(ids: Sequence[int], times: int = TIMES) -> list[Loop]:
    """The stretches in which a phrase stands at least `times` times in a row, by their place.

    A stretch is told by its shortest phrase ("is is is is" repeats one token, not two), and
    stretches do not overlap: the longest one counts.

    >>> loops([7, 1, 2, 1, 2, 1, 2, 1, 9])
    [Loop(start=1, end=8, period=2)]
    """
    found = [
        Loop(start, end, period)
        for period in range(1, len(ids) // times + 1)
        for start, end in _stretches(ids, period)
        if end - start >= times * period
    ]
    kept: list[Loop] = []
    for each in sorted(found, key=lambda loop: (loop.start - loop.end, loop.period)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda loop: loop.start)


def _stretches(ids: Sequence[int], period: int) -> list[tuple[int, int]]:
    """The longest stretches in which every token equals the one `period` tokens on."""
    stretches = []
    start = 0
    for place in range(period, len(ids) + 1):
        if place == len(ids) or ids[place] != ids[place - period]:
            if place - start > period:
                stretches.append((start, place))
            start = place - period + 1
    return stretches
