"""What a cache and a batch cost: the right work is measured, and the bytes are those held."""

from dataclasses import replace

import pytest

from lab.errors import LabError
from lab.generation.cost import batch_costs, cache_bytes, cache_costs
from lab.models.decoder import forward, new_cache
from tests.random_models import random_pair


@pytest.fixture(scope="module", params=["gpt2", "qwen3"])
def model(request):
    return random_pair(request.param)[1]


def test_the_bytes_are_those_of_the_tensors(model):
    cache = new_cache(model.decoder, 10)
    assert cache_bytes(model, 10) == cache.keys.nbytes + cache.values.nbytes
    config = model.config
    by_hand = 2 * config.layers * config.kv_heads * config.head_width * 4  # float32
    assert cache_bytes(model, 1) == by_hand


def test_one_cost_per_token_from_where_it_was_asked(model):
    costs = list(cache_costs(model, [1, 2, 3, 4, 5, 6], start=2))
    assert [each.tokens for each in costs] == [3, 4, 5, 6]
    assert all(each.cached > 0 and each.uncached > 0 for each in costs)
    assert costs[-1].held == cache_bytes(model, 6)


def test_with_the_cache_one_token_is_read_and_without_it_all(model, monkeypatch):
    read = []

    def watched(decoder, ids, **options):
        held = options.get("cache").length if options.get("cache") else 0
        read.append((held, ids.shape[1]))
        return forward(decoder, ids, **options)

    monkeypatch.setattr("lab.generation.cost.forward", watched)
    list(cache_costs(model, [1, 2, 3, 4], start=2))
    assert read[0] == (0, 2)
    assert set(read[1:]) == {(2, 1), (0, 3), (3, 1), (0, 4)}


def test_batches_write_for_all_their_prompts(model):
    costs = list(batch_costs(model, [1, 2, 3], sizes=(1, 3), steps=2))
    assert [each.size for each in costs] == [1, 3]
    assert all(each.together > 0 and each.one_by_one > 0 for each in costs)
    assert costs[0].together == costs[0].one_by_one  # the same work


def test_a_closed_model_cannot_be_measured(model):
    closed = replace(model, network=object())
    with pytest.raises(LabError, match="cannot be shown"):
        next(cache_costs(closed, [1, 2]))
