"""Servers that misbehave: each ends in three sentences, and what came before is kept."""

import contextlib
import socket
import threading

import pytest

from lab.errors import LabError
from lab.generation.remote import Endpoint, Patience, RemoteModel, generate, list_models
from lab.sampling import Settings
from tests.generation.remote.servers import serving

KEY = "sk-secret"


def outcome(model, **options):
    """The texts that came, and the error that ended them."""
    texts = []
    steps = generate(model, "x", Settings(), **options)
    with pytest.raises(LabError) as caught:
        texts.extend(step.text for step in steps)
    assert KEY not in str(caught.value)
    return texts, caught.value


def answer(status, content=b"", **more):
    return lambda visit: visit.reply(status, content, **more)


def message(text):
    return {"error": {"message": text, "type": "error", "code": None}}


def scored(log, top):
    """Send a token of a completion with what is told of its probability, in JSON."""
    told = f'{{"tokens": ["a"], "token_logprobs": [{log}], "top_logprobs": [{top}]}}'
    return stream(f'data: {{"choices": [{{"text": "a", "logprobs": {told}}}]}}\n\n'.encode())


def stream(*chunks):
    """Send these bytes as a stream, then close the connection."""

    def behave(visit):
        visit.begin()
        for chunk in chunks:
            visit.raw(chunk)

    return behave


HALF = b'data: {"choices": [{"text": " half"}]}\n\n'
GZIP = {"content-encoding": "gzip"}
DEEP = b"data: " + b"[" * 100_000 + b"\n\n"


@pytest.mark.parametrize(
    ("behave", "said"),
    [
        (answer(401, message(f"Incorrect API key provided: {KEY}")), "does not let us in"),
        (answer(403), "The key was refused"),
        (answer(404, message("The model `m` does not exist.")), "“The model `m` does not exist.”"),
        (answer(404, {"detail": "Not Found"}), "does not have the model 'm'"),
        (answer(429), "takes no more questions for now"),
        (answer(429, message("Rate limit: 3 a minute")), "“Rate limit: 3 a minute”"),
        (answer(500, b"<html>oh no</html>"), "error 500). It gave no reason"),
        (answer(503, {"error": f"busy with {KEY}"}), "“busy with …”"),
        (answer(400, message("temperature must be below 2")), "“temperature must be below 2”"),
        (answer(422, {"detail": "Unexpected fields: {'top_k'}"}), "not every server knows"),
        (answer(400, message("long " * 1000)), "long …”"),
        (answer(301, location="http://elsewhere.example/v1"), "sends us on to elsewhere.example"),
        (answer(200, b"<html>hello</html>", kind="text/html"), "OpenAI-compatible"),
        (answer(200, {"choices": [{"text": "not a stream"}]}), "OpenAI-compatible"),
        (answer(200, b"nonsense", **GZIP), "without an answer"),
        (answer(502, b"nonsense", **GZIP), "without an answer"),
        (stream(), "OpenAI-compatible"),
        (stream(b"data: hello\n\n"), "not JSON"),
        (stream(b"data: [1, 2]\n\n"), "not JSON, or lacks"),
        (stream(b"data: null\n\n"), "not JSON, or lacks"),
        (stream(b'data: {"choices": {"a": 1}}\n\n'), "not JSON, or lacks"),
        (stream(b'data: {"choices": [{"delta": "hello"}]}\n\n'), "not JSON, or lacks"),
        (stream(b'data: {"choices": [{"text": 5}]}\n\n'), "not JSON, or lacks"),
        (scored("-1.0", '[["a", -1.0]]'), "not JSON, or lacks"),
        (scored("-1.0", '"a"'), "not JSON, or lacks"),
        (scored(10**400, "null"), "not JSON, or lacks"),
        (scored("-1.0", f'{{"a": {-(10**400)}}}'), "not JSON, or lacks"),
        (stream(b"data: \xff\xfe\n\n"), "not JSON"),
        (stream(DEEP), "not JSON"),
        (stream(b'data: {"error": "out of memory"}\n\n'), "gave up on this answer"),
        (lambda visit: None, "closed the connection without an answer"),
        (lambda visit: visit.raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "without an answer"),
    ],
)
def test_a_server_that_does_not_answer_the_question(behave, said):
    with serving(behave) as server:
        texts, error = outcome(server.model(KEY))
    assert texts == []
    assert said in str(error)


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        (b"", "broke off in mid-answer"),
        (b"data: oops\n\n", "does not answer as"),
        (b'data: {"error": {"message": "CUDA out of memory"}}\n\n', "“CUDA out of memory”"),
    ],
)
def test_what_came_before_the_end_is_kept(rest, said):
    with serving(stream(HALF, HALF, rest)) as server:
        texts, error = outcome(server.model())
    assert texts == [" half", " half"]
    assert said in str(error)
    assert "is kept" in error.remedy


