"""The engine writes what the loop writes, for many at once, and nobody can spoil it for others."""

import gc
import threading
import weakref
from dataclasses import replace

import pytest
import torch

from lab.errors import LabError
from lab.generation import Engine, channel, engine, generate
from lab.models import load
from lab.models.batch import Batch
from lab.models.catalog import bundled
from lab.sampling import Settings
from tests.generation.scripted import (
    BROKEN,
    LONG,
    PATIENCE,
    POISON,
    comes_true,
    counted,
    ids,
    wait_for_workers,
)
from tests.random_models import random_pair

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


def requests():
    """Thirty of all kinds: greedy and drawn, short and long, stopped, penalised, a few alike."""
    draw = torch.Generator().manual_seed(4)
    made = []
    for number in range(30):
        length = int(torch.randint(1, 70 if number % 10 == 0 else 12, (1,), generator=draw))
        prompt = torch.randint(0, 5117, (length,), generator=draw).tolist()
        settings = (
            Settings(max_new_tokens=12),
            Settings("sample", seed=number, temperature=0.9, top_p=0.9, max_new_tokens=20),
            Settings("sample", seed=number, top_k=7, stop=("a", "e"), max_new_tokens=30),
            Settings("sample", seed=7, typical_p=0.8, min_p=0.01, max_new_tokens=40),
            Settings(repetition_penalty=1.4, max_new_tokens=1 + number // 2),
            Settings("beam", num_beams=3, max_new_tokens=6),
        )[number % 6]
        made.append((prompt, settings))
    return made


@pytest.mark.parametrize(("family", "slots"), [("gpt2", 32), ("qwen3", 4)])
def test_thirty_texts_at_once_are_those_written_alone(family, slots):
    _, model = random_pair(family)
    shared = Engine(model, max_batch=slots)
    wanted = [list(generate(model, *request)) for request in requests()]
    got = [[] for _ in wanted]
    # Each begins when the one before it has its second step, so they join in the midst of others.
    begun = [threading.Event() for _ in range(len(wanted) + 1)]
    begun[0].set()

    def read(number, prompt, settings):
        begun[number].wait(PATIENCE)
        for step in shared.generate(prompt, settings):
            got[number].append(step)
            if len(got[number]) == 2:
                begun[number + 1].set()
        begun[number + 1].set()

    threads = [
        threading.Thread(target=read, args=(number, *request))
        for number, request in enumerate(requests())
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    for one, other in zip(got, wanted, strict=True):
        assert ids(one) == ids(other)
        assert [(step.text, step.finish, step.rank) for step in one] == [
            (step.text, step.finish, step.rank) for step in other
        ]
        for name in ("probability", "sampled_probability", "entropy"):
            assert [getattr(step, name) for step in one] == pytest.approx(
                [getattr(step, name) for step in other], rel=1e-3, abs=1e-6
            )
        for step, same in zip(one, other, strict=True):
            assert ids(step.alternatives) == ids(same.alternatives)


def test_the_same_seed_is_the_same_text_again():
    _, model = random_pair("gpt2")
    shared = Engine(model)
    settings = Settings("sample", seed=3, max_new_tokens=40)
    streams = [shared.generate([1, 2, 3], replace(settings, seed=each % 3)) for each in range(9)]
    texts = [ids(stream) for stream in streams]
    assert texts[:3] == texts[3:6] == texts[6:]
    assert texts[0] != texts[1]


def test_the_queue_is_first_come_first_served_and_says_so(model):
    model.network.gate.clear()
    shared = Engine(model, max_batch=1)
    settings = Settings(max_new_tokens=2)
    streams = [shared.generate([10 * each], settings) for each in range(1, 5)]
    assert model.network.entered.wait(PATIENCE)
    assert [stream.place for stream in streams] == [0, 1, 2, 3]
    assert not any(stream.wait(0) for stream in streams)
    streams[1].close()
    model.network.gate.set()
    assert ids(streams[3]) == [41, 42]
    assert [first for first, _ in model.network.record] == [10, 10, 30, 30, 40, 40]
    assert [stream.place for stream in streams] == [0, 0, 0, 0]
    assert [ids(stream) for stream in streams] == [[11, 12], [], [31, 32], []]


def test_a_long_prompt_keeps_nobody_waiting(model):
    model.network.gate.clear()
    shared = Engine(model)
    first = shared.generate([1], LONG)  # the others join while this one is being computed
    assert model.network.entered.wait(PATIENCE)
    streams = [
        first,
        shared.generate([100] * 500, Settings(max_new_tokens=3)),
        shared.generate([200, 201], Settings(max_new_tokens=3)),
    ]
    model.network.gate.set()
    assert ids(streams[1]) == counted(100, 3)
    assert ids(streams[2]) == counted(201, 3)
    record = model.network.record
    chunks = [at for at, (text, _) in enumerate(record) if text == 100]
    between = record[chunks[0] : chunks[-3]]
    assert max(count for _, count in record) <= engine.CHUNK
    assert (1, 1) in between  # whoever was writing wrote on
    assert (200, 2) in between  # and the short prompt was not kept behind the long one
    streams[0].close()


def test_a_text_nobody_reads_any_more_frees_its_slot(model):
    shared = Engine(model, max_batch=1)
    closed, dropped, last = (shared.generate([each], LONG) for each in (1, 2, 3))
    assert next(closed).token_id == 2
    closed.close()
    assert next(closed, None) is None
    assert next(dropped).token_id == 3
    del dropped
    assert ids(last) == counted(3, 400)


def test_a_text_that_is_left_unheard_frees_its_slot_all_the_same(model, monkeypatch):
    """Garbage that the waiting writer itself collects calls before anybody can hear it."""
    shared = Engine(model, max_batch=1)
    stream = shared.generate([1], LONG)
    assert next(stream).token_id == 2
    assert comes_true(lambda: stream._channel.full)
    monkeypatch.setattr(stream._channel, "_wake", lambda: None)
    stream.close()
    wait_for_workers()


def test_a_reader_that_falls_behind_stops_its_text_and_nobody_elses(model):
    shared = Engine(model, max_batch=1)
    slow = shared.generate([1], LONG)
    assert next(slow).token_id == 2
    assert ids(shared.generate([1000], LONG)) == counted(1000, 400)
    written = sum(count for first, count in model.network.record if first == 1)
    assert written <= channel.FULL + 1
    again = shared.generate([2000], Settings(max_new_tokens=3))
    assert ids(slow) == counted(2, 399)  # goes on where it was
    assert ids(again) == counted(2000, 3)


def test_what_one_text_does_is_its_own_trouble(model):
    shared = Engine(model)
    fine = [shared.generate([first], LONG) for first in (10, 20)]
    assert [next(stream).token_id for stream in fine] == [11, 21]
    with pytest.raises(LabError, match="no distribution"):
        list(shared.generate([POISON], LONG))
    with pytest.raises(LabError, match="stopped in the middle") as told:
        list(shared.generate([1, BROKEN, 2], LONG))
    assert "on fire" in told.value.why
    with pytest.raises(LabError, match="outside the vocabulary"):
        list(shared.generate([99_999], LONG))
    late = shared.generate([POISON - 2, POISON - 1, POISON], LONG)
    with pytest.raises(LabError):
        next(late)
    assert next(late, None) is None  # an error is told once
    assert [ids(stream) for stream in fine] == [counted(11, 399), counted(21, 399)]


def test_texts_go_on_as_they_would_have_after_a_pass_that_failed(monkeypatch):
    real, passes, read = load(bundled()[0].id), [], Batch.read

    def failing(batch, slots, pieces):
        passes.append(len(slots))
        if len(passes) in (1, 6):
            raise MemoryError("no room for a pass of all")
        return read(batch, slots, pieces)

    monkeypatch.setattr(Batch, "read", failing)
    shared, settings = Engine(real), Settings("sample", seed=5, max_new_tokens=12)
    prompts = ["Once upon a time", "The king", "A house"]
    streams = [shared.generate(prompt, settings) for prompt in prompts]
    found = [ids(stream) for stream in streams]
    assert len(passes) > 6
    monkeypatch.undo()
    assert found == [ids(generate(real, prompt, settings)) for prompt in prompts]


def test_a_model_that_fails_says_so_and_can_be_used_again(model):
    shared = Engine(model, max_batch=2)
    streams = [shared.generate([first], LONG) for first in (10, 20, 30)]
    assert [next(stream).token_id for stream in streams[:2]] == [11, 21]
    model.network.gate.clear()
    model.network.dead = True
    model.network.gate.set()
    for stream in streams[:2]:
        with pytest.raises(LabError, match="stopped in the middle") as told:
            list(stream)
        assert "on fire" in told.value.why
    model.network.dead = False
    assert ids(shared.generate([40], LONG)) == counted(40, 400)
    streams[2].close()


def test_limits_are_told_before_anything_is_computed(model):
    model.network.bytes_per_token = 1000
    shared = Engine(model, max_batch=8, memory=600_000)
    assert shared.capacity == 512
    small = Engine(model, max_batch=8, memory=200_000)
    assert small.capacity == 200
    with pytest.raises(LabError, match="prompt is empty"):
        shared.generate("", LONG)
    with pytest.raises(LabError, match="fills the model's context"):
        shared.generate([1] * 512, LONG)
    with pytest.raises(LabError, match="201 tokens"):
        small.generate([1] * 100, Settings(max_new_tokens=101))
    with pytest.raises(LabError, match="beams"):
        shared.generate([1] * 100, Settings("beam", num_beams=4, max_new_tokens=100))
    assert not model.network.record


def test_memory_for_a_text_is_there_before_it_begins(model):
    model.network.bytes_per_token = 1000
    model.network.gate.clear()
    shared = Engine(model, memory=600_000)
    long = [shared.generate([first] * 100, LONG) for first in (1, 2)]
    assert model.network.entered.wait(PATIENCE)
    assert [text.place for text in long] == [0, 1]
    long[0].close()
    model.network.gate.set()
    assert ids(long[1]) == counted(2, 400)


def test_too_many_waiting_is_said(model, monkeypatch):
    monkeypatch.setattr(engine, "MOST_WAITING", 2)
    model.network.gate.clear()
    shared = Engine(model, max_batch=1)
    streams = [shared.generate([1], LONG)]
    assert model.network.entered.wait(PATIENCE)
    streams += [shared.generate([2], LONG), shared.generate([3], LONG)]
    with pytest.raises(LabError, match="2 texts are waiting"):
        shared.generate([4], LONG)
    model.network.gate.set()
    for stream in streams:
        stream.close()


def test_without_a_thread_nothing_is_left_in_the_queue(model, monkeypatch):
    def full(thread):
        raise RuntimeError("can't start new thread")

    shared = Engine(model)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", full)
        for settings in (Settings(), Settings("beam", num_beams=2)):
            with pytest.raises(LabError, match="stopped in the middle"):
                shared.generate([1], settings)
    assert not shared.busy
    assert ids(shared.generate([20], Settings(max_new_tokens=3))) == counted(20, 3)
    assert all(first != 1 for first, _ in model.network.record)


def test_garbage_may_be_collected_anywhere(model):
    """Whichever thread collects it closes a stream that nobody holds, even one that just begins."""

    class Knot:
        pass

    def write():
        for first in range(1, 300):
            gc.set_threshold(20 + first % 60)  # now here, now there
            knot = Knot()
            knot.stream, knot.itself = shared.generate([first], Settings(max_new_tokens=1)), knot
            assert ids(knot.stream) == [first + 1]
            written.append(first)

    shared, written = Engine(model), []
    thread = threading.Thread(target=write, daemon=True)
    before = gc.get_threshold()
    try:
        thread.start()
        thread.join(PATIENCE)
    finally:
        gc.set_threshold(*before)
    assert len(written) == 299


def test_an_error_does_not_hold_on_to_its_text(model):
    stream = Engine(model).generate([POISON], Settings())
    held = weakref.ref(stream)
    with pytest.raises(LabError):
        next(stream)
    del stream
    assert held() is None
