"""A model that counts, to see what an engine does with it; waiting for what threads do."""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import torch

from lab.models import load
from lab.models.catalog import bundled
from lab.models.model import Model
from lab.sampling import Settings

PATIENCE = 60  # seconds after which a test that hangs says so
BROKEN, POISON = 5101, 4990
LONG = Settings(max_new_tokens=400)


@dataclass
class Scripted:
    """A network that counts: after id n comes n + 1. It keeps a record, and waits where told to.

    `record` has (first id of the text, number of ids) of each reading. After `BROKEN` it fails,
    after `POISON` its logits are no numbers.
    """

    record: list[tuple[int, int]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    entered: threading.Event = field(default_factory=threading.Event)
    dead: bool = False
    bytes_per_token: int = 1

    def __post_init__(self):
        self.gate.set()

    def memory(self, slots, capacity):
        return ScriptedMemory(self)


class ScriptedMemory:
    def __init__(self, network):
        self.network = network
        self.first = {}

    def read(self, slots, pieces):
        return torch.stack([self.one(*each) for each in zip(slots, pieces, strict=True)])

    def one(self, slot, ids):
        network = self.network
        network.entered.set()
        assert network.gate.wait(PATIENCE)
        network.record.append((self.first.setdefault(slot, ids[0]), len(ids)))
        if network.dead or BROKEN in ids:
            raise RuntimeError("the machine is on fire")
        logits = torch.zeros(5120)
        logits[(ids[-1] + 1) % 5000] = torch.nan if ids[-1] == POISON else 9.0
        return logits

    def clear(self, slot):
        self.first.pop(slot, None)


def scripted() -> Model:
    real = load(bundled()[0].id)
    return Model(
        id="scripted",
        tokenizer=real.tokenizer,
        network=Scripted(),
        dtype=torch.float32,
        source="folder",
        folder=Path(),
        context=512,
        end_ids=frozenset(),
        config=None,
    )


def ids(steps):
    return [step.token_id for step in steps]


def counted(first, count):
    return [(first + n) % 5000 for n in range(1, count + 1)]


def comes_true(condition, seconds=30):
    """Whether a condition holds before so many seconds have passed."""
    end = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.01)
    return met


def workers():
    return [each for each in threading.enumerate() if each.name.startswith("engine")]


def wait_for_workers():
    for each in workers():
        each.join(PATIENCE)
    assert not workers()
