"""Any tokenizer that comes as Hugging Face's `tokenizer.json`, down to the bytes of each token.

Such a file says itself how its pieces are written: in GPT-2's byte alphabet, or with "▁" for a
space and `<0x0A>` for a byte (SentencePiece), or plainly. The `tokenizers` library does the
encoding; the exact bytes are read from the pieces, because the library decodes to text only.
"""

import json
import re
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.errors import LabError
from lab.tokenizers.alphabet import from_printable, to_printable
from lab.tokenizers.base import LeadingSpace, Tokenizer, well_formed

if TYPE_CHECKING:
    from tokenizers import Tokenizer as Backend

_BYTE_PIECE = re.compile(r"<0x([0-9A-Fa-f]{2})>")


class FileTokenizer(Tokenizer):
    """A tokenizer run by the `tokenizers` library, without padding, truncation or template.

    Control tokens, which typed text must not become by itself, are the file's tokens marked
    `special`, and its other added tokens unless they are blanks or pieces of the vocabulary
    proper: Qwen's `<think>` and `<|fim_prefix|>` are not marked, yet they steer the model.
    """

    def __init__(self, name: str, backend: "Backend") -> None:
        backend.no_padding()
        backend.no_truncation()
        vocabulary = backend.get_vocab(with_added_tokens=False)
        added = backend.get_added_tokens_decoder()
        controls = {
            token_id: token
            for token_id, token in sorted(added.items())
            if token.special or not (token.content.isspace() or token.content in vocabulary)
        }
        for token in controls.values():
            token.special = True
        backend.add_special_tokens(list(controls.values()))

        self.name = name
        self.vocab_size = 1 + max((*vocabulary.values(), *added), default=-1)
        self.special_tokens = {token.content: token_id for token_id, token in controls.items()}
        # What was asked for once: pages show the same few tokens again and again.
        self._known: dict[int, bytes | None] = {
            token_id: token.content.encode() for token_id, token in added.items()
        }
        self._backend = backend
        self._lock = threading.Lock()

        steps = list(_steps(backend.decoder))
        kinds = {step["type"] for step in steps}
        self._byte_level = "ByteLevel" in kinds
        self._sentencepiece = bool(kinds & {"Metaspace", "ByteFallback"})
        self.leading_space = _leading_space(steps)

    def encode(self, text: str, *, parse_special: bool = False) -> list[int]:
        with self._lock:  # the switch belongs to the shared backend
            self._backend.encode_special_tokens = not parse_special
            return self._backend.encode(well_formed(text), add_special_tokens=False).ids

    def decode(self, ids: Sequence[int]) -> str:
        text = super().decode(ids)  # also refuses ids that do not exist
        if self._byte_level or self._sentencepiece:
            return text
        return self._backend.decode(list(ids), skip_special_tokens=False)

    def rank(self, data: bytes) -> int | None:
        """The id of exactly these bytes; None if they are not a token."""
        return self._backend.token_to_id(to_printable(data))

    def words(self, text: str) -> list[bytes]:
        """The chunks of a text that no merge reaches beyond."""
        text = well_formed(text)
        if self._backend.normalizer is not None:
            text = self._backend.normalizer.normalize_str(text)
        pieces = self._backend.pre_tokenizer.pre_tokenize_str(text)
        return [from_printable(piece) for piece, _ in pieces]

    @cached_property
    def merges_in_order(self) -> bool:
        """Whether this is a byte-level vocabulary whose ids tell the order of its merges."""
        if not self._byte_level:
            return False
        model = json.loads(self._backend.to_str())["model"]
        made = [model["vocab"].get("".join(pair)) for pair in model.get("merges", ())]
        return bool(made) and None not in made and made == sorted(made)

    def _encode(self, text: str) -> list[int]:
        return self.encode(text)

    def _token_bytes(self, token_id: int) -> bytes | None:
        if token_id not in self._known:
            self._known[token_id] = self._read_bytes(token_id)
        return self._known[token_id]

    def _read_bytes(self, token_id: int) -> bytes | None:
        piece = self._backend.id_to_token(token_id)
        if piece is None:
            return None
        if self._byte_level:
            return from_printable(piece)
        if self._sentencepiece:
            byte = _BYTE_PIECE.fullmatch(piece)
            return bytes([int(byte[1], 16)]) if byte else piece.replace("▁", " ").encode()
        return piece.encode()


