"""Models come into memory once, and leave it when room is needed, but not while they write."""

import gc
import threading
from weakref import ref

import pytest

from lab.errors import LabError
from lab.generation import shelf as module
from lab.generation.shelf import Shelf
from lab.models import load
from lab.models.catalog import bundled
from lab.models.loading import weight_bytes
from lab.models.memory import VARIABLE, budget, machine
from lab.sampling import Settings
from tests.generation.scripted import comes_true

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


def can_be_had(shelf, folder):
    try:
        shelf.open(folder).result(60)
    except LabError:
        return False
    return True


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


def test_what_comes_back_takes_the_place_of_another(folders, loaded):
    a, b, *_ = folders
    shelf = Shelf(most=1)
    model = shelf.open(a).result(60).model
    opened(shelf, [b, a, b])  # b left when a came back, and is read again
    assert loaded == [a, b, b]
    text = shelf.open(b).result(60).generate("Once", Settings(max_new_tokens=400))
    with pytest.raises(LabError, match="no place"):
        shelf.open(a).result(60)
    text.close()
    seen = ref(model)
    del model
    assert comes_true(lambda: seen() is None)  # the refusal does not hold it


def test_what_is_in_memory_comes_back_even_where_no_byte_is_left(folders, loaded):
    a, b, *_ = folders
    shelf = Shelf(most=1, memory=2 * weight_bytes(MINI.id))
    model = shelf.open(a).result(60).model
    other = shelf.open(b).result(60).model
    assert shelf.open(a).result(60).model is model
    assert shelf.open(b).result(60).model is other
    assert loaded == [a, b]


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


def test_nothing_leaves_for_one_that_finds_no_room_even_so(folders, loaded, monkeypatch):
    size = weight_bytes(MINI.id)
    a, b, c, *_ = folders
    shelf = Shelf(memory=3 * size)
    opened(shelf, [a, b])
    text = shelf.open(a).result(60).generate("Once", Settings(max_new_tokens=400))
    monkeypatch.setattr(module, "weight_bytes", lambda _: 3 * size)
    with pytest.raises(LabError, match="no room") as refused:
        shelf.open(c).result(60)
    assert f"in use take {size / 1e9:.2f} GB" in refused.value.why  # b's may be had
    text.close()
    opened(shelf, [b, a])
    assert loaded == [a, b]


def test_a_model_without_a_place_can_be_had_as_soon_as_there_is_one(folders):
    shelf = Shelf(most=1)
    text = shelf.open(folders[0]).result(60).generate("Once", Settings(max_new_tokens=400))
    with pytest.raises(LabError, match="no place"):
        shelf.open(folders[1]).result(60)
    text.close()
    assert comes_true(lambda: can_be_had(shelf, folders[1]))


def test_a_model_without_room_can_be_had_as_soon_as_there_is_some(folders):
    shelf = Shelf(memory=weight_bytes(MINI.id))
    held = shelf.open(folders[0]).result(60).model
    with pytest.raises(LabError, match="no room"):
        shelf.open(folders[1]).result(60)
    del held
    assert comes_true(lambda: can_be_had(shelf, folders[1]))


def test_that_a_model_is_larger_than_all_room_is_believed_for_a_while(monkeypatch):
    asked = []
    monkeypatch.setattr(module, "weight_bytes", lambda model_id: asked.append(model_id) or 10**9)
    shelf = Shelf(memory=10**6)
    for _ in range(3):
        with pytest.raises(LabError, match="no room"):
            shelf.open("somebody/large").result(60)
    assert asked == ["somebody/large"]


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


def test_a_failure_keeps_nobody_alive_who_was_told():
    shelf = Shelf()
    told = []

    def session():
        mine = threading.Event()  # something that only this session holds
        told.append(ref(mine))
        with pytest.raises(LabError, match=r"no model './missing'\. .+\. .+\."):
            shelf.open("./missing").result(60)

    for _ in range(3):
        session()
    gc.collect()
    assert [each() for each in told] == [None] * 3


def test_a_failure_that_is_no_longer_believed_is_forgotten(monkeypatch):
    class Words(str):
        """A sentence whose end can be watched."""

    sentences = []

    def missing(model_id):
        what = Words(f"{model_id} is not here.")
        sentences.append(ref(what))
        raise LabError(what, "It is elsewhere.", "Look there.")

    def forgotten():
        gc.collect()
        return sentences[0]() is None

    monkeypatch.setattr(module, "weight_bytes", missing)
    shelf = Shelf()
    assert not can_be_had(shelf, "somebody/something")
    assert not forgotten()
    monkeypatch.setattr(module, "SECONDS_UNTIL_RETRY", 0)
    assert not can_be_had(shelf, "somebody/else")
    assert comes_true(forgotten, seconds=5)


def test_the_budget_is_the_machines_unless_it_is_set(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert 0 < budget() < machine()
    monkeypatch.setenv(VARIABLE, "1.5")
    assert budget() == 1_500_000_000
    for nonsense in ("", "much", "inf"):
        monkeypatch.setenv(VARIABLE, nonsense)
        assert 0 < budget() < machine()
