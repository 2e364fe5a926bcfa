"""The numbers and formulas beside each stage, worked out by hand on [3, 2, 1, 0.5, 0]."""

import pytest
import torch

from lab.sampling import Settings, formula, stages, summarise

LOGITS = torch.tensor([3.0, 2.0, 1.0, 0.5, 0.0])


def last(settings, context=()):
    *_, before, stage = stages(LOGITS, settings, context)
    return stage, before


def test_a_cut_in_numbers():
    stage, before = last(Settings("sample", top_k=2))
    found = summarise(stage, before, head=1)
    e = [20.0855, 7.3891, 2.7183, 1.6487, 1.0]  # e^z
    assert found.kept == 2
    assert found.removed == pytest.approx(sum(e[2:]) / sum(e), abs=1e-4)
    assert found.tail == pytest.approx(e[1] / sum(e[:2]), abs=1e-4)
    assert found.entropy == pytest.approx(0.840, abs=1e-3)


def test_nothing_is_removed_from_the_raw_distribution():
    raw = stages(LOGITS, Settings())[0]
    found = summarise(raw, raw)
    assert (found.kept, found.removed, found.tail) == (5, 0, 0)


@pytest.mark.parametrize(
    ("knobs", "expected"),
    [
        ({"temperature": 0.5}, "z / T = 3.00 / 0.5 = 6.00"),
        ({"temperature": 0}, r"T \to 0: \quad \max z \to p = 1"),
        ({"top_k": 2}, r"z < z_{(2)} = 2.00 \;\to\; -\infty"),
        ({"top_k": 99}, r"z < z_{(5)} = 0.00 \;\to\; -\infty"),
        ({"top_p": 0.5}, r"p_{(1)} = 0.6116 \geq 0.5"),
        ({"top_p": 0.9}, r"p_{(1)} + \dots + p_{(3)} = 0.9193 \geq 0.9"),
        ({"min_p": 0.1}, r"p < 0.1 \times 0.612 = 0.0612 \;\to\; 0"),
        ({"repetition_penalty": 1.5}, "2.00 / 1.5 = 1.33"),
    ],
)
def test_formulas(knobs, expected):
    settings = Settings("sample", **knobs)
    context = [1, 4]
    assert formula(*last(settings, context), settings, context) == expected


def test_the_penalty_multiplies_what_is_negative():
    settings = Settings("sample", repetition_penalty=2.0)
    before, stage = stages(torch.tensor([-1.0, 1.0]), settings, [0])
    assert formula(stage, before, settings, [0]) == r"-1.00 \times 2 = -2.00"
    assert "nothing" in formula(stage, before, settings, [])


def test_every_stage_has_a_formula():
    settings = Settings(
        "sample",
        temperature=2.0,
        top_k=4,
        top_p=0.9,
        min_p=0.01,
        typical_p=0.9,
        repetition_penalty=1.2,
    )
    found = stages(LOGITS, settings, [0])
    for before, stage in zip(found[:1] + found, found, strict=False):
        text = formula(stage, before, settings, [0])
        assert text.count("{") == text.count("}")
    assert "arg" in formula(*last(Settings("greedy")), Settings("greedy"))


def test_nothing_is_beyond_the_head_where_no_more_tokens_are_left():
    logits = torch.randn(1000, generator=torch.Generator().manual_seed(7))
    before, stage = stages(logits, Settings("sample", top_k=10))
    assert summarise(stage, before, head=10).tail == 0
    assert 0 < summarise(stage, before, head=9).tail < 1
