"""The draw: a distribution and one random number make a token.

One uniform number is used per token, whatever the vocabulary, and it is looked up in the
cumulative distribution in the order of the ids. So a draw depends on nothing but the
distribution and the generator: not on the rows of a batch, on padding of the vocabulary, or on
how a sort breaks ties, and where the distribution changes a little, so do the chances alone. A
text that has a generator of its own is therefore the same alone and in a batch.

Source: inverse transform sampling, Devroye 1986, Non-Uniform Random Variate Generation, III.2.
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def pick(probabilities: Tensor, uniforms: Tensor) -> Tensor:
    """The ids at which the cumulative distribution passes the numbers `uniforms`, each in [0, 1).

    probabilities: (vocabulary,), summing to about 1; the rounding is taken out. An id of
    probability 0 is never picked.

    >>> pick(torch.tensor([0.5, 0.0, 0.5]), torch.tensor([0.0, 0.4, 0.5, 0.9])).tolist()
    [0, 0, 2, 2]
    """
    cumulative = probabilities.cumsum(dim=-1, dtype=torch.float64)
    total = cumulative[-1]
    target = uniforms.double().to(total.device) * total
    # Rounding could lift the product to the total, beyond the last possible id.
    below = torch.nextafter(total, torch.zeros_like(total))
    return torch.searchsorted(cumulative, target.minimum(below), right=True)


def interval(probabilities: Tensor, ids: Sequence[int]) -> Tensor:
    """The piece of [0, 1) whose numbers pick each of `ids`: (ids, 2) float64, from and to.

    >>> interval(torch.tensor([0.25, 0.25, 0.5]), [0, 2]).tolist()
    [[0.0, 0.25], [0.5, 1.0]]
    """
    cumulative = probabilities.cumsum(dim=-1, dtype=torch.float64)
    high = cumulative / cumulative[-1]
    low = torch.cat((high.new_zeros(1), high[:-1]))
    return torch.stack((low, high), dim=-1)[list(ids)]


def uniform(seed: int, step: int) -> float:
    """The number that the draw at `step`, counted from 0, uses of a generator with this seed.

    >>> generator = torch.Generator().manual_seed(3)
    >>> _ = [draw(torch.ones(2), generator) for _ in range(4)]
    >>> uniform(3, 4) == float(torch.rand(1, generator=generator, dtype=torch.float64))
    True
    """
    generator = torch.Generator().manual_seed(seed)
    return float(torch.rand(step + 1, generator=generator, dtype=torch.float64)[step])


def draw(probabilities: Tensor, generator: torch.Generator) -> int:
    """Draw one id, using one number of the generator.

    >>> draw(torch.tensor([0.2, 0.8]), torch.Generator().manual_seed(0))
    1
    """
    return int(draws(probabilities, generator, 1))


def draws(probabilities: Tensor, generator: torch.Generator, count: int) -> Tensor:
    """Draw `count` ids from the same distribution: what as many calls of `draw` would give.

    >>> torch.bincount(draws(torch.tensor([0.2, 0.8]), torch.Generator().manual_seed(0), 1000))
    tensor([199, 801])
    """
    uniforms = torch.rand(count, generator=generator, dtype=torch.float64, device=generator.device)
    return pick(probabilities, uniforms)
