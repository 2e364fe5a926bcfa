"""What a model is given to read: as transformers writes it, and never what a person smuggled in."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from lab.chat import find_template, render
from lab.errors import LabError
from lab.models import load
from lab.models.catalog import bundled
from tests.chat.folders import folder_with, model_in


def user(content):
    return {"role": "user", "content": content}


def assistant(content, **more):
    return {"role": "assistant", "content": content, **more}


SYSTEM = {"role": "system", "content": "You are a pirate.\nAnswer briefly."}
TURNS = [user("What is 2+2?"), assistant("Four."), user("  And 3+3? 🚀\n")]
CONVERSATIONS = {
    "one turn": [user("Hi")],
    "with a system prompt": [SYSTEM, user("Who are you?")],
    "several turns": TURNS,
    "an empty message": [user("")],
    "blanks only": [user(" \n\t ")],
    "a thought before the last answer": [
        user("2+2?"),
        assistant("Four.", reasoning_content="Two and two\nmake four."),
    ],
    "a thought long past": [user("2+2?"), assistant("4", reasoning_content="Hm."), user("3+3?")],
    "all scripts": [user("Grüße, 世界! \u202eabc \u0627\u0644 👩‍🚀 a\0b <b>&amp;</b> {{ 7*7 }}")],
    "private use": [user("\U000f0000a\U000f0001 \U0010fffd \ue000")],
}
PAIRS = [
    (template, name)
    for template in ("chatml", "thinking", "strict", "glue")
    for name in CONVERSATIONS
    if not (template == "strict" and "system" in name)
    and not (template == "glue" and name == "with a system prompt")  # it changes the letters
]


@pytest.fixture(scope="module")
def carrying(tmp_path_factory):
    """For the name of a template: transformers' tokenizer and a model, both of one folder."""
    made = {}

    def of(template):
        if template not in made:
            folder = folder_with(template, tmp_path_factory.mktemp(template))
            made[template] = AutoTokenizer.from_pretrained(folder), model_in(folder)
        return made[template]

    return of


def applied(tokenizer, messages, **switch):
    """The text and the ids that transformers makes of a conversation."""
    text, encoded = (
        tokenizer.apply_chat_template(
            messages, tokenize=tokenize, add_generation_prompt=True, **switch
        )
        for tokenize in (False, True)
    )
    return text, encoded["input_ids"]


@pytest.mark.parametrize("thinking", [None, True, False])
@pytest.mark.parametrize(("template", "name"), PAIRS)
def test_text_and_ids_are_those_of_transformers(carrying, template, name, thinking):
    tokenizer, model = carrying(template)
    messages = CONVERSATIONS[name]
    if template == "glue":
        messages = [{**each, "content": each["content"].lower()} for each in messages]
    switch = {} if thinking is None else {"enable_thinking": thinking}
    rendered = render(model, messages, thinking=thinking)
    assert (rendered.text, rendered.ids) == applied(tokenizer, messages, **switch)


@pytest.mark.parametrize("card", bundled(), ids=lambda card: card.id)
@pytest.mark.parametrize("name", [each for each in CONVERSATIONS if "thought" not in each])
def test_bundled_templates_too(card, name):
    tokenizer, messages = AutoTokenizer.from_pretrained(card.folder), CONVERSATIONS[name]
    rendered = render(load(card.id), messages)
    assert (rendered.text, rendered.ids) == applied(tokenizer, messages)


def test_thinking_off_adds_a_thought_that_is_already_over(carrying):
    _, model = carrying("thinking")
    on, off = (render(model, TURNS, thinking=thinking) for thinking in (True, False))
    assert off.text == on.text + "<think>\n\n</think>\n\n"
    assert off.ids[: len(on.ids)] == on.ids
    assert find_template(model.folder).has_thinking_switch
    assert not find_template(carrying("chatml")[1].folder).has_thinking_switch


def test_an_earlier_thought_counts_the_same_in_its_own_field(carrying):
    tokenizer, model = carrying("thinking")
    inside = [user("2+2?"), assistant("<think>\nHm.\n</think>\n\nFour.")]
    apart = [user("2+2?"), assistant("Four.", reasoning_content="Hm.")]
    rendered = render(model, apart)
    assert (rendered.text, rendered.ids) == applied(tokenizer, inside)


SMUGGLED = (
    *("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<think>", "</think>"),
    *("<|im_", "end|>", "start|>", "<|IM_END|>", "<|im_#end|>", "<thi", "nk>", "#"),
    *("assistant\n", " ", "\n", "{{ bos_token }}", "{% raw %}", "\ud800", "\0"),
    *("\U000f0000", "\U000f0001", "\U00100000", "\U000f0000<|im_end|>\U000f0001"),
)
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(SMUGGLED),
        st.text(max_size=8),
        st.text(st.characters(min_codepoint=0xF0000, max_codepoint=0xF0040), max_size=4),
    ),
    max_size=12,
).map("".join)
TALK = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant", "system"]), "content": HOSTILE},
        optional={"reasoning_content": HOSTILE},
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("template", ["chatml", "thinking", "glue"])
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(messages=TALK)
def test_no_message_can_make_a_control_token(carrying, template, messages):
    _, model = carrying(template)
    steering = set(model.tokenizer.special_tokens.values())
    harmless = [
        {
            name: value if name == "role" or not value.strip() else "a"  # blanks a template sees
            for name, value in each.items()
        }
        for each in messages
    ]
    rendered = render(model, messages)
    expected = render(model, harmless)
    assert [each for each in rendered.ids if each in steering] == [
        each for each in expected.ids if each in steering
    ]
    assert [each == "control" for each in rendered.origins] == [
        each in steering for each in rendered.ids
    ]
    assert model.tokenizer.decode(rendered.ids) == rendered.text


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=HOSTILE)
def test_what_is_typed_is_what_is_read(carrying, content):
    _, model = carrying("chatml")
    rendered = render(model, [user(content)])
    shown = content.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert rendered.text == f"<|im_start|>user\n{shown}<|im_end|>\n<|im_start|>assistant\n"


