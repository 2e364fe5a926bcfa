"""What a loaded model is, and what it must be able to do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Literal, Protocol

import torch
from torch import Tensor

from lab.errors import LabError
from lab.models import decoder as readable
from lab.models.config import Config
from lab.models.device import CPU
from lab.models.fast import Slots, bytes_per_token, lay_out_decoder
from lab.models.native import NativeSlots, lay_out_natively
from lab.models.weights import assemble, tables
from lab.tokenizers import Tokenizer

Source = Literal["bundled", "hub", "folder"]


class Memory(Protocol):
    """What a network keeps of several texts, each in a slot, so as to read on from there."""

    def read(self, slots: Sequence[int], pieces: Sequence[Sequence[int]]) -> Tensor:
        """Read on in several texts: (slots, V) logits after the last id of each piece."""
        ...

    def clear(self, slot: int) -> None:
        """Forget a slot's text."""
        ...


class Network(Protocol):
    """What turns ids into logits: the readable decoder, or transformers for other families."""

    def logits(self, ids: Tensor) -> Tensor:
        """(B, T) ids -> (B, T, V) logits."""
        ...

    def memory(self, slots: int, capacity: int) -> Memory:
        """An empty memory for several texts of at most `capacity` tokens each."""
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
    """What its weights are when it writes."""
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
        return self.parameter_count * self.dtype.itemsize

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
    """The readable decoder as a `Network`; for reading on from memory, its fast layout.

    `read` gives the checkpoint's tensors; where it maps a file into memory anew each time, the
    weights are resident once: the fast layout is made from a reading that is let go, and the
    decoder's own tensors are untouched until somebody looks inside.

    `dtype` is that of the weights in the fast layout; the decoder computes in bfloat16 where they
    are that, and else in float32. `device` is where the fast layout is: the decoder, which shows
    the inside and is the reference, stays in main memory.
    """

    config: Config
    dtype: torch.dtype
    read: Callable[[], Mapping[str, Tensor]]
    device: torch.device = CPU

    @cached_property
    def tensors(self) -> Mapping[str, Tensor]:
        """The checkpoint's tensors, as they are stored."""
        return self.read()

    @cached_property
    def decoder(self) -> readable.Decoder:
        """The readable decoder's weights."""
        shown = torch.bfloat16 if self.dtype == torch.bfloat16 else torch.float32
        return assemble(self.config, {name: each.to(shown) for name, each in self.tensors.items()})

    @cached_property
    def memory(self) -> Callable[[int, int], Memory]:
        """The weights laid out for speed: slots and capacity -> an empty memory."""
        decoder = assemble(self.config, self.read())
        looked_up = tables(self.config, self.tensors)
        if self.device == CPU:
            native = lay_out_natively(decoder, *looked_up, self.dtype)
            if native is not None:
                return partial(NativeSlots, native)
        return partial(Slots, lay_out_decoder(decoder, *looked_up, self.dtype, self.device))

    def logits(self, ids: Tensor) -> Tensor:
        return readable.forward(self.decoder, ids)

    def parameters(self) -> Mapping[str, Tensor]:
        # A tied head that a checkpoint holds all the same is the embedding once more.
        twin = "lm_head.weight" if self.config.tied else None
        return {name: tensor for name, tensor in self.tensors.items() if name != twin}

    @property
    def bytes_per_token(self) -> int:
        return bytes_per_token(self.config)


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


def id_row(model: Model, ids: Sequence[int] | Tensor) -> Tensor:
    """The ids as a batch of one, (1, tokens), once the model can read them. Raises `LabError`."""
    numbers = ids.flatten().tolist() if isinstance(ids, Tensor) else ids
    check_ids(model, numbers)
    return torch.tensor([numbers], dtype=torch.long)


def check_ids(model: Model, ids: Sequence[int]) -> None:
    """Raise `LabError` for ids that a model cannot read.

    In plain Python: PyTorch's calls let other threads in between, and this is asked for each text
    of a batch at every token.
    """
    if len(ids) == 0:
        raise LabError(
            "There is nothing to read.",
            "A model predicts the token after at least one other.",
            "Write something first.",
        )
    if len(ids) > model.context:
        raise LabError(
            f"The text is too long for {model.id}: {len(ids):,} tokens.",
            f"It can look at {model.context:,} tokens at once.",
            "Shorten the text, or choose a model with a longer context.",
        )
    vocabulary = model.tokenizer.vocab_size if model.config is None else model.config.vocab_size
    if min(ids) < 0 or max(ids) >= vocabulary:
        raise LabError(
            "Some ids are outside the vocabulary.",
            f"{model.id} knows the ids 0 to {vocabulary - 1:,}.",
            "Use ids that its own tokenizer made.",
        )
