import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.tokenizers.character import CharacterTokenizer


@pytest.mark.parametrize(
    ("text", "ids", "back"),
    [
        ("HelloWorld", [9, 32, 39, 39, 42, 24, 42, 45, 39, 31], "HelloWorld"),
        ("ABCxyz", [2, 3, 4, 51, 52, 53], "ABCxyz"),
        ("ChatGPT", [4, 35, 28, 47, 8, 17, 21], "ChatGPT"),
        (
            "Hello, World!",
            [9, 32, 39, 39, 42, 1, 1, 24, 42, 45, 39, 31, 1],
            "Hello<unk><unk>World<unk>",
        ),
    ],
)
def test_the_notebooks_figures(text, ids, back):
    tokenizer = CharacterTokenizer()
    assert tokenizer.vocab_size == 54
    assert tokenizer.encode(text) == ids
    assert tokenizer.decode(ids) == back


def test_padding_has_no_text():
    assert CharacterTokenizer("ab").decode([2, 0, 3, 0]) == "ab"


def test_a_typed_unk_is_five_characters():
    tokenizer = CharacterTokenizer("<unk>")
    assert tokenizer.encode("<unk>") == [2, 3, 4, 5, 6]
    assert tokenizer.encode("<unk>", parse_special=True) == [1]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_alphabet_of_every_character_seen_loses_nothing(text):
    tokenizer = CharacterTokenizer(text)
    assert tokenizer.decode(tokenizer.encode(text)) == text
