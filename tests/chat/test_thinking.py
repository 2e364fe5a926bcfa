"""Where a thought ends, however the text was cut into tokens."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.chat import opens_thought, thought_length

THOUGHT, ANSWER = "<think>\nTwo and two.\n</think>", "\n\nFour."
TEXT = THOUGHT + ANSWER


def cut(text, places):
    edges = [0, *sorted(places), len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


@given(st.sets(st.integers(1, len(TEXT) - 1)))
def test_the_thought_is_all_up_to_its_closing_tag(places):
    pieces = cut(TEXT, places)
    count = thought_length(pieces)
    assert "".join(pieces[:count]).startswith(THOUGHT)
    assert not "".join(pieces[: count - 1]).startswith(THOUGHT)


@given(st.sets(st.integers(1, len(TEXT) - 1)))
def test_while_it_is_written_a_thought_never_becomes_an_answer_again(places):
    pieces = cut(TEXT, {*places, len("<think>")})
    counts = [thought_length(pieces[:end]) for end in range(len(pieces) + 1)]
    opened = next(end for end in range(len(pieces) + 1) if counts[end])
    assert counts[opened:] == sorted(counts[opened:])


@pytest.mark.parametrize("text", ["", "Four.", "I say <think> aloud", "</think>", "think>"])
def test_what_is_no_thought(text):
    assert thought_length([text]) == 0


def test_a_thought_that_the_template_opened():
    assert opens_thought("<|im_start|>assistant\n<think>\n")
    assert thought_length(["Hm."], opened=True) == 1
    assert thought_length(["Hm.", "</think>\n", "4"], opened=True) == 2
