"""Weights and shapes that do not fit together are refused before anything computes with them."""

import pytest
import torch

from lab.errors import LabError
from lab.models.config import parse_config
from lab.models.weights import assemble
from tests.models.cases import CONFIGS, random_network


@pytest.mark.parametrize("changes", [{"num_key_value_heads": 3}, {"num_key_value_heads": 8}])
def test_heads_that_do_not_fit_each_other(changes):
    values = CONFIGS["qwen3"].to_dict() | changes  # 4 query heads
    with pytest.raises(LabError, match="do not fit its"):
        parse_config(values)


def test_rotary_heads_of_an_odd_width():
    with pytest.raises(LabError, match="do not fit its"):
        parse_config(CONFIGS["qwen3"].to_dict() | {"head_dim": 15})


@pytest.mark.parametrize(
    ("name", "tensor", "said"),
    [
        ("gpt2", "transformer.ln_f.weight", "the final norm"),
        ("gpt2", "transformer.h.1.attn.c_attn.bias", "a bias of block 1"),
        ("gpt2", "transformer.h.0.ln_2.bias", "the MLP's norm of block 0"),
        ("qwen3", "model.layers.2.self_attn.k_norm.weight", "the keys' norm of block 2"),
    ],
)
def test_a_tensor_of_another_length(name, tensor, said):
    network = random_network(name)
    tensors = dict(network.state_dict())
    tensors[tensor] = torch.ones(len(tensors[tensor]) // 2)
    with pytest.raises(LabError, match=said):
        assemble(parse_config(network.config.to_dict()), tensors)
