"""How sure a distribution is, how far apart two are, and how a text surprises its reader.

All in bits: one bit is the surprise of a fair coin.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


def entropy(logits: Tensor) -> Tensor:
    """The mean surprise of a draw from softmax(logits), over the last dimension, in bits.

    >>> round(float(entropy(torch.zeros(8))), 4)
    3.0
    """
    chances = logits.softmax(-1)
    below = logits - logits.amax(-1, keepdim=True)
    # What never comes has no part in the mean, so 0 x -inf must be 0.
    below.clamp_(min=torch.finfo(below.dtype).min)
    # -log p = -(logit - highest) - log(highest p): no logarithm of every single probability.
    nats = -chances.amax(-1).log() - below.mul_(chances).sum(-1)
    return nats.clamp(min=0) / math.log(2) + 0.0  # never -0.0


def divergence(logits: Tensor, other: Tensor) -> float:
    """Kullback-Leibler divergence KL(softmax(logits) || softmax(other)) in bits.

    How many bits a draw from the first costs extra to who believes in the second; not a number
    where one of them has none.

    >>> divergence(torch.tensor([0.0, 0.0]), torch.tensor([0.0, 0.0]))
    0.0
    """
    ours, theirs = logits.double().log_softmax(-1), other.double().log_softmax(-1)
    gaps = torch.where(ours.isneginf(), 0.0, ours - theirs)  # what never comes costs nothing
    bits = float((ours.exp() * gaps).sum()) / math.log(2)
    return bits if math.isnan(bits) else max(0.0, bits)


@dataclass(frozen=True)
class Surprise:
    """What the model thought of one token of a text before it saw it.

    `probability`, `rank` (1 is the likeliest) and `bits` are None for the first token, which
    nothing came before.
    """

    token_id: int
    probability: float | None
    rank: int | None
    bits: float | None


def surprises(logits: Tensor, ids: Sequence[int]) -> tuple[Surprise, ...]:
    """Each token of a text under the prediction made just before it (Gehrmann et al. 2019, GLTR).

    logits: (T, V), those after each of the T ids.
    """
    first = Surprise(ids[0], None, None, None)
    if len(ids) == 1:
        return (first,)
    seen = torch.tensor(ids[1:])
    before = logits[:-1].log_softmax(-1)
    chosen = before.gather(-1, seen[:, None])
    ranks = 1 + (before > chosen).sum(-1)
    return first, *(
        Surprise(token_id, math.exp(log), rank, -log / math.log(2))
        for token_id, log, rank in zip(ids[1:], chosen[:, 0].tolist(), ranks.tolist(), strict=True)
    )


def perplexity(text: Sequence[Surprise]) -> float | None:
    """2 to the mean surprise: among how many equally likely tokens the reader was guessing.

    None for a single token, of which nothing was predicted.

    >>> perplexity([Surprise(5, None, None, None), Surprise(6, 0.25, 1, 2.0)])
    4.0
    """
    bits = [token.bits for token in text if token.bits is not None]
    return 2 ** (math.fsum(bits) / len(bits)) if bits else None
