"""A real server of another make, `transformers serve`, with a model whose texts we know."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from lab import chat
from lab.errors import LabError
from lab.generation import generate
from lab.generation.remote import Endpoint, RemoteModel, list_models
from lab.generation.remote import generate as ask
from lab.models import load
from lab.models.catalog import BUNDLED
from lab.sampling import Settings

NAME, HERE = "playground/mini-gpt2", "mini-gpt2"
MESSAGES = [{"role": "user", "content": "Who are you?"}]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    """The server, with a Hub cache in which nothing but that model lies."""
    home = tmp_path_factory.mktemp("hub")
    repository = home / "hub" / f"models--{NAME.replace('/', '--')}"
    shutil.copytree(BUNDLED / HERE, repository / "snapshots" / ("0" * 40))
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0" * 40)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = Path(sys.executable).with_name("transformers")
    log = home / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [command, "serve", "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"],
            env=os.environ | {"HF_HOME": str(home), "HF_HUB_OFFLINE": "1"},
            stdout=output,
            stderr=output,
        )
    try:
        if not _healthy(f"http://127.0.0.1:{port}/health", server):
            pytest.fail("The server did not start:\n" + log.read_text())
        yield Endpoint(f"http://127.0.0.1:{port}/v1")
    finally:
        server.terminate()
        server.wait(timeout=30)


def _healthy(address, server):
    """Whether the server answers before it ends or two minutes are over."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.status == 200
        except OSError:
            time.sleep(0.1)
    return False


def joined(steps):
    return "".join(step.text for step in steps)


def test_its_models_are_listed(endpoint):
    assert list_models(endpoint) == [NAME]


@pytest.mark.parametrize("prompt", ["Once upon a time", "Ünïcode 🚀"])
def test_a_prompt_is_continued_as_here(endpoint, prompt):
    settings = Settings(max_new_tokens=24)
    steps = list(ask(RemoteModel(endpoint, NAME), prompt, settings))
    assert joined(steps) == joined(generate(load(HERE), prompt, settings))
    assert steps[-1].finish == "length"
    assert {step.probability for step in steps} == {None}  # it does not give them


def test_messages_are_answered_as_here(endpoint):
    settings, model = Settings(max_new_tokens=24), load(HERE)
    steps = list(ask(RemoteModel(endpoint, NAME), MESSAGES, settings))
    assert len(steps) > 2  # piece by piece
    assert joined(steps) == joined(generate(model, chat.render(model, MESSAGES).ids, settings))


def test_a_knob_that_it_refuses(endpoint):
    with pytest.raises(LabError, match="top_k") as caught:
        next(ask(RemoteModel(endpoint, NAME), "x", Settings("sample", top_k=5)))
    assert "Change the setting" in caught.value.remedy


def test_a_model_that_it_does_not_have(endpoint):
    with pytest.raises(LabError):
        next(ask(RemoteModel(endpoint, "no/such-model"), "x", Settings()))


def test_it_answers_the_next_one_after_somebody_left(endpoint):
    model = RemoteModel(endpoint, NAME)
    left = ask(model, "Once upon a time", Settings(max_new_tokens=400))
    next(left)
    left.close()
    assert joined(ask(model, "The fox", Settings(max_new_tokens=4)))
