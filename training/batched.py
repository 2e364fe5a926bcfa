"""Many continuations at once: prompts of one length share a batch, so that none is padded."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence

import torch
from torch import Tensor

from lab.models.decoder import Cache, Decoder, forward, new_cache

Ids = Sequence[int]
Choose = Callable[[Tensor], Tensor]
"""From (batch, vocabulary) logits to (batch,) ids."""


def greedy(logits: Tensor) -> Tensor:
    """The likeliest id of each row."""
    return logits.argmax(dim=-1)


def continue_all(
    decoder: Decoder,
    prompts: Sequence[Ids],
    max_new_tokens: int,
    end_ids: Collection[int],
    choose: Choose = greedy,
    batch: int = 128,
) -> list[list[int]]:
    """The continuation of each prompt, in their order.

    Each ends with the first of the `end_ids`, which it includes, or where `max_new_tokens` or the
    context are used up.
    """
    texts: list[list[int]] = [[] for _ in prompts]
    with torch.inference_mode():
        for rows in _batches(prompts, batch):
            ids = torch.tensor([list(prompts[row]) for row in rows])
            room = min(max_new_tokens, decoder.config.context - ids.shape[1])
            cache = new_cache(decoder, ids.shape[1] + room, len(rows))
            for _ in range(room):
                logits = forward(decoder, ids, cache=cache, last_only=True)
                new = choose(logits[:, -1].float())
                for row, token in zip(rows, new.tolist(), strict=True):
                    texts[row].append(token)
                going = [i for i, row in enumerate(rows) if texts[row][-1] not in end_ids]
                if not going:
                    break
                if len(going) < len(rows):
                    rows = [rows[i] for i in going]
                    new = new[going]
                    cache = Cache(cache.keys[:, going], cache.values[:, going], cache.length)
                ids = new[:, None]
    return texts


def _batches(prompts: Sequence[Ids], batch: int) -> Iterator[list[int]]:
    """The prompts' numbers, grouped by length."""
    by_length = defaultdict(list)
    for number, prompt in enumerate(prompts):
        by_length[len(prompt)].append(number)
    for numbers in by_length.values():
        for first in range(0, len(numbers), batch):
            yield numbers[first : first + batch]
