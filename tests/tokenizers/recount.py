"""The textbook's byte-pair training, with nothing clever in it: what ours is held to."""

from collections.abc import Iterable
from itertools import pairwise


def by_recounting(chunks: Iterable[bytes], merges: int) -> list[tuple[int, int]]:
    """The merges learned by counting all pairs again for every one of them."""
    pieces = [list(chunk) for chunk in chunks]
    learned = []
    for step in range(merges):
        counts: dict[tuple[int, int], int] = {}
        for piece in pieces:
            for pair in pairwise(piece):
                counts[pair] = counts.get(pair, 0) + 1
        if not counts:
            break
        best = max(counts, key=lambda pair: counts[pair])  # max keeps the first among equals
        learned.append(best)
        pieces = [_join(piece, best, 256 + step) for piece in pieces]
    return learned


def _join(piece: list[int], pair: tuple[int, int], new_id: int) -> list[int]:
    joined = []
    at = 0
    while at < len(piece):
        found = (piece[at], piece[at + 1]) == pair if at + 1 < len(piece) else False
        joined.append(new_id if found else piece[at])
        at += 2 if found else 1
    return joined