def from_file(path: str | Path, *, name: str | None = None) -> FileTokenizer:
    """The tokenizer of a `tokenizer.json`, or of a folder that has one.

    It is called `name`, else after the folder.

    Raises `LabError` if there is none, or if it cannot be read.
    """
    path = Path(path)
    file = path / "tokenizer.json" if path.is_dir() else path
    try:
        definition = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise LabError(
            f"No tokenizer could be read from {file}.",
            "There is no such file, or it is not text that this program may read.",
            "Name a tokenizer.json, or a folder that holds one.",
        ) from error
    return FileTokenizer(name or file.resolve().parent.name, _backend(definition, file))


def from_hub(model_id: str) -> FileTokenizer:
    """The tokenizer of a model on the Hugging Face Hub: from the local cache, else downloaded.

    Raises `LabError` if it is neither here nor to be had.
    """
    from httpx2 import HTTPError
    from huggingface_hub.errors import HFValidationError

    try:
        file = _fetch(model_id)
    except (HTTPError, HFValidationError, OSError) as error:
        raise LabError(
            f"There is no tokenizer called {model_id!r} to be had.",
            "The Hugging Face Hub has no tokenizer.json under this name, or cannot be reached, "
            "and the local cache has none either.",
            "Check the name, or name a folder that holds a tokenizer.json.",
        ) from error
    return from_file(file, name=model_id)


def learned_tokens(text: str, vocab_size: int, *, pattern: str | None = None) -> list[bytes]:
    """What Hugging Face's own trainer learns from a text: the tokens beyond the 256 bytes.

    It counts as `bpe.train` does, but among pairs of equal count it takes the one with the
    smaller ids.

    >>> learned_tokens("aaabdaaabac", 258)
    [b'aa', b'ab']
    """
    from tokenizers import Regex, models, pre_tokenizers, trainers
    from tokenizers import Tokenizer as Backend

    backend = Backend(models.BPE())
    to_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.pre_tokenizer = (
        to_bytes
        if pattern is None
        else pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), "isolated"), to_bytes])
    )
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    backend.train_from_iterator([well_formed(text)], trainer)
    pieces = sorted(backend.get_vocab().items(), key=lambda item: item[1])
    return [from_printable(piece) for piece, _ in pieces[256:]]


def in_cache(model_id: str) -> bool:
    """Whether the tokenizer of a model of the Hub is on this computer already."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        return isinstance(try_to_load_from_cache(model_id, "tokenizer.json"), str)
    except HFValidationError:
        return False


def _fetch(model_id: str) -> str:
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return hf_hub_download(model_id, "tokenizer.json", local_files_only=True)
    except LocalEntryNotFoundError:
        # Without a network this fails at once; the download would try for half a minute.
        get_hf_file_metadata(hf_hub_url(model_id, "tokenizer.json"), timeout=5)
        return hf_hub_download(model_id, "tokenizer.json")


def _backend(definition: str, file: Path) -> "Backend":
    from tokenizers import Tokenizer as Backend

    try:
        return Backend.from_str(definition)
    except Exception as error:  # the library raises nothing more specific
        raise LabError(
            f"{file} is not a tokenizer.",
            f"The tokenizers library could not read it ({error}).",
            "Name a tokenizer.json as Hugging Face's libraries write it.",
        ) from error


def _steps(decoder: Any) -> Iterator[dict[str, Any]]:
    """The decoder's settings, one dictionary for each of its steps."""
    state = json.loads(decoder.__getstate__()) if decoder is not None else None
    if state is not None:
        yield from state["decoders"] if state["type"] == "Sequence" else [state]


def _leading_space(steps: Sequence[dict[str, Any]]) -> LeadingSpace:
    for step in steps:
        if step["type"] == "Metaspace":
            scheme: LeadingSpace = step["prepend_scheme"]
            return scheme
        if step["type"] == "Strip" and step["content"] == " " and step["start"]:
            return "always"
    return "never"
