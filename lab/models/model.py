"""What a loaded model is, and the three ways to ask it for logits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import torch
from torch import Tensor

from lab.errors import LabError
from lab.models import decoder as readable
from lab.models.config import Config
from lab.tokenizers import Tokenizer

Source = Literal["bundled", "hub", "folder"]


class Network(Protocol):
    """What turns ids into logits: the readable decoder, or transformers for other families."""

    def logits(self, ids: Tensor) -> Tensor:
        """(B, T) ids -> (B, T, V) logits."""
        ...

    def reader(self, capacity: int) -> Callable[[Tensor], Tensor]:
        """A function that reads (1, T) more ids and gives the (1, 1, V) logits after the last."""
        ...

    def parameters(self) -> Mapping[str, Tensor]:
        """The model's tensors by their names in the checkpoint, each once."""
        ...

    @property
    def bytes_per_token(self) -> int:
        """What the keys and values of one token take, in bytes."""
        ...


@dataclass(frozen=True, eq=False)
class Model:
    """A causal language model, ready to be asked. Shared by all sessions: nothing here changes."""

    id: str
    tokenizer: Tokenizer
    network: Network
    dtype: torch.dtype
    source: Source
    folder: Path
    context: int
    end_ids: frozenset[int]
    config: Config | None
    """The decoder's shape; None where transformers computes another architecture."""

    @property
    def parameter_count(self) -> int:
        """How many numbers were learnt; tied tensors count once."""
        return sum(tensor.numel() for tensor in self.network.parameters().values())

    @property
    def bytes(self) -> int:
        """Memory that the weights take."""
        tensors = self.network.parameters().values()
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors)

    @property
    def decoder(self) -> readable.Decoder:
        """The readable decoder's weights; `LabError` where this model has none."""
        if isinstance(self.network, ReadableNetwork):
            return self.network.decoder
        raise LabError(
            f"The inside of {self.id} cannot be shown step by step.",
            "Its architecture is run by transformers, not by the playground's own decoder.",
            "Choose a model of the GPT-2, Llama or Qwen family for this view.",
        )


@dataclass(frozen=True, eq=False)
class ReadableNetwork:
    """The readable decoder as a `Network`."""

    decoder: readable.Decoder
    tensors: Mapping[str, Tensor]

    def logits(self, ids: Tensor) -> Tensor:
        return readable.forward(self.decoder, ids)

    def reader(self, capacity: int) -> Callable[[Tensor], Tensor]:
        cache = readable.new_cache(self.decoder, capacity)
        return lambda ids: readable.forward(self.decoder, ids, cache=cache, last_only=True)

    def parameters(self) -> Mapping[str, Tensor]:
        return self.tensors

    @property
    def bytes_per_token(self) -> int:
        return readable.new_cache(self.decoder, 1).bytes


def forward(model: Model, ids: Sequence[int] | Tensor) -> Tensor:
    """The logits after each of `ids`: (tokens, vocabulary), float32.

    Raises `LabError` for no ids, ids outside the vocabulary, or more than the context holds.

    >>> from lab.models import load
    >>> model = load("mini-gpt2")
    >>> forward(model, model.tokenizer.encode("Once upon a time")).shape
    torch.Size([4, 5120])
    """
    with torch.inference_mode():
        return model.network.logits(id_row(model, ids))[0].float()


def reader(model: Model, capacity: int) -> Callable[[Sequence[int]], Tensor]:
    """Read a text piece by piece, remembering keys and values: a function from more ids to logits.

    Each call continues where the last one ended and returns the (vocabulary,) float32 logits after
    its last id. All pieces together may hold `capacity` tokens.

    >>> from lab.models import load
    >>> model = load("mini-gpt2")
    >>> read = reader(model, capacity=8)
    >>> ids = model.tokenizer.encode("Once upon a time")
    >>> torch.allclose(read(ids[:3]), forward(model, ids)[2], atol=1e-4)
    True
    >>> torch.allclose(read(ids[3:]), forward(model, ids)[3], atol=1e-4)
    True
    """
    read = model.network.reader(capacity)

    def more(ids: Sequence[int]) -> Tensor:
        with torch.inference_mode():
            return read(id_row(model, ids))[0, -1].float()

    return more


def id_row(model: Model, ids: Sequence[int] | Tensor) -> Tensor:
    """The ids as a batch of one, (1, tokens), once the model can read them. Raises `LabError`."""
    row = torch.as_tensor(ids, dtype=torch.long).reshape(1, -1)
    if row.numel() == 0:
        raise LabError(
            "There is nothing to read.",
            "A model predicts the token after at least one other.",
            "Write something first.",
        )
    if row.numel() > model.context:
        raise LabError(
            f"The text is too long for {model.id}: {row.numel():,} tokens.",
            f"It can look at {model.context:,} tokens at once.",
            "Shorten the text, or choose a model with a longer context.",
        )
    vocabulary = model.tokenizer.vocab_size if model.config is None else model.config.vocab_size
    if row.min() < 0 or row.max() >= vocabulary:
        raise LabError(
            "Some ids are outside the vocabulary.",
            f"{model.id} knows the ids 0 to {vocabulary - 1:,}.",
            "Use ids that its own tokenizer made.",
        )
    return row
