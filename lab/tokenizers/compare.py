"""One text under several tokenizers: where they cut it, and what its length costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from lab.tokenizers.base import Tokenizer
from lab.tokenizers.bpe import BPETokenizer
from lab.tokenizers.character import CharacterTokenizer
from lab.tokenizers.pretrained import load
from lab.tokenizers.word import WordTokenizer


def cuts(tokenizer: Tokenizer, tokens: Sequence[bytes]) -> list[int]:
    """Where each token ends, in bytes of the text.

    A space that the encoder put in front is no part of the text.

    >>> gpt2 = load("gpt2")
    >>> cuts(gpt2, [gpt2.token_bytes(i) for i in gpt2.encode("Hi there")])
    [2, 8]
    """
    added = 0 if tokenizer.leading_space == "never" else 1
    return [end - added for end in accumulate(map(len, tokens))]


def disputed(cuts_of_each: Sequence[Sequence[int]]) -> list[list[bool]]:
    """For each tokenizer's cuts: is it one that not all of the others make?

    >>> disputed([[2, 5, 8], [2, 8]])
    [[False, True, False], [False, False]]
    """
    shared = set.intersection(*map(set, cuts_of_each)) if cuts_of_each else set()
    return [[cut not in shared for cut in cuts] for cuts in cuts_of_each]


@dataclass(frozen=True)
class Summary:
    """What one way of cutting makes of a text.

    `attention` is the number of scores that one attention head computes for a text of so many
    tokens: each token looks at itself and at all before it.
    """

    name: str
    vocabulary: int
    tokens: int
    unknown: int

    @property
    def attention(self) -> int:
        return self.tokens * (self.tokens + 1) // 2


def summaries(text: str, others: Mapping[str, Tokenizer] | None = None) -> list[Summary]:
    """Words, letters, characters, bytes and two subword vocabularies, all on the same text.

    The words are those of the text's first half, as if that were the corpus; the characters are
    all that the text has. `others` are further vocabularies by name.

    >>> [(each.name, each.tokens, each.unknown) for each in summaries("one two one six")][:2]
    [('Words', 4, 1), ('Letters', 15, 3)]
    """
    words = WordTokenizer.train([_first_half(text)], unknown="[UNK]")
    return [
        _summary("Words", words, text, words.special_tokens["[UNK]"]),
        _summary("Letters", CharacterTokenizer(), text, 1),
        _summary("Characters", CharacterTokenizer(text), text, 1),
        _summary("Bytes", BPETokenizer([]), text),
        _summary("GPT-2", load("gpt2"), text),
        _summary("GPT-4o", load("o200k_base"), text),
        *(_summary(name, tokenizer, text) for name, tokenizer in (others or {}).items()),
    ]


def _summary(name: str, tokenizer: Tokenizer, text: str, unknown: int | None = None) -> Summary:
    ids = tokenizer.encode(text)
    return Summary(
        name, tokenizer.vocab_size, len(ids), 0 if unknown is None else ids.count(unknown)
    )


def _first_half(text: str) -> str:
    words = text.split()
    return " ".join(words[: (len(words) + 1) // 2])
