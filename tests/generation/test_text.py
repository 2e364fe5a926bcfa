"""Streaming text: equal to the decoded whole, never half a character, never past a stop string."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lab.generation.text import TextStream


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


@given(st.text(), st.lists(st.integers(0, 200)))
def test_pieces_join_to_the_whole(text, places):
    stream = TextStream()
    given_out = [stream.push(piece) for piece in cut(text.encode(), places)]
    assert all("\ufffd" not in part for part in given_out) or "\ufffd" in text
    assert "".join(given_out) + stream.close() == text


@given(st.text("abE ", max_size=30), st.lists(st.text("abE", min_size=1, max_size=3), max_size=3))
def test_nothing_of_a_stop_string_is_shown(text, stop):
    stream = TextStream(stop)
    shown = ""
    for letter in text:
        shown += stream.push(letter.encode())
        if stream.stopped:
            break
    shown += stream.close()
    # The stop that is complete first wins; when several are, the one that begins first.
    ends = [text.find(one) + len(one) for one in stop if one in text]
    if not ends:
        assert shown == text
        assert not stream.stopped
    else:
        seen = text[: min(ends)]
        assert shown == seen[: min(seen.find(one) for one in stop if one in seen)]
        assert stream.stopped


def test_bytes_that_never_become_a_character_show_as_replacement():
    stream = TextStream()
    assert stream.push(b"a\xf0\x9f") == "a"
    assert stream.close() == "\ufffd"
