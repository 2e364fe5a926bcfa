"""The page on completion and instruction, as Streamlit runs it."""

import json
import re
import shutil

import pytest

from lab.chat import render
from lab.generation import generate
from lab.models import load
from lab.models.catalog import BUNDLED, bundled
from lab.sampling import Settings
from tests.pages.test_pages import HOSTILE, opened, strips

PAGE = "pages/4_Completion_and_instruction.py"
BASE, SIBLING = "mini-gpt2", "mini-qwen3-base"


@pytest.fixture
def asked(monkeypatch):
    """Open the page with some of its parameters, on a server that lets one name folders."""
    monkeypatch.setenv("LLM_PLAYGROUND_ANY_MODEL", "1")

    def asked(**query):
        query = {"new_tokens": "6"} | query
        return opened(PAGE, **{f"completion_{name}": value for name, value in query.items()})

    return asked


def answers(app):
    return [each["ids"] for each in strips(app) if each["label"].startswith("The answer")]


def texts(elements):
    return [each.value.replace("\\", "") for each in elements]


def test_both_ways_to_ask_are_what_the_model_writes(asked):
    app = asked(first=BASE, prompt="The fox")
    model, settings = load(BASE), Settings(max_new_tokens=6)
    ids = render(model, [{"role": "user", "content": "The fox"}]).ids
    raw, templated = answers(app)[:2] if len(answers(app)) == 2 else answers(app)[::2]
    assert raw == [step.token_id for step in generate(model, "The fox", settings)]
    assert templated == [step.token_id for step in generate(model, ids, settings)]


def test_it_says_what_to_load_and_what_is_in_force(asked):
    app = asked()
    if not any(card.tuned for card in bundled()):
        assert "instruction-tuned model belongs here" in app.info[0].value
    assert any("Takes the likeliest token each time" in each for each in texts(app.caption))
    assert not app.warning


def test_a_base_model_and_its_tuned_sibling_stand_side_by_side(asked, tmp_path, monkeypatch):
    """Whatever else ships with the playground; here with a copy in place of the tuned one."""
    for name, source in (("mini-gpt2", BASE), (SIBLING, SIBLING), ("tuned", SIBLING)):
        shutil.copytree(BUNDLED / source, tmp_path / name)
    card = json.loads((tmp_path / "tuned" / "card.json").read_text())
    card |= {"id": "tuned", "title": "Tuned", "tuned": True}
    (tmp_path / "tuned" / "card.json").write_text(json.dumps(card))
    with monkeypatch.context() as patched:
        patched.setattr("lab.models.catalog.BUNDLED", tmp_path)
        bundled.cache_clear()
        app = asked(prompt="Who are you?")
    bundled.cache_clear()
    assert app.selectbox(key="completion_first").value == SIBLING
    assert app.selectbox(key="completion_second").value == "tuned"
    assert len(answers(app)) == 4
    badges = [each for each in texts(app.markdown) if "badge[instruction-tuned]" in each]
    assert len(badges) == 3  # above its column, and on its two texts
    warned = [each for each in texts(app.caption) if each.startswith(":material/warning:")]
    assert ["tuned model without" in each for each in warned] == [True, False]
    assert not app.warning


def test_two_models_four_texts_and_why_they_differ(asked):
    app = asked(first=BASE, second=BASE)
    first, second = answers(app)[:2], answers(app)[2:]
    assert first[0] == first[1]  # the same model, asked the same
    assert second[0] == second[1]
    assert first != second
    bars, race = (json.loads(each.proto.spec) for each in app.get("plotly_chart"))
    assert bars["layout"]["title"]["text"] == "The first token of the answer"
    assert "race" in race["layout"]["title"]["text"]
    assert any("100% in common" in each for each in texts(app.caption))


def test_different_vocabularies_are_not_set_side_by_side(asked, thinker):
    app = asked(first=BASE, second=str(thinker))
    assert not app.get("plotly_chart")
    assert any("different tokens" in each.value for each in app.info)
    assert any("Not used: the defaults" in each for each in texts(app.caption))


