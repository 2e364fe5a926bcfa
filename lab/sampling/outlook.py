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
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lab.errors import LabError
from lab.native import library
from lab.sampling.largest import largest

SOURCE = Path(__file__).with_name("outlook.c")
Numbers = Tensor | NDArray[Any]
LIKELIEST = 64
"""How many of the likeliest tokens are named: more than people look at or top-k usually keeps."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """Logits (vocabulary,) float32, and what they say.

    `log_total` is the log of the sum of e^logit, `entropy` is in bits; `ids` are the likeliest
    tokens (`LIKELIEST`, or all of a small vocabulary) in falling order with their `values`, their
    logits. `log_total` is not finite where the logits are no distribution.
    """

    logits: Tensor
    log_total: float
    entropy: float
    ids: Sequence[int]
    values: Sequence[float]

    def probability(self, logit: float) -> float:
        """The probability of a token with this logit."""
        return math.exp(logit - self.log_total)

    def rank(self, logit: float) -> int:
        """The place of a token with this logit: 1 is the likeliest, equals share one."""
        if logit >= self.values[-1]:
            return 1 + bisect_left(self.values, -logit, key=lambda value: -value)
        return 1 + int((self.logits > logit).count_nonzero())

    def logit(self, token_id: int) -> float:
        """The logit of a token."""
        if token_id in self.ids:
            return self.values[self.ids.index(token_id)]
        return float(self.logits[token_id])


def no_distribution() -> LabError:
    """What a person is told where logits have no softmax."""
    return LabError(
        "The model's logits are no distribution.",
        "There is a value among them that is not a number or infinite, or all are -infinity.",
        "Try another prompt or precision; if it stays, the model's weights are damaged.",
    )


def outlooks(logits: Tensor) -> list[Outlook]:
    """What each of several rows of logits says: (rows, vocabulary) of any float type.

    >>> (seen,) = outlooks(torch.tensor([[1.0, 3.0, 1.0, 1.0]]).log())
    >>> seen.ids, round(seen.entropy, 3)
    ([1, 0, 2, 3], 1.792)
    >>> round(seen.probability(seen.logit(1)), 3), seen.rank(seen.logit(3))
    (0.5, 2)
    """
    logits = logits.to("cpu", torch.float32).contiguous()
    rows, size = logits.shape
    count = min(LIKELIEST, size)
    found = library(SOURCE)
    if found is None:
        return _outlooks_in_torch(logits, count)
    # NumPy's, as PyTorch's every call lets other threads in between.
    values, places = np.empty((rows, count), np.float32), np.empty((rows, count), np.int64)
    totals, entropies = np.empty(rows), np.empty(rows)
    found.look(
        c_void_p(logits.data_ptr()),
        *map(c_int64, (rows, size, count)),
        *(c_void_p(each.ctypes.data) for each in (values, places, totals, entropies)),
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
    logits: Tensor,
    values: Numbers,
    places: Numbers,
    totals: Numbers,
    nats: Numbers,
) -> list[Outlook]:
    columns = (logits, totals.tolist(), nats.tolist(), places.tolist(), values.tolist())
    return [
        Outlook(row, total, max(0.0, entropy / math.log(2)), ids, each)
        for row, total, entropy, ids, each in zip(*columns, strict=True)
    ]
