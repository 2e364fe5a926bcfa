"""The draw: fair, repeatable, and blind to everything but the distribution."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lab.sampling import (
    Settings,
    draw,
    draws,
    entropy,
    fit,
    interval,
    pick,
    probabilities,
    surprise,
    uniform,
)

DRAWS = 20_000


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(
    "settings",
    [
        Settings("sample"),
        Settings("sample", temperature=0.4),
        Settings("sample", temperature=1.8),
        Settings("sample", top_k=10),
        Settings("sample", top_p=0.9),
        Settings("sample", min_p=0.1),
        Settings("sample", typical_p=0.7),
        Settings("sample", repetition_penalty=1.3, temperature=0.9, top_k=20, top_p=0.95),
    ],
    ids=repr,
)
def test_draws_follow_the_stated_probabilities(settings):
    logits = torch.randn(60, generator=generator(1)) * 2
    stated = probabilities(logits, settings, context_ids=[1, 2, 3])
    seen = torch.bincount(draws(stated, generator(2), DRAWS), minlength=60)
    assert not seen[stated == 0].any()
    assert fit(seen, stated).p_value > 0.001


def test_the_same_seed_draws_the_same_ids():
    chances = torch.randn(1000, generator=generator(5)).softmax(-1)
    one, two, other = generator(7), generator(7), generator(8)
    first = [draw(chances, one) for _ in range(50)]
    assert first == [draw(chances, two) for _ in range(50)]
    assert first != [draw(chances, other) for _ in range(50)]
    assert first == draws(chances, generator(7), 50).tolist()


def test_known_ids_of_a_known_seed():
    """The same after a restart, on another machine, and in another version of the code."""
    chances = torch.tensor([0.1, 0.2, 0.3, 0.4])
    assert draws(chances, generator(42), 12).tolist() == [0, 0, 1, 0, 2, 2, 3, 3, 0, 1, 1, 2]


def test_padding_of_the_vocabulary_and_other_draws_change_nothing():
    chances = torch.randn(1000, generator=generator(5)).softmax(-1)
    padded = torch.cat((chances, torch.zeros(64)))
    alone = [draw(chances, each) for each in [generator(9)] * 20]
    mine, other = generator(9), generator(10)
    among = []
    for _ in range(20):
        draw(chances, other)
        among.append(draw(padded, mine))
    assert among == alone


def test_a_breath_of_change_moves_few_draws():
    chances = torch.randn(1000, generator=generator(5)).softmax(-1)
    moved = chances * (1 + 1e-6 * torch.randn(1000, generator=generator(6)))
    same = draws(chances, generator(1), DRAWS) == draws(moved, generator(1), DRAWS)
    assert same.double().mean() > 0.999


@given(
    st.lists(st.sampled_from([0.0, 1e-30, 1e-9, 0.1, 1.0]), min_size=1, max_size=40).filter(any),
    st.sampled_from([0.0, 1e-17, 0.5, 1 - 2**-53]),
)
def test_the_impossible_is_never_picked(weights, number):
    chances = torch.tensor(weights, dtype=torch.float64)
    chances = (chances / chances.sum()).float()
    chosen = int(pick(chances, torch.tensor([number], dtype=torch.float64)))
    assert chances[chosen] > 0


def test_uniform_numbers_land_where_the_cumulative_distribution_says():
    chances = torch.tensor([0.25, 0.0, 0.25, 0.5])
    numbers = torch.tensor([0.0, 0.2499, 0.25, 0.4999, 0.5, 0.9999])
    assert pick(chances, numbers).tolist() == [0, 0, 2, 2, 3, 3]


def test_entropy_is_the_expected_surprise():
    chances = torch.tensor([0.5, 0.25, 0.125, 0.125, 0.0])
    assert entropy(chances) == pytest.approx(1.75)
    assert sum(p * surprise(p) for p in chances.tolist() if p) == pytest.approx(1.75)
    assert entropy(torch.tensor([1.0, 0.0])) == 0
    assert entropy(torch.full((1024,), 1 / 1024)) == pytest.approx(10)
    assert surprise(0) == float("inf")


def test_the_fit_by_hand():
    """Tables of the chi-squared distribution: 3.841 at 1 degree and 5 %, 7.815 at 3."""
    fair = torch.tensor([0.5, 0.5])
    assert fit(torch.tensor([50, 50]), fair).p_value == 1
    found = fit(torch.tensor([60, 40]), fair)  # 10 off, twice: 2 * 100 / 50
    assert (found.chi_squared, found.freedom) == (pytest.approx(4), 1)
    assert 0.04 < found.p_value < 0.05
    four = fit(torch.tensor([100, 100, 100, 140]), torch.full((4,), 0.25))
    assert (four.chi_squared, four.freedom) == (pytest.approx(3 * 100 / 110 + 900 / 110), 3)
    assert 0.01 < four.p_value < 0.02


def test_the_fit_notices_a_wrong_distribution():
    stated = torch.tensor([0.3, 0.3, 0.4])
    seen = torch.bincount(draws(torch.tensor([0.34, 0.3, 0.36]), generator(), DRAWS))
    assert fit(seen, stated).p_value < 1e-6
    impossible = fit(torch.tensor([500, 500]), torch.tensor([1.0, 0.0]))
    assert impossible.p_value == 0


def test_rare_tokens_share_a_cell():
    stated = torch.tensor([0.99] + [0.0001] * 100)
    assert fit(torch.tensor([99] + [1] + [0] * 99), stated).freedom == 1


def test_a_draw_can_be_looked_at_again():
    """The number of each step, and the interval that it fell into."""
    chances = torch.randn(500, generator=generator(5)).softmax(-1)
    drawn = draws(chances, generator(11), 30).tolist()
    for step, ((low, high), token) in enumerate(
        zip(interval(chances, drawn).tolist(), drawn, strict=True)
    ):
        number = uniform(11, step)
        assert low <= number < high
        assert int(pick(chances, torch.tensor([number], dtype=torch.float64))) == token
