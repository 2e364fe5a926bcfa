"""Thirty people writing with one model: together through one engine, and one after another."""

import statistics
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from benchmarks.contenders import THREADS
from lab.generation import Engine
from lab.models import load
from lab.sampling import Settings

COUNT = 30
TOKENS = 60
ALONE = 6
"""How many are measured one after another in a round: their speed is that of thirty."""


@dataclass(frozen=True)
class Sessions:
    """Medians of the rounds. Speeds in tokens per second, `first_token` in seconds.

    `slowest` is the time of the last to be done over the mean; `first_token` is the wait of the
    last to see one. `same_texts` says whether those measured alone were written alike in company.
    """

    model: str
    together: float
    one_by_one: float
    slowest: float
    first_token: float
    same_texts: bool


@dataclass
class _Session:
    ids: list[int]
    first: float = 0.0
    done: float = 0.0


def _write(engine: Engine, number: int, session: _Session) -> None:
    settings = Settings("sample", temperature=0.8, top_p=0.95, seed=number, max_new_tokens=TOKENS)
    start = time.perf_counter()
    for step in engine.generate(list(range(number, number + 16)), settings):
        session.first = session.first or time.perf_counter() - start
        session.ids.append(step.token_id)
    session.done = time.perf_counter() - start


def _together(engine: Engine) -> tuple[list[_Session], float]:
    sessions = [_Session([]) for _ in range(COUNT)]
    threads = [
        threading.Thread(target=_write, args=(engine, number, session))
        for number, session in enumerate(sessions)
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sessions, time.perf_counter() - start


def _one_by_one(engine: Engine) -> tuple[list[_Session], float]:
    sessions = [_Session([]) for _ in range(ALONE)]
    start = time.perf_counter()
    for number, session in enumerate(sessions):
        _write(engine, number, session)
    return sessions, time.perf_counter() - start


def measure_sessions(name: str, path: Path, dtype: str, rounds: int) -> Sessions:
    """Both ways in turns."""
    torch.set_num_threads(THREADS)
    engine = Engine(load(str(path), dtype=dtype), max_batch=COUNT)
    _write(engine, 0, _Session([]))  # warm
    together, alone, slowest, first, same = [], [], [], [], True
    for _ in range(rounds):
        sessions, seconds = _together(engine)
        together.append(COUNT * TOKENS / seconds)
        times = [session.done for session in sessions]
        slowest.append(max(times) / statistics.mean(times))
        first.append(max(session.first for session in sessions))
        others, seconds = _one_by_one(engine)
        alone.append(ALONE * TOKENS / seconds)
        same = same and all(
            mine.ids == theirs.ids for mine, theirs in zip(others, sessions, strict=False)
        )
    medians = (statistics.median(each) for each in (together, alone, slowest, first))
    return Sessions(name, *medians, same_texts=same)
