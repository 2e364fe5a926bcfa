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


class _NotNowError(LabError):
    """A refusal that may not hold a moment later, and so is not believed any longer."""


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
            self._forget()
            if model_id in self._loading:
                return self._loading[model_id]
            if model_id in self._engines:
                self._engines.move_to_end(model_id)
                future.set_result(self._engines[model_id])
                return future
            if model_id in self._failed:
                future.set_exception(_afresh(self._failed[model_id][0]))
                return future
            self._loading[model_id] = future
        work = threading.Thread(
            target=self._load, args=(model_id, future), name=f"loading {model_id}", daemon=True
        )
        work.start()
        return future

    def _forget(self) -> None:
        """Drop the failures that are no longer believed."""
        since = time.monotonic() - SECONDS_UNTIL_RETRY
        self._failed = {
            each: (error, at) for each, (error, at) in self._failed.items() if at > since
        }

    def _load(self, model_id: str, future: Future[Engine]) -> None:
        """Load a model in a thread of its own and keep it."""
        try:
            engine = Engine(self._model(model_id))
        except Exception as error:
            with self._lock:
                if isinstance(error, LabError) and not isinstance(error, _NotNowError):
                    self._failed[model_id] = _afresh(error), time.monotonic()
                self._done(model_id)
            future.set_exception(_afresh(error) if isinstance(error, LabError) else error)
            return
        with self._lock:
            self._engines[model_id] = engine
            self._alive[model_id] = engine.model
            self._done(model_id)
        future.set_result(engine)

    def _model(self, model_id: str) -> Model:
        with self._lock:
            alive = self._alive.get(model_id)
            if alive is not None:  # let go, but somebody still works with it: its bytes count
                self._promise(model_id, 0)
                return alive
        needed = weight_bytes(model_id)
        with self._lock:
            self._promise(model_id, needed)
        return load(model_id)

    def _promise(self, model_id: str, needed: int) -> None:
        """Keep a place and so many bytes for a model until it is `_done`."""
        self._make_room(model_id, needed)
        self._promised[model_id] = needed

    def _done(self, model_id: str) -> None:
        del self._loading[model_id]
        self._promised.pop(model_id, None)

    def _make_room(self, model_id: str, needed: int) -> None:
        """Let go of models, those first that were not asked for in the longest time.

        None goes where even all that may go would not be enough.
        """
        idle = [each for each, engine in self._engines.items() if not engine.busy]
        leaving = sum(self._engines[each].model.bytes for each in idle)
        self._check_room(model_id, needed, self._held() - leaving)
        self._check_place(model_id, self._places() - len(idle))
        while idle and (self._places() >= self._most or self._held() + needed > self._memory):
            del self._engines[idle.pop(0)]
        self._check_room(model_id, needed, self._held())  # others may hold what was let go

    def _check_room(self, model_id: str, needed: int, held: int) -> None:
        """Raise `LabError` where a model finds no room beside so many bytes."""
        if needed > max(0, self._memory - held):  # what needs none has it
            refusal = LabError if needed > self._memory else _NotNowError
            raise refusal(
                f"There is no room for {model_id}: its weights take {needed / 1e9:,.2f} GB.",
                f"All models together may take {self._memory / 1e9:,.2f} GB on this machine, and "
                f"those in use take {held / 1e9:,.2f} GB.",
                "Choose a smaller model. Who runs the server may set the limit, in GB, with "
                f"{VARIABLE}.",
            )

    def _check_place(self, model_id: str, taken: int) -> None:
        """Raise `LabError` where a model finds no place beside so many others."""
        if taken >= self._most:
            raise _NotNowError(
                f"There is no place for {model_id} just now.",
                f"{self._most} models can be in memory at a time, and all of them are writing or "
                "being loaded.",
                "Try again in a minute, or use one of the others.",
            )

    def _places(self) -> int:
        """How many models stand here or will."""
        return len(self._engines) + len(self._promised)

    def _held(self) -> int:
        """Bytes of all models that are alive or promised room."""
        return sum(model.bytes for model in self._alive.values()) + sum(self._promised.values())


def _afresh(error: LabError) -> LabError:
    """The same words in an error that nobody has raised: a traceback keeps its frames alive."""
    return LabError(error.what, error.why, error.remedy)
