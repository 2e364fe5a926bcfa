"""The largest of many numbers, without looking at most of them twice."""

import torch
from torch import Tensor

BLOCK = 64
FEW = 2**14
"""Among fewer, `torch.topk` is as quick."""


def largest(numbers: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k largest along the last dimension, in falling order, and their places: as `torch.topk`.

    The k largest lie in those k blocks whose own largest are the largest, so what is sorted is the
    blocks' maxima and then those blocks. Measured with 50,257 numbers and one thread, as shares of
    `torch.topk`'s time: 0.5 for one row, k = 10; 0.65 for one row, k = 50; 0.2 for 30 rows, k = 10.
    Of equal numbers it may name others. Raises `RuntimeError` where there are not so many.

    >>> values, places = largest(torch.arange(1000.0).roll(3), 2)
    >>> values.tolist(), places.tolist()
    ([999.0, 998.0], [2, 1])
    """
    size = numbers.shape[-1]
    if size < FEW or 4 * k * BLOCK >= size:
        values, places = numbers.topk(k)
        return values, places
    whole = size // BLOCK * BLOCK
    blocks = numbers[..., :whole].unflatten(-1, (-1, BLOCK))
    best = blocks.amax(-1).topk(k, sorted=False).indices[..., None]
    within = torch.arange(BLOCK, device=numbers.device)
    candidates = blocks.gather(-2, best.expand(*best.shape[:-1], BLOCK)).flatten(-2)
    named = (best * BLOCK + within).flatten(-2)
    if whole < size:
        rest = torch.arange(whole, size, device=numbers.device)
        candidates = torch.cat((candidates, numbers[..., whole:]), -1)
        named = torch.cat((named, rest.expand(*named.shape[:-1], -1)), -1)
    values, at = candidates.topk(k)
    return values, named.gather(-1, at)
