"""The tree of modules against transformers' `named_modules`."""

import pytest
import torch
import transformers

from lab.models.architecture import BYTES, build
from lab.models.config import parse_config

GPT2 = {"vocab_size": 97, "n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 64,
        "bos_token_id": 0, "eos_token_id": 0}  # fmt: skip
LLAMA = {"vocab_size": 97, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 2}  # fmt: skip
CONFIGS = [
    transformers.GPT2Config(**GPT2),
    transformers.GPT2Config(**GPT2, tie_word_embeddings=False, activation_function="relu"),
    transformers.GPT2Config(**GPT2, activation_function="gelu_pytorch_tanh"),
    transformers.GPT2Config(**GPT2, activation_function="gelu"),
    transformers.LlamaConfig(**LLAMA),
    transformers.LlamaConfig(**LLAMA, attention_bias=True, mlp_bias=True),
    transformers.Qwen2Config(**LLAMA, tie_word_embeddings=True),
    transformers.Qwen3Config(**LLAMA, head_dim=16, tie_word_embeddings=True),
]


def network_of(config):
    with torch.device("meta"):
        return transformers.AutoModelForCausalLM.from_config(config)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda each: type(each).__name__)
def test_names_kinds_and_counts_are_those_of_transformers(config):
    network = network_of(config)
    shapes = {name: tuple(each.shape) for name, each in network.named_parameters()}
    tree = build(parse_config(config.to_dict()), shapes)
    assert [(path, module.kind) for path, module in tree.walk()] == [
        (name, type(module).__name__) for name, module in network.named_modules()
    ]
    assert tree.parameters == sum(each.numel() for each in network.parameters())
    tied = config.tie_word_embeddings
    for path, module in network.named_modules():
        if path == "lm_head" and tied:
            assert tree.find(path).parameters == 0
            assert tree.find(path).tied is not None
        else:
            count = sum(each.numel() for each in module.parameters())
            assert tree.find(path).parameters == count, path


def test_gpt2_small_by_its_known_figures():
    tree = build(parse_config({"model_type": "gpt2"}))
    assert tree.parameters == 124_439_808
    assert len(list(tree.find("transformer").walk())) == 162
    assert tree.find("lm_head").tied == "transformer.wte"
    assert tree.find("transformer.wte").parameters == 38_597_376  # what a second count would add
    assert tree.find("transformer.h.0").parameters == 7_087_872


def test_the_original_checkpoints_names_are_understood():
    config = parse_config({"model_type": "gpt2", **GPT2})
    network = network_of(CONFIGS[0])
    shapes = {
        name.removeprefix("transformer."): tuple(each.shape)
        for name, each in network.named_parameters()
    }
    assert build(config, shapes) == build(config)


def test_precisions():
    assert BYTES == {"float32": 4, "bfloat16": 2, "int8": 1, "int4": 0.5}
