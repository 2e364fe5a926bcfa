"""The decoder: token ids in, logits out, and every tensor on the way open to view.

One functional forward serves the GPT-2 family (learned positions, LayerNorm, GELU) and the
Llama / Qwen family (rotary positions, RMSNorm, SwiGLU, grouped-query attention). It keeps no
state: weights and ids go in, tensors come out; a `Cache` is memory that the caller owns. It knows
nothing of tokenizers, files or sampling.

Sources: Vaswani et al. 2017 (attention), Radford et al. 2019 (GPT-2), Touvron et al. 2023
(Llama), Yang et al. 2025 (Qwen3); the reference is transformers, whose numbers a test demands.

Shapes are written with B batch, T tokens, D width, H query heads, G key/value heads, K head width,
V vocabulary.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from lab.models.config import Config


@dataclass(frozen=True)
class Linear:
    """y = W x + b, with `weight` of shape (out, in)."""

    weight: Tensor
    bias: Tensor | None = None


@dataclass(frozen=True)
class Norm:
    """A LayerNorm where there is a bias, an RMSNorm where there is none."""

    weight: Tensor
    bias: Tensor | None = None


@dataclass(frozen=True)
class Block:
    """The weights of one Transformer block. Products that share an input stand as one matrix."""

    attention_norm: Norm
    query_key_value: Linear  # (H*K + 2*G*K, D)
    query_norm: Norm | None  # Qwen3 only, over each head's K components
    key_norm: Norm | None
    attention_output: Linear  # (D, H*K)
    mlp_norm: Norm
    mlp_input: Linear  # GPT-2: (M, D); SwiGLU: gate above up, (2*M, D)
    mlp_output: Linear  # (D, M)


@dataclass(frozen=True)
class Decoder:
    """All weights of a model. `head` is the very tensor of `embedding` where they are tied."""

    config: Config
    embedding: Tensor  # (V, D)
    positions: Tensor | None  # (context, D); None where positions are rotary
    blocks: tuple[Block, ...]
    final_norm: Norm
    head: Tensor  # (V, D)


@dataclass
class Cache:
    """Keys and values of the tokens seen so far: two tensors (layers, B, G, capacity, K).

    `length` is how many of the `capacity` positions are filled.
    """

    keys: Tensor
    values: Tensor
    length: int = 0

    @property
    def capacity(self) -> int:
        """The number of tokens that fit."""
        return self.keys.shape[3]

    @property
    def bytes(self) -> int:
        """Memory held, filled or not."""
        return 2 * self.keys.numel() * self.keys.element_size()


Tap = Callable[[str, int, Tensor], Tensor]
"""A function shown each intermediate, `tap(name, layer, tensor)`; what it returns is used on.

