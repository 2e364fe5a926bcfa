"""Downloads: how far they have come, that they are kept, and what is said when they fail."""

import threading

import pytest

from lab.__main__ import main
from lab.errors import LabError
from lab.generation.shelf import Shelf
from lab.models import hub, load
from lab.models.catalog import bundled
from lab.models.loading import weight_bytes
from tests.models import fake_hub

MINI = bundled()[0]
SIZE = sum((MINI.folder / name).stat().st_size for name in ("model.safetensors", "tokenizer.json"))


@pytest.fixture
def server(tmp_path, monkeypatch):
    with fake_hub.serving(MINI.folder, tmp_path, monkeypatch) as server:
        yield server


def test_a_download_tells_how_far_it_has_come(server):
    server.gate.clear()
    loaded = []
    thread = threading.Thread(target=lambda: loaded.append(load(server.model_id)))
    thread.start()
    seen = []
    while thread.is_alive():
        if (progress := hub.progress(server.model_id)) and progress.done > fake_hub.PIECE:
            seen.append(progress)
            server.gate.set()
        thread.join(0.01)
    first = seen[0]  # the small files, and a piece of the weights
    assert SIZE < first.total < 1.01 * SIZE
    assert first.done < 0.2 * first.total
    assert first.speed == pytest.approx(first.done / first.seconds)
    assert first.seconds_left == pytest.approx(first.seconds * (1 / first.share - 1))
    assert [each.done for each in seen] == sorted(each.done for each in seen)
    assert loaded[0].source == "hub"
    assert hub.progress(server.model_id) is None


def test_what_has_been_downloaded_needs_no_network(server, monkeypatch):
    folder = hub.fetch(server.model_id)
    served = list(server.served)
    assert "model.safetensors" in served
    assert not any(name.endswith((".py", ".md")) for name in served)
    assert hub.fetch(server.model_id) == folder
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert hub.fetch(server.model_id) == folder
    assert server.served == served
    assert hub.cached_models() == [server.model_id]


def test_a_download_that_breaks_off_says_so_and_can_be_taken_up(server):
    server.broken = True
    with pytest.raises(LabError, match=r"broke off at \d+%"):
        hub.fetch(server.model_id)
    assert hub.progress(server.model_id) is None
    assert hub.cached_models() == []
    server.broken = False
    server.served.clear()
    hub.fetch(server.model_id)
    assert server.served == ["model.safetensors"]  # the others had come


def test_a_model_that_is_too_large_is_refused_before_it_is_downloaded(server):
    server.parameters = 40_000_000
    with pytest.raises(LabError, match=r"weights take 0\.16 GB") as refused:
        Shelf(memory=10**8).open(server.model_id).result(60)
    assert "no room" in refused.value.what
    assert not server.served
    with pytest.raises(LabError, match="has no model"):
        weight_bytes("nobody/nothing")


def test_a_model_that_the_hub_has_not_measured_is_fetched_first(server):
    assert weight_bytes(server.model_id) == weight_bytes(MINI.id)
    assert "model.safetensors" in server.served


def test_the_command_line_fetches_what_it_can_and_names_what_it_cannot(server, capsys):
    assert main(["download", server.model_id, "nobody/nothing"]) == 1
    told = capsys.readouterr()
    assert f"{server.model_id}: /" in told.out
    assert "nobody/nothing: The Hugging Face Hub has no model" in told.err


def test_a_hub_that_is_not_there(server):
    server.shutdown()
    server.server_close()
    with pytest.raises(LabError, match="cannot be reached"):
        hub.fetch(server.model_id)
