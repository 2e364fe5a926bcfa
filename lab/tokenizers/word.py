"""Words as tokens: split at whitespace, lower case, one id for each word of the corpus."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lab.errors import LabError
from lab.tokenizers.base import Tokenizer, well_formed


class WordTokenizer(Tokenizer):
    """A vocabulary of whole words, sorted, with an optional token for the unseen ones.

    The unknown token takes the last id, so that adding it moves no other.

    >>> tokenizer = WordTokenizer.train(["the quick brown fox"], unknown="[UNK]")
    >>> tokenizer.vocabulary
    ('brown', 'fox', 'quick', 'the', '[UNK]')
    >>> tokenizer.encode("The quick cat")
    [3, 2, 4]
    >>> tokenizer.decode([3, 2, 4])
    'the quick [UNK]'
    """

    name = "words"

    def __init__(self, words: Sequence[str], *, unknown: str | None = None) -> None:
        self.unknown = unknown
        self.special_tokens = {} if unknown is None else {unknown: len(words)}
        self.vocabulary = (*words, *self.special_tokens)
        self.vocab_size = len(self.vocabulary)
        self._ids = {word: i for i, word in enumerate(words)}

    @classmethod
    def train(cls, corpus: Iterable[str], *, unknown: str | None = None) -> "WordTokenizer":
        """The tokenizer of every word that occurs in the corpus's texts."""
        return cls(sorted({word for text in corpus for word in words(text)}), unknown=unknown)

    def decode(self, ids: Sequence[int]) -> str:
        return " ".join(self.token_bytes(i).decode("utf-8", "replace") for i in ids)

    def _encode(self, text: str) -> list[int]:
        return [self._id(word) for word in words(text)]

    def _id(self, word: str) -> int:
        known = self._ids.get(word)
        if known is not None:
            return known
        if self.unknown is not None:
            return self.special_tokens[self.unknown]
        raise LabError(
            f"The word {word!r} has no id.",
            "A word vocabulary holds only the words of its corpus.",
            "Add the word to the corpus, allow an unknown token, or use smaller units.",
        )

    def _token_bytes(self, token_id: int) -> bytes:
        return self.vocabulary[token_id].encode()


def words(text: str) -> list[str]:
    """The words of a text, in lower case.

    >>> words("The  quick\\nfox.")
    ['the', 'quick', 'fox.']
    """
    return well_formed(text).lower().split()


class Growth(NamedTuple):
    """A word vocabulary after `read` words of its corpus.

    `unknown` is the share of another text's words that it then lacks, from 0 to 1.
    """

    read: int
    vocabulary: int
    unknown: float


def growth(corpus: str, other: str) -> list[Growth]:
    """How a vocabulary grows word by word, and how much of another text it leaves unknown.

    >>> growth("the cat the dog", "the dog barks")[-1]
    Growth(read=4, vocabulary=3, unknown=0.3333333333333333)
    """
    missing = Counter(words(other))
    total = missing.total() or 1
    unknown = missing.total()
    known: set[str] = set()
    points = [Growth(0, 0, unknown / total)]
    for read, word in enumerate(words(corpus), start=1):
        if word not in known:
            known.add(word)
            unknown -= missing[word]
        points.append(Growth(read, len(known), unknown / total))
    return points
