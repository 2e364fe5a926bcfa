"""The figures of the evaluation, as functions of tokens and texts alone."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Window:
    """Tokens `start` to `end` of a document are read; those from `first` on are counted."""

    start: int
    first: int
    end: int


def sliding_windows(length: int, context: int, stride: int) -> Iterator[Window]:
    """Windows that count each of `length` tokens but the first exactly once.

    The first token of a document is only ever given. Each later window moves on by `stride` and
    reads the `context - stride` tokens before it again, so that no token is judged with less
    behind it, unless the document itself begins there.

    >>> for window in sliding_windows(7, context=4, stride=2):
    ...     print(window)
    Window(start=0, first=1, end=4)
    Window(start=2, first=4, end=6)
    Window(start=4, first=6, end=7)
    """
    start, first = 0, 1
    while first < length:
        end = min(start + context, length)
        yield Window(start, first, end)
        start, first = start + stride, end


def bits_per_byte(nats: float, size: int) -> float:
    """What a text of `size` bytes costs per byte, from its negative log-likelihood in nats.

    >>> bits_per_byte(8 * math.log(2), 4)
    2.0
    """
    return nats / math.log(2) / size


def window_hashes(ids: np.ndarray, size: int) -> np.ndarray:
    """A 64-bit hash of every window of `size` ids: a polynomial in the ids, modulo 2**64."""
    count = max(0, len(ids) - size + 1)
    hashes = np.zeros(count, dtype=np.uint64)
    for offset in range(size):
        hashes *= np.uint64(0x9E3779B97F4A7C15)
        hashes += ids[offset : offset + count].astype(np.uint64) + np.uint64(1)
    return hashes


def memorised_share(
    samples: Sequence[Sequence[int]], corpus: Sequence[int] | np.ndarray, size: int = 50
) -> float:
    """The share of the samples' windows of `size` tokens that stand word for word in the corpus.

    Hashes find the candidates; tokens are then compared, so a collision cannot count.

    >>> memorised_share([[1, 2, 3, 4]], corpus=[9, 1, 2, 3, 9], size=3)
    0.5
    """
    corpus = np.asarray(corpus)
    hashes = window_hashes(corpus, size)
    order = np.argsort(hashes, kind="stable")
    ranked = hashes[order]
    found = total = 0
    for sample in samples:
        ids = np.asarray(sample)
        own = window_hashes(ids, size)
        total += len(own)
        lows = np.searchsorted(ranked, own, "left")
        highs = np.searchsorted(ranked, own, "right")
        found += sum(
            any(
                np.array_equal(corpus[at : at + size], ids[i : i + size])
                for at in order[lows[i] : highs[i]]
            )
            for i in np.flatnonzero(highs > lows)
        )
    return found / total if total else 0.0
