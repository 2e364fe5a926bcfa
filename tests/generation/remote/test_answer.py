"""Answers of servers that behave: in time, with all they tell, and closed when nobody listens."""

import math
import threading

import pytest

from lab.generation.remote import Patience, RemoteAlternative, RemoteStep, generate
from lab.sampling import Settings
from tests.generation.remote.servers import serving

SETTINGS = Settings(max_new_tokens=8)
LONG = 30  # seconds that no test takes unless it fails


def test_a_piece_is_out_before_the_server_sends_the_next():
    seen = threading.Event()

    def one_at_a_time(visit):
        visit.begin()
        for number in range(4):
            visit.piece(f" {number}")
            assert seen.wait(LONG)
            seen.clear()
        visit.piece("", finish="length")

    with serving(one_at_a_time) as server:
        texts = []
        for step in generate(server.model(), "Count", SETTINGS, patience=Patience(LONG, LONG)):
            texts.append(step.text)
            seen.set()
    assert texts == [" 0", " 1", " 2", " 3", ""]


@pytest.mark.parametrize("asked", ["a piece", "the first piece", "the head"])
def test_who_stops_asking_closes_the_connection(asked):
    """Also while the server has not even begun to answer."""
    reached, left = threading.Event(), threading.Event()

    class EnoughError(Exception):
        pass

    def enough():
        if reached.is_set():  # who leaves before is not even noticed
            raise EnoughError

    def endless(visit):
        reached.set()
        if asked != "the head":
            visit.begin()
        if asked == "a piece":
            visit.piece(" and")
        visit.wait_until_left()
        left.set()

    with serving(endless) as server:
        steps = generate(server.model(), "On", SETTINGS, waiting=enough)
        if asked == "a piece":
            assert next(steps).text == " and"
            steps.close()
        else:
            with pytest.raises(EnoughError):
                next(steps)
        assert left.wait(LONG)


def test_the_probabilities_of_a_completion():
    told = {
        "tokens": [" a", " b"],
        "token_logprobs": [math.log(0.5), math.log(0.25)],
        "top_logprobs": [{" a": math.log(0.5), " c": math.log(0.4)}, {" d": math.log(0.75)}],
    }

    def tell(visit):
        visit.begin()
        visit.piece(" a b", "stop", told)

    with serving(tell) as server:
        first, second = generate(server.model(), "x", SETTINGS)
        assert server.visits[0].path == "/v1/completions"
    assert (first.text, first.probability, first.rank) == (" a", pytest.approx(0.5), 1)
    assert first.alternatives[1] == RemoteAlternative(" c", pytest.approx(0.4))
    assert (second.text, second.rank, second.finish) == (" b", None, "stop")


def test_the_probabilities_and_the_thought_of_a_chat():
    def token(text, log, *others):
        tops = [{"token": each, "logprob": value} for each, value in others]
        return {"token": text, "logprob": log, "bytes": None, "top_logprobs": tops}

    half, whole = token("�", math.log(0.5)), token("�", 0.0000001, ("�", 0.0000001))

    def tell(visit):
        visit.begin()
        for delta, logprobs in (
            ({"role": "assistant", "content": ""}, None),
            ({"reasoning_content": "Hm"}, {"content": [token("Hm", -0.5)]}),
            ({"content": ""}, {"content": [half]}),
            ({"content": "é"}, {"content": [whole]}),
            ({"content": "!?"}, None),
        ):
            visit.event({"choices": [{"delta": delta, "logprobs": logprobs}]})
        visit.event({"choices": [{"delta": {}, "finish_reason": "stop"}]})
        visit.event("[DONE]")

    messages = [{"role": "user", "content": "Hi"}]
    with serving(tell) as server:
        steps = list(generate(server.model(), messages, SETTINGS, thinking=False))
        assert server.visits[0].path == "/v1/chat/completions"
        assert server.visits[0].asked["messages"] == messages
        assert server.visits[0].asked["chat_template_kwargs"] == {"enable_thinking": False}
    assert [step.text for step in steps] == ["Hm", "", "é", "!?", ""]
    assert [step.thought for step in steps] == [True, False, False, False, False]
    chances = [pytest.approx(math.exp(-0.5)), pytest.approx(0.5), 1.0, None, None]
    assert [step.probability for step in steps] == chances


def test_a_server_without_log_probabilities_is_asked_again_without():
    def refuse_first(visit):
        if "logprobs" in visit.asked:
            visit.reply(400, {"error": {"message": "logprobs are not supported"}})
            return
        visit.begin()
        visit.piece(" fine", "stop")

    with serving(refuse_first) as server:
        assert list(generate(server.model(), "x", SETTINGS)) == [RemoteStep(" fine", finish="stop")]
        assert len(server.visits) == 2


def test_an_answer_of_100_000_tokens_is_cut_off():
    left = threading.Event()

    def talk(visit):
        visit.begin()
        try:
            for number in range(100_000):
                visit.piece(f" {number}")
        except ConnectionError:
            left.set()
            raise

    with serving(talk) as server:
        steps = list(generate(server.model(), "x", SETTINGS))
        assert left.wait(LONG)
    assert len(steps) == 9
    assert steps[-1] == RemoteStep("", finish="length")


def test_a_long_answer_that_was_asked_for_comes_whole():
    def talk(visit):
        visit.begin()
        visit.raw(b'data: {"choices": [{"text": " word"}]}\n\n' * 20_000)
        visit.piece("", finish="stop")

    with serving(talk) as server:
        steps = list(generate(server.model(), "x", Settings(max_new_tokens=100_000)))
    assert len(steps) == 20_001
    assert steps[-1].finish == "stop"


def test_the_key_goes_to_the_server_and_nothing_else_does(monkeypatch):
    foreign = {
        "OPENAI_API_KEY": "sk-foreign",
        "OPENAI_ADMIN_KEY": "sk-foreign",
        "OPENAI_ORG_ID": "foreign",
        "OPENAI_PROJECT_ID": "foreign",
        "OPENAI_CUSTOM_HEADERS": "X-Secret: foreign\nAuthorization: Bearer sk-foreign",
    }
    for name, value in foreign.items():
        monkeypatch.setenv(name, value)

    def reply(visit):
        visit.begin()
        visit.piece(" ok", "stop")

    with serving(reply) as server:
        for key in ("sk-ours", ""):
            list(generate(server.model(key), "x", SETTINGS))
        with_key, without = (dict(visit.headers) for visit in server.visits)
    assert with_key.pop("authorization") == "Bearer sk-ours"
    for headers in (with_key, without):
        assert "foreign" not in repr(headers)
        assert not {"authorization", "Authorization"} & set(headers)