def test_a_server_that_dies_in_mid_answer():
    def die(visit):
        visit.send_response(200)
        visit.send_header("content-type", "text/event-stream")
        visit.send_header("transfer-encoding", "chunked")
        visit.end_headers()
        visit.raw(b"%x\r\n%s\r\n" % (len(HALF), HALF))
        reset = b"\x01\x00\x00\x00\x00\x00\x00\x00"  # no farewell: the connection is reset
        visit.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)

    with serving(die) as server:
        texts, error = outcome(server.model())
    assert texts == [" half"]
    assert "broke off" in error.what


@pytest.mark.parametrize("keeping_alive", [False, True])
@pytest.mark.parametrize("begun", [False, True])
def test_a_server_that_is_too_slow(begun, keeping_alive):
    """Comments that only keep the connection alive are no answer."""

    def dawdle(visit):
        visit.begin()
        if begun:
            visit.raw(HALF)
        if keeping_alive:
            with contextlib.suppress(ConnectionError):
                while True:
                    visit.raw(b': wait\n\ndata: {"choices": []}\n\n')
                    threading.Event().wait(0.01)
        visit.wait_until_left()

    with serving(dawdle) as server:
        texts, error = outcome(server.model(), patience=Patience(30 if begun else 0.3, 0.3))
    assert texts == [" half"] * begun
    assert ("fell silent" if begun else "does not begin") in error.what


def test_a_line_without_end_does_not_fill_the_memory():
    def babble(visit):
        visit.begin()
        with contextlib.suppress(ConnectionError):
            while True:
                visit.raw(b"x" * 65_536)

    with serving(babble) as server:
        _, error = outcome(server.model())
    assert "sends without end" in error.what


def test_pieces_without_end_do_not_fill_the_page():
    def boast(visit):
        visit.begin()
        for _ in range(64):
            visit.piece("long " * 1_000)

    with serving(boast) as server:
        texts, error = outcome(server.model())
    assert "sends without end" in error.what
    assert 0 < sum(map(len, texts)) <= 64 * 256
    assert "is kept" in error.remedy


def test_the_key_does_not_follow_a_redirect():
    with (
        serving(answer(200)) as elsewhere,
        serving(lambda visit: visit.reply(307, location=elsewhere.address)) as server,
    ):
        outcome(server.model(KEY))
        assert not elsewhere.visits


def test_nobody_is_there():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    _, error = outcome(RemoteModel(Endpoint(f"http://127.0.0.1:{port}/v1"), "m"))
    assert error.what == f"Nothing answers at 127.0.0.1:{port}."
    assert error.remedy == "Start the server, or check its address."


def test_a_name_that_nobody_has():
    _, error = outcome(RemoteModel(Endpoint("http://no-such-host.invalid/v1"), "m"))
    assert error.what == "There is no machine called 'no-such-host.invalid'."


def test_a_server_without_tls():
    with serving(answer(200)) as server:
        address = server.address.replace("http:", "https:")
        _, error = outcome(RemoteModel(Endpoint(address), "m"))
    assert "no safe connection" in error.what


@pytest.mark.parametrize(
    ("behave", "said"),
    [
        (answer(401), "wants a key, and none is set"),
        (answer(404), "does not have a list of models"),
        (answer(200, {"models": []}), "OpenAI-compatible"),
        (answer(200, {"data": ["m"]}), "OpenAI-compatible"),
        (answer(200, b"hello"), "OpenAI-compatible"),
        (answer(200, b" " * 9_000_000), "sends without end"),
        (lambda visit: visit.wait_until_left(), "does not begin to answer"),
    ],
)
def test_a_list_of_models_that_cannot_be_had(behave, said):
    with serving(behave) as server, pytest.raises(LabError, match=said):
        list_models(server.model().endpoint, patience=1.0)
