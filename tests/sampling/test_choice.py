"""The choice is that of a draw from the whole distribution, however few tokens were looked at."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some

from lab.sampling import (
    Settings,
    choose,
    draw,
    interval,
    outlooks,
    probabilities,
    shortlist,
    uniforms,
)
from lab.sampling.settings import TRANSFORMERS_ORDER

SHORT = [
    Settings(),
    Settings("sample", top_k=1),
    Settings("sample", top_k=50),
    Settings("sample", temperature=0.7, top_k=40, top_p=0.8),
    Settings("sample", temperature=3.0, top_k=63),
    Settings("sample", top_k=20, top_p=0.5, min_p=0.1),
    Settings("sample", top_k=20, min_p=0.2),
    Settings("sample", temperature=0.5, top_k=20, order=TRANSFORMERS_ORDER[::-1]),
    Settings("sample", min_p=0.2),
    Settings("sample", temperature=0.3, min_p=0.3, top_p=0.8),
    Settings("sample", temperature=0.2, top_p=0.9),
    Settings("sample", top_p=0.1),
    Settings("sample", top_p=0.08, temperature=2.0, order=TRANSFORMERS_ORDER[::-1]),
]
LONG = [
    Settings(repetition_penalty=1.5),
    Settings("sample"),
    Settings("sample", temperature=0.5),
    Settings("sample", temperature=0, top_k=5),
    Settings("sample", top_k=64),
    Settings("sample", top_k=500),
    Settings("sample", top_k=20, typical_p=0.9),
    Settings("sample", top_k=20, repetition_penalty=1.3),
    Settings("sample", top_p=0.9),
    Settings("sample", top_k=20, top_p=0.9, order=TRANSFORMERS_ORDER[::-1]),
]


def some_logits(seed, size=700):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(size, generator=generator) * (1 + 2 * seed)


@pytest.mark.parametrize("settings", SHORT, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_a_shortlist_is_what_the_stages_leave(settings, seed):
    logits = some_logits(seed)
    (seen,) = outlooks(logits[None])
    few = shortlist(seen, settings)
    assert [each for _, each in few] == sorted((each for _, each in few), reverse=True)
    whole = torch.zeros(700)
    for token_id, probability in few:
        whole[token_id] = probability
    expected = probabilities(logits, settings)
    assert torch.equal(whole > 0, expected > 0)
    assert (whole - expected).abs().max() < 1e-6


@pytest.mark.parametrize("settings", LONG, ids=str)
def test_what_has_to_look_at_all_tokens_has_none(settings):
    (seen,) = outlooks(some_logits(0)[None])
    assert shortlist(seen, settings) is None


@pytest.mark.parametrize("p", [0.1, 0.2, 0.5, 0.8, 0.9, 1.0])
def test_the_edge_of_a_nucleus_of_equals_is_that_of_the_stages(p):
    logits = torch.zeros(300)
    logits[:10] = 20.0
    settings = Settings("sample", top_k=10, top_p=p)
    few = shortlist(outlooks(logits[None])[0], settings)
    assert len(few) == int((probabilities(logits, settings) > 0).sum())


@pytest.mark.parametrize("temperature", [3e-6, 3e-4])
@pytest.mark.parametrize("seed", range(20))
def test_a_nucleus_at_a_low_temperature_is_that_of_exact_numbers(temperature, seed):
    logits = some_logits(seed, 5000) - 100
    logits[:3] = logits.max() + temperature * torch.tensor([0.2, 0.9, 0.5])
    few = shortlist(
        outlooks(logits[None])[0], Settings("sample", temperature=temperature, top_p=0.7)
    )
    falling = (logits.double() / temperature).softmax(-1).sort(descending=True).values
    assert len(few) == int((falling.cumsum(0) - falling < 0.7).sum())


@pytest.mark.parametrize("p", [1 - 1e-9, 1 - 1e-7, 1 - 1e-6])
@pytest.mark.parametrize("size", [60, 700])
@pytest.mark.parametrize("row", range(10))
def test_a_nucleus_of_nearly_all_is_that_of_the_stages(p, size, row):
    """A temperature after it shows what was cut, however unlikely that had been."""
    logits = some_logits(2, 10 * size).view(10, size)[row]
    settings = Settings("sample", top_p=p, temperature=1e10, order=TRANSFORMERS_ORDER[::-1])
    (seen,) = outlooks(logits[None])
    expected = probabilities(logits, settings)
    for number in (0.0, 0.3, 0.9, 1 - 2**-53):
        chosen, probability = choose(seen, settings, iter([number]))
        assert probability == pytest.approx(float(expected[chosen]), rel=1e-5)


@pytest.mark.parametrize("share", [0, 1e-50, 0.3, 1 - 1e-9, 1])
@pytest.mark.parametrize("temperature", [0.7, 1e10])
def test_a_share_of_the_likeliest_is_that_of_the_stages(share, temperature):
    logits = some_logits(2)
    settings = Settings("sample", temperature=temperature, top_k=30, min_p=share)
    few = shortlist(outlooks(logits[None])[0], settings)
    expected = probabilities(logits, settings)
    assert {token_id for token_id, _ in few} == set(expected.nonzero().flatten().tolist())


@pytest.mark.parametrize("k", [1, 3, 63])
def test_what_ties_with_the_last_stays(k):
    logits = torch.zeros(300)
    logits[100:140] = 1.0
    settings = Settings("sample", top_k=k)
    few = shortlist(outlooks(logits[None])[0], settings)
    if k == 63:  # the zeros beyond those that are named tie with the last
        assert few is None
    else:
        assert sorted(token_id for token_id, _ in few) == list(range(100, 140))


@pytest.mark.parametrize("settings", SHORT + LONG, ids=str)
@given(some.integers(0, 40), some.floats(0, 1, exclude_max=True))
def test_the_choice_is_that_of_the_whole_distribution(settings, seed, number):
    logits, context = some_logits(seed), [3, 3, 90]
    (seen,) = outlooks(logits[None])
    chosen, probability = choose(seen, settings, iter([number]), context)
    chances = probabilities(logits, settings, context)
    # A token at the very edge of the nucleus may fall on either side of it.
    assert probability == pytest.approx(float(chances[chosen]), abs=1e-5)
    if settings.strategy == "greedy":
        assert chosen == int(chances.argmax())
    else:  # the number lies in the token's piece of [0, 1), up to rounding
        ((low, high),) = interval(chances, [chosen]).tolist()
        assert low - 1e-5 <= number <= high + 1e-5


def test_greedy_takes_no_number():
    (seen,) = outlooks(some_logits(1)[None])
    assert choose(seen, Settings(), iter(()))[0] == int(some_logits(1).argmax())


def test_where_all_are_equal_greedy_takes_the_first():
    (seen,) = outlooks(torch.zeros(1, 1000))
    assert choose(seen, Settings(), iter(())) == (0, 1.0)


def test_the_numbers_are_those_of_single_draws():
    one, two = torch.Generator().manual_seed(5), torch.Generator().manual_seed(5)
    numbers, chances = uniforms(one), torch.ones(1000)
    for _ in range(150):
        assert draw(chances, two) == int(1000 * next(numbers))
