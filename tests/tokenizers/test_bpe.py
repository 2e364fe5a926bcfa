from itertools import pairwise

import pytest
import tokenizers as hf
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import LabError
from lab.models.catalog import bundled
from lab.tokenizers import bpe, from_file, load
from lab.tokenizers.bpe import GPT2_PATTERN, GPT4_PATTERN, BPETokenizer, train
from lab.tokenizers.huggingface import learned_tokens

from .recount import by_recounting
from .samples import prose, texts

# Few letters, so that runs, overlaps and ties are the rule.
_TANGLED = st.text("ab c", max_size=60)
_PATTERNS = [None, GPT2_PATTERN, GPT4_PATTERN]


def test_the_worked_example_of_the_literature():
    tokenizer = train("aaabdaaabac", 259)
    assert tokenizer.merges == [(97, 97), (256, 97), (257, 98)]
    assert tokenizer.encode("aaabdaaabac") == [258, 100, 258, 97, 99]
    assert [step.length for step in tokenizer.history] == [9, 7, 5]


def test_a_run_of_three_counts_twice_and_merges_once():
    (first, second) = train("aaa", 300).history
    assert (first.pair, first.count, first.length) == ((97, 97), 2, 2)
    assert (second.pair, second.count, second.length) == ((256, 97), 1, 1)


@pytest.mark.parametrize(
    ("text", "first"), [("abcd", (97, 98)), ("cdab", (99, 100)), ("xaxbxaxb", (120, 97))]
)
def test_among_equals_the_pair_seen_first_wins(text, first):
    step = train(text, 257).history[0]
    assert step.pair == first
    assert step.ties > 1


def test_first_means_first_in_the_text_as_it_now_stands():
    # Once "ab" is a token, "abab", " c", "cd" and others all occur twice; "abab" stands first.
    first, second = train("ababab cd xy cd xy", 258).history
    assert (first.pair, first.count, first.ties) == ((97, 98), 3, 1)
    assert (second.pair, second.count) == ((256, 256), 2)
    assert second.ties > 1


@given(_TANGLED, st.sampled_from(_PATTERNS))
def test_the_merges_are_those_of_a_full_recount(text, pattern):
    expected = by_recounting(bpe.split(text, pattern), 40)
    assert train(text, 256 + 40, pattern=pattern).merges == expected


@pytest.mark.parametrize("pattern", _PATTERNS)
def test_the_merges_on_prose_are_those_of_a_full_recount(pattern):
    text = prose(3000)
    expected = by_recounting(bpe.split(text, pattern), 60)
    assert train(text, 256 + 60, pattern=pattern).merges == expected


@given(_TANGLED, st.integers(0, 30), st.sampled_from(_PATTERNS))
def test_encoding_the_training_text_retraces_the_training(text, steps, pattern):
    tokenizer = train(text, 256 + 30, pattern=pattern)
    lengths = [len(text.encode()), *(step.length for step in tokenizer.history)]
    steps = min(steps, len(tokenizer.history))
    assert len(tokenizer.after(steps).encode(text)) == lengths[steps]


@given(_TANGLED, st.integers(0, 10), st.sampled_from(_PATTERNS))
def test_the_leaders_are_all_pairs_in_the_order_in_which_they_would_be_taken(text, steps, pattern):
    tokenizer = train(text, 256 + 11, pattern=pattern)
    now = tokenizer.after(steps)
    counts: dict[tuple[int, int], int] = {}
    for chunk in bpe.split(text, pattern):
        ids = now.encode(chunk.decode())
        for pair in pairwise(ids):
            counts[pair] = counts.get(pair, 0) + 1
    leaders = bpe.leaders(now, text, 1000)
    assert leaders == sorted(counts.items(), key=lambda item: -item[1])  # stable: first seen first
    if steps < len(tokenizer.merges):
        assert leaders[0][0] == tokenizer.merges[steps]
        assert leaders[0][1] == tokenizer.history[steps].count


@given(_TANGLED)
def test_no_two_tokens_have_the_same_bytes(text):
    tokenizer = train(text, 400)
    data = [tokenizer.token_bytes(i) for i in range(tokenizer.vocab_size)]
    assert len(set(data)) == len(data)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(_PATTERNS))
