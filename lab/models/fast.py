"""The decoder once more, laid out for speed: the same numbers as `lab.models.decoder`, sooner.

What is done here and not there: weights in the kernels' own blocks (`lab.models.kernels`), sums
and activations inside the products, rotary tables and views of the cache made before the layers,
and many texts of unequal lengths in one step. The products, where the time goes, see all texts at
once; attention sees each text by itself, over what is filled and nothing else. So nothing is
padded or masked, and a text's numbers do not depend on its company: see `Slots`.

Shapes as in `lab.models.decoder`; N rows are new tokens, of one text or of several.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from lab.models import kernels
from lab.models.config import Config
from lab.models.decoder import (
    Block,
    Decoder,
    Linear,
    Norm,
    activate,
    mix,
    normalise,
    rotation_table,
)
from lab.models.device import CPU
from lab.models.kernels import Product

Attend = Callable[[int, Tensor], Tensor]
"""Layer and the float32 queries, keys and values of the new tokens (N, H + 2*G, K), rotated ->
what attention gathers for them, (N, H * K)."""


@dataclass(frozen=True, eq=False)
class FastBlock:
    """A block's weights, each product in its layout."""

    attention_norm: Norm
    query_key_value: Product
    head_norm: Tensor | None  # (H + G, K), the scales of queries' and keys' norms; Qwen3 only
    attention_output: Product
    mlp_norm: Norm
    mlp_input: Product  # through the activation, except for SwiGLU
    mlp_output: Product


@dataclass(frozen=True, eq=False)
class FastDecoder:
    """All weights of a model, laid out.

    The two tables are only looked up, so they may be mapped from a file, in another precision.
    """

    config: Config
    dtype: torch.dtype  # of everything between the products
    embedding: Tensor
    positions: Tensor | None
    blocks: tuple[FastBlock, ...]
    final_norm: Norm
    head: Product


def lay_out_decoder(
    decoder: Decoder,
    embedding: Tensor,
    positions: Tensor | None,
    dtype: torch.dtype,
    device: torch.device = CPU,
) -> FastDecoder:
    """A decoder with weights of `dtype` on a device, in the layouts that suit it.

    Of `decoder` nothing is kept, so that its memory can go; the tables are kept as they are given.
    """
    config = decoder.config
    between = kernels.arithmetic(dtype, device)
    lay_out = partial(kernels.lay_out, dtype=dtype, device=device)

    def norm(plain: Norm) -> Norm:
        bias = None if plain.bias is None else plain.bias.to(device, between, copy=True)
        return Norm(plain.weight.to(device, between, copy=True), bias)

    def block(plain: Block) -> FastBlock:
        return FastBlock(
            attention_norm=norm(plain.attention_norm),
            query_key_value=lay_out(plain.query_key_value),
            head_norm=_head_norm(config, plain, device),
            attention_output=lay_out(plain.attention_output),
            mlp_norm=norm(plain.mlp_norm),
            mlp_input=lay_out(
                plain.mlp_input, activation=None if config.rotary else config.activation
            ),
            mlp_output=lay_out(plain.mlp_output),
        )

    return FastDecoder(
        config=config,
        dtype=between,
        embedding=embedding.to(device),
        positions=None if positions is None else positions.to(device),
        blocks=tuple(block(plain) for plain in decoder.blocks),
        final_norm=norm(decoder.final_norm),
        head=lay_out(Linear(decoder.head)),
    )


def _head_norm(config: Config, block: Block, device: torch.device) -> Tensor | None:
    if block.query_norm is None or block.key_norm is None:
        return None
    queries = block.query_norm.weight.expand(config.heads, -1)
    keys = block.key_norm.weight.expand(config.kv_heads, -1)
    return torch.cat((queries, keys)).to(device, torch.float32)


MEMORY_DTYPE = torch.float32
"""Keys and values are float32 whatever the weights are: PyTorch's attention on a CPU reads
bfloat16 four to six times more slowly."""


def bytes_per_token(config: Config) -> int:
    """What the keys and values of one token take, in bytes."""
    return 2 * config.layers * config.kv_width * MEMORY_DTYPE.itemsize


