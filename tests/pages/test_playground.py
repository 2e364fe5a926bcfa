"""The playground as Streamlit runs it: writing, going on, what is kept, and what is refused."""

import pytest

from lab.ui.playground.session import Draft
from tests.pages.test_pages import HOSTILE, opened, strips

PAGE = "pages/5_Playground.py"


def playground(**inputs):
    """The page, opened with some inputs, and what it wrote by itself."""
    quick = {"new_tokens": "4"} | inputs
    return opened(PAGE, **{f"playground_{name}": value for name, value in quick.items()})


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
    assert "From 0 to 3: 3 is used." in said(app)
    assert "temperature 3." in said(app)


def test_presets_set_what_they_say():
    app = playground()
    app.button_group(key="playground_preset").set_value("Wild").run()
    assert app.number_input(key="playground_temperature").value == 1.5
    assert app.number_input(key="playground_top_k").value is None
    press(app, "write")
    assert "after temperature 1.5. Seed" in said(app)
