"""A model that writes on another device: the numbers are those of the processor."""

from dataclasses import replace

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from lab.generation import Engine, generate
from lab.models import load, loading, reader
from lab.models.device import CPU, accelerator
from lab.models.fast import Slots
from lab.models.model import ReadableNetwork
from lab.sampling import Settings
from tests.random_models import random_pair

FAMILIES = ("gpt2", "qwen3")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_nothing_is_left_behind_on_the_processor(family, dtype):
    """Fake tensors have a device and no numbers, and refuse to be mixed with those of another."""
    _, model = random_pair(family)
    with FakeTensorMode(allow_non_fake_inputs=True) as mode, torch.no_grad():
        tensors = {n: mode.from_tensor(t) for n, t in model.network.tensors.items()}
        network = ReadableNetwork(model.config, dtype, lambda: tensors, torch.device("meta"))
        slots = network.memory(3, 32)
        assert isinstance(slots, Slots)
        read = slots.read([0, 2], [[1, 2, 3], [4]])
        step = slots.read([0, 2], [[5], [6]])
    assert read.device.type == step.device.type == "meta"
    assert step.shape == (2, model.config.vocab_size)


def test_a_device_that_cannot_compute_a_model_is_not_used(monkeypatch):
    monkeypatch.setattr(loading, "place", lambda parameters: torch.device("meta"))
    model = loading.load("mini-gpt2")
    assert model.network.device == CPU
    ids = model.tokenizer.encode("Once upon a time")
    assert torch.equal(reader(model, 8)(ids), reader(load("mini-gpt2"), 8)(ids))


@pytest.mark.parametrize("family", FAMILIES)
def test_numbers_that_are_not_the_processors_are_noticed(family):
    network = random_pair(family)[1].network
    other = random_pair(family, seed=1)[1].network
    assert loading._computes_the_same(replace(network))
    readings = iter([network.tensors, network.tensors, other.tensors])
    assert not loading._computes_the_same(replace(network, read=lambda: next(readings)))


@pytest.mark.skipif(accelerator() is None, reason="there is no accelerator")
@pytest.mark.parametrize("family", FAMILIES)
def test_texts_on_an_accelerator_are_those_of_the_processor(family):
    _, model = random_pair(family)
    there = replace(model, network=replace(model.network, device=accelerator()))
    settings = Settings("sample", seed=3, temperature=0.9, top_p=0.9, max_new_tokens=20)
    shared = Engine(there)
    texts = [shared.generate([1, 2, first], settings) for first in range(4)]
    for first, text in enumerate(texts):
        wanted = list(generate(model, [1, 2, first], settings))
        got = list(text)
        assert [step.token_id for step in got] == [step.token_id for step in wanted]
        assert [step.probability for step in got] == pytest.approx(
            [step.probability for step in wanted], rel=1e-3, abs=1e-6
        )
