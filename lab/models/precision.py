"""Where and in which precision a model writes, where nobody asked for one."""

import math
from functools import cache
from time import perf_counter

import torch

from lab.models.decoder import Linear
from lab.models.device import CPU, accelerator
from lab.models.kernels import arithmetic, has_halves, lay_out

SMALL = 50_000_000
"""Models of fewer parameters run in float32: they are quick in any precision, and their numbers
are then those of transformers to 1e-4."""
ROWS = 12
"""In the trial: more than one reader has, and fewer than a class."""


def place(parameters: int) -> torch.device:
    """The device for a model of so many parameters: an accelerator, if there is one.

    A small model stays on the processor: it is quick there, and a text is the same to the bit in
    any company.

    >>> place(6_000_000)
    device(type='cpu')
    """
    return CPU if parameters < SMALL else accelerator() or CPU


def precision(parameters: int, device: torch.device = CPU) -> torch.dtype:
    """The precision for a model of so many parameters.

    >>> precision(6_000_000)
    torch.float32
    """
    if parameters < SMALL:
        return torch.float32
    if device.type == "cpu":
        return quickest()
    halves = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if halves else torch.float32


@cache
def quickest() -> torch.dtype:
    """bfloat16, float16 or float32, whichever multiplies fastest here. Tried once, in about 0.1 s.

    16 bits are half as much to read from memory. bfloat16 is widened by the processor itself, where
    it has instructions for that; float16 is not in question where it would be computed in. The
    trial is what writing a token for some readers does: a few rows against matrices that are too
    large for the nearer caches.
    """
    dtypes = [torch.bfloat16, torch.float32, *([torch.float16] if has_halves() else [])]
    weights = Linear(torch.full((2048, 1024), 1 / 3))  # not a number of 16 bits
    products = {dtype: [lay_out(weights, dtype) for _ in range(3)] for dtype in dtypes}
    seconds = dict.fromkeys(dtypes, math.inf)
    with torch.inference_mode():
        for _ in range(8):  # in turn, and the best counts: other work on the machine does not
            for dtype in dtypes:
                x = torch.ones(ROWS, 1024, dtype=arithmetic(dtype))
                for product in products[dtype]:
                    start = perf_counter()
                    product(x)
                    seconds[dtype] = min(seconds[dtype], perf_counter() - start)
    return min(dtypes, key=seconds.__getitem__)
