"""The neighbouring pairs of a text, counted once and kept up to date merge by merge."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_GAP = -1  # stands after each chunk: no pair reaches across it
_BLOCK = 4096


class PairTable:
    """Chunks of token ids, and how often each pair of neighbours occurs in them.

    A merge changes only the pairs that touch it, so only those are counted again. Equal chunks
    are kept once, with a weight; they stand in the order of their first appearance, so that the
    pair seen first here is the pair seen first in the text.

    >>> table = PairTable([b"aaab"])
    >>> table.best()
    ((97, 97), 2, 1)
    >>> table.merge((97, 97), 256)
    >>> table.best()
    ((256, 97), 1, 2)
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        weights = Counter(chunks)
        text = np.frombuffer(b"".join(chunk + b"\0" for chunk in weights), dtype=np.uint8)
        lengths = np.array([len(chunk) + 1 for chunk in weights], dtype=np.int64)
        self._ids = text.astype(np.int32)
        self._ids[np.cumsum(lengths) - 1] = _GAP
        self._weights = np.repeat(np.array(list(weights.values()), dtype=np.int64), lengths)
        self.length = int(self._weights.sum()) - weights.total()
        """Tokens in the whole text."""

        # A pair is one number, left * base + right. Each merge shortens the text, so no id can
        # reach the base; one number below it is left for the gap.
        self._base = 256 + len(self._ids) + 1
        self._counts: dict[int, int] = {}
        self._by_count: dict[int, set[int]] = defaultdict(set)
        self._update(self._count_all())
        self._highest = max(self._by_count, default=0)

    def best(self) -> tuple[tuple[int, int], int, int] | None:
        """The most frequent pair, its count, and how many pairs have that count.

        Among equals the pair that occurs first is taken. None if no two tokens are neighbours.
        """
        # A merge makes no pair more frequent than the pair it merges: the highest count only falls.
        while self._highest and not self._by_count[self._highest]:
            del self._by_count[self._highest]
            self._highest -= 1
        if not self._highest:
            return None
        equals = self._by_count[self._highest]
        code = next(iter(equals)) if len(equals) == 1 else self._first_seen(equals)
        return divmod(code, self._base), self._highest, len(equals)

    def leaders(self, number: int) -> list[tuple[tuple[int, int], int]]:
        """The most frequent pairs and their counts, in the order in which they would be taken."""
        codes, first = np.unique(self._codes(0, len(self._ids)), return_index=True)
        counts = np.array([self._counts.get(code, 0) for code in codes.tolist()])
        order = np.lexsort((first, -counts))[:number]
        return [
            (divmod(code, self._base), count)
            for code, count in zip(codes[order].tolist(), counts[order].tolist(), strict=True)
            if count
        ]

    def merge(self, pair: tuple[int, int], new_id: int) -> None:
        """Join the pair wherever it occurs, from left to right."""
        left, right = pair
        at = self._occurrences(pair)
        # Where two occurrences touch, the pair between them is counted once: as what follows
        # the first, not as what precedes the second.
        apart = np.diff(at, prepend=-3) > 2
        merged = int(self._weights[at].sum())
        changes = Counter({left * self._base + right: -merged})
        for token, count in self._tokens(at[apart] - 1):
            changes[token * self._base + left] -= count
        for token, count in self._tokens(at + 2):
            changes[right * self._base + token] -= count

        self._ids[at] = new_id
        keep = np.ones(len(self._ids), dtype=bool)
        keep[at + 1] = False
        self._ids, self._weights = self._ids[keep], self._weights[keep]
        self.length -= merged

        at -= np.arange(len(at))
        for token, count in self._tokens(at[apart] - 1):
            changes[token * self._base + new_id] += count
        for token, count in self._tokens(at + 1):
            changes[new_id * self._base + token] += count
        self._update(changes)

    def _occurrences(self, pair: tuple[int, int]) -> Ints:
        left, right = pair
        at: Ints = np.flatnonzero(self._ids == left)
        at = at[self._ids[at + 1] == right]
        if left == right:
            # Occurrences may overlap, as in "aaa": of each run take the first, third, fifth ...
            run_starts = np.flatnonzero(np.diff(at, prepend=-2) != 1)
            run_lengths = np.diff(run_starts, append=len(at))
            at = at[(np.arange(len(at)) - np.repeat(run_starts, run_lengths)) % 2 == 0]
        return at

    def _tokens(self, places: Ints) -> Iterator[tuple[int, int]]:
        """The tokens at some places, each with its weight in all; gaps are left out.

        The last place is always a gap, and so is the place before the first, index -1.
        """
        places = places[self._ids[places] != _GAP]
        weights = np.bincount(self._ids[places], self._weights[places])
        tokens = np.flatnonzero(weights)
        yield from zip(tokens.tolist(), weights[tokens].astype(int).tolist(), strict=True)

    def _first_seen(self, codes: Iterable[int]) -> int:
        wanted = np.fromiter(codes, dtype=np.int64)
        for start in range(0, len(self._ids), _BLOCK):
            block = self._codes(start, start + _BLOCK)
            found = np.flatnonzero(np.isin(block, wanted))
            if len(found):
                return int(block[found[0]])
        raise AssertionError("a pair was counted that does not occur")

    def _codes(self, start: int, stop: int) -> Ints:
        """The pairs that begin at each place from `start` to before `stop`."""
        ids = self._ids[start : stop + 1].astype(np.int64)
        return ids[:-1] * self._base + ids[1:]

    def _count_all(self) -> Counter[int]:
        left, right, weights = self._ids[:-1], self._ids[1:], self._weights[:-1]
        inside = (left != _GAP) & (right != _GAP)
        counts = np.bincount(left[inside] * 256 + right[inside], weights[inside])
        total = Counter[int]()
        for code in np.flatnonzero(counts).tolist():
            first, second = divmod(code, 256)
            total[first * self._base + second] = int(counts[code])
        return total

    def _update(self, changes: Counter[int]) -> None:
        for code, change in changes.items():
            before = self._counts.get(code, 0)
            after = before + change
            if before:
                self._by_count[before].discard(code)
            if after:
                self._counts[code] = after
                self._by_count[after].add(code)
            else:
                self._counts.pop(code, None)