Return the tensor unchanged to look, another one of the same shape to intervene.
"""


def new_cache(decoder: Decoder, capacity: int, batch: int = 1) -> Cache:
    """An empty cache for `capacity` tokens in each of `batch` rows."""
    config, like = decoder.config, decoder.embedding
    shape = (config.layers, batch, config.kv_heads, capacity, config.head_width)
    return Cache(like.new_empty(shape), like.new_empty(shape))


def forward(
    decoder: Decoder,
    ids: Tensor,
    *,
    cache: Cache | None = None,
    tap: Tap | None = None,
    last_only: bool = False,
) -> Tensor:
    """Logits for the token after each of `ids`.

    ids: (B, T) integers. Returns (B, T, V) in the weights' precision; (B, 1, V) with `last_only`,
    which spares the output projection of positions nobody asks about.

    With a `cache` the ids follow the cached ones, and their keys and values are added to it.
    With a `tap` every intermediate is shown to it, named as in `lab.models.trace`, and attention
    is worked out in the open (scores, mask, softmax); without one it is PyTorch's fused kernel.
    """
    config = decoder.config
    start = cache.length if cache is not None else 0
    look: Tap = tap or (lambda name, layer, tensor: tensor)

    x = look("token_embedding", 0, F.embedding(ids, decoder.embedding))
    if decoder.positions is not None:
        rows = decoder.positions[start : start + ids.shape[1]]
        x = x + look("position_embedding", 0, rows.expand_as(x))
    rotation = rotation_table(config, start, ids.shape[1], x) if config.rotary else None
    for layer, block in enumerate(decoder.blocks):
        x = _block(config, block, layer, x, rotation, cache, tap)
    if cache is not None:
        cache.length = start + ids.shape[1]
    if last_only:
        x = x[:, -1:]
    x = look("last_block_output", config.layers, x)
    x = look("final_norm", config.layers, normalise(x, decoder.final_norm, config.norm_eps))
    return look("logits", config.layers, F.linear(x, decoder.head))


def forward_block(decoder: Decoder, layer: int, x: Tensor, *, tap: Tap | None = None) -> Tensor:
    """One block alone: the states (B, T, D) that enter it -> those that leave it.

    The states stand at the beginning of a text. It recomputes what a forward pass did not keep.
    """
    rotation = rotation_table(decoder.config, 0, x.shape[1], x) if decoder.config.rotary else None
    return _block(decoder.config, decoder.blocks[layer], layer, x, rotation, None, tap)


def _block(
    config: Config,
    block: Block,
    layer: int,
    x: Tensor,
    rotation: tuple[Tensor, Tensor] | None,
    cache: Cache | None,
    tap: Tap | None,
) -> Tensor:
    """Attention, then the MLP; each reads the normalised stream and adds to it."""
    look: Tap = tap or (lambda name, layer, tensor: tensor)
    x = look("block_input", layer, x)
    normed = look("attention_norm", layer, normalise(x, block.attention_norm, config.norm_eps))
    attended = _attention(config, block, layer, normed, rotation, cache, tap)
    x = look("between", layer, x + look("attention_output", layer, attended))
    normed = look("mlp_norm", layer, normalise(x, block.mlp_norm, config.norm_eps))
    return x + look("mlp_output", layer, _mlp(config, block, layer, normed, look))


def normalise(x: Tensor, norm: Norm, eps: float) -> Tensor:
    """Layer norm (Ba et al. 2016) or RMS norm (Zhang and Sennrich 2019) over the last dimension."""
    if norm.bias is not None:
        return F.layer_norm(x, norm.weight.shape, norm.weight, norm.bias, eps)
    return F.rms_norm(x, norm.weight.shape, norm.weight, eps)


def _attention(
    config: Config,
    block: Block,
    layer: int,
    x: Tensor,
    rotation: tuple[Tensor, Tensor] | None,
    cache: Cache | None,
    tap: Tap | None,
) -> Tensor:
    """Every token gathers values from itself and the tokens before it. (B, T, D) -> (B, T, D)."""
    batch, tokens, _ = x.shape
    product = F.linear(x, block.query_key_value.weight, block.query_key_value.bias)
    widths = (config.query_width, config.kv_width, config.kv_width)
    q, k, v = (
        part.view(batch, tokens, -1, config.head_width).transpose(1, 2)  # (B, heads, T, K)
        for part in product.split(widths, dim=-1)
    )
    if block.query_norm is not None and block.key_norm is not None:
        q = normalise(q, block.query_norm, config.norm_eps)
        k = normalise(k, block.key_norm, config.norm_eps)
    if tap is not None:
        q, k, v = tap("query", layer, q), tap("key", layer, k), tap("value", layer, v)
    if rotation is not None:
        q, k = _rotate(q, *rotation), _rotate(k, *rotation)
    if cache is not None:
        start, end = cache.length, cache.length + tokens
        cache.keys[layer, :, :, start:end] = k
        cache.values[layer, :, :, start:end] = v
        k, v = cache.keys[layer, :, :, :end], cache.values[layer, :, :, :end]
    mixed = mix(q, k, v) if tap is None else _mix_in_the_open(q, k, v, layer, tap)
    joined = mixed.transpose(1, 2).reshape(batch, tokens, config.query_width)
    return F.linear(joined, block.attention_output.weight, block.attention_output.bias)


def mix(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """softmax(q k' / sqrt(K) + mask) v by the fused kernel. (B, H, T, K)."""
    grouped = q.shape[1] != k.shape[1]
    if q.shape[2] == k.shape[2]:
        return F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=grouped)
    # A single new token sees every cached one; several see the cached ones and their elders.
    mask = None if q.shape[2] == 1 else causal_mask(q.shape[2], k.shape[2], q.device)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=grouped)


