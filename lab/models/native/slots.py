"""Keys and values of several texts, and the passes of decoder.c that fill them."""

from collections.abc import Sequence
from ctypes import byref, c_int64, c_void_p

import numpy as np
import torch
from torch import Tensor

from lab.models.decoder import rotation_table
from lab.models.native.layout import NativeDecoder

SLACK = 16
"""Numbers that decoder.c may read beyond the last; a slot's places come in so many, too."""


class NativeSlots:
    """Keys and values of several texts, each in a slot of its own, and the passes that fill them.

    Memory that is never written to is never taken from the system. A text gets the same logits,
    to the bit, alone and beside any others.
    """

    def __init__(self, decoder: NativeDecoder, slots: int, capacity: int) -> None:
        config = decoder.config
        self._places = -(-capacity // SLACK) * SLACK
        self._size = 2 * config.layers * config.kv_heads * self._places * config.head_width
        self._memory = torch.empty(slots * self._size + SLACK)
        # Learned positions end with the context, whatever room there is.
        self._capacity = capacity if config.rotary else min(capacity, config.context)
        self._lengths = [0] * slots
        self._decoder = decoder
        self._vocabulary = config.vocab_size
        self._structure = type(decoder.structure).from_buffer_copy(decoder.structure)
        self._structure.places = self._places
        if config.rotary:
            table = rotation_table(config, 0, capacity, self._memory)
            half = config.head_width // 2
            self._cosine, self._sine = (each[:, :half].contiguous() for each in table)
            self._structure.cosine = self._cosine.data_ptr()
            self._structure.sine = self._sine.data_ptr()

    def read(self, slots: Sequence[int], pieces: Sequence[Sequence[int]]) -> Tensor:
        """Read on in several texts: the logits after the last id of each piece.

        (slots, vocabulary) float32. Each slot is named once. Raises `ValueError` for ids outside
        the vocabulary and for more than a slot holds, since the C code reads what it is told to.
        """
        ids, places, memories, lasts = list[int](), list[int](), list[int](), list[int]()
        start = self._memory.data_ptr()
        for slot, piece in zip(slots, pieces, strict=True):
            length = self._lengths[slot]
            if not 0 < len(piece) <= self._capacity - length:
                raise ValueError(f"{len(piece)} tokens after {length} of {self._capacity}")
            ids += piece
            places += range(length, length + len(piece))
            memories += [start + slot * self._size * 4] * len(piece)
            lasts.append(len(ids) - 1)
        if min(ids) < 0 or max(ids) >= self._vocabulary:
            raise ValueError("ids outside the vocabulary")
        # NumPy's, as PyTorch's every call lets other threads in between.
        logits = torch.from_numpy(np.empty((len(lasts), self._vocabulary), np.float32))
        done = self._decoder.library.forward(
            byref(self._structure),
            c_int64(len(ids)),
            (c_int64 * len(ids))(*ids),
            (c_int64 * len(ids))(*places),
            (c_void_p * len(ids))(*memories),
            c_int64(len(lasts)),
            (c_int64 * len(lasts))(*lasts),
            c_void_p(logits.data_ptr()),
            c_int64(torch.get_num_threads()),
        )
        if not done:
            raise MemoryError("there is no room for the tokens of this pass")
        for slot, piece in zip(slots, pieces, strict=True):
            self._lengths[slot] += len(piece)
        return logits

    def clear(self, slot: int) -> None:
        """Begin a slot anew."""
        self._lengths[slot] = 0
