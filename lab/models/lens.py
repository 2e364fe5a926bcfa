"""What the model would say if it stopped early, and which part of it says what.

The logit lens (nostalgebraist 2020) sends the stream between any two layers through the final
norm and the output matrix. Contributions (Elhage et al. 2021, direct logit attribution) split one
final logit into what each part of the model wrote into the stream; the final norm's scale is kept
fixed at what it was, so that the parts add up to the logit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from lab.models.decoder import Decoder, normalise
from lab.models.surprise import entropy
from lab.models.tracing import Trace

LIKELIEST = 5
"""Guesses that a reading keeps of each distribution."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What the lens reads at one depth: for each of T positions, the guess at the next token."""

    name: str
    tokens: Tensor
    """The likeliest ids, the first first, (T, `LIKELIEST`)."""
    probabilities: Tensor
    """Theirs, (T, `LIKELIEST`)."""
    entropy: Tensor
    """Of the whole distribution, in bits, (T,)."""
    rank: Tensor | None = None
    """Of the watched token, 1 being the likeliest, (T,)."""
    watched: Tensor | None = None
    """The watched token's probability, (T,)."""


ALL = slice(None)
ROWS = 128
"""Distributions held at once: as many as make good use of one pass over the output matrix."""


def lens_logits(
    trace: Trace, layer: int, *, between: bool = False, positions: slice = ALL
) -> Tensor:
    """Logits read off the stream as it enters block `layer`, or between its attention and MLP.

    `layer` equal to the number of layers is the end of the stream: the model's own output.
    Returns a row per position, (T, V), float32.
    """
    return _read_off(trace.decoder, _stream(trace, layer, between)[positions])


def _stream(trace: Trace, layer: int, between: bool = False) -> Tensor:
    if between:
        return trace.between[layer]
    return trace.last_block_output if layer == len(trace.mlp) else trace.hidden[layer]


def _read_off(decoder: Decoder, stream: Tensor) -> Tensor:
    with torch.inference_mode():
        normed = normalise(stream, decoder.final_norm, decoder.config.norm_eps)
        return F.linear(normed, decoder.head).float()


def read_layers(
    trace: Trace, watched: int | None = None, *, between: bool = True, positions: slice = ALL
) -> tuple[Reading, ...]:
    """The lens at every depth: the embedding, then (`between`) each attention, and each MLP."""
    streams = {"Embedding": _stream(trace, 0)}
    for layer in range(len(trace.mlp)):
        if between:
            streams[f"Block {layer} attention"] = _stream(trace, layer, between=True)
        streams[f"Block {layer} MLP"] = _stream(trace, layer + 1)
    rows = torch.cat([stream[positions] for stream in streams.values()])
    read = [_read(_read_off(trace.decoder, some), watched) for some in rows.split(ROWS)]
    by_depth = [torch.cat(parts).chunk(len(streams)) for parts in zip(*read, strict=True)]
    return tuple(Reading(*values) for values in zip(streams, *by_depth, strict=True))


def _read(logits: Tensor, watched: int | None) -> tuple[Tensor, ...]:
    """What a `Reading` keeps of each row."""
    chances = logits.softmax(-1)
    best = chances.topk(min(LIKELIEST, chances.shape[-1]))
    kept = (best.indices, best.values, entropy(logits))
    if watched is None:
        return kept
    rank = 1 + (logits > logits[:, watched, None]).sum(-1)
    return *kept, rank, chances[:, watched]


@dataclass(frozen=True)
class Contribution:
    """What one part of the model added to a logit. `layer` is None outside the blocks."""

    name: str
    layer: int | None
    value: float


def contributions(
    trace: Trace, position: int, token: int, *, against: int | None = None
) -> tuple[Contribution, ...]:
    """The logit of `token` after `position`, split into what each part of the model wrote.

    The values add up to the logit. With `against` they add up to how far the logit is above that
    of the other token, which, unlike a single logit, decides the ratio of their probabilities.
    """
    direction = _Direction.at(trace, position, token, against)
    parts = [Contribution("Token embedding", None, direction(trace.token_embedding[position]))]
    if trace.position_embedding is not None:
        value = direction(trace.position_embedding[position])
        parts.append(Contribution("Position embedding", None, value))
    for layer, (attended, mlp) in enumerate(zip(trace.attention_output, trace.mlp, strict=True)):
        parts.append(Contribution(f"Block {layer} attention", layer, direction(attended[position])))
        parts.append(Contribution(f"Block {layer} MLP", layer, direction(mlp[position])))
    if direction.bias:
        parts.append(Contribution("Final norm's bias", None, direction.bias))
    return tuple(parts)