def test_contents_that_meet_do_not_join_to_a_control_token(carrying):
    _, model = carrying("glue")
    rendered = render(model, [user("<|im_"), assistant("end|><|IM_END|><|im_#end|>")])
    assert rendered.origins.count("control") == 1  # the one that the template wrote


def test_a_typed_control_token_is_encoded_like_any_other_text(carrying):
    _, model = carrying("chatml")
    typed = "say <|im_end|> twice"
    ids = render(model, [user(typed)]).ids
    as_text = model.tokenizer.encode(f"user\n{typed}")
    assert ids[1 : 1 + len(as_text)] == as_text


def test_every_token_is_somebodys(carrying):
    _, model = carrying("chatml")
    rendered = render(model, [SYSTEM, user("Who are\nyou?"), assistant("Arr."), user("Oh")])
    words = {}
    for token_id, origin in zip(rendered.ids, rendered.origins, strict=True):
        words[origin] = words.get(origin, b"") + model.tokenizer.token_bytes(token_id)
    assert words["system"].decode().strip() == SYSTEM["content"]
    assert words["user"] == b"Who are\nyou?Oh"
    assert words["assistant"] == b"Arr."
    assert words["template"] == b"system\n\nuser\n\nassistant\n\nuser\n\nassistant\n"


def refusal(model, messages):
    with pytest.raises(LabError) as caught:
        render(model, messages)
    error = caught.value
    assert all(each.strip() and each.rstrip()[-1] in ".!?" for each in error.args)
    return error


def test_refusals_are_plain(carrying, tmp_path):
    _, model = carrying("chatml")
    assert "empty" in refusal(model, []).what
    assert "role 'wizard'" in refusal(model, [{"role": "wizard", "content": "x"}]).what
    assert "no text" in refusal(model, [{"role": "user", "content": None}]).what
    assert "no text" in refusal(model, [{"role": "user"}]).what
    without = model_in(folder_with(None, tmp_path))
    assert "no chat template" in refusal(without, TURNS).what


def test_a_conversation_of_two_hundred_turns(carrying):
    tokenizer, model = carrying("chatml")
    messages = [user(f"{n}?") if n % 2 else assistant(f"{n}!") for n in range(1, 201)]
    assert render(model, messages).ids == applied(tokenizer, messages)[1]
    small = model_in(model.folder, context=512)
    error = refusal(small, messages)
    assert "too long" in error.what
    assert "512" in error.why


def test_what_a_template_says_is_passed_on(carrying):
    _, model = carrying("strict")
    assert "A system role is not supported" in refusal(model, [SYSTEM, *TURNS]).why
    assert "Roles must alternate" in refusal(model, [user("a"), user("b")]).why


@pytest.mark.parametrize(
    "source",
    [
        *("{{ oops", "{% for %}", "{{ messages[99].content.x }}", "{{ 1 // 0 }}", "{{ 'a' + 1 }}"),
        *("{{ ''.__class__.__mro__ }}", "{{ nothing() }}"),
        "{% for i in range(10**9) %}{% endfor %}",
    ],
)
def test_a_template_that_fails(tmp_path, source):
    folder = folder_with("chatml", tmp_path)
    (folder / "chat_template.jinja").write_text(source)
    assert "refuses" in refusal(model_in(folder), TURNS).what


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"", "no chat template"),
        (b"{{ '' }}", "writes nothing"),
        (b"{{ 'a' * 2000000 }}", "too long"),  # refused before it is cut into tokens
        (b"\xff{{ oops", "refuses"),
    ],
)
def test_a_template_of_no_use(tmp_path, source, said):
    folder = folder_with("chatml", tmp_path)
    (folder / "chat_template.jinja").write_bytes(source)
    assert said in refusal(model_in(folder, context=512), TURNS).what


@pytest.mark.parametrize("value", [5, {"a": "b"}, [1], [{"name": "default"}], [{"template": "x"}]])
def test_a_template_setting_that_is_none(tmp_path, value):
    assert find_template(folder_with(None, tmp_path, chat_template=value)) is None


def test_where_the_template_is_found(tmp_path):
    several = [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "D"}]
    assert find_template(folder_with(None, tmp_path / "a")) is None
    assert find_template(folder_with(None, tmp_path / "b", chat_template="one")).source == "one"
    assert find_template(tmp_path / "no such folder") is None
    config = folder_with(None, tmp_path / "c") / "tokenizer_config.json"
    settings = {"chat_template": several, "eos_token": {"content": "<e>"}}
    config.write_text(json.dumps(settings))
    found = find_template(tmp_path / "c")
    assert (found.source, found.special_tokens) == ("D", {"eos_token": "<e>"})
    (tmp_path / "c" / "chat_template.jinja").write_text("file")
    assert find_template(tmp_path / "c").source == "file"
