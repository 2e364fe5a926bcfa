"""The figures of the evaluation against cases worked by hand."""

import math
import random

import numpy as np
import pytest

from training.metrics import bits_per_byte, memorised_share, sliding_windows


@pytest.mark.parametrize(("length", "context"), [(2, 8), (8, 8), (9, 8), (16, 8), (100, 8), (7, 2)])
def test_windows_count_every_token_but_the_first_once(length: int, context: int) -> None:
    stride = context // 2
    windows = list(sliding_windows(length, context, stride))
    counted = [token for window in windows for token in range(window.first, window.end)]
    assert counted == list(range(1, length))
    assert all(window.end - window.start <= context for window in windows)


def test_windows_leave_no_token_with_less_behind_it_than_promised() -> None:
    for window in sliding_windows(1_000, 64, 16):
        assert window.start == 0 or window.first - window.start >= 64 - 16


def test_a_document_of_one_token_has_nothing_to_count() -> None:
    assert list(sliding_windows(1, 8, 4)) == []


def test_bits_per_byte_of_a_fair_coin_per_byte_is_one() -> None:
    assert bits_per_byte(10 * math.log(2), 10) == pytest.approx(1.0)


def test_bits_per_byte_of_a_uniform_guess_over_bytes_is_eight() -> None:
    assert bits_per_byte(3 * math.log(256), 3) == pytest.approx(8.0)


def test_memorisation_by_hand() -> None:
    corpus = [0, 1, 2, 3, 4, 5, 0, 7, 8, 9]
    assert memorised_share([[1, 2, 3]], corpus, size=3) == 1
    assert memorised_share([[1, 2, 3, 9]], corpus, size=3) == 0.5
    # Windows of both samples count alike: 123 and 345 are there, 234 and 345 are, 451 is not.
    assert memorised_share([[1, 2, 3], [2, 3, 4, 5, 1]], corpus, size=3) == 3 / 4
    assert memorised_share([[1, 2]], corpus, size=3) == 0


def test_memorisation_agrees_with_a_plain_search() -> None:
    rng = random.Random(0)
    corpus = [rng.randrange(3) for _ in range(2_000)]
    samples = [[rng.randrange(3) for _ in range(40)] for _ in range(20)]
    known = {tuple(corpus[i : i + 6]) for i in range(len(corpus) - 5)}
    windows = [tuple(s[i : i + 6]) for s in samples for i in range(len(s) - 5)]
    expected = sum(window in known for window in windows) / len(windows)
    assert 0 < expected < 1
    assert memorised_share(samples, np.array(corpus, dtype=np.uint16), size=6) == expected


def test_a_sample_cut_from_the_corpus_is_wholly_memorised() -> None:
    corpus = np.random.default_rng(0).integers(0, 5_000, 100_000).astype(np.uint16)
    assert memorised_share([corpus[500:700].tolist()], corpus) == 1
    assert memorised_share([corpus[500:700][::-1].tolist()], corpus) == 0
