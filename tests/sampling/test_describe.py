"""The settings in force, in words."""

import dataclasses

import pytest

from lab.sampling import LABELS, LLAMA_CPP_ORDER, TRANSFORMERS_ORDER, Settings, describe

EVERY = Settings(
    "sample",
    max_new_tokens=17,
    seed=5,
    stop=("\n",),
    temperature=0.31,
    top_k=42,
    top_p=0.77,
    min_p=0.013,
    typical_p=0.66,
    repetition_penalty=1.19,
    num_beams=3,
    length_penalty=0.45,
    early_stopping=True,
)


@pytest.mark.parametrize("strategy", ["greedy", "sample", "beam"])
def test_nothing_that_is_set_goes_unsaid(strategy):
    said = describe(dataclasses.replace(EVERY, strategy=strategy))
    for knob, label in LABELS.items():
        assert f"{label} {getattr(EVERY, knob):g}" in said
    for phrase in ("17 new tokens", r"'\n'", "3 beams", "length penalty 0.45", "early stopping"):
        assert phrase in said


def test_what_has_no_effect_is_told_apart():
    said = describe(dataclasses.replace(EVERY, strategy="greedy"))
    acting, idle = said.split("Set but without effect here: ")
    assert "repetition penalty 1.19" in acting
    assert "top-p 0.77" in idle


def test_what_is_not_set_is_not_mentioned():
    said = describe(Settings("sample", top_k=50))
    assert not any(label in said for label in LABELS.values() if label != "top-k")


def test_the_order_is_said_where_it_matters():
    both = Settings("sample", temperature=0.7, top_p=0.9)
    assert "temperature 0.7, then top-p 0.9" in describe(both)
    said = describe(dataclasses.replace(both, order=LLAMA_CPP_ORDER))
    assert "top-p 0.9, then temperature 0.7" in said
    assert "llama.cpp" in said
    turned = tuple(reversed(TRANSFORMERS_ORDER))
    assert "your order" in describe(Settings("sample", top_k=9, top_p=0.9, order=turned))
    assert "order" not in describe(Settings("sample", top_k=9, order=turned))


def test_temperature_zero_says_that_it_is_greedy():
    assert "temperature 0, which means greedy" in describe(Settings("sample", temperature=0.0))


def test_a_missing_seed_is_said():
    assert "A fresh seed each time" in describe(Settings("sample"))
    assert "Seed 0." in describe(Settings("sample", seed=0))


def test_the_penalty_says_whether_it_counts_the_prompt():
    assert "(with the prompt)" in describe(Settings(repetition_penalty=1.2))
    spared = Settings(repetition_penalty=1.2, penalty_skips_prompt=True)
    assert "(without the prompt)" in describe(spared)
