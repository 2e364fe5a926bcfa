import pytest

from lab.tokenizers import load, names
from lab.tokenizers.compare import cuts, disputed, summaries
from lab.tokenizers.examples import EXAMPLES, LANGUAGES


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("text", [*EXAMPLES.values(), *LANGUAGES.values()])
def test_the_last_cut_is_the_end_of_the_text(name, text):
    tokenizer = load(name)
    ends = cuts(tokenizer, [tokenizer.token_bytes(i) for i in tokenizer.encode(text)])
    assert ends == sorted(ends)
    assert ends[-1] == len(text.encode())


def test_a_space_that_the_encoder_adds_moves_no_cut():
    mistral = load("mistral")
    tokens = [mistral.token_bytes(i) for i in mistral.encode("Hi there")]
    assert tokens[0] == b" Hi"
    assert cuts(mistral, tokens) == [2, 8]


def test_a_cut_is_disputed_if_one_of_the_others_does_not_make_it():
    assert disputed([[1, 2, 4], [2, 4], [2, 3, 4]]) == [
        [True, False, False],
        [False, False],
        [False, True, False],
    ]
    assert disputed([[1, 2]]) == [[False, False]]
    assert disputed([]) == []


def test_attention_is_the_sum_of_what_each_token_sees():
    for summary in summaries("To be, or not to be: that is the question. 🚀"):
        assert summary.attention == sum(range(1, summary.tokens + 1))


def test_nothing_is_unknown_to_characters_bytes_and_subwords():
    unknown = {each.name: each.unknown for each in summaries("naïve 🚀 naïve 🌟")}
    assert unknown == {
        "Words": 1,
        "Letters": 7,
        "Characters": 0,
        "Bytes": 0,
        "GPT-2": 0,
        "GPT-4o": 0,
    }


def test_an_empty_text_costs_nothing():
    assert all(each.tokens == each.attention == 0 for each in summaries(""))


def test_hindi_pays_the_tax_of_gpt2():
    def tokens(name: str, language: str) -> int:
        return len(load(name).encode(LANGUAGES[language]))

    assert tokens("gpt2", "Hindi") > 5 * tokens("gpt2", "English")
    assert tokens("o200k_base", "Hindi") < 2 * tokens("o200k_base", "English")
