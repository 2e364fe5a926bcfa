"""One pure function per knob: logits in, logits out, with -inf for what is cut.

All take float32 logits of shape (vocabulary,) and look at the whole vocabulary. Meaning and
rounding are those of transformers' processors of the same names; where tokens tie at an edge
that only some of them can pass, transformers leaves the choice to its sort, here the lower ids
pass, as in greedy decoding. Sorting is the one slow thing here, so nothing is sorted that can be
told apart without it.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from lab.sampling.largest import largest


def repetition_penalty(logits: Tensor, penalty: float, repeated: Tensor) -> Tensor:
    """Make the ids in `repeated` less likely: once each, however often they occur.

    Keskar et al. 2019, CTRL, section 4.1, with the sign taken into account: positive logits are
    divided by the penalty, negative ones multiplied. Ids outside the vocabulary are ignored.

    >>> repetition_penalty(torch.tensor([3.0, -2.0, 1.0]), 2.0, torch.tensor([0, 1, 1])).tolist()
    [1.5, -4.0, 1.0]
    """
    repeated = repeated[repeated < len(logits)]
    chosen = logits[repeated]
    changed = torch.where(chosen < 0, chosen * penalty, chosen / penalty)
    return logits.index_put((repeated,), changed)


def temperature(logits: Tensor, value: float) -> Tensor:
    """Sharpen (below 1) or flatten (above 1) the distribution; 0 is the limit: greedy.

    Ackley, Hinton and Sejnowski 1985, A learning algorithm for Boltzmann machines.

    >>> temperature(torch.tensor([3.0, 2.0]), 2.0).tolist()
    [1.5, 1.0]
    """
    return logits / value if value else greedy(logits)


def greedy(logits: Tensor) -> Tensor:
    """Keep the likeliest token alone; among equals, the lowest id.

    >>> greedy(torch.tensor([1.0, 3.0, 3.0])).tolist()
    [-inf, 3.0, -inf]
    """
    best = logits.argmax()
    return torch.full_like(logits, -math.inf).index_put((best,), logits[best])


def top_k(logits: Tensor, k: int) -> Tensor:
    """Keep the k likeliest tokens, and all that tie with the last of them.

    Fan, Lewis and Dauphin 2018, Hierarchical Neural Story Generation.

    >>> top_k(torch.tensor([3.0, 2.0, 1.0, 2.0]), 2).tolist()
    [3.0, 2.0, -inf, 2.0]
    """
    if k >= len(logits):
        return logits
    last = largest(logits, k)[0][-1]
    # The same as filling with a mask, which takes ten times as long.
    below = torch.nextafter(last, torch.full_like(last, -math.inf))
    return F.threshold(logits, float(below), -math.inf)


def top_p(logits: Tensor, p: float) -> Tensor:
    """Keep the nucleus: the smallest set of likeliest tokens whose probabilities reach p.

    Holtzman et al. 2020, The Curious Case of Neural Text Degeneration.

    >>> top_p(torch.tensor([3.0, 2.0, 1.0, 0.5, 0.0]), 0.9).tolist()
    [3.0, 2.0, 1.0, -inf, -inf]
    """
    if p == 1:
        return logits
    probabilities = logits.softmax(dim=-1)
    # A token is cut when it and all that are less likely hold 1 - p at most. Were all of them as
    # likely as itself and still that light, it is cut for certain: no need to sort those (the
    # factor 2 covers rounding). In a peaked distribution this leaves few to sort.
    certain = probabilities * (2 * len(logits)) < 1 - p
    rest = (~certain).nonzero().squeeze(1)
    tail = probabilities[certain].sum(dtype=torch.float64)
    rising = rest[logits[rest].argsort(descending=True, stable=True)].flip(0)
    cut = (probabilities[rising].double().cumsum(0) + tail).float() <= 1 - p
    cut[-1] = False
    kept = rising[~cut]
    return torch.full_like(logits, -math.inf).index_put((kept,), logits[kept])


def min_p(logits: Tensor, p: float) -> Tensor:
    """Keep the tokens at least p times as likely as the likeliest.

    Nguyen et al. 2024, Turning Up the Heat: Min-p Sampling.

    >>> min_p(torch.tensor([3.0, 2.0, 1.0, 0.5, 0.0]), 0.1).tolist()
    [3.0, 2.0, 1.0, -inf, -inf]
    """
    probabilities = logits.softmax(dim=-1)
    return logits.masked_fill(probabilities < p * probabilities.max(), -math.inf)


def typical_p(logits: Tensor, p: float) -> Tensor:
    """Keep the tokens whose surprise is nearest to the expected one, until they reach p.

    The likeliest token may go: it can be too unsurprising. Tokens that tie with the last one
    stay. Meister et al. 2023, Locally Typical Sampling.

    >>> typical_p(torch.tensor([3.0, 2.0, 1.0, 0.5, 0.0]), 0.2).tolist()
    [-inf, 2.0, -inf, -inf, -inf]
    """
    if p == 1:
        return logits
    possible = logits.isfinite().nonzero().squeeze(1)
    log_probabilities = logits[possible].log_softmax(dim=-1)
    probabilities = log_probabilities.exp()
    expected = -(log_probabilities * probabilities).nansum()
    distance, order = (-log_probabilities - expected).abs().sort(stable=True)
    mass = probabilities[order].cumsum(0)
    last = min(int((mass < p).sum()), len(possible) - 1)
    kept = possible[order[distance <= distance[last]]]
    return torch.full_like(logits, -math.inf).index_put((kept,), logits[kept])
