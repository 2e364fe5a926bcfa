"""Several texts read by one model at once: a slot of memory for each, one pass for all.

A batch knows nothing of sampling, of sessions or of when a text ends. It is not to be shared by
threads without a lock.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from lab.models.device import CPU
from lab.models.model import Model, check_ids


class Batch:
    """Memory for `slots` texts of at most `capacity` tokens each. Made by `new_batch`.

    `lengths` are the tokens that each slot holds.
    """

    def __init__(self, model: Model, slots: int, capacity: int) -> None:
        self.model = model
        self.capacity = capacity
        self.lengths = [0] * slots
        with torch.inference_mode():
            self._memory = model.network.memory(slots, capacity)

    def read(self, slots: Sequence[int], pieces: Sequence[Sequence[int]]) -> Tensor:
        """Read on in several texts: (slots, vocabulary) float32 logits after each piece's last id.

        Each slot is named once and continues where it ended; its logits do not depend on the
        others, as said in `lab.models.native.NativeSlots` and `lab.models.fast.Slots`. Raises
        `LabError` for ids that the model cannot read, and `ValueError` where they do not fit into a
        slot; a batch is unchanged by both.
        """
        for slot, piece in zip(slots, pieces, strict=True):
            check_ids(self.model, piece)
            if self.lengths[slot] + len(piece) > self.capacity:
                raise ValueError(f"slot {slot} holds {self.capacity} tokens, not {len(piece)} more")
        with torch.inference_mode():
            logits = self._memory.read(slots, pieces)
            if logits.dtype != torch.float32 or logits.device != CPU:
                logits = logits.float().cpu()
        for slot, piece in zip(slots, pieces, strict=True):
            self.lengths[slot] += len(piece)
        return logits

    def clear(self, slot: int) -> None:
        """Forget a slot's text, so that another may begin there."""
        self.lengths[slot] = 0
        self._memory.clear(slot)


def new_batch(model: Model, slots: int, capacity: int) -> Batch:
    """An empty batch for `slots` texts of at most `capacity` tokens each.

    When all are full it takes `slots * capacity * bytes_per_token(model)` bytes.

    >>> from lab.models import load
    >>> model = load("mini-gpt2")
    >>> batch = new_batch(model, slots=2, capacity=8)
    >>> texts = [model.tokenizer.encode(text) for text in ("Once upon", "The king and")]
    >>> likeliest = batch.read([0, 1], texts).argmax(-1)
    >>> batch.read([0, 1], likeliest[:, None].tolist()).shape
    torch.Size([2, 5120])
    >>> batch.lengths
    [3, 4]
    """
    return Batch(model, slots, capacity)


def reader(model: Model, capacity: int) -> Callable[[Sequence[int]], Tensor]:
    """Read a text piece by piece, remembering keys and values: a function from more ids to logits.

    Each call continues where the last one ended and returns the (vocabulary,) float32 logits after
    its last id. All pieces together may hold `capacity` tokens. It is a batch of one.

    >>> from lab.models import forward, load
    >>> model = load("mini-gpt2")
    >>> read = reader(model, capacity=8)
    >>> ids = model.tokenizer.encode("Once upon a time")
    >>> torch.allclose(read(ids[:3]), forward(model, ids)[2], atol=1e-4)
    True
    >>> torch.allclose(read(ids[3:]), forward(model, ids)[3], atol=1e-4)
    True
    """
    batch = new_batch(model, 1, capacity)

    def read(ids: Sequence[int]) -> Tensor:
        return batch.read([0], [ids])[0]

    return read


def bytes_per_token(model: Model) -> int:
    """What the keys and values of one token take, in bytes.

    >>> from lab.models import load
    >>> bytes_per_token(load("mini-gpt2"))
    12288
    """
    return model.network.bytes_per_token
