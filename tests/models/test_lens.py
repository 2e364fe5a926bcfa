"""The lens and the contributions, against transformers and against their own definition."""

from dataclasses import replace

import pytest
import torch

import lab.models
from lab.models.lens import (
    LIKELIEST,
    contributions,
    head_contributions,
    head_logits,
    lens_logits,
    neuron_logits,
    read_layers,
    total,
)
from lab.models.surprise import entropy
from tests.models.cases import random_ids

TOKENS = 11


@pytest.fixture(scope="module")
def seen(pair):
    return lab.models.trace(pair[1], random_ids(TOKENS))


def test_at_the_end_it_is_the_output(seen):
    torch.testing.assert_close(lens_logits(seen, 3), seen.logits, atol=1e-5, rtol=0)
    last = read_layers(seen)[-1]
    best = seen.logits.softmax(-1).topk(LIKELIEST)
    assert last.tokens.tolist() == best.indices.tolist()
    torch.testing.assert_close(last.probabilities, best.values)
    torch.testing.assert_close(last.entropy, entropy(seen.logits))


@torch.no_grad()
def test_in_the_middle_it_is_transformers_final_norm_and_head(pair, seen):
    network, _ = pair
    ids = torch.tensor([random_ids(TOKENS)])
    states = network(ids, output_hidden_states=True).hidden_states
    body = getattr(network, "transformer", None) or network.model
    norm = getattr(body, "ln_f", None) or body.norm
    for layer in range(3):
        expected = network.lm_head(norm(states[layer]))[0]
        torch.testing.assert_close(lens_logits(seen, layer), expected, atol=1e-4, rtol=0)


@torch.no_grad()
def test_between_attention_and_mlp_too(pair, seen):
    network, _ = pair
    body = getattr(network, "transformer", None) or network.model
    norm = getattr(body, "ln_f", None) or body.norm
    expected = network.lm_head(norm(seen.hidden[1] + seen.attention_output[1]))
    torch.testing.assert_close(lens_logits(seen, 1, between=True), expected, atol=1e-4, rtol=0)


def test_some_positions_read_like_all(seen):
    part = read_layers(seen, watched=42, between=False, positions=slice(3, 7))
    whole = read_layers(seen, watched=42)
    assert [each.name for each in part] == [each.name for each in whole if "att" not in each.name]
    assert part[-1].rank.tolist() == whole[-1].rank.tolist()[3:7]
    assert part[1].tokens.tolist() == whole[2].tokens.tolist()[3:7]


def test_a_watched_token_has_its_rank_at_every_depth(seen):
    readings = read_layers(seen, watched=42)
    assert len(readings) == 7
    final = seen.logits.argsort(-1, descending=True)
    ranks = [1 + row.tolist().index(42) for row in final]
    assert readings[-1].rank.tolist() == ranks
    torch.testing.assert_close(readings[-1].watched, seen.logits.softmax(-1)[:, 42])


@pytest.mark.parametrize("against", [None, 7])
@pytest.mark.parametrize("position", [0, TOKENS - 1])
def test_contributions_add_up_to_the_logit(seen, position, against):
    parts = contributions(seen, position, 42, against=against)
    wanted = seen.logits[position, 42] - (0 if against is None else seen.logits[position, against])
    assert total(parts) == pytest.approx(float(wanted), abs=1e-3)


def test_heads_add_up_to_their_layers_attention(seen):
    parts = contributions(seen, TOKENS - 1, 42)
    for layer in range(3):
        whole = next(part for part in parts if part.name == f"Block {layer} attention")
        heads = head_contributions(seen, layer, TOKENS - 1, 42)
        assert sum(part.name.startswith("Head") for part in heads) == 4
        assert total(heads) == pytest.approx(whole.value, abs=1e-4)


def test_what_a_head_adds_to_every_token_is_what_it_adds_to_each(seen):
    for head in range(4):
        added = head_logits(seen, 1, head, TOKENS - 1)
        for token in (0, 42, added.shape[-1] - 1):
            parts = head_contributions(seen, 1, TOKENS - 1, token)
            assert float(added[token]) == pytest.approx(parts[head].value, abs=1e-4)


def test_what_all_neurons_add_is_what_the_mlp_adds(seen):
    output = seen.decoder.blocks[1].mlp_output
    added = sum(
        neuron_logits(seen, 1, neuron, TOKENS - 1) for neuron in range(output.weight.shape[1])
    )
    for token in (0, 42):
        parts = {part.name: part.value for part in contributions(seen, TOKENS - 1, token)}
        bias = 0.0
        if output.bias is not None:
            without = replace(seen, mlp=(*seen.mlp[:1], seen.mlp[1] - output.bias, *seen.mlp[2:]))
            rest = {part.name: part.value for part in contributions(without, TOKENS - 1, token)}
            bias = parts["Block 1 MLP"] - rest["Block 1 MLP"]
        assert float(added[token]) + bias == pytest.approx(parts["Block 1 MLP"], abs=1e-4)