def test_any_text_comes_back(text, pattern):
    tokenizer = train(text + prose(300), 300, pattern=pattern)
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_no_merge_crosses_a_cut():
    tokenizer = train(prose(5000), 600, pattern=GPT2_PATTERN)
    merged = [tokenizer.token_bytes(i) for i in range(256, tokenizer.vocab_size)]
    assert len(merged) > 200
    assert all(b" " not in data[1:] and b"." not in data[:-1] for data in merged)


@pytest.mark.parametrize("pattern", _PATTERNS)
def test_the_exported_file_gives_the_same_ids_in_hugging_faces_library(pattern):
    tokenizer = train(prose(20_000), 700, pattern=pattern)
    exported = hf.Tokenizer.from_str(tokenizer.to_json())
    for text in texts(300):
        assert exported.encode(text).ids == tokenizer.encode(text)
        assert exported.decode(tokenizer.encode(text)) == text


@pytest.mark.parametrize("pattern", _PATTERNS)
def test_as_long_as_nothing_ties_hugging_faces_trainer_learns_the_same(pattern):
    text = prose(20_000)
    ours = train(text, 400, pattern=pattern)
    theirs = learned_tokens(text, 400, pattern=pattern)
    first_tie = next(place for place, step in enumerate(ours.history) if step.ties > 1)
    assert first_tie > 5
    assert theirs[:first_tie] == [ours.token_bytes(256 + place) for place in range(first_tie)]


def test_text_that_runs_out_of_pairs_ends_the_training():
    tokenizer = train("hello", 10**9)
    assert tokenizer.vocab_size == 260
    assert tokenizer.token_bytes(259) == b"hello"
    assert train("", 1000).merges == []


@pytest.mark.parametrize("vocab_size", [255, 0, -1])
def test_a_vocabulary_without_room_for_the_bytes_is_refused(vocab_size):
    with pytest.raises(LabError, match="256"):
        train("text", vocab_size)


def test_lone_surrogates_and_nul_are_bytes_like_any_other():
    tokenizer = train("\ud800\0\0", 258)
    assert tokenizer.decode(tokenizer.encode("\ud800\0\0")) == "\ufffd\0\0"


@pytest.mark.slow
def test_one_megabyte_without_a_single_cut():
    text = prose(1_000_000)
    tokenizer = train(text, 300)
    assert len(tokenizer.encode(text)) == tokenizer.history[-1].length


def test_split_loses_nothing():
    for text in texts(200):
        assert b"".join(bpe.split(text, GPT2_PATTERN)) == text.encode()
        assert b"".join(bpe.split(text, r"\p{L}+")) == text.encode()


@pytest.mark.parametrize(
    ("pattern", "name"), [(GPT2_PATTERN, "gpt2"), (GPT4_PATTERN, "cl100k_base")]
)
def test_the_patterns_cut_as_the_models_do(pattern, name):
    for text in [*texts(2500), "I'M we'Ll 'ſ \u2028 'K 12345\r\n\r\n  x\n \n"]:
        assert bpe.split(text, pattern) == load(name).words(text)


def test_encoding_goes_by_rank_not_by_frequency():
    # "bc" occurs more often here, yet "ab" was learned first and takes the "b" of the first one.
    tokenizer = BPETokenizer([(97, 98), (98, 99)])
    assert tokenizer.encode("abcbcbc") == [256, 99, 257, 257]


@pytest.mark.parametrize(
    "name", ["gpt2", "cl100k_base", "o200k_base", "qwen3", "llama3", "bundled"]
)
def test_building_the_words_ends_in_the_tokenizers_own_tokens(name):
    tokenizer = from_file(bundled()[0].folder) if name == "bundled" else load(name)
    for text in texts(200):
        words = tokenizer.words(text)
        assert b"".join(words) == text.encode()
        built = [part for word in words for part in bpe.build(word, tokenizer.rank)[-1].parts]
        assert built == [tokenizer.token_bytes(i) for i in tokenizer.encode(text)]


def test_each_building_step_says_what_it_made():
    steps = bpe.build(b" unbelievable", load("gpt2").rank)
    assert steps[0].parts == tuple(bytes([byte]) for byte in b" unbelievable")
    for before, step in pairwise(steps):
        made = step.made
        assert step.parts[made] == before.parts[made] + before.parts[made + 1]
        assert load("gpt2").rank(step.parts[made]) == step.rank


def test_merges_may_come_from_anywhere():
    assert BPETokenizer([(104, 105)]).encode("hi hi") == [256, 32, 256]
