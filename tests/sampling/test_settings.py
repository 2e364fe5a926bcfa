"""What can be set, and what a person is told who sets what has no meaning."""

import dataclasses
import math

import pytest

from lab.errors import LabError
from lab.sampling import LLAMA_CPP_ORDER, TRANSFORMERS_ORDER, Settings

NUMBERS = ("temperature", "top_p", "min_p", "typical_p", "repetition_penalty", "length_penalty")
WHOLE = ("top_k", "num_beams", "max_new_tokens", "seed")


def test_everything_is_off_unless_set():
    settings = Settings()
    assert settings.strategy == "greedy"
    assert all(getattr(settings, name) is None for name in (*NUMBERS, "top_k", "num_beams"))
    assert settings.early_stopping is settings.penalty_skips_prompt is False
    assert settings.order == TRANSFORMERS_ORDER


def test_settings_are_values():
    assert Settings(top_k=5) == Settings(top_k=5)
    assert hash(Settings(top_k=5)) == hash(Settings(top_k=5))
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().top_k = 5  # type: ignore[misc]


@pytest.mark.parametrize("name", NUMBERS + WHOLE)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -101, "1", True, [1]])
def test_no_number_no_setting(name, value):
    with pytest.raises(LabError) as caught:
        Settings("sample", **{name: value})
    assert repr(value) in caught.value.what
    assert caught.value.why
    assert caught.value.remedy


@pytest.mark.parametrize("name", NUMBERS + WHOLE)
def test_a_number_beyond_all_floats_is_refused(name):
    with pytest.raises(LabError):
        Settings("sample", **{name: 10**309})


@pytest.mark.parametrize("name", WHOLE)
def test_whole_numbers_are_whole(name):
    with pytest.raises(LabError):
        Settings(**{name: 1.5})


@pytest.mark.parametrize(
    ("name", "refused", "allowed"),
    [
        ("temperature", (-0.1, 1e-7), (0, 0.0, 1e-6, 0.2, 2, 100.0)),
        ("top_k", (0, -1), (1, 10**9)),
        ("top_p", (0, -0.1, 1.1), (0.01, 1, 1.0)),
        ("min_p", (-0.1, 1.1), (0, 0.05, 1)),
        ("typical_p", (0, 1.1), (0.2, 1)),
        ("repetition_penalty", (0, -1, 1e-38), (1e-6, 0.5, 1, 1.2)),
        ("max_new_tokens", (0, -3), (1, 10_000)),
        ("num_beams", (0, 65), (1, 8)),
        ("length_penalty", (-51, 51), (-50, -1, 0, 2, 50)),
        ("seed", (-1, 2**32), (0, 7, 2**32 - 1)),
    ],
)
def test_bounds(name, refused, allowed):
    for value in refused:
        with pytest.raises(LabError):
            Settings("sample", **{name: value})
    for value in allowed:
        assert getattr(Settings("sample", **{name: value}), name) == value


def test_top_k_zero_is_answered_with_the_way_to_switch_it_off():
    with pytest.raises(LabError) as caught:
        Settings("sample", top_k=0)
    assert "unset" in caught.value.remedy


def test_zero_new_tokens_are_not_unset():
    with pytest.raises(LabError):
        Settings(max_new_tokens=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("stop", ["END", ("",), ("a", 1)])
def test_stop_texts_are_a_tuple_of_texts(stop):
    with pytest.raises(LabError, match="stop texts"):
        Settings(stop=stop)


def test_unknown_strategies_are_refused():
    with pytest.raises(LabError, match="top-p"):
        Settings("top-p")  # type: ignore[arg-type]


def test_beam_search_must_know_how_many():
    with pytest.raises(LabError, match="number of beams is not set"):
        Settings("beam")
    assert Settings("beam", num_beams=4).length_penalty is None


@pytest.mark.parametrize(
    "order",
    [
        (),
        (None, 1),
        ("top_k",),
        (*TRANSFORMERS_ORDER, "top_k"),
        (*TRANSFORMERS_ORDER[1:], "top-k"),
        (*TRANSFORMERS_ORDER[1:], None),
    ],
)
def test_an_order_names_each_stage_once(order):
    with pytest.raises(LabError, match="order"):
        Settings("sample", order=order)
    assert Settings("sample", order=LLAMA_CPP_ORDER).order[-1] == "temperature"
