"""The models in memory, each with its engine: loaded once for all who ask, never too many.

A model that nobody has asked for in a while gives way to a new one, never one that is writing.
What others still hold of a model that was let go stays counted until they let go too.
"""

import threading
import time
from collections import OrderedDict
from concurrent.futures import Future
from weakref import WeakValueDictionary

from lab.errors import LabError
from lab.generation.engine import Engine
from lab.models import Model, load
from lab.models.loading import weight_bytes
from lab.models.memory import VARIABLE, budget

MOST_MODELS = 3
SECONDS_UNTIL_RETRY = 120
"""A failure is believed for so long, so that nobody waits for the network again and again."""


class Shelf:
    """At most `most` models whose weights take at most `memory` bytes; by default `budget()`.

    >>> shelf = Shelf()
    >>> shelf.open("mini-gpt2").result() is shelf.open("mini-gpt2").result()
    True
    >>> shelf.open("nobody/nothing/nowhere").result()
    Traceback (most recent call last):
    lab.errors.LabError: There is no model 'nobody/nothing/nowhere'. ...
    """

    def __init__(self, *, most: int = MOST_MODELS, memory: int | None = None) -> None:
        self._most = most
        self._memory = budget() if memory is None else memory
        self._lock = threading.Lock()  # guards all that follows
        self._engines = OrderedDict[str, Engine]()  # the one asked for last stands last
        self._alive = WeakValueDictionary[str, Model]()
        self._loading: dict[str, Future[Engine]] = {}
        self._promised: dict[str, int] = {}  # bytes of those being loaded
        self._failed: dict[str, tuple[LabError, float]] = {}

    @property
    def writing(self) -> int:
        """How many texts all engines have in the making."""
        with self._lock:
            return sum(engine.writing for engine in self._engines.values())

    def open(self, model_id: str) -> Future[Engine]:
        """The engine of a model: now if it is in memory, else as soon as it has been loaded.

        The future's result raises `LabError` where the model cannot be had or has no room.
        """
        future = Future[Engine]()
        with self._lock:
            if model_id in self._loading:
                return self._loading[model_id]
            if model_id in self._engines:
                self._engines.move_to_end(model_id)
                future.set_result(self._engines[model_id])
                return future
            error, at = self._failed.pop(model_id, (None, 0.0))
            if error is not None and time.monotonic() - at < SECONDS_UNTIL_RETRY:
                self._failed[model_id] = error, at
                future.set_exception(error)
                return future
            self._loading[model_id] = future
        work = threading.Thread(
            target=self._load, args=(model_id, future), name=f"loading {model_id}", daemon=True
        )
        work.start()
        return future

    def _load(self, model_id: str, future: Future[Engine]) -> None:
        """Load a model in a thread of its own and keep it."""
        try:
            engine = Engine(self._model(model_id))
        except Exception as error:
            with self._lock:
                if isinstance(error, LabError):
                    self._failed[model_id] = error, time.monotonic()
                self._done(model_id)
            future.set_exception(error)
            return
        with self._lock:
            self._engines[model_id] = engine
            self._alive[model_id] = engine.model
            self._done(model_id)
        future.set_result(engine)

    def _model(self, model_id: str) -> Model:
        with self._lock:
            alive = self._alive.get(model_id)
        if alive is not None:  # let go, but somebody still works with it
            return alive
        needed = weight_bytes(model_id)
        with self._lock:
            self._make_room(model_id, needed)
            self._promised[model_id] = needed
        return load(model_id)

    def _done(self, model_id: str) -> None:
        del self._loading[model_id]
        self._promised.pop(model_id, None)

    def _make_room(self, model_id: str, needed: int) -> None:
        """Let go of models, those first that were not asked for in the longest time."""
        idle = [each for each, engine in self._engines.items() if not engine.busy]
        while idle and (self._crowded() or self._held() + needed > self._memory):
            del self._engines[idle.pop(0)]
        if self._held() + needed > self._memory:
            raise LabError(
                f"There is no room for {model_id}: its weights take {needed / 1e9:,.2f} GB.",
                f"All models together may take {self._memory / 1e9:,.2f} GB on this machine, and "
                f"those in use take {self._held() / 1e9:,.2f} GB.",
                "Choose a smaller model. Who runs the server may set the limit, in GB, with "
                f"{VARIABLE}.",
            )
        if self._crowded():
            raise LabError(
                f"There is no place for {model_id} just now.",
                f"{self._most} models can be in memory at a time, and all of them are writing or "
                "being loaded.",
                "Try again in a minute, or use one of the others.",
            )

    def _crowded(self) -> bool:
        return len(self._engines) + len(self._promised) >= self._most

    def _held(self) -> int:
        """Bytes of all models that are alive or promised room."""
        return sum(model.bytes for model in self._alive.values()) + sum(self._promised.values())
