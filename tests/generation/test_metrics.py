"""Metrics of a text, against cases worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.generation.metrics import (
    Loop,
    distinct,
    loops,
    moving_average,
    perplexity,
    repetition_rate,
)


def test_perplexity_by_hand():
    assert perplexity([1.0, 1.0]) == 1
    assert perplexity([0.1] * 7) == pytest.approx(10)
    assert perplexity([0.5, 0.25, 0.125]) == pytest.approx(4)  # bits 1, 2, 3: 2 on average
    assert perplexity([0.5, 0.0]) == math.inf
    assert math.isnan(perplexity([]))


def test_a_long_unlikely_text_does_not_underflow():
    assert perplexity([1e-30] * 10_000) == pytest.approx(1e30)


def test_distinct_by_hand():
    the_cat_sat_the_cat_ran = [1, 2, 3, 1, 2, 4]
    assert distinct(the_cat_sat_the_cat_ran, 1) == pytest.approx(4 / 6)
    assert distinct(the_cat_sat_the_cat_ran, 2) == pytest.approx(4 / 5)  # "the cat" twice
    assert distinct(the_cat_sat_the_cat_ran, 3) == 1
    assert distinct([5] * 10, 1) == pytest.approx(0.1)
    assert math.isnan(distinct([1, 2], 3))


def test_repetition_rate_by_hand():
    assert repetition_rate([1, 2, 3]) == 0
    assert repetition_rate([1, 1, 1, 1]) == pytest.approx(3 / 4)
    assert repetition_rate([1, 2, 3, 1], window=2) == 0  # too long ago
    assert repetition_rate([1, 2, 3, 1], window=3) == pytest.approx(1 / 4)
    assert math.isnan(repetition_rate([]))


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([], []),
        ([1, 2, 3, 4], []),
        ([1, 1], []),
        ([1, 1, 1], [Loop(0, 3, 1)]),
        ([9, 1, 1, 1, 1, 1, 1, 8], [Loop(1, 7, 1)]),  # told by its shortest phrase
        ([1, 2, 1, 2, 1], []),  # two and a half times
        ([1, 2, 1, 2, 1, 2], [Loop(0, 6, 2)]),
        ([7, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1], [Loop(1, 11, 3)]),  # the last time cut short
        ([1, 1, 1, 5, 6, 2, 3, 2, 3, 2, 3], [Loop(0, 3, 1), Loop(5, 11, 2)]),
        # A phrase that itself stutters: the long loop contains the short ones.
        ([1, 1, 1, 2] * 3, [Loop(0, 12, 4)]),
    ],
)
def test_loops_by_hand(ids, expected):
    assert loops(ids) == expected


def test_how_often():
    assert loops([1, 2, 1, 2, 1, 2, 1])[0].times == pytest.approx(3.5)


@given(st.lists(st.integers(0, 3), max_size=40))
def test_a_loop_is_what_it_says(ids):
    end = 0
    for loop in loops(ids):
        assert loop.start >= end
        end = loop.end
        assert loop.times >= 3
        stretch = ids[loop.start : loop.end]
        assert stretch[: -loop.period] == stretch[loop.period :]


@given(
    st.lists(st.integers(0, 2), max_size=5),
    st.lists(st.integers(3, 5), min_size=1, max_size=6),
    st.integers(3, 5),
)
def test_a_loop_is_found_after_anything(before, phrase, times):
    found = loops(before + phrase * times)
    assert any(loop.end == len(before) + len(phrase) * times for loop in found)


def test_moving_average_by_hand():
    assert moving_average([2.0, 4.0, 9.0], 1) == [2.0, 4.0, 9.0]
    assert moving_average([2.0, 4.0, 9.0, 2.0], 3) == [2.0, 3.0, 5.0, 5.0]
    assert moving_average([], 3) == []
