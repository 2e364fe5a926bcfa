"""What passes between an engine and one who reads a text of it: steps, and how many are wanted.

A bounded channel, as in CSP (Hoare 1978): the writer sees when it is full or closed and stops; the
reader sees when there is something to take. Neither ever waits while it holds the other up.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator

from lab.generation.loop import Step

FULL = 64
"""Steps that may lie unread before the text is written no further."""
LOW = 8
"""Unread steps at which a text that rests should go on."""


class Channel:
    """Steps on their way from the engine, which puts them in, to a `Stream`, which takes them.

    `wake` is called, with no lock held, when the reader has made room or has gone.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._changed = threading.Condition()
        self._steps = deque[Step]()
        self._over = False
        self._error: Exception | None = None
        self.closed = False

    @property
    def full(self) -> bool:
        """Whether the reader has fallen so far behind that nothing more should be written."""
        return len(self._steps) >= FULL

    @property
    def low(self) -> bool:
        """Whether the reader will soon have nothing left to read."""
        return len(self._steps) <= LOW

    def put(self, step: Step) -> None:
        """Hand over a step; the last one ends the text."""
        with self._changed:
            self._steps.append(step)
            self._over = step.finish is not None
            self._changed.notify()

    def fail(self, error: Exception) -> None:
        """End the text with an error, which the reader sees after the steps before it."""
        with self._changed:
            self._error, self._over = error, True
            self._changed.notify()

    def take(self) -> Step | None:
        """Wait for the next step; None after the last one. Raises the error that ended the text."""
        with self._changed:
            self._changed.wait_for(self._ready)
            step = self._steps.popleft() if self._steps else None
            error = None
            if step is None:
                error, self._error = self._error, None
            left = len(self._steps)
        try:
            if error is not None:
                raise error
        finally:
            del error  # it would hold this frame, and the frame it: the text would never be let go
        if left in (FULL - 1, LOW):
            self._wake()
        return step

    def wait(self, seconds: float) -> bool:
        """Whether `take` has an answer, waiting for one at most so long."""
        with self._changed:
            return self._changed.wait_for(self._ready, seconds)

    def close(self) -> None:
        """Nobody reads any more."""
        with self._changed:
            self.closed = True
            self._steps.clear()
            self._error = None
            self._changed.notify()
        self._wake()

    def _ready(self) -> bool:
        return bool(self._steps) or self._over or self.closed


class Stream(Iterator[Step]):
    """A text that an engine writes: its steps, one by one, as they are made.

    To leave it, close it or let go of it: the engine then stops writing at once. Errors come out
    of `next`, as they do from `lab.generation.generate`.
    """

    def __init__(self, channel: Channel, place: Callable[[], int]) -> None:
        self._channel = channel
        self._place = place

    def __next__(self) -> Step:
        step = self._channel.take()
        if step is None:
            raise StopIteration
        return step

    def wait(self, seconds: float) -> bool:
        """Whether `next` would answer now, waiting for that at most so long.

        For one who has to do other things meanwhile, such as saying `place`.
        """
        return self._channel.wait(seconds)

    @property
    def place(self) -> int:
        """The place in the queue: 1 is next to be begun, 0 is no longer waiting."""
        return self._place()

    def close(self) -> None:
        """Stop the text; there are no more steps after this."""
        self._channel.close()

    def __del__(self) -> None:
        self.close()
