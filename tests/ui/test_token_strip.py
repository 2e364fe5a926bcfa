"""What the token strip is given to draw. How it draws is seen by `tests/browser`."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from lab.ui.token_strip import Candidate, StripToken, _columns, _fingerprint, _legend, levels

TOKENS = [
    StripToken(318, b" is", probability=0.7773, rank=1, merge=62),
    StripToken(12520, b" \xf0\x9f", probability=0.01, rank=10, merge=12264),
    StripToken(50256, b"<|endoftext|>", control=True, rank=5000),
]


def test_probability_is_its_own_level():
    assert levels(TOKENS, "probability") == [0.7773, 0.01, None]


def test_rank_falls_with_its_logarithm_and_never_below_nothing():
    assert levels(TOKENS, "rank") == [1, pytest.approx(2 / 3), 0]


def test_merge_is_relative_to_the_latest_in_the_text():
    assert levels(TOKENS, "merge") == [pytest.approx(62 / 12264), 1, None]
    assert levels([StripToken(65, b"A", merge=0)], "merge") == [0]


def test_columns_carry_bytes_as_they_are_and_only_what_is_known():
    columns = _columns(TOKENS)
    assert columns["hex"] == ["206973", "20f09f", b"<|endoftext|>".hex()]
    assert columns["control"] == [2]
    assert "alternatives" not in columns
    assert "probability" not in _columns([StripToken(1, b"a")])


def test_alternatives_are_kept_in_their_order():
    token = StripToken(1, b"a", alternatives=[Candidate(2, b"\xff", 0.5), Candidate(1, b"a", 0.25)])
    assert _columns([token])["alternatives"] == [[(2, "ff", 0.5), (1, "61", 0.25)]]


@pytest.mark.parametrize("colour", ["probability", "rank", "merge"])
def test_a_scale_has_a_legend(colour):
    assert set(_legend(TOKENS, colour)) == {"title", "low", "high"}


def test_hues_need_no_legend():
    assert _legend(TOKENS, "id") is None


@given(st.lists(st.tuples(st.integers(0, 2**31), st.binary(max_size=12), st.booleans())))
def test_any_bytes_can_be_sent(raw):
    tokens = [StripToken(*each) for each in raw]
    sent = json.loads(json.dumps(_columns(tokens)))
    assert [bytes.fromhex(each) for each in sent["hex"]] == [token.data for token in tokens]


def test_other_tokens_have_another_fingerprint():
    one = [StripToken(1, b"ab"), StripToken(2, b"c")]
    other = [StripToken(1, b"a"), StripToken(2, b"bc")]
    assert _fingerprint(one) == _fingerprint(list(one))
    assert _fingerprint(one) != _fingerprint(other)
    assert _fingerprint(one) != _fingerprint(one[:1])


@given(st.lists(st.integers(0, 2**31)))
def test_neighbours_never_share_a_hue(ids):
    hues = _columns([StripToken(each, b"") for each in ids])["hues"]
    assert len(hues) == len(ids)
    assert all(left != right for left, right in pairwise(hues))


def script():
    import streamlit as st

    from lab.ui.token_strip import StripToken, token_strip

    count = st.number_input("Tokens", value=4100)
    tokens = [StripToken(each, b"a") for each in range(count)]
    st.write(token_strip(tokens, key="strip", rows=("bytes",), in_address=True))


def drawn(**query):
    app = AppTest.from_function(script, default_timeout=60)
    app.query_params.update(query)
    app.run()
    assert not app.exception
    return app, json.loads(app.get("bidi_component")[0].proto.bytes)


def test_nothing_is_selected_at_first():
    app, sent = drawn()
    assert sent["selected"] is None
    assert sent["rows"] == ["bytes"]
    assert app.get("bidi_component")[0].proto.isolate_styles
    assert app.query_params == {}


def test_a_page_of_a_long_text_is_sent_and_no_more():
    _, sent = drawn(**{"strip.page": "3"})
    assert sent["ids"] == list(range(4000, 4100))
    assert (sent["first"], sent["total"]) == (4000, 4100)


def test_a_link_brings_back_the_selected_token_and_its_page():
    app, sent = drawn(**{"strip.token": "2002"})
    assert app.markdown[0].value == "`2001`"
    assert (sent["selected"], sent["first"]) == (2001, 2000)
    assert app.query_params == {"strip.token": "2002", "strip.page": "2"}
    app, sent = drawn(**{"strip.token": "2002", "strip.page": "1"})
    assert (sent["selected"], sent["first"]) == (2001, 0)
    assert app.query_params == {"strip.token": "2002", "strip.page": "1"}


@pytest.mark.parametrize("number", ["0", "-1", "4101", "99999999999", "x", "", "²", "1.5"])
def test_a_token_that_is_not_there_is_passed_over(number):
    app, sent = drawn(**{"strip.token": number})
    assert (sent["selected"], sent["first"]) == (None, 0)
    assert app.query_params == {}


@pytest.mark.parametrize(("number", "first"), [("0", 0), ("4", 4000), ("x", 0)])
def test_a_page_that_is_not_there_is_the_nearest(number, first):
    _, sent = drawn(**{"strip.page": number})
    assert sent["first"] == first


def test_other_tokens_take_the_selection_back():
    app, _ = drawn(**{"strip.token": "2002"})
    app.number_input[0].set_value(3).run()
    sent = json.loads(app.get("bidi_component")[0].proto.bytes)
    assert (sent["selected"], sent["first"]) == (None, 0)
    assert app.query_params == {}
