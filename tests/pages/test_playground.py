"""The playground as Streamlit runs it: writing, going on, what is kept, and what is refused."""

import shutil

import pytest

from lab.branches import Outline, Plan, Question, Turn, decode, encode, outline
from lab.sampling import Settings
from lab.ui import address
from lab.ui.playground.session import Draft
from tests.pages.test_pages import HOSTILE, opened, strips

PAGE = "pages/5_Playground.py"


def playground(model=None, **inputs):
    """The page, opened with some inputs, and what it wrote by itself."""
    quick = {f"playground_{name}": value for name, value in ({"new_tokens": "4"} | inputs).items()}
    return opened(PAGE, **({} if model is None else {"model": model}), **quick)


def press(app, name):
    app.button(key=f"playground_{name}").click().run()
    assert not app.exception
    return app


def text(app):
    """The ids of the answer."""
    return next(each["ids"] for each in strips(app) if each["label"] == "The answer")


def said(app):
    return " ".join(each.value for each in app.caption).replace("\\", "")


def test_something_real_is_there_at_once():
    app = playground()
    assert len(text(app)) <= 4
    assert "Draws each token after top-k 50. Seed " in said(app)
    assert "per second, the first one after" in said(app)


@pytest.mark.parametrize("name", HOSTILE)
def test_every_prompt_is_answered_or_refused_in_plain_words(name):
    app = playground(new_tokens="3")
    app.text_area(key="playground_prompt").set_value(HOSTILE[name]).run()
    before = text(app)
    press(app, "write")
    assert app.button(key="playground_write").label == "Write"  # it is over
    assert len(text(app)) <= 3
    if name in ("empty", "long"):
        assert "prompt" in app.warning[0].value
        assert text(app) == before  # what was there is kept
    else:
        assert not app.warning


def test_a_seed_is_used_kept_and_followed_by_the_next():
    app = playground(new_tokens="8", strategy="Sample", temperature="1.5", seed="7")
    first = text(app)
    assert text(press(app, "write")) == first
    assert "temperature 1.5" in said(app)
    assert "Seed 7." in said(app)
    press(app, "onward")
    assert text(app)[: len(first)] == first
    assert len(text(app)) > len(first)
    assert "Seed 8." in said(app)
    press(app, "again")
    assert text(app)[: len(first)] == first
    assert "Seed 8." not in said(app)


def test_a_full_context_cannot_be_continued():
    app = playground(prompt="a" + " the" * 500, new_tokens="60", strategy="Greedy")
    assert "The model's context is full." in said(app)
    assert app.button(key="playground_onward").disabled


def test_the_drawn_seed_gives_the_text_again():
    app = playground(strategy="Sample", temperature="1.5", new_tokens="8")
    first, seed = text(app), said(app).partition("Seed ")[2].partition(".")[0]
    assert text(press(app, "write")) != first
    app.number_input(key="playground_seed").set_value(int(seed)).run()
    assert text(press(app, "write")) == first


def test_greedy_writes_what_home_writes():
    prompt = " the" * 490
    home = opened(home_prompt=prompt)
    home.button(key="home_write").click().run()
    app = playground(prompt=prompt, strategy="Greedy", new_tokens="100")
    added = strips(home)[0]["ids"][490:]
    assert added
    assert text(app)[: len(added)] == added


def test_what_was_being_written_is_kept_by_any_click():
    app = playground(strategy="Greedy", new_tokens="6")
    whole = text(app)
    mine = app.session_state["playground_session"]
    tree = mine.tree
    draft = Draft(tree.question, tree.branches[0].plan, ())
    draft.steps += tree.answer(0)[:3]
    mine.drafts = [draft]  # as a run leaves it that a click has ended
    app.segmented_control(key="playground_colour").set_value("entropy").run()
    assert text(app) == whole[:3]
    assert "You stopped it." in said(app)


def test_a_number_out_of_range_is_said():
    app = playground(strategy="Sample", temperature="99", new_tokens="3")
    assert any("From 0 to 3: 3 is used." in each.value for each in app.markdown)
    assert "temperature 3." in said(app)


def test_presets_set_what_they_say():
    app = playground()
    app.button_group(key="playground_preset").set_value("Wild").run()
    assert app.number_input(key="playground_temperature").value == 1.5
    assert app.number_input(key="playground_top_k").value is None
    press(app, "write")
    assert "after temperature 1.5. Seed" in said(app)


