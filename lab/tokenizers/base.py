"""What every tokenizer is: text in, ids out, and the exact bytes behind each id."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from operator import index
from typing import Literal

from lab.errors import LabError

LeadingSpace = Literal["never", "first", "always"]
"""Where an encoder puts a space of its own: nowhere, before the text, or also after each special
token. SentencePiece calls it the dummy prefix; decoding takes it away again."""


class Tokenizer(ABC):
    """Text <-> ids, with special tokens kept apart from typed text.

    A subclass names itself, its size and its special tokens, and says how ordinary text becomes
    ids and which bytes an ordinary id stands for. What follows from that is here, once: special
    tokens that somebody typed stay text unless `parse_special` asks otherwise, lone surrogates
    become U+FFFD, and an id that nobody has is answered with a `LabError`.
    """

    name: str
    vocab_size: int
    """One more than the largest id: the number of rows a model needs. Some ids may be unused."""
    special_tokens: Mapping[str, int]
    leading_space: LeadingSpace = "never"

    def encode(self, text: str, *, parse_special: bool = False) -> list[int]:
        """The ids of a text; "" has none."""
        text = well_formed(text)
        if not parse_special:
            return self._encode(text) if text else []
        ids: list[int] = []
        for part in self._special_pattern.split(text):
            if part in self.special_tokens:
                ids.append(self.special_tokens[part])
            elif part:
                ids.extend(self._encode(part))
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """The text of some ids; bytes that are not UTF-8 show as U+FFFD."""
        ids = list(map(index, ids))
        data = {each: self.token_bytes(each) for each in set(ids)}  # a long text repeats itself
        pieces = [data[each] for each in ids]
        for i in self._starts(ids):
            pieces[i] = pieces[i].removeprefix(b" ")
        return b"".join(pieces).decode("utf-8", "replace")

    def token_bytes(self, token_id: int) -> bytes:
        """The bytes that one id stands for: often a part of a character, never "�"."""
        token_id = index(token_id)
        special = self._special_names.get(token_id)
        if special is not None:
            return special.encode()
        if 0 <= token_id < self.vocab_size:
            data = self._token_bytes(token_id)
            if data is not None:
                return data
        raise LabError(
            f"There is no token {token_id} in {self.name}.",
            f"Its ids run from 0 to {self.vocab_size - 1:,}, and a few in between may be unused.",
            "Use ids that this tokenizer made.",
        )

    @abstractmethod
    def _encode(self, text: str) -> list[int]:
        """The ids of well-formed text without special tokens."""

    @abstractmethod
    def _token_bytes(self, token_id: int) -> bytes | None:
        """The bytes of an ordinary id in range, or None where the id is unused."""

    def _starts(self, ids: Sequence[int]) -> Iterator[int]:
        """The places in front of which the encoder has put a space."""
        for i, token_id in enumerate(ids if self.leading_space != "never" else ()):
            first = i == 0 or (self.leading_space == "always" and ids[i - 1] in self._special_names)
            if first and token_id not in self._special_names:
                yield i

    @cached_property
    def _special_names(self) -> dict[int, str]:
        return {token_id: name for name, token_id in self.special_tokens.items()}

    @cached_property
    def _special_pattern(self) -> re.Pattern[str]:
        # Longest first, so that no special token hides behind its own prefix. Without any
        # special token the pattern can never match.
        names = sorted(self.special_tokens, key=len, reverse=True)
        return re.compile(f"({'|'.join(map(re.escape, names))})" if names else r"((?!))")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, vocab_size={self.vocab_size})"


def well_formed(text: str) -> str:
    """Text that UTF-8 can carry: surrogate pairs joined, lone surrogates replaced by U+FFFD.

    >>> well_formed("a\\ud83d\\ude80b\\ud800c")
    'a🚀b�c'
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
