"""What one look at the logits tells, beside PyTorch's own functions; in C and without."""

import math

import pytest
import torch

from lab.errors import LabError
from lab.native import library
from lab.sampling import Settings, choose, outlooks
from lab.sampling import outlook as module

INFINITY = math.inf


@pytest.fixture(params=["C", "PyTorch"])
def look(request, monkeypatch):
    """`outlooks` as it is with a compiler and without."""
    if request.param == "PyTorch":
        monkeypatch.setattr(module, "_library", lambda: None)
    elif library(module.SOURCE) is None:
        pytest.skip("there is no C compiler")
    return outlooks


def some_logits(size, seed, rows=3):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(rows, size, generator=generator) * (1 + 3 * seed)
    return logits.round(decimals=1) if seed % 2 else logits  # every other one with many ties


@pytest.mark.parametrize("size", [1, 5, 63, 64, 65, 1000, 50_257])
@pytest.mark.parametrize("seed", range(4))
def test_it_says_what_pytorch_says(look, size, seed):
    logits = some_logits(size, seed)
    logits[0, :: max(2, size // 7)] = -INFINITY
    logits[0, -1] = 1.0
    for row, seen in zip(logits, look(logits), strict=True):
        logs = row.double().log_softmax(-1)
        bits = torch.special.entr(logs.exp()).sum().item() / math.log(2)
        assert seen.log_total == pytest.approx(row.double().logsumexp(-1).item(), abs=1e-5)
        assert seen.entropy == pytest.approx(bits, abs=2e-5)
        assert seen.values == row.topk(min(64, size)).values.tolist()
        assert row[seen.ids].tolist() == seen.values
        assert len(set(seen.ids)) == len(seen.ids)
        for token_id in {0, size // 2, size - 1, int(row.argmax())}:
            logit = seen.logit(token_id)
            assert logit == row[token_id]
            assert seen.probability(logit) == pytest.approx(logs[token_id].exp().item(), rel=1e-4)
            assert seen.rank(logit) == 1 + int((row > row[token_id]).sum())


@pytest.mark.parametrize("size", [1, 15, 1000, 1024, 1025, 50_257])
@pytest.mark.parametrize("temperature", [0.02, 0.7, 1.0, 5.0])
def test_a_temperature_is_that_of_the_softmax(look, size, temperature):
    logits = some_logits(size, 2, rows=2)
    for row, seen in zip(logits, look(logits), strict=True):
        expected = (row.double() / temperature).logsumexp(-1).item()
        assert seen.log_total_at(temperature) == pytest.approx(expected, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("temperature", [3e-6, 3e-4, 0.013])
@pytest.mark.parametrize("offset", [-100.0, 0.0])
def test_a_low_temperature_does_not_blur_the_largest(look, temperature, offset):
    logits = some_logits(5000, 0) + offset
    logits[:, :3] = logits.amax(-1, keepdim=True) + temperature * torch.arange(3)
    for row, seen in zip(logits, look(logits), strict=True):
        expected = (row.double() / temperature).logsumexp(-1).item()
        assert seen.log_total_at(temperature) == pytest.approx(expected, rel=0, abs=1e-5)


@pytest.mark.skipif(library(module.SOURCE) is None, reason="there is no C compiler")
@pytest.mark.parametrize("size", [1, 15, 1000, 1024, 1025, 50_257])
@pytest.mark.parametrize("temperature", [0.02, 0.7, 1.0, 5.0])
def test_a_number_picks_its_token(size, temperature):
    logits = some_logits(size, 1, rows=2)
    logits[:, size // 2 :: 7] = -INFINITY
    logits[:, 0] = 5.0
    for row, seen in zip(logits, outlooks(logits), strict=True):
        chances = (row.double() / temperature).softmax(-1)
        edges = torch.cat((chances.new_zeros(1), chances.cumsum(-1)))
        for number in (0.0, 0.1, 0.5, 0.9, 0.999, 1 - 2**-53):
            chosen, probability = seen.pick(temperature, number)
            assert probability == pytest.approx(chances[chosen].item(), rel=1e-4)
            assert row[chosen] > -INFINITY
            assert edges[chosen] - 1e-6 <= number <= edges[chosen + 1] + 1e-6


def test_a_long_flat_tail_beside_a_peak_is_not_lost(look):
    logits = torch.full((1, 150_000), -17.0)
    logits[0, 5] = 0.0
    (seen,) = look(logits)
    assert seen.log_total == pytest.approx(logits.double().logsumexp(-1).item(), abs=1e-5)


def test_of_equals_the_first_are_named(look):
    (seen,) = look(torch.tensor([[0.0, 2.0, 1.0, 2.0, 1.0, 2.0]]))
    assert seen.ids == [1, 3, 5, 2, 4, 0]


def test_certainty_is_no_uncertainty(look):
    (seen,) = look(torch.tensor([[-INFINITY, 5.0, -INFINITY]]))
    assert seen.entropy == 0
    assert math.copysign(1, seen.entropy) == 1
    assert [seen.probability(seen.logit(each)) for each in range(2)] == [0, 1]


@pytest.mark.parametrize("value", [math.nan, INFINITY])
@pytest.mark.parametrize("size", [10, 1000])
@pytest.mark.parametrize("place", [0, 7, -1])
def test_what_is_no_distribution_is_refused(look, value, size, place):
    logits = torch.zeros(2, size)
    logits[1, place] = value
    good, bad = look(logits)
    assert choose(good, Settings(), iter(())) == (0, 1)
    with pytest.raises(LabError, match="no distribution"):
        choose(bad, Settings(), iter(()))


def test_nothing_possible_is_refused(look):
    (seen,) = look(torch.full((1, 100), -INFINITY))
    with pytest.raises(LabError, match="no distribution"):
        choose(seen, Settings("sample", top_k=3), iter([0.5]))
