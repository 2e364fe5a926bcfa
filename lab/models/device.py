"""The devices on which a model can write."""

import torch

CPU = torch.device("cpu")
ROOM = 8 * 2**30
"""Bytes that an accelerator should have free: beside the weights it holds the keys and values of
all texts being written, and they may take half of it (`lab.generation.engine`)."""


def accelerator() -> torch.device | None:
    """The accelerator at hand, NVIDIA's or AMD's (CUDA) or Apple's (MPS); None without one.

    One with little free memory is left alone.
    """
    if torch.cuda.is_available() and torch.cuda.mem_get_info()[0] >= ROOM:
        return torch.device("cuda")
    if torch.backends.mps.is_available() and torch.mps.recommended_max_memory() >= ROOM:
        return torch.device("mps")
    return None
