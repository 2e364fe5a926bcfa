"""A checkpoint of Hugging Face's once more, in the formats that other engines read."""

import json
from pathlib import Path

import gguf
import numpy as np
from safetensors.torch import load_file

from lab.models.config import Config, parse_config

_NAMES = {
    "transformer.wte": "token_embd",
    "transformer.wpe": "position_embd",
    "transformer.ln_f": "output_norm",
    "ln_1": "attn_norm",
    "ln_2": "ffn_norm",
    "attn.c_attn": "attn_qkv",
    "attn.c_proj": "attn_output",
    "mlp.c_fc": "ffn_up",
    "mlp.c_proj": "ffn_down",
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
"""Hugging Face's names of a block's tensors -> GGUF's."""


def write_gguf(folder: Path, path: Path, precision: str) -> None:
    """The same weights as a GGUF file: matrices in "BF16" or "Q8_0", vectors in float32."""
    config = parse_config(json.loads((folder / "config.json").read_text()))
    writer = gguf.GGUFWriter(path, config.model_type)
    _describe(writer, config)
    wanted = gguf.GGMLQuantizationType[precision]
    for name, tensor in load_file(folder / "model.safetensors").items():
        values = tensor.float()
        if config.model_type == "gpt2" and values.ndim == 2 and ".h." in name:
            values = values.mT  # GPT-2 keeps its matrices as (in, out)
        array = np.ascontiguousarray(values.numpy())
        if array.ndim == 1 or "wpe" in name:
            writer.add_tensor(_gguf_name(name), array)
        else:
            packed = gguf.quants.quantize(array, wanted)
            writer.add_tensor(_gguf_name(name), packed, raw_dtype=wanted)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: gguf.GGUFWriter, config: Config) -> None:
    writer.add_vocab_size(config.vocab_size)
    writer.add_tokenizer_model("no_vocab")
    writer.add_context_length(config.context)
    writer.add_embedding_length(config.width)
    writer.add_block_count(config.layers)
    writer.add_feed_forward_length(config.mlp_width)
    writer.add_head_count(config.heads)
    writer.add_head_count_kv(config.kv_heads)
    if config.rope_theta is None:
        writer.add_layer_norm_eps(config.norm_eps)
    else:
        writer.add_layer_norm_rms_eps(config.norm_eps)
        writer.add_rope_freq_base(config.rope_theta)
        writer.add_key_length(config.head_width)
        writer.add_value_length(config.head_width)


def _gguf_name(name: str) -> str:
    """ "transformer.h.3.ln_1.weight" -> "blk.3.attn_norm.weight"."""
    whole, kind = name.rsplit(".", 1)
    if whole in _NAMES:
        return f"{_NAMES[whole]}.{kind}"
    _, _, layer, part = whole.split(".", 3)
    return f"blk.{layer}.{_NAMES[part]}.{kind}"


def write_ctranslate2(folder: Path, target: Path, quantization: str) -> None:
    """The same weights in CTranslate2's format."""
    from ctranslate2.converters import TransformersConverter

    TransformersConverter(str(folder)).convert(str(target), quantization=quantization)