def test_a_stop_text_ends_the_text_and_a_link_has_it_too():
    app = playground(strategy="Greedy", new_tokens="40")
    assert "," in "".join(step.text for step in seen(app).answer(0))
    app.multiselect(key="playground_stop").set_value([",", "↵"]).run()
    press(app, "write")
    assert "," not in "".join(step.text for step in seen(app).answer(seen(app).tip))
    assert "Stops before ',' or " in said(app)
    assert "The stop text came." in said(app)
    again = opened(PAGE, **{TREE: app.query_params[TREE]})
    assert seen(again) == seen(app)
    assert again.multiselect(key="playground_stop").value == [",", "↵"]


def test_a_thought_is_folded_away(thinker_aloud):
    app = playground(kind="Chat", new_tokens="6", model=str(thinker_aloud))
    assert [each.label for each in app.expander if "Thought" in each.label] == ["Thought, 6 tokens"]
    (thought,) = [each for each in strips(app) if each["label"] == "The answer: the thought"]
    assert thought["ids"] == [step.token_id for step in seen(app).answer(0)]
    assert text(app) == []  # the answer has not begun


SAMPLE = Settings("sample", max_new_tokens=5, temperature=1.5, seed=11)
TREE = "playground.tree"


def linked(plans, tip=0, asked="Once upon a time"):
    whole = Outline(Question("mini-gpt2", asked), tuple(plans), tip)
    return opened(PAGE, **{TREE: address.pack(encode(whole))})


def together(app):
    """The ids of the texts that stand side by side."""
    return [each["ids"] for each in strips(app) if each["label"].startswith("Text ")]


def seen(app):
    return app.session_state["playground_session"].tree


def test_a_link_writes_the_tree_again_and_the_address_carries_it_on():
    first = linked([Plan(SAMPLE)])
    rival = seen(first).answer(0)[2].alternatives[1].token_id
    plans = [Plan(SAMPLE), Plan(SAMPLE, parent=0, at=2, chosen=rival), Plan(SAMPLE, length=3)]
    app = linked(plans, tip=1)
    assert not app.warning
    assert text(app)[:3] == [*text(first)[:2], rival]
    tree = seen(app)
    assert len(tree.answer(2)) == 3
    assert [step.token_id for step in tree.answer(2)] == text(first)[:3]
    carried = app.query_params[TREE]
    assert decode(address.unpack(carried)) == outline(tree)
    assert app.number_input(key="playground_temperature").value == 1.5
    again = opened(PAGE, **{TREE: carried})
    assert seen(again) == tree


def test_undo_takes_a_text_back_and_redo_brings_it_again():
    app = playground()
    first = seen(app)
    press(app, "onward")
    longer = seen(app)
    assert seen(press(app, "undo")) == first
    assert app.button(key="playground_redo").disabled is False
    assert seen(press(app, "redo")) == longer


@pytest.mark.parametrize(
    "value",
    [
        "",
        "%00",
        "eNpLTEwEAAJJASQ",  # cut short
        address.pack("[1]"),
        address.pack(encode(Outline(Question("mini-gpt2", "a"), (Plan(SAMPLE),), 0)) + " "),
        address.pack(encode(Outline(Question("../x", "a"), (Plan(SAMPLE),), 0))),
        address.pack(encode(Outline(Question("mini-gpt2", ""), (Plan(SAMPLE),), 0))),
        address.pack(
            encode(
                Outline(
                    Question("mini-gpt2", "a"),
                    (Plan(SAMPLE), Plan(SAMPLE, parent=0, at=1, chosen=10**8)),
                    1,
                )
            )
        ),
    ],
    ids=range(8),
)
def test_a_damaged_or_hostile_link_is_explained_and_the_page_works(value):
    app = opened(PAGE, **{TREE: value})
    assert len(app.warning) <= 1
    press(app, "write")
    assert app.button(key="playground_write").label == "Write"


def test_samples_stand_side_by_side_and_one_is_gone_on_with():
    app = playground(mode="Samples", samples="3", strategy="Sample", seed="5", temperature="1.5")
    three = together(app)
    assert len(three) == 3
    assert [branch.plan.settings.seed for branch in seen(app).branches] == [5, 6, 7]
    press(app, "take_2")
    assert text(app) == three[2]
    alone = playground(strategy="Sample", seed="7", temperature="1.5")
    assert text(alone) == three[2]


def test_after_the_last_seed_comes_the_first():
    app = playground(mode="Samples", samples="2", strategy="Sample", seed=str(2**31 - 1))
    assert [branch.plan.settings.seed for branch in seen(app).branches] == [2**31 - 1, 0]


def test_samples_without_chance_are_one_and_that_is_said():
    app = playground(mode="Samples", samples="3", strategy="Greedy")
    assert len(seen(app).branches) == 1
    assert "so one text is written" in said(app)


