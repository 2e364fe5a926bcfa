"""Beam searches of an engine run beside its batch, one after another."""

import threading

import pytest

from lab.errors import LabError
from lab.generation import Engine, beam, engine, generate
from lab.models import load
from lab.models.catalog import bundled
from lab.sampling import Settings
from tests.generation.scripted import PATIENCE, ids
from tests.random_models import random_pair

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


def test_a_search_runs_beside_the_batch():
    _, model = random_pair("gpt2")
    settings = Settings("beam", num_beams=4, max_new_tokens=12, length_penalty=1.0)
    shared = Engine(model)
    beside = shared.generate([9, 8], Settings(max_new_tokens=60))
    searches = [shared.generate([1, 2, each], settings) for each in range(3)]
    for each, search in enumerate(searches):
        assert ids(search) == ids(generate(model, [1, 2, each], settings))
    assert ids(beside) == ids(generate(model, [9, 8], Settings(max_new_tokens=60)))


def test_a_search_that_nobody_reads_any_more_ends_with_its_round(monkeypatch):
    model = load(bundled()[0].id)
    settings = Settings("beam", num_beams=4, max_new_tokens=12, length_penalty=1.0)
    given, followed = threading.Event(), []

    def followed_rounds(model, ids, settings):
        assert given.wait(PATIENCE)
        for candidates in beam.rounds(model, ids, settings):
            followed.append(ids[0])
            if followed == [7, 7, 7]:
                left.close()
            yield candidates

    monkeypatch.setattr(engine, "rounds", followed_rounds)
    shared = Engine(model)
    left, waiting, last = (shared.generate([first, 2, 3], settings) for first in (7, 8, 9))
    waiting.close()
    given.set()
    assert ids(last) == ids(generate(model, [9, 2, 3], settings))
    assert ids(left) == ids(waiting) == []
    assert followed == [7] * 3 + [9] * 12


def test_searches_that_nobody_waits_for_count_for_nothing(monkeypatch):
    monkeypatch.setattr(engine, "MOST_WAITING", 3)
    model = load(bundled()[0].id)
    settings = Settings("beam", num_beams=8, max_new_tokens=400)
    shared = Engine(model)
    running = shared.generate([5], settings)
    gone = [shared.generate([5], settings) for _ in range(2)]
    for stream in gone:
        stream.close()
    last = shared.generate([5], settings)
    assert last.place <= 1
    assert len(ids(shared.generate([5], Settings(max_new_tokens=2)))) == 2
    for stream in (running, last):
        stream.close()


def test_a_search_that_fails_says_so(monkeypatch):
    def failing(model, ids, settings):
        raise MemoryError("no room for the beams")
        yield

    monkeypatch.setattr(engine, "rounds", failing)
    shared = Engine(load(bundled()[0].id))
    with pytest.raises(LabError, match="stopped in the middle") as told:
        list(shared.generate([5], Settings("beam", num_beams=2)))
    assert "no room for the beams" in told.value.why
