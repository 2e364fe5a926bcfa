"""The waterfall: which stages there are, in which order, and what each leaves."""

import math

import pytest
import torch

from lab.errors import LabError
from lab.sampling import (
    LLAMA_CPP_ORDER,
    TRANSFORMERS_ORDER,
    Settings,
    probabilities,
    stage_names,
    stages,
)

LOGITS = torch.tensor([3.0, 2.0, 1.0, 0.5, 0.0])


def survivors(settings):
    return int(stages(LOGITS, settings)[-1].kept.sum())


def test_temperature_before_top_p_keeps_four_and_after_it_three():
    hot = {"temperature": 2.0, "top_p": 0.9}
    assert survivors(Settings("sample", **hot)) == 4
    assert survivors(Settings("sample", **hot, order=LLAMA_CPP_ORDER)) == 3


def test_top_k_before_top_p_keeps_two_and_after_it_three():
    both = {"top_k": 3, "top_p": 0.9}
    assert survivors(Settings("sample", **both)) == 2
    turned = tuple(reversed(TRANSFORMERS_ORDER))
    assert survivors(Settings("sample", **both, order=turned)) == 3


def test_all_knobs_stand_in_the_order_of_transformers():
    every = Settings(
        "sample",
        temperature=0.9,
        top_k=4,
        top_p=0.95,
        min_p=0.01,
        typical_p=0.9,
        repetition_penalty=1.2,
    )
    assert [stage.name for stage in stages(LOGITS, every, [0])] == [
        "raw",
        "repetition_penalty",
        "temperature",
        "top_k",
        "top_p",
        "min_p",
        "typical_p",
    ]


def test_what_is_not_set_has_no_stage():
    assert [stage.name for stage in stages(LOGITS, Settings("sample"))] == ["raw"]
    torch.testing.assert_close(probabilities(LOGITS, Settings("sample")), LOGITS.softmax(-1))


def test_greedy_obeys_the_penalty_and_nothing_else():
    settings = Settings("greedy", repetition_penalty=4.0, temperature=0.1, top_k=1)
    assert stage_names(settings) == ["repetition_penalty"]
    assert probabilities(LOGITS, settings, [0]).tolist() == [0, 1, 0, 0, 0]


def test_the_penalty_counts_the_prompt_unless_told_otherwise():
    penalised = Settings("sample", repetition_penalty=2.0)
    after = stages(LOGITS, penalised, [0, 1], prompt_length=1)[-1].logits
    assert after.tolist() == [1.5, 1.0, 1.0, 0.5, 0.0]
    spared = Settings("sample", repetition_penalty=2.0, penalty_skips_prompt=True)
    after = stages(LOGITS, spared, [0, 1], prompt_length=1)[-1].logits
    assert after.tolist() == [3.0, 1.0, 1.0, 0.5, 0.0]


def test_every_stage_is_a_distribution_over_what_it_keeps():
    settings = Settings("sample", temperature=1.5, top_k=4, min_p=0.1)
    before = torch.ones(5, dtype=torch.bool)
    for stage in stages(LOGITS, settings):
        assert float(stage.probabilities.sum()) == pytest.approx(1)
        assert (stage.probabilities[~stage.kept] == 0).all()
        assert (before | ~stage.kept).all()  # nothing comes back
        before = stage.kept


def test_the_last_stage_is_what_is_drawn_from():
    settings = Settings("sample", temperature=1.5, top_p=0.8, typical_p=0.9)
    assert stages(LOGITS, settings)[-1].probabilities.equal(probabilities(LOGITS, settings))


def test_the_logits_given_are_left_alone():
    before = LOGITS.clone()
    stages(LOGITS, Settings("sample", repetition_penalty=2.0, top_k=1, temperature=0.5), [0])
    assert before.equal(LOGITS)


def test_half_precision_is_worked_out_in_float32():
    for stage in stages(LOGITS.bfloat16(), Settings("sample", temperature=3.0, top_p=0.9)):
        assert stage.logits.dtype == torch.float32


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_logits_that_are_no_numbers_are_refused(bad):
    with pytest.raises(LabError, match="no distribution"):
        stages(torch.tensor([1.0, bad, 0.0]), Settings())


def test_logits_that_allow_nothing_are_refused():
    with pytest.raises(LabError, match="no distribution"):
        probabilities(torch.full((3,), -math.inf), Settings("sample"))
