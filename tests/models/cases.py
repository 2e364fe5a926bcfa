"""Random small models of both families, beside transformers' own."""

from pathlib import Path

import pytest
import torch
import transformers

from lab import tokenizers
from lab.models.config import parse_config
from lab.models.model import Model, ReadableNetwork

GPT2 = {"vocab_size": 97, "n_embd": 32, "n_layer": 3, "n_head": 4, "n_positions": 64}
LLAMA = {
    "vocab_size": 97,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "max_position_embeddings": 64,
}
CONFIGS = {
    "gpt2": transformers.GPT2Config(**GPT2, bos_token_id=0, eos_token_id=0),
    "llama": transformers.LlamaConfig(**LLAMA, attention_bias=True, mlp_bias=True),
    "qwen2": transformers.Qwen2Config(**LLAMA, num_key_value_heads=2, tie_word_embeddings=True),
    "qwen3": transformers.Qwen3Config(**LLAMA, num_key_value_heads=2, head_dim=16),
}
"""Each family once: tied and untied, with and without biases, grouped queries, normed heads."""


def random_network(name: str):
    """transformers' model with random weights, biases and norms included."""
    torch.manual_seed(0)
    network = transformers.AutoModelForCausalLM.from_config(
        CONFIGS[name], attn_implementation="eager", dtype=torch.float32
    ).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return network


def as_model(network, folder: Path = Path()) -> Model:
    """Our model of the same weights. Its tokenizer is never asked."""
    config = parse_config(network.config.to_dict())
    tensors = network.state_dict()
    return Model(
        id="random",
        tokenizer=tokenizers.load("gpt2"),
        network=ReadableNetwork(config, torch.float32, lambda: tensors),
        dtype=torch.float32,
        source="folder",
        folder=folder,
        context=config.context,
        end_ids=frozenset(),
        config=config,
    )


def random_ids(tokens: int, seed: int = 0) -> list[int]:
    return torch.randint(0, 97, (tokens,), generator=torch.Generator().manual_seed(seed)).tolist()


@pytest.fixture(params=CONFIGS, scope="module")
def pair(request):
    """(transformers' network, our model of it)."""
    network = random_network(request.param)
    return network, as_model(network)
