"""From a tokenizer and the model's steps to what is drawn of them."""

import re

import pytest

from lab import tokenizers
from lab.generation import Alternative, Step
from lab.ui.token_strip import Candidate
from lab.ui.writing import bars, paragraph, piece, read, written


@pytest.fixture(scope="module")
def gpt2():
    return tokenizers.load("gpt2")


def step(token_id, text, probability=0.5):
    alternatives = (Alternative(token_id, text, probability), Alternative(50256, "", 0.1))
    return Step(token_id, text, probability, probability, 1, 1.0, alternatives)


def test_what_was_read_keeps_its_bytes_and_marks_control_tokens(gpt2):
    tokens = read(gpt2, [*gpt2.encode("a 🚀"), 50256])
    assert b"".join(token.data for token in tokens[:-1]).decode() == "a 🚀"
    assert [token.control for token in tokens] == [False] * (len(tokens) - 1) + [True]


def test_a_lone_surrogate_is_read_as_the_replacement_character(gpt2):
    assert b"".join(token.data for token in read(gpt2, gpt2.encode("\ud800"))) == "\ufffd".encode()


def test_an_id_without_a_token_has_no_bytes(gpt2):
    assert read(gpt2, [gpt2.vocab_size + 1])[0].data == b""


def test_alternatives_are_bytes_even_where_they_are_no_character(gpt2):
    token = written(gpt2, step(12520, ""))
    assert token.data == b" \xf0\x9f"
    assert token.alternatives == [
        Candidate(12520, b" \xf0\x9f", 0.5),
        Candidate(50256, b"<|endoftext|>", 0.1),
    ]


def test_text_in_the_making_never_becomes_markup():
    assert "<img" not in paragraph([piece(step(1, "<img src=x onerror=alert(1)>"))])
    assert "&lt;img" in piece(step(1, "<img"))


def test_the_bars_say_what_the_chart_says():
    page = bars(
        [Candidate(1, b" <b>", 0.5), Candidate(2, b"\n", 0.25), Candidate(3, b"\xf0", 3e-9)]
    )
    assert "␣&lt;b&gt;" in page
    assert "↵" in page
    assert "⟨F0⟩" in page
    assert [each in page for each in ("50.0%", "25.0%", "&lt; 0.001%")] == [True] * 3
    widths = [float(each) for each in re.findall(r"width: ([\d.]+)%", page)]
    assert widths == pytest.approx([2 * widths[1], widths[1], 0])
