"""What is sent of the settings, and what is said about it."""

import pytest

from lab.errors import LabError
from lab.generation.remote import describe
from lab.generation.remote.request import compose
from lab.sampling import Settings
from lab.sampling.settings import LLAMA_CPP_ORDER


def test_everything_that_is_set_is_sent_and_said():
    settings = Settings(
        "sample",
        max_new_tokens=9,
        seed=3,
        stop=("END",),
        temperature=0.5,
        top_k=4,
        top_p=0.9,
        min_p=0.1,
        typical_p=0.8,
        repetition_penalty=1.2,
    )
    body = compose("m", "x", settings).body
    assert body == {
        "model": "m",
        "prompt": "x",
        "stream": True,
        "logprobs": 5,
        "max_tokens": 9,
        "seed": 3,
        "stop": ["END"],
        "temperature": 0.5,
        "top_k": 4,
        "top_p": 0.9,
        "min_p": 0.1,
        "typical_p": 0.8,
        "repetition_penalty": 1.2,
    }
    said = describe(settings)
    for part in ("top-k 4", "top-p 0.9", "min-p 0.1", "typical-p 0.8", "seed 3", "'END'"):
        assert part in said
    assert "Not sent" not in said


def test_greedy_sends_no_knob_of_a_draw():
    body = compose("m", "x", Settings(top_k=50, top_p=0.5, repetition_penalty=1.2)).body
    assert body["temperature"] == 0
    assert body["repetition_penalty"] == 1.2
    assert not {"top_k", "top_p", "min_p"} & set(body)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings("sample"), "the server has its way: top-k, min-p, typical-p, repetition penalty"),
        (Settings("sample"), "repetition penalty, seed."),
        (Settings("sample", order=LLAMA_CPP_ORDER), "order of the knobs"),
        (Settings(penalty_skips_prompt=True), "cannot be sent"),
    ],
)
def test_what_the_server_decides_is_said(settings, said):
    assert said in describe(settings)


@pytest.mark.parametrize(
    ("prompt", "settings", "said"),
    [
        ("x", Settings("beam", num_beams=2), "beam search"),
        ("", Settings(), "prompt is empty"),
        ([], Settings(), "prompt is empty"),
    ],
)
def test_what_no_server_can_be_asked(prompt, settings, said):
    with pytest.raises(LabError, match=said):
        compose("m", prompt, settings)
