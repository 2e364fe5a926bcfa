"""Where and in which precision a model writes, where nobody asked for one."""

import math
from functools import cache
from time import perf_counter

import torch

from lab.models import native
from lab.models.config import parse_config
from lab.models.device import CPU, accelerator
from lab.models.kernels import has_halves
from lab.models.model import ReadableNetwork
from lab.models.weights import shapes

SMALL = 50_000_000
"""Models of fewer parameters run in float32: they are quick in any precision, and their numbers
are then those of transformers to 1e-4."""
ROWS, ROUNDS = 12, 8
"""Of the trial: more rows than one reader has, and fewer than a class."""


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
    """bfloat16, float16 or float32, whichever writes fastest here. Tried once, in 0.1 s.

    16 bits are half as much to read from memory. PyTorch's own kernels for float16 are in question
    only where they compute in float32, and only without a compiler for ours, which widen both kinds
    of 16 bits alike. The trial is what writing a token for some readers does, with matrices that
    are too large for the nearer caches.
    """
    dtypes = [torch.bfloat16, torch.float32]
    if has_halves() and not native.available():
        dtypes.append(torch.float16)
    values = {"model_type": "gpt2", "n_embd": 512, "n_layer": 2, "n_head": 8, "vocab_size": 512}
    config = parse_config(values)
    # Not a number of 16 bits.
    tensors = {name: torch.full(shape, 1 / 3) for name, shape in shapes(config).items()}
    texts = {
        dtype: ReadableNetwork(config, dtype, lambda: tensors).memory(ROWS, ROUNDS)
        for dtype in dtypes
    }
    seconds = dict.fromkeys(dtypes, math.inf)
    with torch.inference_mode():
        for _ in range(ROUNDS):  # in turn, and the best counts: other work on the machine does not
            for dtype in dtypes:
                start = perf_counter()
                texts[dtype].read(range(ROWS), [[0]] * ROWS)
                seconds[dtype] = min(seconds[dtype], perf_counter() - start)
    return min(dtypes, key=seconds.__getitem__)
