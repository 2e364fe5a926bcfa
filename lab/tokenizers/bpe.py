"""Byte-pair encoding: learn merges from a text, then encode any text with them.

Training starts from single bytes and, again and again, joins the pair of neighbours that occurs
most often; among equals, the pair seen first in the text as it then stands. Encoding applies the
merges in the order in which they were learned.
Source: https://arxiv.org/abs/1508.07909 (Sennrich et al.), on bytes as in GPT-2. Ties and counts
("aaa" holds the pair "aa" twice, yet it merges once) are those of
https://github.com/karpathy/minbpe.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from lab.errors import LabError
from lab.tokenizers.alphabet import to_printable
from lab.tokenizers.base import Tokenizer, well_formed

if TYPE_CHECKING:
    from lab.tokenizers.pairs import PairTable

Pair = tuple[int, int]

GPT2_PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
"""How GPT-2 cuts a text before any merge: contractions, words, numbers, signs, blanks."""

GPT4_PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s++(?![\s\S])|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How GPT-4 does: any one sign may lead a word, and a number has at most three digits."""


@dataclass(frozen=True)
class MergeStep:
    """One step of training: what was joined, and how it came to be chosen.

    `count` is how often the pair occurred, `ties` how many pairs occurred that often, and
    `length` the number of tokens in the training text after the merge.
    """

    pair: Pair
    count: int
    ties: int
    length: int


class BPETokenizer(Tokenizer):
    """Bytes and merges: id b is the byte b, and merge k makes id 256 + k.

    >>> tokenizer = BPETokenizer([(97, 97), (256, 97), (257, 98)])
    >>> tokenizer.encode("aaabdaaabac")
    [258, 100, 258, 97, 99]
    >>> tokenizer.token_bytes(258)
    b'aaab'
    """

    name = "trained"

    def __init__(
        self,
        merges: Sequence[Pair],
        *,
        pattern: str | None = None,
        history: Sequence[MergeStep] = (),
    ) -> None:
        self.merges = list(merges)
        self.pattern = pattern
        self.history = tuple(history)
        self.special_tokens = {}
        self.vocab_size = 256 + len(self.merges)
        self._ranks = {pair: rank for rank, pair in enumerate(self.merges)}
        self._bytes = [bytes([byte]) for byte in range(256)]
        for left, right in self.merges:
            self._bytes.append(self._bytes[left] + self._bytes[right])

    def after(self, steps: int) -> "BPETokenizer":
        """The tokenizer as it was after so many steps of training."""
        return BPETokenizer(self.merges[:steps], pattern=self.pattern, history=self.history[:steps])

    def to_json(self) -> str:
        """The same tokenizer as a `tokenizer.json` for Hugging Face's libraries."""
        vocabulary = {to_printable(data): i for i, data in enumerate(self._bytes)}
        written = list(vocabulary)
        splits = [] if self.pattern is None else [_hugging_face_split(self.pattern)]
        to_bytes = {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False}
        return json.dumps(
            {
                "version": "1.0",
                "added_tokens": [],
                "pre_tokenizer": {
                    "type": "Sequence",
                    "pretokenizers": [*splits, {**to_bytes, "trim_offsets": True}],
                },
                "decoder": {**to_bytes, "trim_offsets": True},
                "model": {
                    "type": "BPE",
                    "vocab": vocabulary,
                    "merges": [[written[left], written[right]] for left, right in self.merges],
                },
            },
            ensure_ascii=False,
        )

    def _encode(self, text: str) -> list[int]:
        merged: dict[bytes, list[int]] = {}
        ids: list[int] = []
        for chunk in split(text, self.pattern):
            if chunk not in merged:
                merged[chunk] = self._merge(chunk)
            ids.extend(merged[chunk])
        return ids

    def _merge(self, chunk: bytes) -> list[int]:
        """Apply the merges to one chunk, earliest learned first, each from left to right."""
        # A linked list of tokens. -1 is no token: it stands past the end, which is also what
        # index -1 finds in front of the start, and wherever a neighbour has taken a token in.
        ids = [*chunk, -1]
        following = list(range(1, len(ids) + 1))
        previous = list(range(-1, len(chunk)))
        waiting: dict[int, list[int]] = defaultdict(list)  # merge -> where its pairs begin
        for at, pair in enumerate(pairwise(chunk)):
            if pair in self._ranks:
                waiting[self._ranks[pair]].append(at)
        while waiting:
            rank = min(waiting)  # final: what it makes is joined by later merges only
            left, right = self.merges[rank]
            for at in sorted(waiting.pop(rank)):
                taken = following[at]
                if ids[at] != left or ids[taken] != right:
                    continue  # another merge has used one of the two
                ids[at], ids[taken] = 256 + rank, -1
                following[at] = following[taken]
                previous[following[at]] = at
                for first, second in ((previous[at], at), (at, following[at])):
                    found = self._ranks.get((ids[first], ids[second]))
                    if found is not None:
                        waiting[found].append(first)
        return [i for i in ids if i != -1]

    def _token_bytes(self, token_id: int) -> bytes:
        return self._bytes[token_id]


