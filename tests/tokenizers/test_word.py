import pytest

from lab.errors import LabError
from lab.tokenizers.word import WordTokenizer, growth

from .samples import NOTEBOOK_CORPUS


@pytest.fixture
def tokenizer() -> WordTokenizer:
    return WordTokenizer.train(NOTEBOOK_CORPUS)


def test_the_notebooks_vocabulary(tokenizer):
    assert tokenizer.vocab_size == 19
    assert tokenizer.vocabulary[:5] == ("brown", "converts", "dog", "fox", "jumps")


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("The quick brown fox", [15, 13, 0, 3]),
        ("Tokenization converts text to numbers", [18, 1, 14, 16, 10]),
        ("Large language models predict the next token", [6, 5, 8, 12, 15, 9, 17]),
    ],
)
def test_the_notebooks_ids(tokenizer, text, ids):
    assert tokenizer.encode(text) == ids
    assert tokenizer.decode(ids) == text.lower()


def test_an_unseen_word_is_named_with_its_remedies(tokenizer):
    with pytest.raises(LabError) as caught:
        tokenizer.encode("The quick cat")
    assert "'cat'" in caught.value.what
    assert "unknown token" in caught.value.remedy
    assert "smaller units" in caught.value.remedy


def test_the_unknown_token_comes_last_and_moves_no_id():
    tokenizer = WordTokenizer.train(NOTEBOOK_CORPUS, unknown="[UNK]")
    assert tokenizer.special_tokens == {"[UNK]": 19}
    assert tokenizer.encode("The quick cat") == [15, 13, 19]
    assert tokenizer.decode([15, 13, 19]) == "the quick [UNK]"


def test_a_typed_unknown_token_is_a_word_like_any_other():
    tokenizer = WordTokenizer.train(["a [unk]"], unknown="[unk]")
    assert tokenizer.encode("[unk]") == [0]
    assert tokenizer.encode("[unk]", parse_special=True) == [2]


@pytest.mark.parametrize("corpus", [[], [""], [" \n\t "]])
def test_an_empty_corpus_has_no_words(corpus):
    tokenizer = WordTokenizer.train(corpus)
    assert tokenizer.vocab_size == 0
    assert tokenizer.encode("") == []
    with pytest.raises(LabError):
        tokenizer.token_bytes(0)


def test_lone_surrogates_become_replacement_characters():
    tokenizer = WordTokenizer.train(["\ud800 a"])
    assert tokenizer.decode(tokenizer.encode("\ud800 a")) == "\ufffd a"


def test_growth_is_what_a_tokenizer_of_each_beginning_has():
    corpus, other = " ".join(NOTEBOOK_CORPUS).split(), "the fox and the next text"
    for point in growth(" ".join(corpus), other):
        tokenizer = WordTokenizer.train([" ".join(corpus[: point.read])], unknown="[UNK]")
        ids = tokenizer.encode(other)
        assert point.vocabulary == tokenizer.vocab_size - 1
        assert point.unknown == ids.count(tokenizer.vocab_size - 1) / len(ids)


def test_growth_of_nothing():
    assert growth("", "") == [(0, 0, 0)]
