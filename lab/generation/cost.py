"""What the key/value cache and batches save, measured on the machine at hand.

One figure per token, as it is measured, so that a page can draw it and stop at any time. Only
models that the readable decoder computes can be asked.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

import torch

from lab.models import Model
from lab.models.decoder import forward, new_cache

ATTEMPTS = 2
"""Each time is the best of so many: what else runs on the machine should not count."""


@dataclass(frozen=True)
class TokenCost:
    """Milliseconds to get the logits after `tokens` tokens, with and without the cache.

    `held` is what the keys and values of so many tokens take, in bytes.
    """

    tokens: int
    cached: float
    uncached: float
    held: int


@dataclass(frozen=True)
class BatchCost:
    """Tokens per second that `size` prompts get together: as one batch, and one by one."""

    size: int
    together: float
    one_by_one: float


def cache_bytes(model: Model, tokens: int) -> int:
    """What the keys and values of one text of so many tokens take, in bytes.

    >>> from lab.models import load
    >>> cache_bytes(load("mini-gpt2"), 2) == 2 * cache_bytes(load("mini-gpt2"), 1)
    True
    """
    return new_cache(model.decoder, tokens).bytes


def cache_costs(model: Model, ids: Sequence[int], start: int = 1) -> Iterator[TokenCost]:
    """Read `ids` token by token from `start` on, each time both ways; one cost per token.

    Raises `LabError` for a model whose inside is not open.
    """
    decoder, row = model.decoder, torch.tensor([ids])
    cache = new_cache(decoder, len(ids))
    with torch.inference_mode():
        forward(decoder, row[:, :start], cache=cache, last_only=True)
    for tokens in range(start + 1, len(ids) + 1):
        cached = uncached = math.inf
        for _ in range(ATTEMPTS):
            cache.length = tokens - 1
            with torch.inference_mode():
                begin = perf_counter()
                forward(decoder, row[:, tokens - 1 : tokens], cache=cache, last_only=True)
                between = perf_counter()
                forward(decoder, row[:, :tokens], last_only=True)
                end = perf_counter()
            cached, uncached = min(cached, between - begin), min(uncached, end - between)
        yield TokenCost(tokens, 1000 * cached, 1000 * uncached, cache_bytes(model, tokens))


def batch_costs(
    model: Model, ids: Sequence[int], sizes: Sequence[int] = (1, 2, 4, 8), steps: int = 16
) -> Iterator[BatchCost]:
    """Write `steps` tokens after `ids` for each number of prompts, together and one by one.

    All prompts are the same text: the arithmetic does not look at it. One by one each takes what
    a single one takes, measured in turns with those together.
    """
    alone = math.inf
    _seconds(model, ids, 1, steps)  # the first time is always longer
    for size in sizes:
        together = math.inf
        for _ in range(ATTEMPTS):
            alone = min(alone, _seconds(model, ids, 1, steps))
            together = min(together, _seconds(model, ids, size, steps) if size > 1 else alone)
        yield BatchCost(size, size * steps / together, steps / alone)


@torch.inference_mode()
def _seconds(model: Model, ids: Sequence[int], size: int, steps: int) -> float:
    decoder = model.decoder
    cache = new_cache(decoder, len(ids) + steps, batch=size)
    logits = forward(decoder, torch.tensor([ids] * size), cache=cache, last_only=True)
    begin = perf_counter()
    for _ in range(steps):
        logits = forward(decoder, logits[:, -1:].argmax(-1), cache=cache, last_only=True)
    return perf_counter() - begin
