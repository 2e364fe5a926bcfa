"""A tree as text: the same outline comes back, and hostile text is a `LabError` at worst."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.branches import Outline, Plan, Question, Turn, decode, encode, outline
from lab.branches.outline import MOST_TOKENS
from lab.errors import LabError
from lab.sampling import LLAMA_CPP_ORDER, Settings
from lab.ui.settings import MOST_NEW_TOKENS
from tests.branches.grown import trees

GOOD = [1, "mini-gpt2", "Hi", None, [{"strategy": "sample"}], [[None, 0, None, 0, 7, None]], 0]


@given(trees())
def test_an_outline_comes_back_from_its_text(tree):
    assert decode(encode(outline(tree))) == outline(tree)


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(
    st.one_of(
        texts,
        st.lists(
            st.builds(Turn, st.sampled_from(["system", "user", "assistant"]), texts), min_size=1
        ).map(tuple),
    ),
    st.sampled_from([None, True, False]),
)
def test_any_question_comes_back(asked, thinking):
    settings = Settings("beam", num_beams=3, stop=("\n",), order=LLAMA_CPP_ORDER, top_p=0.1 + 0.2)
    whole = Outline(Question("a/b", asked, thinking), (Plan(settings), Plan(settings, length=3)), 1)
    assert decode(encode(whole)) == whole


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.text() | json_values.map(json.dumps))
def test_what_is_no_outline_is_refused(text):
    with pytest.raises(LabError):
        decode(text)


@given(st.data())
def test_one_changed_value_is_refused_or_means_something_else(data):
    values = json.loads(json.dumps(GOOD))
    place, name = values, data.draw(st.integers(0, 6))
    while isinstance(place[name], list | dict) and place[name] and data.draw(st.booleans()):
        place = place[name]
        keys = list(place) if isinstance(place, dict) else range(len(place))
        name = data.draw(st.sampled_from(keys))
    place[name] = data.draw(json_values)
    with suppress(LabError):
        found = decode(json.dumps(values))
        assert decode(encode(found)) == found


def test_the_example_is_good():
    assert decode(json.dumps(GOOD)).plans == (Plan(Settings("sample", seed=7)),)


@pytest.mark.parametrize(
    "values",
    [
        [2, *GOOD[1:]],
        [True, *GOOD[1:]],
        [*GOOD, 0],
        [1, "m" * 301, *GOOD[2:]],
        [*GOOD[:4], [{"strategy": "sample", "max_new_tokens": MOST_TOKENS + 1}], *GOOD[5:]],
        [*GOOD[:4], [{"strategy": "beam", "num_beams": 9}], *GOOD[5:]],
        [*GOOD[:4], [{"strategy": "sample", "temperature": float("inf")}], *GOOD[5:]],
        [*GOOD[:4], [{"strategy": "sample", "secret": 1}], *GOOD[5:]],
        [*GOOD[:5], [[None, 0, None, 0, None, None]], 0],  # a draw without a seed
        [*GOOD[:5], [[0, 0, None, 0, 7, None]], 0],  # its own parent
        [*GOOD[:5], [[None, 3, None, 0, 7, None]], 0],
        [*GOOD[:5], GOOD[5] * 49, 0],
        [*GOOD[:6], 1],
    ],
    ids=str,
)
def test_values_out_of_bounds_are_refused(values):
    with pytest.raises(LabError):
        decode(json.dumps(values))


def test_depth_and_length_do_no_harm():
    for text in ("[" * 100_000, "[1," + "9" * 10_000, '["\\ud800"]'):
        with pytest.raises(LabError):
            decode(text)


def test_a_link_may_ask_for_as_much_as_the_page():
    assert MOST_TOKENS == MOST_NEW_TOKENS