class Slots:
    """Keys and values of several texts, each in a slot of its own, and the passes that fill them.

    Memory that is never written to is never taken from the system.

    On a CPU a text gets the same logits, to the bit, alone and beside any others: the products
    hold that from as many rows on as they say (fewer are filled up), and all else works row by row.
    It was seen with AVX-512 in every precision, and a test looks; kernels of other libraries do
    not promise it, and there the last bits may differ.
    """

    def __init__(self, decoder: FastDecoder, slots: int, capacity: int) -> None:
        config = decoder.config
        # The dimension of size 1 is the batch that fused attention wants.
        shape = (slots, config.layers, 2, 1, config.kv_heads, capacity, config.head_width)
        self._decoder = decoder
        self._rows = max(
            product.rows
            for block in decoder.blocks
            for product in (
                block.query_key_value, block.attention_output, block.mlp_input, block.mlp_output,
                decoder.head,
            )
        )  # fmt: skip
        self._device = decoder.embedding.device
        self._memory = torch.empty(shape, dtype=MEMORY_DTYPE, device=self._device)
        self._lengths = [0] * slots
        self._turn: tuple[Tensor, Tensor] | None = None
        if config.rotary:
            cosine, sine = rotation_table(config, 0, capacity, self._memory)
            half = config.head_width // 2
            # With the sign in the table, half a turn of the components is a plain roll.
            signed = torch.cat((-sine[:, :half], sine[:, half:]), dim=-1)
            self._turn = cosine[:, None], signed[:, None]

    def read(self, slot: int, ids: Sequence[int]) -> Tensor:
        """The (vocabulary,) logits after the last of `ids`, which follow the slot's text."""
        if len(ids) == 1:
            return self.step([slot], ids)[0]
        config = self._decoder.config
        start = self._lengths[slot]
        end = start + len(ids)
        memory = self._memory[slot]

        def attend(layer: int, heads: Tensor) -> Tensor:
            new = heads[:, config.heads :].unflatten(1, (2, config.kv_heads))
            memory[layer, :, 0, :, start:end] = new.permute(1, 2, 0, 3)
            keys, values = memory[layer, :, :, :, :end].unbind(0)
            queries = heads[:, : config.heads].transpose(0, 1)[None]
            return mix(queries, keys, values)[0].transpose(0, 1).flatten(1)

        logits = self._forward(ids, range(start, end), attend, last_only=True)
        self._lengths[slot] = end
        return logits[0]

    def step(self, slots: Sequence[int], ids: Sequence[int]) -> Tensor:
        """One new token for each of several slots: (slots, vocabulary) logits."""
        config = self._decoder.config
        count, filling = len(slots), max(0, self._rows - len(slots))
        lengths = [self._lengths[slot] for slot in slots]
        # For each slot, by layer: where the new key and value go, and all up to and with them.
        places = [
            self._memory[slot, :, :, 0, :, length].unbind(0)
            for slot, length in zip(slots, lengths, strict=True)
        ]
        seen = [
            self._memory[slot, ..., : length + 1, :].flatten(0, 1).unbind(0)
            for slot, length in zip(slots, lengths, strict=True)
        ]
        group = config.heads // config.kv_heads

        def attend(layer: int, heads: Tensor) -> Tensor:
            if filling:
                heads = heads[:count]
            queries, new = heads.split_with_sizes((config.heads, 2 * config.kv_heads), 1)
            # Query heads that share a key head take the place of several queries.
            queries = queries.view(count, config.kv_heads, group, -1)
            pairs = new.view(count, 2, config.kv_heads, -1)
            mixed = []
            for query, pair, place, past in zip(queries.split(1), pairs, places, seen, strict=True):
                place[layer].copy_(pair)
                keys, values = past[2 * layer], past[2 * layer + 1]
                mixed.append(F.scaled_dot_product_attention(query, keys, values))
            joined = torch.cat(mixed).flatten(1)
            return F.pad(joined, (0, 0, 0, filling)) if filling else joined

        fill = [0] * filling
        logits = self._forward([*ids, *fill], [*lengths, *fill], attend)
        for slot in slots:
            self._lengths[slot] += 1
        return logits[:count]

    def clear(self, slot: int) -> None:
        """Begin a slot anew."""
        self._lengths[slot] = 0

    def _forward(
        self,
        ids: Sequence[int],
        positions: Sequence[int],
        attend: Attend,
        *,
        last_only: bool = False,
    ) -> Tensor:
        decoder, config = self._decoder, self._decoder.config
        eps = config.norm_eps
        at = torch.tensor(positions, device=self._device)
        x = F.embedding(torch.tensor(ids, device=self._device), decoder.embedding).to(decoder.dtype)
        if decoder.positions is not None:
            x = x + F.embedding(at, decoder.positions).to(decoder.dtype)
        turn = None if self._turn is None else (self._turn[0][at], self._turn[1][at])
        for layer, block in enumerate(decoder.blocks):
            product = block.query_key_value(normalise(x, block.attention_norm, eps))
            heads = product.to(MEMORY_DTYPE).view(len(ids), -1, config.head_width)
            if turn is not None:
                _rotate(heads[:, : -config.kv_heads], block.head_norm, eps, *turn)
            x = block.attention_output.onto(x, attend(layer, heads).to(decoder.dtype))
            wide = block.mlp_input(normalise(x, block.mlp_norm, eps))
            if config.rotary:
                gate, up = wide.chunk(2, dim=-1)
                wide = activate(config.activation, gate) * up
            x = block.mlp_output.onto(x, wide)
        if last_only:
            x = x[-1:]
        return decoder.head(normalise(x, decoder.final_norm, eps))


def _rotate(heads: Tensor, scale: Tensor | None, eps: float, cosine: Tensor, sine: Tensor) -> None:
    """Normalise queries and keys where the model does, and rotate them, in place. (N, H + G, K)."""
    x = heads if scale is None else F.rms_norm(heads, heads.shape[-1:], eps=eps) * scale
    torch.addcmul(x * cosine, x.roll(x.shape[-1] // 2, dims=-1), sine, out=heads)