def train(text: str, vocab_size: int, *, pattern: str | None = None) -> BPETokenizer:
    """Learn `vocab_size - 256` merges from a text, or as many as it has.

    With `pattern`, a regular expression such as `GPT2_PATTERN`, the text is cut into chunks
    first, and no merge reaches across a cut. Raises `LabError` if `vocab_size` leaves no room
    for the 256 bytes.

    >>> tokenizer = train("aaabdaaabac", 259)
    >>> [(step.pair, step.count, step.ties) for step in tokenizer.history]
    [((97, 97), 4, 1), ((256, 97), 2, 2), ((257, 98), 2, 1)]
    """
    if vocab_size < 256:
        raise LabError(
            f"A vocabulary of {vocab_size} tokens is too small.",
            "Each of the 256 bytes needs a token of its own before anything can be merged.",
            "Ask for at least 256.",
        )
    table = _pairs(text, pattern)
    history: list[MergeStep] = []
    while 256 + len(history) < vocab_size and (best := table.best()) is not None:
        pair, count, ties = best
        table.merge(pair, 256 + len(history))
        history.append(MergeStep(pair, count, ties, table.length))
    return BPETokenizer([step.pair for step in history], pattern=pattern, history=history)


def _pairs(text: str, pattern: str | None) -> "PairTable":
    from lab.tokenizers.pairs import PairTable  # late: the first page does not wait for NumPy

    return PairTable(split(well_formed(text), pattern))


def split(text: str, pattern: str | None) -> list[bytes]:
    """The chunks that merges may not cross, as bytes; the whole text if there is no pattern.

    What the pattern does not match stays, as a chunk between its neighbours.

    >>> split("It's 2 cats", GPT2_PATTERN)
    [b'It', b"'s", b' 2', b' cats']
    """
    if pattern is None:
        return [text.encode()] if text else []
    import regex

    chunks = []
    end = 0
    for match in regex.finditer(pattern, text):
        chunks += [text[end : match.start()], match.group()]
        end = match.end()
    return [chunk.encode() for chunk in (*chunks, text[end:]) if chunk]


def leaders(tokenizer: BPETokenizer, text: str, number: int) -> list[tuple[Pair, int]]:
    """The most frequent pairs of a text and their counts; training would take the first one next.

    >>> leaders(BPETokenizer([(97, 97)]), "aaabdaaabac", 2)
    [((256, 97), 2), ((97, 98), 2)]
    """
    table = _pairs(text, tokenizer.pattern)
    for step, pair in enumerate(tokenizer.merges):
        table.merge(pair, 256 + step)
    return table.leaders(number)


@dataclass(frozen=True)
class BuildStep:
    """One state of a word on its way from bytes to tokens.

    `made` is the index in `parts` of the token that this step made, and `rank` its merge rank;
    both are None in the first state, in which every part is one byte.
    """

    parts: tuple[bytes, ...]
    made: int | None = None
    rank: int | None = None


class Replayable(Protocol):
    """A tokenizer that tells how it makes its tokens: cut into words, then join neighbours."""

    def words(self, text: str) -> list[bytes]:
        """The chunks of a text that no merge reaches beyond."""

    def rank(self, data: bytes) -> int | None:
        """The id of exactly these bytes, None if they are no token; a merge made earlier has a
        lower one."""


def build(chunk: bytes, rank: Callable[[bytes], int | None]) -> list[BuildStep]:
    """How a chunk becomes tokens: every state, the merge of lowest rank first.

    `rank` tells the rank of a token from its bytes, or None for bytes that are no token.

    >>> ranks = {b"he": 300, b"ll": 301, b"hell": 302}
    >>> [b"|".join(step.parts).decode() for step in build(b"hello", ranks.get)]
    ['h|e|l|l|o', 'he|l|l|o', 'he|ll|o', 'hell|o']
    """
    parts = [bytes([byte]) for byte in chunk]
    steps = [BuildStep(tuple(parts))]
    while True:
        ranked = ((rank(parts[i] + parts[i + 1]), i) for i in range(len(parts) - 1))
        mergeable = [(found, i) for found, i in ranked if found is not None]
        if not mergeable:
            return steps
        lowest, at = min(mergeable)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
        steps.append(BuildStep(tuple(parts), at, lowest))


def _hugging_face_split(pattern: str) -> dict[str, object]:
    return {
        "type": "Split",
        "pattern": {"Regex": pattern},
        "behavior": "Isolated",
        "invert": False,
    }