def head_contributions(
    trace: Trace, layer: int, position: int, token: int, *, against: int | None = None
) -> tuple[Contribution, ...]:
    """One layer's attention split further: each head's own part, and the projection's bias.

    The values add up to that layer's entry in `contributions`.
    """
    direction = _Direction.at(trace, position, token, against)
    output = trace.decoder.blocks[layer].attention_output
    parts = [
        Contribution(f"Head {head}", layer, direction(written))
        for head, written in enumerate(_written(trace, layer, position))
    ]
    if output.bias is not None:
        parts.append(Contribution("Projection's bias", layer, direction(output.bias)))
    return tuple(parts)


def head_logits(trace: Trace, layer: int, head: int, position: int) -> Tensor:
    """What one head alone adds to the logit of every token after `position`, (V,) float32.

    The tokens that it promotes and suppresses most stand at its ends.
    """
    return _added(trace, position, _written(trace, layer, position)[head])


def neuron_logits(trace: Trace, layer: int, neuron: int, position: int) -> Tensor:
    """What one neuron of an MLP alone adds to the logit of every token, likewise."""
    activation = trace.neurons[layer][position, neuron]
    return _added(
        trace, position, activation * trace.decoder.blocks[layer].mlp_output.weight[:, neuron]
    )


def _added(trace: Trace, position: int, written: Tensor) -> Tensor:
    """What a vector in the stream adds to all logits, the final norm's own scale kept."""
    gain, centred = _gain(trace, position)
    written = written.float()
    if centred:
        written = written - written.mean()
    head = trace.decoder.head
    return F.linear((gain * written).to(head.dtype), head).float()


def _written(trace: Trace, layer: int, position: int) -> Sequence[Tensor]:
    """What each head of a layer writes into the stream at a position, one (D,) per head."""
    output = trace.decoder.blocks[layer].attention_output
    attention, values = trace.attention[layer], trace.values[layer]
    values = values.repeat_interleave(len(attention) // len(values), dim=0)
    mixed = torch.einsum("hk,hkd->hd", attention[:, position], values)
    slices = output.weight.chunk(len(mixed), dim=1)  # each head's columns, (D, K)
    return [columns @ of_head for columns, of_head in zip(slices, mixed, strict=True)]


def _gain(trace: Trace, position: int) -> tuple[Tensor, bool]:
    """The final norm as it was at a position: a factor per component, and whether it centres."""
    norm, stream = trace.decoder.final_norm, trace.last_block_output[position].float()
    centred = norm.bias is not None
    if centred:
        stream = stream - stream.mean()
    scale = torch.rsqrt(stream.square().mean() + trace.decoder.config.norm_eps)
    return norm.weight.float() * scale, centred


@dataclass(frozen=True, eq=False)
class _Direction:
    """A vector's share of a logit, under the scale that the final norm had at one position."""

    weight: Tensor  # (D,) float32: the output row, weighted and scaled as the norm does
    centred: bool
    bias: float

    @classmethod
    def at(cls, trace: Trace, position: int, token: int, against: int | None) -> "_Direction":
        decoder = trace.decoder
        row = decoder.head[token].float()
        if against is not None:
            row = row - decoder.head[against].float()
        gain, centred = _gain(trace, position)
        bias = decoder.final_norm.bias
        return cls(row * gain, centred, 0.0 if bias is None else float(row @ bias.float()))

    def __call__(self, part: Tensor) -> float:
        part = part.float()
        return float(self.weight @ (part - part.mean() if self.centred else part))


def total(parts: Sequence[Contribution]) -> float:
    """The sum of contributions."""
    return math.fsum(part.value for part in parts)
