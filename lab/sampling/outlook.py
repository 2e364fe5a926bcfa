"""What one look at the logits tells: how uncertain the model is, and what it holds likeliest.

All that a step shows, and most of what it takes to choose a token, follows from a few numbers and
the likeliest tokens. So the whole vocabulary is looked at once; where there is a C compiler, by
outlook.c, for all texts of a batch in one call.
"""

import ctypes
import math
from bisect import bisect_left
from collections.abc import Sequence
from ctypes import byref, c_double, c_float, c_int64, c_void_p
from dataclasses import dataclass
from functools import cache
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
    """What one of several rows of logits (rows, vocabulary) float32 says.

    `log_total` is the log of the sum of e^logit, `entropy` is in bits; `ids` are the likeliest
    tokens (`LIKELIEST`, or all of a small vocabulary) in falling order with their `values`, their
    logits. `log_total` is not finite where the logits are no distribution.
    """

    rows: Tensor
    row: int
    log_total: float
    entropy: float
    ids: Sequence[int]
    values: Sequence[float]

    @property
    def logits(self) -> Tensor:
        """The row, (vocabulary,)."""
        return self.rows[self.row]

    def probability(self, logit: float) -> float:
        """The probability of a token with this logit."""
        return math.exp(logit - self.log_total)

    def rank(self, logit: float) -> int:
        """The place of a token with this logit: 1 is the likeliest, equals share one."""
        if logit >= self.values[-1]:
            return 1 + bisect_left(self.values, -logit, key=lambda value: -value)
        return 1 + int((self.logits > logit).count_nonzero())

    def log_total_at(self, temperature: float) -> float:
        """The log of the sum of e^(logit / temperature)."""
        if temperature == 1:
            return self.log_total
        # Beside the largest, which float32 would round by too much where the temperature is low.
        found, largest = _library(), self.values[0]
        if found is None:
            beside = float(((self.logits - largest) / temperature).logsumexp(-1))
        else:
            beside = found.log_weight(*self._pointed, c_float(1 / temperature))
        return largest / temperature + beside

    def pick(self, temperature: float, number: float) -> tuple[int, float] | None:
        """The token that a number in [0, 1) picks from the softmax of logit / temperature, and its
        probability: what `lab.sampling.draw.pick` says, up to rounding. None without a compiler.
        """
        found = _library()
        if found is None:
            return None
        probability = c_double()
        chosen: int = found.pick(
            *self._pointed, c_float(1 / temperature), c_double(number), byref(probability)
        )
        return chosen, probability.value

    @property
    def _pointed(self) -> tuple[c_void_p, c_int64, c_float]:
        """The row as the C code takes it, and its largest number."""
        size = self.rows.shape[-1]
        start = self.rows.data_ptr() + self.row * size * self.rows.element_size()
        return c_void_p(start), c_int64(size), c_float(self.values[0])

    def logit(self, token_id: int) -> float:
        """The logit of a token."""
        if token_id in self.ids:
            return self.values[self.ids.index(token_id)]
        return float(self.logits[token_id])


@cache
def _library() -> ctypes.CDLL | None:
    # Where many threads are at work, each call that gives up the interpreter's lock waits for it
    # longer than this whole look takes. PyTorch's calls do so, and those of a CDLL.
    found = library(SOURCE, locked=True)
    if found is not None:
        found.log_weight.restype = c_double
        found.pick.restype = c_int64
    return found


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
    if logits.dtype != torch.float32 or not logits.is_cpu or not logits.is_contiguous():
        logits = logits.to("cpu", torch.float32).contiguous()
    rows, size = logits.shape
    count = min(LIKELIEST, size)
    found = _library()
    if found is None:
        return _outlooks_in_torch(logits, count)
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
    columns = (totals.tolist(), nats.tolist(), places.tolist(), values.tolist())
    return [
        Outlook(logits, row, total, max(0.0, entropy / math.log(2)), ids, each)
        for row, (total, entropy, ids, each) in enumerate(zip(*columns, strict=True))
    ]
