"""How far a download has come, for those who wait for it."""

import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Bytes that have come, out of how many, and the seconds that they took.

    >>> print(Progress(120_000_000, 548_000_000, 10.0))
    120 of 548 MB, 12.0 MB/s, 36 s left
    >>> print(Progress(0, 548_000_000, 10.0))
    0 of 548 MB
    """

    done: int
    total: int
    seconds: float

    @property
    def share(self) -> float:
        """What has come of the whole, 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    @property
    def speed(self) -> float:
        """Bytes per second, on average since the beginning."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at that speed; None while nothing has come."""
        return (self.total - self.done) / self.speed if self.speed else None

    def __str__(self) -> str:
        text = f"{self.done / 1e6:,.0f} of {self.total / 1e6:,.0f} MB"
        if self.seconds_left is None:
            return text
        left = max(self.seconds_left, 0.0)
        wait = f"{left:.0f} s" if left < 100 else f"{left / 60:,.0f} min"
        return f"{text}, {self.speed / 1e6:.1f} MB/s, {wait} left"


class Meter:
    """Counts the bytes of a download, which may come in several threads."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._begin = time.monotonic()
        self._lock = threading.Lock()
        self._done = 0

    def add(self, count: int) -> None:
        """So many more bytes are here; fewer than none where some have to be fetched again."""
        with self._lock:
            self._done += count

    def read(self) -> Progress:
        """How far it has come by now."""
        return Progress(self._done, self._total, time.monotonic() - self._begin)
