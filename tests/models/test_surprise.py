"""Bits and ranks against transformers' loss and hand-worked cases."""

import math

import pytest
import torch

import lab.models
from lab.models.surprise import divergence, entropy, perplexity, surprises
from tests.models.cases import random_ids


@torch.no_grad()
def test_perplexity_is_the_exponential_of_transformers_loss(pair):
    network, model = pair
    ids = random_ids(20)
    batch = torch.tensor([ids])
    loss = float(network(batch, labels=batch).loss)
    text = surprises(lab.models.forward(model, ids), ids)
    assert perplexity(text) == pytest.approx(math.exp(loss), rel=1e-4)


def test_each_token_is_judged_by_the_prediction_before_it():
    half, quarter = math.log(1 / 2), math.log(1 / 4)
    logits = torch.tensor([[half, quarter, quarter], [0.0, 0.0, 0.0]])
    first, second = surprises(logits, [0, 2])
    assert (first.probability, first.rank, first.bits) == (None, None, None)
    assert second.probability == pytest.approx(0.25)
    assert second.bits == pytest.approx(2)
    assert second.rank == 2  # two tokens tie for it; none but the first is likelier


def test_a_single_token_surprises_nobody():
    text = surprises(torch.zeros(1, 5), [3])
    assert len(text) == 1
    assert perplexity(text) is None


def test_divergence_in_bits():
    sure = torch.tensor([0.0, -math.inf])
    assert divergence(torch.tensor([0.0, 0.0]), torch.tensor([0.0, math.log(3)])) == pytest.approx(
        0.5 * math.log2(0.5 / 0.25) + 0.5 * math.log2(0.5 / 0.75), abs=1e-6
    )
    assert divergence(torch.tensor([1.0, 2.0]), torch.tensor([6.0, 7.0])) == pytest.approx(0)
    assert float(entropy(sure)) == 0


def test_divergence_from_the_sure_ignores_what_cannot_come():
    sure, even = torch.tensor([0.0, -math.inf]), torch.tensor([0.0, 0.0])
    assert divergence(sure, even) == pytest.approx(1)


def test_what_is_no_number_is_not_taken_for_no_divergence():
    assert math.isnan(divergence(torch.tensor([0.0, math.nan]), torch.tensor([0.0, 0.0])))


def test_entropy_is_exact_far_from_zero_and_never_below_it():
    logits = torch.randn(4, 3000, generator=torch.Generator().manual_seed(0)) * 20 - 400
    chances = logits.double().softmax(-1)
    expected = torch.special.entr(chances).sum(-1) / math.log(2)
    torch.testing.assert_close(entropy(logits).double(), expected, atol=1e-5, rtol=0)
    sure = entropy(torch.tensor([0.0, -math.inf]))
    assert str(float(sure)) == "0.0"
