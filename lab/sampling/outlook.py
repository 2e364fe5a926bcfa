"""What one look at the logits tells: how uncertain the model is, and what it holds likeliest.

All that a step shows, and most of what it takes to choose a token, follows from a few numbers and
the likeliest tokens. So the whole vocabulary is looked at once; where there is a C compiler, by
outlook.c, for all texts of a batch in one call.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from ctypes import c_int64, c_void_p
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from lab.native import library
from lab.sampling.largest import largest

SOURCE = Path(__file__).with_name("outlook.c")
LIKELIEST = 64
"""How many of the likeliest tokens are named: more than people look at or top-k usually keeps."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """Logits (vocabulary,) float32, and what they say.

    `log_total` is the log of the sum of e^logit, `entropy` is in bits; `ids` are the likeliest
    tokens (`LIKELIEST`, or all of a small vocabulary) in falling order with their `values`, their
    logits. Both numbers are NaN where the logits are no distribution.
    """

    logits: Tensor
    log_total: float
    entropy: float
    ids: Sequence[int]
    values: Sequence[float]

    def probability(self, token_id: int) -> float:
        """The probability of a token."""
        return self.probability_of(float(self.logits[token_id]))

    def probability_of(self, logit: float) -> float:
        """The probability that goes with a logit of this row."""
        return math.exp(logit - self.log_total)

    def rank(self, token_id: int) -> int:
        """The place of a token among all by probability: 1 is the likeliest, equals share one."""
        logit = float(self.logits[token_id])
        if logit >= self.values[-1]:
            return 1 + bisect_left(self.values, -logit, key=lambda value: -value)
        return 1 + int((self.logits > logit).count_nonzero())


def outlooks(logits: Tensor) -> list[Outlook]:
    """What each of several rows of logits says: (rows, vocabulary) float32.

    >>> (seen,) = outlooks(torch.tensor([[1.0, 3.0, 1.0, 1.0]]).log())
    >>> seen.ids, round(seen.entropy, 3), round(seen.probability(1), 3), seen.rank(3)
    ([1, 0, 2, 3], 1.792, 0.5, 2)
    """
    logits = logits.contiguous()
    rows, size = logits.shape
    count = min(LIKELIEST, size)
    found = library(SOURCE)
    if found is None:
        return _outlooks_in_torch(logits, count)
    values, places = torch.empty(rows, count), torch.empty(rows, count, dtype=torch.long)
    totals, entropies = torch.empty(2, rows, dtype=torch.float64).unbind(0)
    found.look(
        c_void_p(logits.data_ptr()),
        *map(c_int64, (rows, size, count)),
        *(c_void_p(each.data_ptr()) for each in (values, places, totals, entropies)),
        c_int64(torch.get_num_threads()),
    )
    return _assembled(logits, values, places, totals, entropies)


def _outlooks_in_torch(logits: Tensor, count: int) -> list[Outlook]:
    values, places = largest(logits, count)
    # Of equals the first, as in greedy decoding.
    places, order = places.sort(-1)
    values, again = values.gather(-1, order).sort(dim=-1, descending=True, stable=True)
    totals = logits.logsumexp(-1)
    below = logits - totals[:, None]
    # What never comes has no part in the mean, so 0 x -inf must be 0.
    entropies = -(below.exp() * below.clamp(min=torch.finfo(below.dtype).min)).sum(-1)
    return _assembled(logits, values, places.gather(-1, again), totals, entropies)


def _assembled(
    logits: Tensor, values: Tensor, places: Tensor, totals: Tensor, nats: Tensor
) -> list[Outlook]:
    bits = nats / math.log(2)
    columns = (logits, totals.tolist(), bits.tolist(), places.tolist(), values.tolist())
    return [
        Outlook(row, total, max(entropy, 0.0) if entropy == entropy else math.nan, ids, each)
        for row, total, entropy, ids, each in zip(*columns, strict=True)
    ]
