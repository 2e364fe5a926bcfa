"""Every page as Streamlit runs it, without a browser: what is drawn, and what an input does."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lab.errors import LabError
from lab.ui import models
from lab.ui.writing import ENDS

ROOT = Path(__file__).parents[2]
HOME = str(ROOT / "streamlit_app.py")
PAGES = sorted(f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py"))

PATIENCE = 300  # seconds; a shared machine can be slow, a test must not be impatient

HOSTILE = {
    "empty": "",
    "spaces": "   ",
    "long": "many words " * 9_091,  # 100,000 characters
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "control token": "<|endoftext|>",
    "NUL": "a\0b",
    "markdown": "$x$ **b** [l](javascript:alert(1)) :red[c] `d`",
    "right to left": "\u202eabc \u0627\u0644",
    "emoji": "👩‍🚀🏳️‍🌈",
}


def opened(page=None, **query):
    """A page, run once by its address."""
    app = AppTest.from_file(HOME, default_timeout=PATIENCE)
    app.query_params.update(query)
    if page is not None:
        app.switch_page(page)
    app.run()
    assert not app.exception
    return app


def strips(app):
    """What the token strips were given to draw."""
    return [json.loads(node.proto.bytes or node.proto.json) for node in app.get("bidi_component")]


def chart(app):
    return json.loads(app.get("plotly_chart")[0].proto.spec)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_with_its_frame(page):
    app = opened(page)
    assert len(app.title) == 1
    assert [link.proto.label for link in app.sidebar.page_link] == [
        "The loop",
        "Tokenization",
        "Inside the model",
        "Decoding",
        "Completion and instruction",
        "Playground",
    ]
    assert app.selectbox(key="model").value == "mini-gpt2"
    assert not app.warning


def test_home_shows_the_first_example_at_once():
    app = opened()
    text, candidates = strips(app)
    assert bytes.fromhex("".join(text["hex"])) == b"Once upon a time"
    figure = chart(app)
    assert figure["layout"]["title"]["text"] == "Most likely next tokens"
    assert [row[0] for row in figure["data"][0]["customdata"]] == candidates["ids"]


def test_the_way_to_the_first_distribution_does_not_lead_through_transformers():
    code = (
        "import sys; from streamlit.testing.v1 import AppTest; "
        f"app = AppTest.from_file({HOME!r}, default_timeout={PATIENCE}).run(); "
        "assert app.get('plotly_chart'); print(*sys.modules)"
    )
    loaded = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).split()
    assert "torch" in loaded
    assert "transformers" not in loaded


def test_home_writes_the_likeliest_token_until_the_context_is_nearly_full():
    app = opened(home_prompt=" the" * 500)
    first = strips(app)[1]["ids"][0]
    app.button(key="home_write").click().run()
    text = strips(app)[0]
    assert text["ids"][500] == first
    assert app.button(key="home_write").label == "Write"  # it has stopped by itself
    ended = text["ids"][-1] == 5117  # the model's end of a text
    assert len(text["ids"]) == 511 or ended
    assert ENDS["end" if ended else "context"] in [each.value for each in app.caption]
    assert chart(app)["layout"]["title"]["text"] == "Most likely next tokens"


def test_an_infinite_number_in_a_link_is_taken_for_none():
    """A whole-number box of each kind: a box of a page's own, one that is kept, a knob."""
    for page, key, rest in (
        ("pages/2_Inside_the_model.py", "inside_count", {"inside_kind": "Random ids"}),
        ("pages/3_Decoding.py", "decoding_seed", {}),
        ("pages/5_Playground.py", "playground_new_tokens", {}),
    ):
        usual = opened(page, **rest).number_input(key=key).value
        for number in ("1e400", "-inf"):
            assert opened(page, **rest, **{key: number}).number_input(key=key).value == usual


def test_a_new_prompt_begins_a_new_text():
    app = opened()
    app.session_state["home_added"] = [5, 6]
    app.run()
    assert strips(app)[0]["ids"][-2:] == [5, 6]
    app.text_input(key="home_prompt").set_value("The fox").run()
    assert bytes.fromhex("".join(strips(app)[0]["hex"])) == b"The fox"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_home_answers_every_text(text):
    app = opened(home_prompt=text)
    first = bytes.fromhex("".join(strips(app)[0]["hex"])).decode()  # the first page of the text
    assert first == text[: len(first)]
    assert first or not text
    assert strips(app)[0]["control"] == []  # nothing that was typed becomes a control token
    if text == HOSTILE["empty"]:
        assert "prompt is empty" in app.warning[0].value
        assert strips(app)[0]["rows"] == []  # no name of a row that has nothing in it
    elif text == HOSTILE["long"]:
        assert "prompt fills the model" in app.columns[1].warning[0].value  # beside the text
    else:
        assert not app.warning


@pytest.mark.parametrize(
    "model",
    ["../etc", "a b", "no-such-folder/", "C:\\x", "\0", "<script>", "m" * 3000 + "/"],
    ids=lambda model: ascii(model[:12]),
)
def test_a_model_that_cannot_be_had_is_explained_and_replaced(model):
    app = opened(model=model)
    assert "There is no model" in app.warning[0].value
    assert len(app.warning[0].value) < 800
    assert strips(app)[0]["ids"]


def test_a_server_that_others_reach_reads_no_folders(monkeypatch, tmp_path):
    monkeypatch.delenv("LLM_PLAYGROUND_ANY_MODEL")
    app = opened(model=str(tmp_path))
    assert app.selectbox(key="model").value == "mini-gpt2"
    with pytest.raises(LabError, match="does not offer"):
        models.get(str(tmp_path))
    app = opened("pages/1_Tokenization.py", tokenization_section="Side by side")
    assert not [box for box in app.text_input if box.key == "tokenization_other"]


def test_a_folder_without_weights_is_explained(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}')
    app = opened(model=str(tmp_path))
    assert app.warning
    assert strips(app)[0]["ids"]


@pytest.mark.parametrize("text", ["", HOSTILE["long"]], ids=["empty", "long"])
def test_home_does_not_go_on_writing_what_was_refused(text):
    app = opened(home_prompt="a")
    app.text_input(key="home_prompt").set_value(text).run()
    app.button(key="home_write").click().run()
    assert app.warning
    assert app.button(key="home_write").label == "Write"


def test_decoding_puts_three_rules_side_by_side():
    app = opened("pages/3_Decoding.py")
    greedy, top_k, top_p = strips(app)
    assert all(rank == 1 for rank in greedy["rank"])
    assert all(rank <= 50 for rank in top_k["rank"])
    assert top_p["ids"] != greedy["ids"]
