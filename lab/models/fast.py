"""The decoder once more, laid out for speed: the same numbers as `lab.models.decoder`, sooner.

For accelerators, and for processors where there is no C compiler; with one, `lab.models.native` is
quicker still.

What is done here and not there: weights in the kernels' own blocks (`lab.models.kernels`), sums
and activations inside the products, rotary tables and views of the cache made before the layers,
and pieces of many texts, of whatever lengths, in one pass. The products, where the time goes, see
all texts at once; attention sees each text over places whose number depends on that text alone, so
that a text's numbers do not depend on its company: see `Slots`.

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
"""Layer and the float32 queries, keys and values of new tokens (N, H + 2*G, K), rotated -> what
attention gathers for them, (N, H * K). Keeps the keys and values."""


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

STRIDE = 32
"""Places that a new token looks at come in so many at a time, those to come hidden by a mask, so
that texts of about the same length are one call."""
KEYS_AT_ONCE = 512
"""More keys than these PyTorch's attention takes one part after another, in buffers of another size
(see `_places`): texts so long are a call each."""


def bytes_per_token(config: Config) -> int:
    """What the keys and values of one token take, in bytes."""
    return 2 * config.layers * config.kv_width * MEMORY_DTYPE.itemsize


class Slots:
    """Keys and values of several texts, each in a slot of its own, and the passes that fill them.

    Memory that is never written to is never taken from the system.

    On a CPU a text gets the same logits, to the bit, alone and beside any others: the products
    hold that from as many rows on as they say (fewer are filled up), attention looks at as many
    places as the text alone decides (see `_places`), and all else works row by row.
    It was seen with AVX-512 in every precision, and a test looks; kernels of other libraries do
    not promise it, and there the last bits may differ.
    """

    def __init__(self, decoder: FastDecoder, slots: int, capacity: int) -> None:
        config = decoder.config
        places = _places(capacity, config.head_width)
        shape = (slots, config.layers, 2, config.kv_heads, places, config.head_width)
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
        self._cleaned = [0] * slots  # up to where a slot holds its text, then zeros
        self._hidden = torch.zeros(places + STRIDE, device=self._device)
        self._hidden[places:] = -torch.inf
        self._turn: tuple[Tensor, Tensor] | None = None
        if config.rotary:
            cosine, sine = rotation_table(config, 0, capacity, self._memory)
            half = config.head_width // 2
            # With the sign in the table, half a turn of the components is a plain roll.
            signed = torch.cat((-sine[:, :half], sine[:, half:]), dim=-1)
            self._turn = cosine[:, None], signed[:, None]

    def read(self, slots: Sequence[int], pieces: Sequence[Sequence[int]]) -> Tensor:
        """Read on in several texts: the (slots, vocabulary) logits after the last id of each piece.

        Each slot is named once. Neighbours with one new token each are quickest in rising order.
        """
        ids, places, lasts = list[int](), list[int](), list[int]()
        for slot, piece in zip(slots, pieces, strict=True):
            start = self._lengths[slot]
            self._clean(slot, start + len(piece))
            ids += piece
            places += range(start, start + len(piece))
            lasts.append(len(ids) - 1)
        attend = self._attention(slots, pieces)
        filling = [0] * (self._rows - len(ids))  # rows of no text
        ids, places = ids + filling, places + filling
        lasts += range(len(lasts), self._rows)  # any rows: they fill up the head's product
        logits = self._forward(self._index(ids), self._index(places), attend, lasts)
        for slot, piece in zip(slots, pieces, strict=True):
            self._lengths[slot] += len(piece)
        return logits[: len(slots)]

    def clear(self, slot: int) -> None:
        """Begin a slot anew."""
        self._lengths[slot] = self._cleaned[slot] = 0

    def _index(self, numbers: Sequence[int]) -> Tensor:
        return torch.tensor(numbers, device=self._device)

    def _clean(self, slot: int, end: int) -> None:
        """What a mask hides has no weight, but it has to be a number."""
        if self._cleaned[slot] < end:
            places = _places(end, self._decoder.config.head_width)
            self._memory[slot, ..., self._cleaned[slot] : places, :] = 0
            self._cleaned[slot] = places

    def _attention(self, slots: Sequence[int], pieces: Sequence[Sequence[int]]) -> Attend:
        """How the new tokens attend: those of these texts, and rows of no text after them."""
        counts, calls = zip(*self._calls(slots, pieces), strict=True)
        count = sum(counts)

        def attend(layer: int, heads: Tensor) -> Tensor:
            filling = len(heads) - count
            parts = heads[:count].split_with_sizes(counts)
            mixed = [call(layer, part) for call, part in zip(calls, parts, strict=True)]
            joined = torch.cat(mixed) if len(mixed) > 1 else mixed[0]
            return F.pad(joined, (0, 0, 0, filling)) if filling else joined

        return attend

    def _calls(
        self, slots: Sequence[int], pieces: Sequence[Sequence[int]]
    ) -> list[tuple[int, Attend]]:
        """The calls that attention is made in, and how many of the rows are each one's."""
        groups: list[tuple[list[int], int]] = []  # slots, and the new tokens of each
        for slot, piece in zip(slots, pieces, strict=True):
            if groups and groups[-1][1] == len(piece) == 1 and self._alike(groups[-1][0][-1], slot):
                groups[-1][0].append(slot)
            else:
                groups.append(([slot], len(piece)))
        return [
            (len(group), self._step(group[0], len(group)))
            if tokens == 1
            else (tokens, self._piece(group[0], tokens))
            for group, tokens in groups
        ]

    def _alike(self, slot: int, other: int) -> bool:
        """Whether two slots are neighbours whose next tokens look at equally many places."""
        return other == slot + 1 and self._seen(slot) == self._seen(other) <= KEYS_AT_ONCE

    def _seen(self, slot: int) -> int:
        """How many places a slot's next token looks at."""
        return _places(self._lengths[slot] + 1, self._decoder.config.head_width)

    def _piece(self, slot: int, count: int) -> Attend:
        """Several tokens of one text, each of which sees those before it."""
        config, start = self._decoder.config, self._lengths[slot]
        past = self._memory[slot, ..., : start + count, :]

        def attend(layer: int, heads: Tensor) -> Tensor:
            queries, new = heads.split_with_sizes((config.heads, 2 * config.kv_heads), 1)
            past[layer, :, :, start:] = new.unflatten(1, (2, -1)).permute(1, 2, 0, 3)
            keys, values = past[layer, :, None].unbind(0)
            return mix(queries.transpose(0, 1)[None], keys, values)[0].transpose(0, 1).flatten(1)

        return attend

    def _step(self, slot: int, count: int) -> Attend:
        """One token for each of `count` neighbouring slots that look at equally many places."""
        config, seen = self._decoder.config, self._seen(slot)
        lengths = self._lengths[slot : slot + count]
        past = self._memory[slot : slot + count, ..., :seen, :]
        keys, values = past[:, :, 0].unbind(1), past[:, :, 1].unbind(1)  # by layer
        # Zeros for what a token sees, -inf for what is to come.
        longest = len(self._hidden) - STRIDE
        starts = [longest - length - 1 for length in lengths]
        mask = torch.stack([self._hidden[start : start + seen] for start in starts])[:, None, None]
        each, places = torch.arange(count, device=self._device), self._index(lengths)

        def attend(layer: int, heads: Tensor) -> Tensor:
            queries, new = heads.split_with_sizes((config.heads, 2 * config.kv_heads), 1)
            new = new.unflatten(1, (2, -1))
            if count == 1:
                past[0, layer, :, :, lengths[0]] = new[0]  # three times as fast
            else:
                past[each, layer, :, :, places] = new
            # Query heads that share a key head take the place of several queries.
            queries = queries.reshape(count, config.kv_heads, -1, config.head_width)
            mixed = F.scaled_dot_product_attention(queries, keys[layer], values[layer], mask)
            return mixed.flatten(1)

        return attend

    def _forward(self, ids: Tensor, positions: Tensor, attend: Attend, lasts: list[int]) -> Tensor:
        decoder, config = self._decoder, self._decoder.config
        eps = config.norm_eps
        x = F.embedding(ids, decoder.embedding).to(decoder.dtype)
        if decoder.positions is not None:
            x = x + F.embedding(positions, decoder.positions).to(decoder.dtype)
        turn = None if self._turn is None else (self._turn[0][positions], self._turn[1][positions])
        for layer, block in enumerate(decoder.blocks):
            product = block.query_key_value(normalise(x, block.attention_norm, eps))
            heads = product.to(MEMORY_DTYPE).unflatten(1, (-1, config.head_width))
            if turn is not None:
                _rotate(heads[:, : -config.kv_heads], block.head_norm, eps, *turn)
            x = block.attention_output.onto(x, attend(layer, heads).to(decoder.dtype))
            wide = block.mlp_input(normalise(x, block.mlp_norm, eps))
            if config.rotary:
                gate, up = wide.chunk(2, dim=-1)
                wide = activate(config.activation, gate) * up
            x = block.mlp_output.onto(x, wide)
        if lasts != list(range(len(x))):
            x = x[lasts]
        return decoder.head(normalise(x, decoder.final_norm, eps))


def _places(tokens: int, head_width: int) -> int:
    """How many places are looked at in a text of so many tokens, by heads of this width.

    PyTorch gives each thread room for places + width + 2 numbers per query. Only where that fills
    whole lines of the cache is it alike for all threads, and only then do the products' sums come
    out the same to the bit, whichever thread computes them.
    """
    beyond = (head_width + 2) % 16
    return -(-(tokens + beyond) // STRIDE) * STRIDE - beyond


def _rotate(heads: Tensor, scale: Tensor | None, eps: float, cosine: Tensor, sine: Tensor) -> None:
    """Normalise queries and keys where the model does, and rotate them, in place. (N, H + G, K)."""
    x = heads if scale is None else F.rms_norm(heads, heads.shape[-1:], eps=eps) * scale
    torch.addcmul(x * cosine, x.roll(x.shape[-1] // 2, dims=-1), sine, out=heads)
