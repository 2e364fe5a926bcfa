"""Several texts read by one model at once: a slot of memory for each, one step for all.

A batch knows nothing of sampling, of sessions or of when a text ends. It is not to be shared by
threads without a lock.
"""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from lab.models.model import Model, id_row


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

    def read(self, slot: int, ids: Sequence[int]) -> Tensor:
        """Read more of a slot's text: the (vocabulary,) float32 logits after the last of `ids`.

        A slot continues where it ended. Raises `LabError` for ids that the model cannot read, and
        `ValueError` where they do not fit into the slot; a batch is unchanged by both.
        """
        self._check([slot], ids, more=len(ids))
        with torch.inference_mode():
            logits = self._memory.read(slot, ids).float().cpu()
        self.lengths[slot] += len(ids)
        return logits

    def step(self, slots: Sequence[int], ids: Sequence[int]) -> Tensor:
        """One new token for each of several slots: (slots, vocabulary) float32 logits, in order.

        Each slot is named once; its logits do not depend on the others, as said in
        `lab.models.fast.Slots`. Errors as in `read`.
        """
        self._check(slots, ids, more=1)
        with torch.inference_mode():
            logits = self._memory.step(slots, ids).float().cpu()
        for slot in slots:
            self.lengths[slot] += 1
        return logits

    def clear(self, slot: int) -> None:
        """Forget a slot's text, so that another may begin there."""
        self.lengths[slot] = 0
        self._memory.clear(slot)

    def _check(self, slots: Sequence[int], ids: Sequence[int], more: int) -> None:
        id_row(self.model, ids)
        for slot in slots:
            if self.lengths[slot] + more > self.capacity:
                raise ValueError(f"slot {slot} holds {self.capacity} tokens, not {more} more")


def new_batch(model: Model, slots: int, capacity: int) -> Batch:
    """An empty batch for `slots` texts of at most `capacity` tokens each.

    When all are full it takes `slots * capacity * bytes_per_token(model)` bytes.

    >>> from lab.models import load
    >>> model = load("mini-gpt2")
    >>> batch = new_batch(model, slots=2, capacity=8)
    >>> first = batch.read(0, model.tokenizer.encode("Once upon"))
    >>> other = batch.read(1, model.tokenizer.encode("The king and"))
    >>> batch.step([0, 1], [int(first.argmax()), int(other.argmax())]).shape
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
    return partial(new_batch(model, 1, capacity).read, 0)


def bytes_per_token(model: Model) -> int:
    """What the keys and values of one token take, in bytes.

    >>> from lab.models import load
    >>> bytes_per_token(load("mini-gpt2"))
    12288
    """
    return model.network.bytes_per_token
