"""The choice of one token: by the settings, from what the model says, with one random number.

It is a draw from `probabilities`, or the likeliest of them. Where no token beyond the likeliest few
can come, the knobs are applied to those alone: on a falling list each is a cut that leaves so many
of the first. Where nothing cuts, the number picks its token from all of them in one C call. Both
take a tenth of the time, and none of it is PyTorch's, whose every call lets other threads in
between when many are at work.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain

import numpy as np
import torch

from lab.sampling.draw import pick
from lab.sampling.outlook import Outlook, no_distribution
from lab.sampling.settings import Settings
from lab.sampling.stages import probabilities, stage_names

AT_ONCE = 64
"""Random numbers that are taken from a generator in one call."""
FINEST = 1e-5
"""Of a nucleus that leaves less than this outside, it takes all tokens to find the edge: what is
subtracted from 1 is rounded too coarsely."""
HALF_A_STEP = 2**-25
"""How far below 1 a float32 is rounded to 1: so far min-p sees no difference."""
COLDEST = 1e-6
"""A temperature below which it takes PyTorch's own rules for what is too large; 0 is greedy."""


def uniforms(generator: torch.Generator) -> Iterator[float]:
    """The numbers of a generator, in [0, 1), one after another; the first ones are made at once.

    >>> first, second = torch.Generator().manual_seed(3), torch.Generator().manual_seed(3)
    >>> numbers = uniforms(first)
    >>> next(numbers) == float(torch.rand(1, generator=second, dtype=torch.float64))
    True
    """

    def some() -> list[float]:
        numbers: list[float] = torch.rand(
            AT_ONCE, generator=generator, dtype=torch.float64
        ).tolist()
        return numbers

    return chain(some(), chain.from_iterable(iter(some, None)))


def choose(
    outlook: Outlook,
    settings: Settings,
    numbers: Iterator[float],
    context_ids: Sequence[int] = (),
    *,
    prompt_length: int = 0,
) -> tuple[int, float]:
    """A token, and the probability that it had of being chosen. A draw takes one of `numbers`.

    The other arguments are those of `probabilities`. Raises `LabError` where the logits are no
    distribution.

    >>> from lab.sampling.outlook import outlooks
    >>> (seen,) = outlooks(torch.tensor([[1.0, 2.0, 3.0, 2.0]]).log())
    >>> choose(seen, Settings(), iter(()))
    (2, 1.0)
    >>> choose(seen, Settings("sample", top_k=2), iter([0.5]))
    (2, 0.428...)
    """
    if not math.isfinite(outlook.log_total):
        raise no_distribution()
    number = next(numbers) if settings.strategy == "sample" else None
    few = shortlist(outlook, settings)
    if few is None:
        return _among_all(outlook, settings, number, context_ids, prompt_length)
    if number is None:
        return few[0]
    few.sort()  # by id, as `pick` looks numbers up
    sums = list(accumulate(probability for _, probability in few))
    target = min(number * sums[-1], math.nextafter(sums[-1], 0))
    return few[bisect_right(sums, target)]


def _among_all(
    outlook: Outlook,
    settings: Settings,
    number: float | None,
    context_ids: Sequence[int],
    prompt_length: int,
) -> tuple[int, float]:
    names, temperature = stage_names(settings), settings.temperature
    if number is not None and names in ([], ["temperature"]):
        warmth = 1.0 if temperature is None else temperature
        picked = outlook.pick(warmth, number) if warmth >= COLDEST else None
        if picked is not None:
            return picked
    with torch.inference_mode():
        chances = probabilities(outlook.logits, settings, context_ids, prompt_length=prompt_length)
        if number is None:
            chosen = int(chances.argmax())
        else:
            chosen = int(pick(chances, torch.tensor([number], dtype=torch.float64)))
        return chosen, float(chances[chosen])


def shortlist(outlook: Outlook, settings: Settings) -> list[tuple[int, float]] | None:
    """All tokens that can come with their probabilities, falling; None where they are not few.

    What `probabilities` says, up to rounding.

    >>> from lab.sampling.outlook import outlooks
    >>> (seen,) = outlooks(torch.arange(1.0, 101.0).log()[None])
    >>> shortlist(seen, Settings("sample", top_k=3, min_p=0.985))
    [(99, 0.502...), (98, 0.497...)]
    >>> shortlist(seen, Settings("sample", top_p=0.9))
    """
    names, values = stage_names(settings), outlook.values
    if settings.strategy == "greedy" and not names and values[0] > values[-1]:
        return [(outlook.ids[0], 1.0)]
    cut, temperature = False, 1.0  # once something is cut, `values` are all that is left
    for name in names:
        match name:
            case "temperature":
                assert settings.temperature is not None
                temperature = settings.temperature
                if temperature < COLDEST:
                    return None
                values = [value / temperature for value in values]
                continue
            case "top_k":
                assert settings.top_k is not None
                kept = _first(values, settings.top_k)
            case "top_p":
                assert settings.top_p is not None
                whole = None if cut else outlook.log_total_at(temperature)
                kept = _nucleus(values, settings.top_p, whole)
            case "min_p":
                assert settings.min_p is not None
                share = math.log(settings.min_p) if settings.min_p else -math.inf
                least = values[0] + share - HALF_A_STEP
                kept = sum(value >= least for value in values)
            case _:
                return None
        if not cut and kept >= len(values):  # others may pass, too
            return None
        values, cut = values[:kept], True
    return list(zip(outlook.ids, _softmax(values), strict=False)) if cut else None


def _first(values: Sequence[float], k: int) -> int:
    """How many are the first k, and those that tie with the last of them."""
    while 0 < k < len(values) and values[k] == values[k - 1]:
        k += 1
    return min(k, len(values))


def _nucleus(values: Sequence[float], p: float, whole: float | None) -> int:
    """How many of the first it takes to reach p: the others hold 1 - p at most.

    With the comparison of float32, as in `processors.top_p`. Where `values` are not all, `whole` is
    the log of the sum of e^value over all, and the answer may be more than there are, or all that
    there are where it takes the rest to tell.
    """
    if p == 1 or (whole is not None and 1 - p < FINEST):
        return len(values)
    rest = np.float32(1 - p)
    if whole is not None:
        reached = accumulate(math.exp(value - whole) for value in values)
        return 1 + sum(bool(np.float32(1 - each) > rest) for each in reached)
    tail, kept = 0.0, len(values)
    for probability in reversed(_softmax(values)):
        tail += float(np.float32(probability))
        if np.float32(tail) > rest:
            break
        kept -= 1
    return max(kept, 1)


def _softmax(values: Sequence[float]) -> list[float]:
    weights = [math.exp(value - values[0]) for value in values]
    whole = sum(weights)
    return [weight / whole for weight in weights]
