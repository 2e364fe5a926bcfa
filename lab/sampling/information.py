"""How uncertain a distribution is, and how surprising a token: both in bits.

Source: Shannon 1948, A Mathematical Theory of Communication.
"""

import math

import torch
from torch import Tensor


def surprise(probability: float) -> float:
    """-log2 p: 0 bits for what was certain, 1 bit for a coin's toss, infinite for the impossible.

    >>> surprise(0.25)
    2.0
    """
    return -math.log2(probability) if probability > 0 else math.inf


def entropy(probabilities: Tensor) -> float:
    """The surprise to expect: from 0 bits to log2 of the number of possible tokens.

    >>> entropy(torch.tensor([0.5, 0.25, 0.25, 0.0]))
    1.5
    """
    return float(torch.special.entr(probabilities.double()).sum()) / math.log(2)
