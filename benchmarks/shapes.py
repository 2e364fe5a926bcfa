"""Checkpoints of real shapes with random weights, in Hugging Face's format.

Speed does not depend on the values. The vocabulary is made up: token 7 is called "t7".
"""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from lab.models.config import parse_config
from lab.models.weights import shapes

GPT2 = {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": 50257}
QWEN3 = {
    "model_type": "qwen3",
    "architectures": ["Qwen3ForCausalLM"],
    "vocab_size": 151_936,
    "hidden_size": 1024,
    "intermediate_size": 3072,
    "num_hidden_layers": 28,
    "num_attention_heads": 16,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "max_position_embeddings": 40_960,
    "rms_norm_eps": 1e-6,
    "rope_parameters": {"rope_type": "default", "rope_theta": 1e6},
    "tie_word_embeddings": True,
}


def write_checkpoint(folder: Path, values: dict[str, Any]) -> None:
    """A folder in Hugging Face's format, weights in bfloat16."""
    folder.mkdir(parents=True)
    config = parse_config(values)
    generator = torch.Generator().manual_seed(0)
    tensors = {
        name: torch.ones(shape, dtype=torch.bfloat16)
        if len(shape) == 1 and name.endswith("weight")
        else torch.empty(shape).normal_(0, 0.02, generator=generator).bfloat16()
        for name, shape in shapes(config).items()
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    # No token ends a text: everybody writes as many as they are asked for.
    ends = {"bos_token_id": None, "eos_token_id": None}
    (folder / "config.json").write_text(json.dumps(values | ends))
    (folder / "generation_config.json").write_text(json.dumps(ends))
    words = {f"t{number}": number for number in range(config.vocab_size)}
    Tokenizer(WordLevel(words, unk_token="t0")).save(str(folder / "tokenizer.json"))
    special = dict.fromkeys(("unk_token", "bos_token", "eos_token"), "t0")
    kind = {"tokenizer_class": "PreTrainedTokenizerFast", **special}
    (folder / "tokenizer_config.json").write_text(json.dumps(kind))
