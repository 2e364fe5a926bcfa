"""Hugging Face's names for a model's tensors, and the decoder built from them.

`assemble` only views, transposes and concatenates, so gradients flow through it: the training
scripts hold the named tensors and run the very decoder that the pages show.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from lab.errors import LabError
from lab.models.config import Config
from lab.models.decoder import Block, Decoder, Linear, Norm


def assemble(config: Config, tensors: Mapping[str, Tensor]) -> Decoder:
    """A `Decoder` from tensors under their names in a Hugging Face checkpoint.

    Raises `LabError` where a tensor is missing or does not have the shape that `config` says.
    """
    try:
        decoder = _gpt2(config, tensors) if config.model_type == "gpt2" else _llama(config, tensors)
    except KeyError as error:
        raise LabError(
            f"The weights lack the tensor {error.args[0]!r}.",
            "The checkpoint is incomplete or of another architecture than its config.json says.",
            "Fetch the model again, or choose another one.",
        ) from error
    _check(decoder)
    return decoder


def shapes(config: Config) -> dict[str, tuple[int, ...]]:
    """Every tensor of a checkpoint of this shape: Hugging Face's name -> its dimensions.

    >>> from lab.models.config import parse_config
    >>> import math
    >>> sum(math.prod(shape) for shape in shapes(parse_config({"model_type": "gpt2"})).values())
    124439808
    """
    d, m, v = config.width, config.mlp_width, config.vocab_size
    q, kv, k = config.query_width, config.kv_width, config.head_width
    named: dict[str, tuple[int, ...]] = {}
    if config.model_type == "gpt2":
        named |= {"transformer.wte.weight": (v, d), "transformer.wpe.weight": (config.context, d)}
        for layer in range(config.layers):
            at = f"transformer.h.{layer}."
            named |= {at + "ln_1.weight": (d,), at + "ln_1.bias": (d,)}
            named |= {at + "attn.c_attn.weight": (d, 3 * d), at + "attn.c_attn.bias": (3 * d,)}
            named |= {at + "attn.c_proj.weight": (d, d), at + "attn.c_proj.bias": (d,)}
            named |= {at + "ln_2.weight": (d,), at + "ln_2.bias": (d,)}
            named |= {at + "mlp.c_fc.weight": (d, m), at + "mlp.c_fc.bias": (m,)}
            named |= {at + "mlp.c_proj.weight": (m, d), at + "mlp.c_proj.bias": (d,)}
        named |= {"transformer.ln_f.weight": (d,), "transformer.ln_f.bias": (d,)}
    else:
        named["model.embed_tokens.weight"] = (v, d)
        for layer in range(config.layers):
            at = f"model.layers.{layer}."
            named[at + "input_layernorm.weight"] = (d,)
            named[at + "self_attn.q_proj.weight"] = (q, d)
            named[at + "self_attn.k_proj.weight"] = (kv, d)
            named[at + "self_attn.v_proj.weight"] = (kv, d)
            if config.model_type == "qwen2":
                named[at + "self_attn.q_proj.bias"] = (q,)
                named[at + "self_attn.k_proj.bias"] = (kv,)
                named[at + "self_attn.v_proj.bias"] = (kv,)
            if config.model_type == "qwen3":
                named[at + "self_attn.q_norm.weight"] = (k,)
                named[at + "self_attn.k_norm.weight"] = (k,)
            named[at + "self_attn.o_proj.weight"] = (d, q)
            named[at + "post_attention_layernorm.weight"] = (d,)
            named[at + "mlp.gate_proj.weight"] = (m, d)
            named[at + "mlp.up_proj.weight"] = (m, d)
            named[at + "mlp.down_proj.weight"] = (d, m)
        named["model.norm.weight"] = (d,)
    if not config.tied:
        named["lm_head.weight"] = (v, d)
    return named


def tables(config: Config, tensors: Mapping[str, Tensor]) -> tuple[Tensor, Tensor | None]:
    """The tables that are looked up by id and by position; positions only where they are learned.

    >>> from lab.models.config import parse_config
    >>> tables(parse_config({"model_type": "gpt2"}), {"wte.weight": "E", "wpe.weight": "P"})
    ('E', 'P')
    """
    if config.rotary:
        return tensors["model.embed_tokens.weight"], None
    prefix = _gpt2_prefix(tensors)
    return tensors[prefix + "wte.weight"], tensors[prefix + "wpe.weight"]


def _gpt2_prefix(tensors: Mapping[str, Tensor]) -> str:
    # The original `gpt2` checkpoint has no "transformer." in front of its names.
    return "" if "wte.weight" in tensors else "transformer."


def _gpt2(config: Config, tensors: Mapping[str, Tensor]) -> Decoder:
    prefix = _gpt2_prefix(tensors)
    embedding, positions = tables(config, tensors)

    def linear(name: str) -> Linear:
        # GPT-2 keeps its matrices as (in, out).
        return Linear(tensors[name + ".weight"].mT, tensors[name + ".bias"])

    def norm(name: str) -> Norm:
        return Norm(tensors[name + ".weight"], tensors[name + ".bias"])

    def block(at: str) -> Block:
        return Block(
            attention_norm=norm(at + "ln_1"),
            query_key_value=linear(at + "attn.c_attn"),
            query_norm=None,
            key_norm=None,
            attention_output=linear(at + "attn.c_proj"),
            mlp_norm=norm(at + "ln_2"),
            mlp_input=linear(at + "mlp.c_fc"),
            mlp_output=linear(at + "mlp.c_proj"),
        )

    return Decoder(
        config=config,
        embedding=embedding,
        positions=positions,
        blocks=tuple(block(f"{prefix}h.{layer}.") for layer in range(config.layers)),
        final_norm=norm(prefix + "ln_f"),
        head=embedding if config.tied else tensors["lm_head.weight"],
    )


def _llama(config: Config, tensors: Mapping[str, Tensor]) -> Decoder:
    def linear(*names: str) -> Linear:
        weights = [tensors[name + ".weight"] for name in names]
        biases = [tensors[name + ".bias"] for name in names if name + ".bias" in tensors]
        return Linear(_stack(weights), _stack(biases) if biases else None)

    def norm(name: str) -> Norm | None:
        return Norm(tensors[name]) if name in tensors else None

    def block(at: str) -> Block:
        attention = at + "self_attn."
        return Block(
            attention_norm=Norm(tensors[at + "input_layernorm.weight"]),
            query_key_value=linear(*(f"{attention}{part}_proj" for part in "qkv")),
            query_norm=norm(attention + "q_norm.weight"),
            key_norm=norm(attention + "k_norm.weight"),
            attention_output=linear(attention + "o_proj"),
            mlp_norm=Norm(tensors[at + "post_attention_layernorm.weight"]),
            mlp_input=linear(at + "mlp.gate_proj", at + "mlp.up_proj"),
            mlp_output=linear(at + "mlp.down_proj"),
        )

    embedding, positions = tables(config, tensors)
    return Decoder(
        config=config,
        embedding=embedding,
        positions=positions,
        blocks=tuple(block(f"model.layers.{layer}.") for layer in range(config.layers)),
        final_norm=Norm(tensors["model.norm.weight"]),
        head=embedding if config.tied else tensors["lm_head.weight"],
    )


def _stack(parts: list[Tensor]) -> Tensor:
    return parts[0] if len(parts) == 1 else torch.cat(parts)


def _check(decoder: Decoder) -> None:
    """Refuse weights whose shapes are not those that the config promises."""
    c = decoder.config
    gates = 2 if c.rotary else 1
    wanted: list[tuple[str, Tensor, tuple[int, ...]]] = [
        ("the token embedding", decoder.embedding, (c.vocab_size, c.width)),
        ("the output head", decoder.head, (c.vocab_size, c.width)),
    ]
    wanted += _norm("the final norm", decoder.final_norm, c.width)
    if decoder.positions is not None:
        wanted.append(("the position table", decoder.positions, (c.context, c.width)))
    for layer, block in enumerate(decoder.blocks):
        at = f"of block {layer}"
        wanted += [
            (
                f"the query, key and value matrix {at}",
                block.query_key_value.weight,
                (c.query_width + 2 * c.kv_width, c.width),
            ),
            (
                f"the attention output matrix {at}",
                block.attention_output.weight,
                (c.width, c.query_width),
            ),
            (
                f"the MLP's first matrix {at}",
                block.mlp_input.weight,
                (gates * c.mlp_width, c.width),
            ),
            (f"the MLP's second matrix {at}", block.mlp_output.weight, (c.width, c.mlp_width)),
        ]
        wanted += _norm(f"the attention's norm {at}", block.attention_norm, c.width)
        wanted += _norm(f"the MLP's norm {at}", block.mlp_norm, c.width)
        wanted += _norm(f"the queries' norm {at}", block.query_norm, c.head_width)
        wanted += _norm(f"the keys' norm {at}", block.key_norm, c.head_width)
        for linear in (
            block.query_key_value, block.attention_output, block.mlp_input, block.mlp_output,
        ):  # fmt: skip
            if linear.bias is not None:
                wanted.append((f"a bias {at}", linear.bias, (linear.weight.shape[0],)))
    for name, tensor, shape in wanted:
        if tuple(tensor.shape) != shape:
            raise LabError(
                f"The weights do not fit the model: {name} has shape {tuple(tensor.shape)}.",
                f"Its config.json promises {shape}.",
                "Fetch the model again, or choose another one.",
            )


def _norm(name: str, norm: Norm | None, width: int) -> list[tuple[str, Tensor, tuple[int, ...]]]:
    tensors = [] if norm is None else [norm.weight, norm.bias]
    return [(name, tensor, (width,)) for tensor in tensors if tensor is not None]