def test_the_switch_for_thinking_is_shown(asked, thinker):
    app = asked(second=str(thinker))
    ends = [each for each in strips(app) if each["label"].startswith("The template's end")]
    on, off = (bytes.fromhex("".join(each["hex"])).decode() for each in ends)
    assert on == "<|im_start|>assistant\n"
    assert off == "<|im_start|>assistant\n<think>\n\n</think>\n\n"


def test_a_thought_is_folded_away(asked, thinker_aloud):
    app = asked(first=str(thinker_aloud))
    thoughts = [each.label for each in app.expander if each.label.startswith("Thought")]
    assert thoughts == ["Thought, 6 tokens"]  # which is not over yet
    assert [each["label"].split(",")[0].split()[1] for each in strips(app)].count("thought") == 1


def test_every_text_can_be_kept(asked):
    app = asked(first=BASE, strategy="Sample")
    labels = [each.label for each in app.get("download_button")]
    kinds = ["Markdown", "JSON, every probability", "Python script", "Notebook"]
    assert labels == kinds * len(answers(app))


def test_a_conversation_reaches_the_template_only(asked):
    app = asked(
        first=BASE, prompt="Hi", system="Be brief.", turns="1", user_1="A?", assistant_1="B."
    )
    shown = next(each for each in strips(app) if each["label"] == "What the model reads")
    text = bytes.fromhex("".join(shown["hex"])).decode()
    for line in ("system\nBe brief.", "user\nA?", "assistant\nB.", "user\nHi"):
        assert f"<|im_start|>{line}<|im_end|>" in text
    alone = asked(first=BASE, prompt="Hi")
    assert answers(app)[0] == answers(alone)[0]


def test_blanks_at_the_ends_of_a_message_are_said_to_count_as_the_templates(asked):
    for prompt, said in (("Hi", False), (" Hi", True)):
        told = next(
            each for each in texts(asked(first=BASE, prompt=prompt).caption) if "of which" in each
        )
        assert ("blanks at the ends of messages among them" in told) == said


def test_written_once_and_again_when_asked(asked):
    app = asked(first=BASE, strategy="Sample", new_tokens="12")
    before = answers(app)
    app.run()
    assert answers(app) == before  # a rerun for another reason writes nothing anew
    app.button(key="completion_write").click().run()
    assert answers(app) != before  # without a seed, another draw
    drawn = re.search(r"Seed (\d+)\.", " ".join(texts(app.caption))).group(1)
    again = asked(first=BASE, strategy="Sample", new_tokens="12", seed=drawn)
    assert answers(again) == answers(app)  # the seed that chance chose is in force, and said


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_every_prompt_is_answered(asked, text):
    app = asked(first=BASE, prompt=text, new_tokens="2")
    assert not app.exception
    if text == HOSTILE["long"]:
        warnings = " ".join(texts(app.warning))
        assert "prompt fills the model" in warnings
        assert "conversation is too long" in warnings
        return
    shown = next(each for each in strips(app) if each["label"] == "What the model reads")
    assert len(shown["control"]) == 3  # those of the template, whatever was typed
    if text == HOSTILE["empty"]:
        assert "prompt is empty" in app.warning[0].value


@pytest.mark.parametrize("model", ["../etc", "no-such-folder/", "\0"])
def test_a_second_model_that_cannot_be_had(asked, model):
    app = asked(first=BASE, second=model)
    assert "There is no model" in app.warning[0].value
    assert len(answers(app)) == 2


def test_ids_that_a_model_cannot_read_leave_the_other_texts(asked, thinker, tmp_path):
    for file in (BUNDLED / BASE).iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    for file in thinker.glob("tokenizer*"):  # with two tokens that these weights do not have
        (tmp_path / file.name).write_bytes(file.read_bytes())
    template = (thinker / "chat_template.jinja").read_text() + "{{ '<think>' }}"
    (tmp_path / "chat_template.jinja").write_text(template)
    app = asked(first=BASE, second=str(tmp_path))
    assert any("outside the vocabulary" in each for each in texts(app.warning))
    assert len(answers(app)) == 3


def test_a_template_that_fails_leaves_the_raw_prompt(asked, thinker, tmp_path):
    for file in thinker.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "chat_template.jinja").write_text("{{ raise_exception('Not today') }}")
    app = asked(first=BASE, second=str(tmp_path))
    assert any("Not today" in each for each in texts(app.warning))
    assert len(answers(app)) == 3
