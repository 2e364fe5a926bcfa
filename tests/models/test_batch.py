"""A batch gives each of its texts what the readable forward gives that text alone."""

from dataclasses import replace

import pytest
import torch
import transformers

from lab.errors import LabError
from lab.models import forward
from lab.models.batch import bytes_per_token, new_batch
from lab.models.fallback import TransformersNetwork
from tests.models.cases import as_model, random_ids, random_network

TEXTS = [random_ids(tokens, seed=tokens) for tokens in (1, 3, 17, 30, 58)]


def close(logits, model, text):
    torch.testing.assert_close(logits, forward(model, text)[-1], atol=1e-4, rtol=0)


def test_texts_of_unequal_lengths_are_read_as_each_alone(pair):
    _, model = pair
    batch = new_batch(model, slots=len(TEXTS), capacity=64)
    assert sum(map(len, TEXTS)) > model.context  # which each of them has to itself
    for row, text in zip(batch.read(range(len(TEXTS)), TEXTS), TEXTS, strict=True):
        close(row, model, text)
    texts = [list(text) for text in TEXTS]
    for step in range(6):
        new = random_ids(len(texts), seed=100 + step)
        for text, token_id in zip(texts, new, strict=True):
            text.append(token_id)
        for row, text in zip(
            batch.read(range(len(texts)), [[each] for each in new]), texts, strict=True
        ):
            close(row, model, text)


def test_texts_come_and_go(pair):
    _, model = pair
    batch = new_batch(model, slots=3, capacity=24)
    batch.read([0], [[5, 6, 7]])
    batch.read([2], [[9]])
    close(batch.read([2, 0], [[11], [12]])[1], model, [5, 6, 7, 12])
    batch.clear(0)
    close(batch.read([1], [[1, 2, 3, 4]])[0], model, [1, 2, 3, 4])
    close(batch.read([0], [[8, 8]])[0], model, [8, 8])  # nothing is left of what stood there
    rows = batch.read([1, 0, 2], [[21], [22], [23]])
    for row, text in zip(rows, ([1, 2, 3, 4, 21], [8, 8, 22], [9, 11, 23]), strict=True):
        close(row, model, text)
    close(batch.read([1], [[31, 32, 33]])[0], model, [1, 2, 3, 4, 21, 31, 32, 33])
    assert batch.lengths == [3, 8, 3]


def test_what_does_not_fit_changes_nothing(pair):
    _, model = pair
    batch = new_batch(model, slots=2, capacity=4)
    batch.read([0], [[1, 2, 3]])
    batch.read([1], [[1]])
    with pytest.raises(ValueError, match="slot 0"):
        batch.read([0], [[4, 5]])
    with pytest.raises(LabError, match="outside the vocabulary"):
        batch.read([0, 1], [[4], [97]])
    with pytest.raises(LabError, match="nothing to read"):
        batch.read([0, 1], [[4], []])
    batch.read([0], [[4]])
    with pytest.raises(ValueError, match="slot 0"):
        batch.read([1, 0], [[2], [5]])
    assert batch.lengths == [4, 1]
    close(batch.read([1], [[2]])[0], model, [1, 2])


def test_bytes_per_token_are_those_of_keys_and_values(pair):
    _, model = pair
    config = model.config
    assert bytes_per_token(model) == 2 * config.layers * config.kv_heads * config.head_width * 4


def test_an_architecture_that_transformers_runs():
    torch.manual_seed(0)
    config = transformers.GPTNeoXConfig(
        vocab_size=97,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=64,
    )
    module = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()
    model = replace(
        as_model(random_network("gpt2")), network=TransformersNetwork(module), config=None
    )
    batch = new_batch(model, slots=2, capacity=16)
    batch.read([0], [[1, 2, 3]])
    batch.read([1], [[4]])
    rows = batch.read([1, 0], [[5], [6]])
    close(rows[0], model, [4, 5])
    close(rows[1], model, [1, 2, 3, 6])
    assert bytes_per_token(model) == 2 * 2 * 32 * 4
