"""Characters as tokens: one id for each character of an alphabet."""

import string
from collections.abc import Sequence

from lab.tokenizers.base import Tokenizer, well_formed

PAD, UNKNOWN = "<pad>", "<unk>"


class CharacterTokenizer(Tokenizer):
    """`<pad>`, `<unk>`, then the alphabet in its own order; repeated characters count once.

    >>> tokenizer = CharacterTokenizer()
    >>> tokenizer.vocab_size
    54
    >>> tokenizer.encode("Hi!")
    [9, 36, 1]
    >>> tokenizer.decode([9, 36, 1])
    'Hi<unk>'
    """

    name = "characters"

    def __init__(self, alphabet: str = string.ascii_uppercase + string.ascii_lowercase) -> None:
        self.vocabulary = (PAD, UNKNOWN, *dict.fromkeys(well_formed(alphabet)))
        self.vocab_size = len(self.vocabulary)
        self.special_tokens = {PAD: 0, UNKNOWN: 1}
        self._ids = {char: i for i, char in enumerate(self.vocabulary) if i > 1}

    def decode(self, ids: Sequence[int]) -> str:
        """The text of some ids; padding has none."""
        return super().decode([i for i in ids if i != self.special_tokens[PAD]])

    def _encode(self, text: str) -> list[int]:
        unknown = self.special_tokens[UNKNOWN]
        return [self._ids.get(char, unknown) for char in text]

    def _token_bytes(self, token_id: int) -> bytes:
        return self.vocabulary[token_id].encode()
