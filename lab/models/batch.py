"""Several texts read by one model at once: a slot of memory for each, one step for all.

A batch owns the keys and values of its slots and nothing else. It knows nothing of sampling, of
sessions or of when a text ends; it is not to be shared by threads without a lock.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from lab.models.model import Model, id_row


class Batch:
    """Memory for `slots` texts of at most `capacity` tokens each. Made by `new_batch`."""

    def __init__(self, model: Model, slots: int, capacity: int) -> None:
        self.model = model
        self.capacity = capacity
        self.lengths = [0] * slots
        self._readers: list[Callable[[Tensor], Tensor] | None] = [None] * slots

    def read(self, slot: int, ids: Sequence[int]) -> Tensor:
        """Read more of a slot's text: the (vocabulary,) float32 logits after the last of `ids`.

        A slot continues where it ended. Raises `LabError` for ids that the model cannot read, and
        `ValueError` where they do not fit into the slot; a batch is unchanged by both.
        """
        row = id_row(self.model, ids)
        self._check_room(slot, row.shape[1])
        read = self._readers[slot] or self.model.network.reader(self.capacity)
        self._readers[slot] = read
        with torch.inference_mode():
            logits = read(row)[0, -1].float()
        self.lengths[slot] += row.shape[1]
        return logits

    def step(self, slots: Sequence[int], ids: Sequence[int]) -> Tensor:
        """One new token for each of several slots: (slots, vocabulary) float32 logits, in order.

        Each slot may be named once. Errors as in `read`.
        """
        pairs = list(zip(slots, ids, strict=True))
        id_row(self.model, ids)
        for slot in slots:
            self._check_room(slot, 1)
        return torch.stack([self.read(slot, [token_id]) for slot, token_id in pairs])

    def clear(self, slot: int) -> None:
        """Forget a slot's text, so that another may begin there."""
        self.lengths[slot] = 0
        self._readers[slot] = None

    def _check_room(self, slot: int, tokens: int) -> None:
        if self.lengths[slot] + tokens > self.capacity:
            raise ValueError(f"slot {slot} holds {self.capacity} tokens, not {tokens} more")


def new_batch(model: Model, slots: int, capacity: int) -> Batch:
    """An empty batch for `slots` texts of at most `capacity` tokens each.

    It takes `slots * capacity * bytes_per_token(model)` bytes.

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


def bytes_per_token(model: Model) -> int:
    """What the keys and values of one token take, in bytes.

    >>> from lab.models import load
    >>> bytes_per_token(load("mini-gpt2"))
    12288
    """
    return model.network.bytes_per_token