def _mix_in_the_open(q: Tensor, k: Tensor, v: Tensor, layer: int, tap: Tap) -> Tensor:
    """The same as `mix`, step by step."""
    q, k = tap("rotated_query", layer, q), tap("rotated_key", layer, k)
    group = q.shape[1] // k.shape[1]  # query heads that share one key head
    k, v = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
    scores = tap("scores", layer, q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1]))
    hidden = ~causal_mask(q.shape[2], k.shape[2], q.device)
    masked = tap("masked_scores", layer, scores.masked_fill(hidden, -math.inf))
    attention = tap("attention", layer, masked.softmax(dim=-1))
    return tap("mixed", layer, attention @ v)


def causal_mask(queries: int, keys: int, device: torch.device | None = None) -> Tensor:
    """True where a query may look: at itself and what came before. (queries, keys) booleans.

    The queries are the last of the keys' positions.

    >>> causal_mask(2, 3).int()
    tensor([[1, 1, 0],
            [1, 1, 1]], dtype=torch.int32)
    """
    return torch.ones(queries, keys, dtype=torch.bool, device=device).tril(keys - queries)


def _mlp(config: Config, block: Block, layer: int, x: Tensor, look: Tap) -> Tensor:
    """Each token on its own: widen, bend, narrow. (B, T, D) -> (B, T, D)."""
    wide = F.linear(x, block.mlp_input.weight, block.mlp_input.bias)
    if config.rotary:  # SwiGLU: one half, through the activation, gates the other
        gate, up = wide.chunk(2, dim=-1)
        gate, up = look("mlp_gate", layer, gate), look("mlp_up", layer, up)
        bent = activate(config.activation, gate) * up
    else:
        bent = activate(config.activation, look("mlp_up", layer, wide))
    bent = look("mlp_activation", layer, bent)
    return F.linear(bent, block.mlp_output.weight, block.mlp_output.bias)


def activate(name: str, x: Tensor) -> Tensor:
    """The activation that a config calls `name`."""
    match name:
        case "gelu_new" | "gelu_pytorch_tanh":
            return F.gelu(x, approximate="tanh")
        case "gelu":
            return F.gelu(x)
        case "silu":
            return F.silu(x)
        case "relu":
            return F.relu(x)
    raise ValueError(f"unknown activation {name!r}")


def rotary_frequencies(config: Config) -> Tensor:
    """How fast each pair of a head's components turns, in radians per position. (K/2,) float32.

    Su et al. 2021 (RoPE); with `rope_scaling`, Llama 3's variant for long contexts.
    """
    assert config.rope_theta is not None
    exponents = torch.arange(0, config.head_width, 2).float() / config.head_width
    frequencies = 1.0 / config.rope_theta**exponents
    scaling = config.rope_scaling
    if scaling is None:
        return frequencies
    turns = scaling.original_context * frequencies / (2 * math.pi)
    low, high = scaling.low_frequency_factor, scaling.high_frequency_factor
    keep = ((turns - low) / (high - low)).clamp(0, 1)  # 1: fast enough to stay as it is
    return keep * frequencies + (1 - keep) * frequencies / scaling.factor


def rotation_table(config: Config, start: int, tokens: int, like: Tensor) -> tuple[Tensor, Tensor]:
    """Cosines and sines for positions start .. start + tokens, both (T, K)."""
    angles = torch.outer(
        torch.arange(start, start + tokens, device=like.device).float(),
        rotary_frequencies(config).to(like.device),
    )
    angles = torch.cat((angles, angles), dim=-1)
    return angles.cos().to(like.dtype), angles.sin().to(like.dtype)


def _rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Turn each pair (component i, component i + K/2) by its angle. (B, heads, T, K)."""
    first, second = x.chunk(2, dim=-1)
    return x * cosine + torch.cat((-second, first), dim=-1) * sine
