"""Whether what was drawn fits what was stated: Pearson's chi-squared test (Pearson 1900)."""

from dataclasses import dataclass

import torch
from torch import Tensor

SMALLEST_CELL = 5
"""Tokens expected less often than this share one cell: the test holds for cells of some size."""


@dataclass(frozen=True)
class Fit:
    """The outcome: in a share `p_value` of fair experiments the deviation is larger than here."""

    chi_squared: float
    freedom: int
    p_value: float


def fit(counts: Tensor, probabilities: Tensor) -> Fit:
    """Compare how often each id was drawn with its probability. Both (vocabulary,).

    >>> fit(torch.tensor([60, 40]), torch.tensor([0.5, 0.5]))
    Fit(chi_squared=4.0, freedom=1, p_value=0.0455...)
    """
    expected = probabilities.double() * counts.sum()
    seen = counts.double()
    often = expected >= SMALLEST_CELL
    expected = torch.cat((expected[often], expected[~often].sum().reshape(1)))
    seen = torch.cat((seen[often], seen[~often].sum().reshape(1)))
    possible = (expected > 0) | (seen > 0)
    deviation = (seen - expected) ** 2 / expected
    chi_squared = float(deviation[possible].sum())
    freedom = int(possible.sum()) - 1
    if freedom == 0:
        return Fit(chi_squared, 0, 1.0)
    half = torch.tensor([freedom, chi_squared], dtype=torch.float64) / 2
    return Fit(chi_squared, freedom, float(torch.special.gammaincc(half[0], half[1])))