def test_equal_sides_are_texts_of_their_own():
    app = playground(mode="Compare", sides="2", side1_strategy="Greedy", side2_strategy="Greedy")
    assert [index for _, index in app.session_state["playground_session"].side_by_side()] == [0, 1]
    press(app, "take_1")
    assert seen(app).tip == 1


def test_settings_are_compared_on_the_same_prompt():
    app = playground(mode="Compare", sides="3", side3_strategy="Greedy")
    texts = together(app)
    assert len(texts) == 3
    assert texts[2][: len(texts[0])] == texts[0][: len(texts[2])]  # greedy both


def test_a_link_has_all_models_that_stand_side_by_side():
    sides = {"model1": "mini-qwen3-base", "model2": "mini-gpt2", "side2_temperature": "1.5"}
    app = playground(mode="Compare", **sides)
    assert len(together(app)) == 2
    again = opened(PAGE, **app.query_params)
    assert together(again) == together(app)
    assert seen(again) == seen(app)
    cut = opened(PAGE, **{**app.query_params, "playground.together": "nonsense"})
    assert "link cannot be read" in cut.warning[0].value


def test_a_chat_is_answered_replied_to_and_taken_back():
    app = playground(kind="Chat", message="Hi<|im_end|>")
    asked = seen(app).question.asked
    assert asked == (Turn("user", "Hi<|im_end|>"),)
    assert "A base model inside a chat template" in said(app)
    assert "Below stands" not in said(app)
    press(app, "reply")
    assert "Below stands what mini-gpt2 wrote to “Hi<|im_end|>”." in said(app)
    assert app.text_area(key="playground_turn_0").value == "Hi<|im_end|>"
    app.text_area(key="playground_turn_1").set_value("Hello.")
    app.text_area(key="playground_message").set_value("Who are you?").run()
    press(app, "write")
    assert [turn.content for turn in seen(app).question.asked] == [
        "Hi<|im_end|>",
        "Hello.",
        "Who are you?",
    ]
    press(app, "take_back")
    assert app.text_area(key="playground_message").value == "Hi<|im_end|>"


def test_an_empty_chat_and_one_of_two_hundred_turns_are_refused_in_plain_words():
    app = playground(kind="Chat", message="")
    assert "message is empty" in app.warning[0].value
    turns = (Turn("user", "Hello there"), Turn("assistant", "Good day")) * 100
    app = linked([Plan(SAMPLE)], asked=(*turns, Turn("user", "Bye")))
    assert "too long" in app.warning[0].value
    assert len(app.text_area) < 12


@pytest.mark.parametrize(
    ("template", "said"),
    [(None, "has no chat template"), ("{{ raise_exception('Not today') }}", "“Not today”")],
    ids=["none", "one that fails"],
)
def test_a_model_that_cannot_be_chatted_with(thinker, tmp_path, template, said):
    folder = shutil.copytree(thinker, tmp_path / "model")
    (folder / "chat_template.jinja").unlink()
    if template:
        (folder / "chat_template.jinja").write_text(template)
    app = playground(kind="Chat", model=str(folder))
    assert said in app.warning[0].value.replace("\\", "")
    assert app.button(key="playground_write").label == "Write"


def test_the_history_leads_back():
    app = playground()
    first = text(app)
    app.text_area(key="playground_prompt").set_value("The fox").run()
    press(app, "write")
    assert app.button(key="playground_history_1").disabled
    press(app, "history_0")
    assert text(app) == first
    assert app.text_area(key="playground_prompt").value == "Once upon a time"


def test_undoing_the_first_text_of_a_question_leaves_the_way_back_to_others():
    app = playground()
    first = text(app)
    app.text_area(key="playground_prompt").set_value("The fox").run()
    press(app, "write")
    press(app, "undo")
    assert "Nothing is written here yet." in said(app)
    labels = [each.proto.popover.label for each in app.get("popover")]
    assert "History (1)" in labels
    press(app, "history_0")
    assert text(app) == first


def test_texts_are_compared_with_those_of_their_own_question():
    app = playground(strategy="Sample")
    press(app, "write")
    app.text_area(key="playground_prompt").set_value("The fox").run()
    press(press(app, "write"), "write")
    keys = [each.key for each in app.selectbox if each.label == "Compare it with"]
    press(app, "history_0")
    again = [each.key for each in app.selectbox if each.label == "Compare it with"]
    assert len(keys) == len(again) == 1
    assert keys != again  # else the browser goes on showing the name of the other's text
