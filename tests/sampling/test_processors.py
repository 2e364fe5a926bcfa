"""Every knob, alone and with every other, against transformers' processors."""

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lab.sampling import Settings, probabilities, stages
from lab.sampling.processors import (
    greedy,
    min_p,
    repetition_penalty,
    temperature,
    top_k,
    top_p,
    typical_p,
)
from tests.sampling.cases import (
    KNOBS,
    random_logits,
    random_settings,
    transformers_probabilities,
)

COMBINATIONS = [(knob,) for knob in KNOBS] + list(itertools.combinations(KNOBS, 2)) + [KNOBS]
CASES = 500
NOTES = torch.tensor([3.0, 2.0, 1.0, 0.5, 0.0])


@pytest.mark.parametrize("knobs", COMBINATIONS, ids="+".join)
def test_probabilities_equal_transformers(knobs):
    generator = torch.Generator().manual_seed(COMBINATIONS.index(knobs))
    for case in range(CASES):
        ties = case % 2 == 0
        logits = random_logits(generator, ties=ties)
        context = torch.randint(0, len(logits), (20,), generator=generator).tolist()
        settings = random_settings(generator, knobs)
        ours = probabilities(logits, settings, context)
        theirs = transformers_probabilities(logits, settings, context)
        if ties:
            # Of equally likely tokens at the edge of a nucleus, which ones stay is up to their
            # sort, which is not stable; how many stay, and with what probability, is not.
            ours, theirs = ours.sort().values, theirs.sort().values
        torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=0, msg=f"{settings} case {case}")


def kept(logits):
    return logits.isfinite().nonzero().flatten().tolist()


def test_the_nucleus_is_taken_from_the_whole_vocabulary():
    flat = torch.randn(50_257, generator=torch.Generator().manual_seed(0)) * 0.01
    nucleus = len(kept(top_p(flat, 0.9)))
    assert nucleus > 45_000
    assert nucleus == int((transformers_probabilities(flat, Settings(top_p=0.9), []) > 0).sum())


def test_equal_logits():
    equal = torch.zeros(10)
    assert kept(top_k(equal, 3)) == list(range(10))  # ties survive top-k
    assert kept(top_p(equal, 0.5)) == [0, 1, 2, 3, 4]
    assert kept(min_p(equal, 1.0)) == list(range(10))
    assert kept(typical_p(equal, 0.1)) == list(range(10))
    assert kept(greedy(equal)) == [0]


def test_of_equals_at_the_edge_of_the_nucleus_the_lower_ids_stay():
    assert kept(top_p(torch.tensor([0.0, 1.0, 0.0, 1.0, 1.0]), 0.3)) == [1, 3]


@pytest.mark.parametrize("k", [1, 2, 4])
def test_minus_infinity_stays_and_is_not_counted(k):
    logits = torch.tensor([-math.inf, 2.0, -math.inf, 1.0])
    assert kept(top_k(logits, k)) == [1, 3][: min(k, 2)]
    for cut in (top_p, min_p, typical_p):
        assert kept(cut(logits, 0.999)) in ([1], [1, 3])


def test_top_k_above_the_vocabulary_keeps_all():
    assert kept(top_k(NOTES, 6)) == kept(top_k(NOTES, 5)) == [0, 1, 2, 3, 4]


def test_one_is_no_cut():
    logits = torch.tensor([200.0, 0.0, -200.0])  # the last two probabilities underflow to 0
    assert kept(top_p(logits, 1)) == kept(typical_p(logits, 1)) == [0, 1, 2]


def test_the_penalty_applies_once_by_sign_and_to_known_ids_only():
    repeated = torch.tensor([0, 0, 1, 2, 7])
    after = repetition_penalty(torch.tensor([4.0, -4.0, 0.0, 1.0]), 2.0, repeated)
    assert after.tolist() == [2.0, -8.0, 0.0, 1.0]
    assert repetition_penalty(NOTES, 2.0, torch.tensor([], dtype=torch.long)).equal(NOTES)


def test_typical_may_cut_the_likeliest():
    # 0.9 bits are expected; the first token has 0.34, the second 2.3.
    assert kept(typical_p(torch.tensor([0.79, 0.2, 0.01]).log(), 0.1)) == [0]
    many = torch.cat((torch.tensor([0.4]), torch.full((60,), 0.01))).log()
    assert 0 not in kept(typical_p(many, 0.5))


@given(
    st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=60),
    st.floats(0.01, 1.0),
    st.integers(1, 70),
)
def test_cuts_only_cut(values, p, k):
    logits = torch.tensor(values)
    for after in (top_k(logits, k), top_p(logits, p), min_p(logits, p), typical_p(logits, p)):
        stay = after.isfinite()
        assert stay.any()
        assert after[stay].equal(logits[stay])
    assert top_k(logits, k).isfinite().sum() >= min(k, len(values))
    # No token that a rank-based knob cut is likelier than one that it kept.
    for after in (top_k(logits, k), top_p(logits, p), min_p(logits, p)):
        gone = logits[~after.isfinite()]
        assert not len(gone) or gone.max() <= logits[after.isfinite()].min()


@given(st.lists(st.floats(-50, 50, width=32), min_size=2, max_size=60), st.floats(0.05, 0.99))
def test_the_nucleus_is_the_smallest_that_reaches_p(values, p):
    logits = torch.tensor(values)
    chances = logits.double().softmax(-1)
    stay = top_p(logits, p).isfinite()
    assert chances[stay].sum() >= p - 1e-5
    assert stay.sum() == 1 or chances[stay].sum() - chances[stay].min() <= p + 1e-5


@given(st.lists(st.floats(-30, 30, width=32), min_size=2, max_size=60), st.floats(0.1, 5.0))
def test_temperature_keeps_the_order_and_moves_the_top(values, value):
    logits = torch.tensor(values)
    before, after = logits.softmax(-1), temperature(logits, value).softmax(-1)
    change = after.max() - before.max()
    assert change >= -1e-6 if value <= 1 else change <= 1e-6


def test_temperature_zero_is_greedy_and_small_ones_go_there():
    settings = Settings("sample", temperature=0)
    assert probabilities(NOTES, settings).tolist() == [1, 0, 0, 0, 0]
    assert stages(NOTES, settings)[-1].name == "temperature"
    for value in (1e-6, 1e-3, 0.05):
        torch.testing.assert_close(
            temperature(NOTES * 40, value).softmax(-1), greedy(NOTES).softmax(-1)
        )


def test_an_enormous_temperature_is_uniform_over_what_is_left():
    after = temperature(torch.tensor([3.0, -math.inf, 0.0]), 1e30).softmax(-1)
    assert after.tolist() == [0.5, 0.0, 0.5]
