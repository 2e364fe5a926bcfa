"""What is kept to read and to compute with."""

import json

import pytest

from lab.export import as_json, as_markdown, record
from lab.generation import generate
from lab.models import load
from lab.sampling import Settings

SETTINGS = Settings("sample", seed=2, top_p=0.9, max_new_tokens=5)


@pytest.fixture(scope="module")
def noted():
    model = load("mini-gpt2")
    ids = model.tokenizer.encode("The ```` <b>")
    return record(model, ids, SETTINGS, list(generate(model, ids, SETTINGS)))


def test_json_has_every_probability(noted):
    (entry,) = json.loads(as_json([noted]))["texts"]
    assert entry["text"] == noted.text
    assert entry["prompt"] == "The ```` <b>"
    assert entry["settings"]["top_p"] == 0.9
    assert entry["settings"]["top_k"] is None
    for kept, step in zip(entry["steps"], noted.steps, strict=True):
        assert kept["token_id"] == step.token_id
        assert kept["probability"] == step.probability
        assert kept["sampled_probability"] == step.sampled_probability
        assert len(kept["alternatives"]) == len(step.alternatives)


def test_markdown_names_the_settings_and_contains_the_text(noted):
    text = as_markdown([noted, noted])
    assert text.count("## mini-gpt2") == 2
    assert "top-p 0.9. Seed 2." in text
    assert f"`````text\n{noted.prompt}\n`````" in text  # longer than any fence inside
    assert noted.text in text
