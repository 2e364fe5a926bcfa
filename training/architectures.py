"""The shapes of the bundled models, as the `config.json` of each, and their fresh weights."""

import math
from typing import Any

import torch
from torch import Tensor

from lab.models.config import parse_config
from lab.models.weights import shapes

CONTEXT = 512
VOCABULARY = 5120
END_OF_TEXT, END_OF_TURN = 5117, 5119

CONFIGS: dict[str, dict[str, Any]] = {
    "gpt2": {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "vocab_size": VOCABULARY,
        "n_positions": CONTEXT,
        "n_embd": 256,
        "n_layer": 6,
        "n_head": 4,
        "n_inner": 1024,
        "activation_function": "gelu_new",
        "attn_pdrop": 0.0,
        "embd_pdrop": 0.0,
        "resid_pdrop": 0.0,
        "layer_norm_epsilon": 1e-5,
        "tie_word_embeddings": True,
        "bos_token_id": END_OF_TEXT,
        "eos_token_id": END_OF_TEXT,
        "pad_token_id": END_OF_TEXT,
        "dtype": "float16",
    },
    "qwen3": {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "vocab_size": VOCABULARY,
        "max_position_embeddings": CONTEXT,
        "hidden_size": 256,
        "intermediate_size": 704,
        "num_hidden_layers": 6,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 64,
        "hidden_act": "silu",
        "rms_norm_eps": 1e-6,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
        "attention_bias": False,
        "attention_dropout": 0.0,
        "tie_word_embeddings": True,
        "bos_token_id": END_OF_TEXT,
        "eos_token_id": END_OF_TEXT,
        "pad_token_id": END_OF_TEXT,
        "dtype": "float16",
    },
}


def initial_weights(architecture: str, seed: int) -> dict[str, Tensor]:
    """Fresh float32 weights under Hugging Face's names.

    Matrices are normal with deviation 0.02; those that write into the residual stream are divided
    by the square root of how many do (Radford et al. 2019); norms start at one, biases at zero.
    """
    config = parse_config(CONFIGS[architecture])
    generator = torch.Generator().manual_seed(seed)
    writers = ("c_proj.weight", "o_proj.weight", "down_proj.weight")
    weights = {}
    for name, shape in shapes(config).items():
        if name.endswith(".bias"):
            weights[name] = torch.zeros(shape)
        elif len(shape) == 1:
            weights[name] = torch.ones(shape)
        else:
            scale = 0.02 / math.sqrt(2 * config.layers) if name.endswith(writers) else 0.02
            weights[name] = torch.randn(shape, generator=generator) * scale
    return weights
