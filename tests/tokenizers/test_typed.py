import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.tokenizers import load
from lab.tokenizers.typed import parse, unknown

IDS = [3118, 0, 12520]


@pytest.mark.parametrize(
    ("text", "others"),
    [
        (str(IDS), []),
        (str(tuple(IDS)), []),
        ("3118 0\n12520\t", []),
        ("3118;0;\u00a012520", []),
        ("{'input_ids': [3118, 0, 12520]}", ["'input_ids':"]),
        ("tensor([[3118, 0, 12520]])", ["tensor"]),
        (repr(np.array(IDS)), ["array"]),
    ],
)
def test_however_a_list_is_printed(text, others):
    assert parse(text) == (IDS, others)


@given(st.lists(st.integers(-(10**15) + 1, 10**15 - 1)))
def test_every_list_comes_back(ids):
    assert parse(str(ids)).ids == ids


@pytest.mark.parametrize("word", ["1.5", "0x7f", "1e3", "²", "9" * 16, "9" * 5000, "--1", "-"])
def test_what_is_no_id_is_said(word):
    assert parse(f"1 {word} 2") == ([1, 2], [word])


def test_nothing_is_no_ids():
    assert parse(" [ ] ") == ([], [])


def test_ids_without_a_token():
    assert unknown(load("cl100k_base"), [0, 100256, 100257, 100277, -1]) == [100256, 100277, -1]
