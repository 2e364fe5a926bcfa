"""Models come into memory once, and leave it when room is needed, but not while they write."""

import threading

import pytest

from lab.errors import LabError
from lab.generation import shelf as module
from lab.generation.shelf import Shelf
from lab.models import load
from lab.models.catalog import bundled
from lab.models.loading import weight_bytes
from lab.models.memory import VARIABLE, budget, machine
from lab.sampling import Settings

MINI = bundled()[0]


@pytest.fixture
def folders(tmp_path):
    """Five models that are the same one."""
    names = []
    for name in "abcde":
        (tmp_path / name).mkdir()
        for file in MINI.folder.iterdir():
            (tmp_path / name / file.name).symlink_to(file)
        names.append(str(tmp_path / name))
    return names


@pytest.fixture
def loaded(monkeypatch):
    """The ids of the models that were read from disk, in order."""
    ids = []

    def noting(model_id):
        ids.append(model_id)
        return load(model_id)

    monkeypatch.setattr(module, "load", noting)
    return ids


def opened(shelf, folders):
    for folder in folders:
        shelf.open(folder).result(60)


def test_a_model_is_loaded_once_for_all_who_ask(loaded):
    shelf = Shelf()
    engines = []
    threads = [
        threading.Thread(target=lambda: engines.append(shelf.open(MINI.id).result(60)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(engines) == 8
    assert len(set(map(id, engines))) == 1
    assert loaded == [MINI.id]


def test_the_least_recently_used_goes(folders, loaded):
    a, b, c, d, _ = folders
    shelf = Shelf(most=3)
    opened(shelf, [a, b, c, a, d])  # b was not asked for in the longest time
    assert loaded == [a, b, c, d]
    opened(shelf, [a, c, d])
    assert len(loaded) == 4
    opened(shelf, [b])
    assert loaded[4:] == [b]


def test_one_that_writes_never_goes(folders, loaded):
    a, b, c, d, _ = folders
    shelf = Shelf(most=2)
    text = shelf.open(a).result(60).generate("Once", Settings(max_new_tokens=400))
    opened(shelf, [b, c])
    opened(shelf, [a])
    assert loaded == [a, b, c]
    other = shelf.open(c).result(60).generate("Once", Settings(max_new_tokens=400))
    with pytest.raises(LabError, match="no place"):
        shelf.open(d).result(60)
    text.close()
    other.close()


def test_what_is_let_go_is_not_read_again_while_somebody_holds_it(folders, loaded):
    shelf = Shelf(most=1)
    model = shelf.open(folders[0]).result(60).model
    opened(shelf, folders[1:2])
    assert shelf.open(folders[0]).result(60).model is model
    assert loaded == folders[:2]


def test_a_budget_is_kept_and_a_model_beyond_it_is_refused_unread(folders, loaded):
    size = weight_bytes(MINI.id)
    shelf = Shelf(most=9, memory=2 * size)
    opened(shelf, folders[:3])
    opened(shelf, folders[1:3])
    assert loaded == folders[:3]
    held = shelf.open(folders[2]).result(60).model
    assert held.bytes == size
    small = Shelf(memory=size - 1)
    with pytest.raises(LabError, match="no room") as refused:
        small.open(MINI.id).result(60)
    assert VARIABLE in refused.value.remedy
    assert MINI.id not in loaded


def test_a_failure_is_believed_for_a_while(monkeypatch):
    tried = []

    def unreachable(model_id):
        tried.append(model_id)
        raise LabError("It is not here.", "The network is down.", "Plug it in.")

    monkeypatch.setattr(module, "weight_bytes", unreachable)
    shelf = Shelf()
    for _ in range(3):
        with pytest.raises(LabError, match="The network is down"):
            shelf.open("somebody/something").result(60)
    assert len(tried) == 1
    monkeypatch.setattr(module, "SECONDS_UNTIL_RETRY", 0)
    with pytest.raises(LabError):
        shelf.open("somebody/something").result(60)
    assert len(tried) == 2


def test_the_budget_is_the_machines_unless_it_is_set(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert 0 < budget() < machine()
    monkeypatch.setenv(VARIABLE, "1.5")
    assert budget() == 1_500_000_000
    for nonsense in ("", "much", "inf"):
        monkeypatch.setenv(VARIABLE, nonsense)
        assert 0 < budget() < machine()
