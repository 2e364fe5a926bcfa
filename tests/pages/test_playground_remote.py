"""The playground with a server beyond this machine: what it tells, and what it leaves out."""

import math

import pytest

from tests.generation.remote.servers import serving
from tests.pages.test_pages import opened, strips

PAGE = "pages/5_Playground.py"


@pytest.fixture
def asked(monkeypatch):
    """Open the page with a server of the environment chosen, and have it write."""

    def asked(server, **query):
        monkeypatch.setenv("LLM_PLAYGROUND_ENDPOINT", server.address)
        monkeypatch.setenv("LLM_PLAYGROUND_KEY", "sk-secret")
        query = {"server": "A server", "remote_model": "m", "prompt": "Once", **query}
        app = opened(PAGE, **{f"playground_{name}": value for name, value in query.items()})
        assert not strips(app)  # nobody is asked before somebody wants it
        return app.button(key="playground_remote_task_write").click().run()

    return asked


def behaving(*answers):
    """A server that lists one model, and answers each question in its own way."""
    left = list(answers)

    def behave(visit):
        if visit.path.endswith("/models"):
            visit.reply(200, {"data": [{"id": "m"}]})
        else:
            left.pop(0)(visit)

    return serving(behave)


def texts(app):
    shown = " ".join(each.value for each in (*app.caption, *app.warning))
    assert "sk-secret" not in repr(app.main)
    return shown.replace("\\", "")


def read(app):
    return [bytes.fromhex("".join(strip["hex"])).decode() for strip in strips(app)]


def test_what_a_server_tells_is_drawn(asked):
    told = {
        "tokens": [" upon", " a"],
        "token_logprobs": [math.log(0.5), math.log(0.25)],
        "top_logprobs": [{" upon": math.log(0.5)}, {" the": math.log(0.75), " a": math.log(0.25)}],
    }

    def answer(visit):
        visit.begin()
        visit.piece(" upon a", "stop", told)

    with behaving(answer) as server:
        app = asked(server, strategy="Sample", top_k="50", seed="3")
        sent = server.visits[-1].asked
    (strip,) = strips(app)
    assert read(app) == [" upon a"]
    assert strip["ids"] == [None, None]
    assert strip["probability"] == [pytest.approx(0.5), pytest.approx(0.25)]
    assert strip["rank"] == [1, 2]
    assert (sent["prompt"], sent["top_k"], sent["seed"]) == ("Once", 50, 3)
    assert [each.label for each in app.get("download_button")] == ["Markdown", "JSON"]
    assert "2 tokens" in texts(app)
    assert "a server may ignore it" in texts(app)
    assert "not given" not in texts(app)


def test_a_chat_with_a_thought_and_without_probabilities(asked):
    def answer(visit):
        visit.begin()
        for delta in ({"reasoning_content": "Hm."}, {"content": "Fo"}, {"content": "ur."}):
            visit.event({"choices": [{"delta": delta}]})
        visit.event({"choices": [{"delta": {}, "finish_reason": "length"}]})

    with behaving(answer) as server:
        app = asked(server, kind="Chat", message="2+2?")
        assert server.visits[-1].path == "/v1/chat/completions"
    assert read(app) == ["Hm.", "Four."]
    assert [each["legend"] for each in strips(app)] == [None, None]  # nothing to colour by
    assert "Probabilities are not given" in texts(app)
    assert "number of new tokens was reached" in texts(app)
    assert app.button(key="playground_remote_task_continue").disabled


def test_a_server_that_dies_leaves_what_came_and_a_way_on(asked):
    def die(visit):
        visit.begin()
        visit.piece(" upon")

    def live(visit):
        visit.begin()
        visit.piece(" a time", "stop")

    def fail(visit):
        visit.reply(503)

    with behaving(die, fail, live) as server:
        app = asked(server)
        assert read(app) == [" upon"]
        assert "broke off in mid-answer" in texts(app)
        app.button(key="playground_remote_task_write").click().run()
        assert read(app) == [" upon"]  # another one did not come to take its place
        assert "error 503" in texts(app)
        app.button(key="playground_remote_task_continue").click().run()
        assert server.visits[-1].asked["prompt"] == "Once upon"
    assert read(app) == [" upon a time"]
    assert not app.warning


def test_a_server_that_is_not_there_leaves_the_page(monkeypatch):
    monkeypatch.setenv("LLM_PLAYGROUND_ENDPOINT", "http://127.0.0.1:9/v1")
    app = opened(PAGE, playground_server="A server")
    assert "Nothing answers at 127.0.0.1:9" in texts(app)
    assert app.number_input(key="playground_new_tokens").value == 60


def test_what_is_wrong_with_a_server_is_said_beside_its_address(monkeypatch):
    monkeypatch.delenv("LLM_PLAYGROUND_ENDPOINT", raising=False)
    monkeypatch.setenv("LLM_PLAYGROUND_ANY_SERVER", "1")
    app = opened(PAGE, playground_server="Another server")
    left, _ = app.main.columns[:2]
    assert any("No server is named yet" in each.value for each in left.warning)
