"""Texts in the address: as they are, compressed, or left out; and nothing that is stale."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from lab.ui.address import LONGEST, MOST_BYTES, pack, unpack

PROSE = "".join(f"The {number}th fox met {number * 7} lazy dogs. " for number in range(150))
NOISE = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(9_000))
KEY, PACKED = "a_text", "a_text.z"


def script():
    import streamlit as st

    from lab.ui import address

    with address.tidied():
        for key in ("a_text", "another_text"):
            if st.toggle(f"With {key}", True):
                address.text_area(key, "the default", key=key)


def opened(**query):
    app = AppTest.from_function(script, default_timeout=60)
    app.query_params.update(query)
    app.run()
    assert not app.exception
    return app


def length(app):
    return sum(len(name) + len(value) + 2 for name, value in app.query_params.items())


@given(st.text())
def test_whatever_is_packed_is_unpacked(text):
    assert unpack(pack(text)) == text
    assert pack(text).isascii()


@pytest.mark.parametrize("packed", ["", "x", "é", "%%%%", "eJz", pack(PROSE)[:-9], pack("a") * 2])
def test_what_was_not_packed_here_is_no_text(packed):
    assert unpack(packed) in (None, "a")


def test_a_text_that_unfolds_beyond_measure_is_refused():
    assert unpack(pack("a" * MOST_BYTES)) is not None
    assert unpack(pack("a" * (MOST_BYTES + 1))) is None


def test_a_short_text_is_in_the_address_as_it_is():
    app = opened(**{KEY: "short"})
    assert app.text_area(key=KEY).value == "short"
    assert app.query_params == {KEY: "short"}


def test_a_long_text_is_compressed_and_the_link_brings_it_back():
    app = opened(**{KEY: "short"})
    app.text_area(key=KEY).set_value(PROSE).run()
    assert set(app.query_params) == {PACKED}
    assert length(app) < LONGEST
    assert not app.caption
    again = opened(**app.query_params)
    assert again.text_area(key=KEY).value == PROSE
    assert again.query_params == app.query_params
    again.text_area(key=KEY).set_value("short again").run()
    assert again.query_params == {KEY: "short again"}


def test_a_text_that_no_address_holds_is_left_out_and_that_is_said():
    app = opened()
    app.text_area(key=KEY).set_value(NOISE).run()
    assert app.query_params == {}
    assert "9,000 characters is too long for the address" in app.caption[0].value
    assert app.text_area(key=KEY).value == NOISE
    app.run()
    assert app.text_area(key=KEY).value == NOISE


def test_all_texts_together_stay_within_the_limit():
    app = opened()
    for key in (KEY, "another_text"):
        app.text_area(key=key).set_value(NOISE[:2_500]).run()
    assert length(app) < LONGEST
    assert len(app.caption) == 1


def test_a_long_text_does_not_crowd_out_another_that_is_packed_already():
    app = opened(**{PACKED: pack(PROSE), "another_text": "some other words " * 800})
    assert set(app.query_params) == {PACKED, "another_text.z"}
    assert not app.caption


def test_a_link_that_was_cut_shows_the_default_and_says_so():
    app = opened(**{PACKED: pack(PROSE)[:100]})
    assert app.text_area(key=KEY).value == "the default"
    assert "could not be read" in app.caption[0].value
    assert app.query_params == {}


def test_what_is_no_longer_drawn_leaves_the_address():
    app = opened(**{PACKED: pack(PROSE), "not.ours": "x"})
    assert set(app.query_params) == {PACKED}
    app.toggle[0].set_value(False).run()
    assert app.query_params == {}
