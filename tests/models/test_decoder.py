"""The readable decoder against transformers' own numbers, for every family it serves."""

import pytest
import torch
import transformers

from lab.models.config import parse_config
from lab.models.decoder import forward, new_cache
from lab.models.weights import assemble, shapes
from tests.models.cases import GPT2, LLAMA

LLAMA3_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 10_000.0,
    "factor": 4.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 16,
}
CASES = {
    "gpt2": transformers.GPT2Config(**GPT2),
    "gpt2-untied": transformers.GPT2Config(**GPT2, tie_word_embeddings=False, n_inner=40),
    "gpt2-relu": transformers.GPT2Config(**GPT2, activation_function="relu"),
    "llama": transformers.LlamaConfig(**LLAMA),
    "llama-grouped": transformers.LlamaConfig(**LLAMA, num_key_value_heads=2),
    "llama-biased": transformers.LlamaConfig(**LLAMA, attention_bias=True, mlp_bias=True),
    "llama3-rope": transformers.LlamaConfig(
        **LLAMA, num_key_value_heads=1, rope_parameters=LLAMA3_ROPE
    ),
    "qwen2": transformers.Qwen2Config(**LLAMA, num_key_value_heads=2, tie_word_embeddings=True),
    "qwen3": transformers.Qwen3Config(
        **LLAMA, num_key_value_heads=2, head_dim=16, tie_word_embeddings=True
    ),
    "qwen3-untied": transformers.Qwen3Config(**LLAMA, num_key_value_heads=4, head_dim=8),
}


@pytest.fixture(params=CASES, scope="module")
def pair(request):
    """transformers' model with random weights (biases and norms too), and our decoder of it."""
    torch.manual_seed(0)
    reference = transformers.AutoModelForCausalLM.from_config(
        CASES[request.param], attn_implementation="eager", dtype=torch.float32
    ).eval()
    with torch.no_grad():
        for parameter in reference.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    config = parse_config(CASES[request.param].to_dict())
    return reference, assemble(config, reference.state_dict())


@torch.no_grad()
@pytest.mark.parametrize("tokens", [1, 2, 7, 33, 64])
def test_logits_equal_transformers(pair, tokens):
    reference, decoder = pair
    ids = torch.randint(0, 97, (2, tokens), generator=torch.Generator().manual_seed(tokens))
    expected = reference(ids).logits
    assert (forward(decoder, ids) - expected).abs().max() < 1e-4
    watched = forward(decoder, ids, tap=lambda name, layer, tensor: tensor)
    assert (watched - expected).abs().max() < 1e-4


@torch.no_grad()
@pytest.mark.parametrize("pieces", [[64], [1] * 12, [5, 1, 1, 9, 2], [1, 30]])
def test_a_cache_changes_nothing(pair, pieces):
    reference, decoder = pair
    ids = torch.randint(0, 97, (2, sum(pieces)), generator=torch.Generator().manual_seed(1))
    cache = new_cache(decoder, capacity=64, batch=2)
    logits = [forward(decoder, piece, cache=cache) for piece in ids.split(pieces, dim=1)]
    assert (torch.cat(logits, dim=1) - reference(ids).logits).abs().max() < 1e-4
    assert cache.length == sum(pieces)


@torch.no_grad()
def test_last_only_is_the_last_row(pair):
    _, decoder = pair
    ids = torch.arange(10)[None]
    torch.testing.assert_close(forward(decoder, ids, last_only=True), forward(decoder, ids)[:, -1:])


# What we train ourselves has no such biases, and nothing else is listed.
@pytest.mark.parametrize("pair", sorted(set(CASES) - {"llama-biased"}), indirect=True)
def test_shapes_name_every_parameter_once(pair):
    reference, decoder = pair
    listed = shapes(decoder.config)
    assert listed == {name: tuple(p.shape) for name, p in reference.named_parameters()}
