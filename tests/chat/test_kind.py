"""Honest labels: the checkpoints that people mix up are told apart."""

import json

import pytest

from lab.chat import Kind, kind, own_defaults
from lab.models import load
from lab.models.catalog import bundled
from tests.chat.folders import folder_with, model_in

TEXT, TURN = 5117, 5119  # <|endoftext|> and <|im_end|> in the bundled vocabulary


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return folder_with("chatml", tmp_path_factory.mktemp("chatml"))


@pytest.mark.parametrize(
    ("name", "ends", "tuned"),
    [
        ("Qwen/Qwen3-0.6B", {TURN, TEXT}, True),
        ("Qwen/Qwen3-0.6B-Base", {TEXT}, False),
        ("Qwen/Qwen2.5-0.5B", {TEXT}, False),  # a template, and still a base model
        ("Qwen/Qwen2.5-0.5B-Instruct", {TURN, TEXT}, True),
        ("google/gemma-3-270m-it", {TEXT}, True),
        ("google/gemma-3-270m-pt", {TURN}, False),
        ("HuggingFaceTB/SmolLM2-135M", {TEXT}, False),
        ("someone/basement", {TURN}, True),  # "base" is not a word of its name
        ("/models/instruct/my-base", {TURN}, False),  # a folder is called by its last part
    ],
)
def test_checkpoints_with_a_template(folder, name, ends, tuned):
    judged = kind(model_in(folder, id=name, end_ids=frozenset(ends)))
    assert judged.tuned is tuned
    assert judged.reason.endswith(".")


def test_the_reason_is_shown(folder):
    assert kind(model_in(folder, id="tiny-Instruct")) == Kind(True, "Its name says “instruct”.")
    ends_turns = kind(model_in(folder, id="tiny", end_ids=frozenset({TURN})))
    assert ends_turns.reason.startswith("It ends its texts with <|im_end|>")


def test_without_a_template_it_is_a_base_model(tmp_path):
    assert not kind(model_in(folder_with(None, tmp_path), id="gpt2")).tuned


def test_a_template_that_fails_proves_nothing(tmp_path):
    folder = folder_with("chatml", tmp_path)
    (folder / "chat_template.jinja").write_text("{{ oops")
    assert kind(model_in(folder, id="tiny")) == Kind(
        False, "It comes without a usable chat template."
    )


@pytest.mark.parametrize("card", bundled(), ids=lambda card: card.id)
def test_bundled_models_are_what_their_cards_say(card):
    assert kind(load(card.id)) == Kind(card.tuned, "Its card says so.")


def test_a_checkpoints_own_defaults_are_named(tmp_path):
    model = model_in(folder_with("chatml", tmp_path))
    assert own_defaults(model) == {}
    settings = {"do_sample": True, "temperature": 0.6, "top_k": 20, "eos_token_id": TURN}
    (tmp_path / "generation_config.json").write_text(json.dumps(settings))
    assert own_defaults(model) == {"do_sample": True, "temperature": 0.6, "top_k": 20}
