"""One forward pass with everything in it open to view.

A trace is a value: nothing is hooked, nothing is shared, and two traces of one model know nothing
of each other. It keeps what the views look at and recomputes the rest, block by block, from the
states it kept.

Shapes are written with T tokens, D width, H query heads, G key/value heads, K head width,
M neurons of the MLP, V vocabulary.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import torch
from torch import Tensor

from lab.models import decoder as readable
from lab.models.decoder import Decoder, Tap
from lab.models.model import Model, id_row

KEPT = (
    "block_input",
    "rotated_query",
    "rotated_key",
    "value",
    "attention",
    "attention_output",
    "between",
    "mlp_output",
)
"""The intermediates of every block that a trace keeps."""


class Recomputed(Sequence[Tensor]):
    """One tensor per layer, worked out anew whenever it is looked at."""

    def __init__(self, layers: int, compute: Callable[[int], Tensor]) -> None:
        self._layers = range(layers)
        self._compute = compute

    def __len__(self) -> int:
        return len(self._layers)

    @overload
    def __getitem__(self, layer: int) -> Tensor: ...
    @overload
    def __getitem__(self, layer: slice) -> list[Tensor]: ...
    def __getitem__(self, layer: int | slice) -> Tensor | list[Tensor]:
        if isinstance(layer, slice):
            return [self._compute(each) for each in self._layers[layer]]
        return self._compute(self._layers[layer])

    def __iter__(self) -> Iterator[Tensor]:
        return map(self._compute, self._layers)


@dataclass(frozen=True, eq=False)
class Trace:
    """What happened on the way from ids to logits; one entry per layer where it says so.

    Tensors are in the model's precision, the logits in float32.
    """

    decoder: Decoder
    ids: tuple[int, ...]
    token_embedding: Tensor
    """(T, D)"""
    position_embedding: Tensor | None
    """(T, D); None where positions are rotary."""
    hidden: tuple[Tensor, ...]
    """layers + 1 states (T, D): what enters each block, then what leaves the final norm.

    These are transformers' `hidden_states`: the last one has been normalised, the others not.
    """
    between: tuple[Tensor, ...]
    """Per layer the stream after attention, before the MLP: (T, D)."""
    last_block_output: Tensor
    """The stream as the last block left it, not yet normalised: (T, D)."""
    queries: tuple[Tensor, ...]
    """Per layer (H, T, K), as they meet the keys: after any query norm and rotation."""
    keys: tuple[Tensor, ...]
    """Per layer (G, T, K), likewise."""
    values: tuple[Tensor, ...]
    """Per layer (G, T, K)."""
    attention: tuple[Tensor, ...]
    """Per layer (H, T, T): row q is how query q spreads its attention over the keys."""
    attention_output: tuple[Tensor, ...]
    """Per layer what attention adds to the stream: (T, D)."""
    mlp: tuple[Tensor, ...]
    """Per layer what the MLP adds to the stream: (T, D)."""
    logits: Tensor
    """(T, V), float32."""

    @property
    def scores(self) -> Sequence[Tensor]:
        """Per layer q k' / sqrt(K) before the mask, (H, T, T); worked out when looked at."""

        def scores(layer: int) -> Tensor:
            queries, keys = self.queries[layer], self.keys[layer]
            keys = keys.repeat_interleave(len(queries) // len(keys), dim=0)
            return queries @ keys.transpose(-1, -2) / math.sqrt(queries.shape[-1])

        return Recomputed(len(self.queries), scores)

    @property
    def neurons(self) -> Sequence[Tensor]:
        """Per layer the MLP's bent inner values, (T, M); worked out when looked at."""
        return Recomputed(len(self.mlp), lambda layer: self.steps(layer)["mlp_activation"])

    @property
    def ends(self) -> Mapping[str, Tensor]:
        """The steps before the first block and after the last, by their names."""
        found = {
            "token_embedding": self.token_embedding,
            "position_embedding": self.position_embedding,
            "final_norm": self.hidden[-1],
            "logits": self.logits,
        }
        return {name: tensor for name, tensor in found.items() if tensor is not None}

    def steps(self, layer: int) -> Mapping[str, Tensor]:
        """Every intermediate of one block by its name, in the order in which they come to be.

        Recomputed from the state that entered the block. Heads stand first where there are any:
        (H, T, K), (H, T, T); else (T, D) or (T, M).
        """
        seen: dict[str, Tensor] = {}

        def keep(name: str, _: int, tensor: Tensor) -> Tensor:
            seen[name] = tensor[0]
            return tensor

        with torch.inference_mode():
            output = readable.forward_block(self.decoder, layer, self.hidden[layer][None], tap=keep)
        return {**seen, "block_output": output[0]}


def trace(model: Model, ids: Sequence[int] | Tensor, *, tap: Tap | None = None) -> Trace:
    """Run the model once over `ids` and keep what happened.

    With a `tap` (an ablation, a switch) the trace is of the altered run; `steps` and `neurons`
    then recompute from the altered states, but without the alteration.

    Raises `LabError` for ids that the model cannot read, and for models that are not run by the
    readable decoder.

    >>> from lab.models import load
    >>> model = load("mini-gpt2")
    >>> seen = trace(model, model.tokenizer.encode("Once upon a time"))
    >>> len(seen.hidden), tuple(seen.attention[0].shape), tuple(seen.logits.shape)
    (7, (4, 4, 4), (4, 5120))
    """
    row = id_row(model, ids)
    kept: dict[str, list[Tensor]] = {name: [] for name in KEPT}
    once: dict[str, Tensor] = {}

    def keep(name: str, layer: int, tensor: Tensor) -> Tensor:
        if tap is not None:
            tensor = tap(name, layer, tensor)
        if name in kept:
            kept[name].append(tensor[0])
        elif name in ("token_embedding", "position_embedding", "last_block_output", "final_norm"):
            once[name] = tensor[0]
        return tensor

    with torch.inference_mode():
        logits = readable.forward(model.decoder, row, tap=keep)[0].float()
    return Trace(
        decoder=model.decoder,
        ids=tuple(row[0].tolist()),
        token_embedding=once["token_embedding"],
        position_embedding=once.get("position_embedding"),
        hidden=(*kept["block_input"], once["final_norm"]),
        between=tuple(kept["between"]),
        last_block_output=once["last_block_output"],
        queries=tuple(kept["rotated_query"]),
        keys=tuple(kept["rotated_key"]),
        values=tuple(kept["value"]),
        attention=tuple(kept["attention"]),
        attention_output=tuple(kept["attention_output"]),
        mlp=tuple(kept["mlp_output"]),
        logits=logits,
    )
