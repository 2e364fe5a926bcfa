"""Ids that somebody typed, or pasted from wherever lists of them are printed."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lab.errors import LabError
from lab.tokenizers.base import Tokenizer

_BETWEEN = re.compile(r"[\s,;()\[\]{}]+")
_ID = re.compile(
    r"[+-]?\d{1,15}"
)  # what is longer is no id of anything, and no number of a browser


class Typed(NamedTuple):
    """The ids in a text, and the words of it that are none."""

    ids: list[int]
    others: list[str]


def parse(text: str) -> Typed:
    """Read a list of ids, with or without its brackets and commas.

    >>> parse("tensor([[15496, 995]])")
    Typed(ids=[15496, 995], others=['tensor'])
    """
    words = [word for word in _BETWEEN.split(text) if word]
    return Typed(
        [int(word) for word in words if _ID.fullmatch(word)],
        [word for word in words if not _ID.fullmatch(word)],
    )


def unknown(tokenizer: Tokenizer, ids: Iterable[int]) -> list[int]:
    """Those ids that stand for no token, each once, in the order of their first appearance.

    >>> from lab.tokenizers import load
    >>> unknown(load("gpt2"), [50257, 0, -1, 50257])
    [50257, -1]
    """
    return [each for each in dict.fromkeys(ids) if not _is_known(tokenizer, each)]


def _is_known(tokenizer: Tokenizer, token_id: int) -> bool:
    try:
        tokenizer.token_bytes(token_id)
    except LabError:
        return False
    return True
