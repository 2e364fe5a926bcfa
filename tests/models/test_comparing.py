"""Two models on one text, against figures worked out apart from them."""

import math

import pytest
import torch

from lab import tokenizers
from lab.models import load, trace
from lab.models.comparing import difference, follow, shares_vocabulary
from tests.random_models import random_pair


def test_a_difference_is_that_of_torchs_own_divergence():
    first, second = torch.randn(2, 50, generator=torch.Generator().manual_seed(0))
    found = difference(first, second, count=5)
    p, q = first.double().softmax(-1), second.double().softmax(-1)
    reference = torch.nn.functional.kl_div(p.log(), q, reduction="sum") / math.log(2)
    assert found.divergence == pytest.approx(float(reference))
    assert found.overlap == pytest.approx(1 - float((p - q).abs().sum()) / 2)
    assert set(found.token_ids) == {*p.topk(5).indices.tolist(), *q.topk(5).indices.tolist()}
    assert found.first == pytest.approx(p[list(found.token_ids)].tolist())
    means = [(a + b) / 2 for a, b in zip(found.first, found.second, strict=True)]
    assert means == sorted(means, reverse=True)


def test_rows_that_pad_one_output_do_not_count():
    logits = torch.tensor([1.0, 2.0, 3.0])
    padded = torch.cat((logits, torch.tensor([9.0, 9.0])))
    found = difference(logits, padded)
    assert found.divergence == pytest.approx(0)
    assert found.overlap == pytest.approx(1)


def test_who_shares_a_vocabulary():
    gpt2, qwen = tokenizers.load("gpt2"), tokenizers.load("qwen3")
    assert shares_vocabulary(gpt2, gpt2)
    assert not shares_vocabulary(gpt2, qwen)
    mini = load("mini-gpt2").tokenizer
    assert shares_vocabulary(mini, random_pair("qwen3")[1].tokenizer)  # the same file, read twice


@pytest.mark.parametrize("family", ["gpt2", "qwen3"])
def test_the_race_ends_where_the_model_does(family):
    model = random_pair(family)[1]
    seen = trace(model, [5, 6, 7])
    token = int(seen.logits[-1].argsort(descending=True)[2])  # the third likeliest
    racer = follow(seen, token)
    assert racer.ranks[-1] == 3
    assert racer.probabilities[-1] == pytest.approx(float(seen.logits[-1].softmax(-1)[token]))
    assert racer.depths[0] == 0
    assert racer.depths[-1] == 1
    assert len(racer.depths) == len(racer.ranks) == 1 + 2 * model.config.layers
