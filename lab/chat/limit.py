"""Foreign programs that may not run for ever."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SECONDS = 2.0
"""Of this thread's own computing: a busy machine makes no program fail."""

TEMPLATE = "<template>"
"""The file from which Python thinks that a template's code comes."""


@contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """End what runs in the `with` block by a `TimeoutError` after so many seconds of computing.

    Jinja's sandbox keeps a template from reaching outside, not from looping within loops. Python
    asks here at each function that it enters and at each line of the template; a debugger, which
    is asked by the same way, is put aside meanwhile.
    """
    end, before = time.thread_time() + seconds, sys.gettrace()

    def look(frame: FrameType, event: str, argument: Any) -> Any:
        if time.thread_time() > end:
            raise TimeoutError(f"stopped after {seconds:g} seconds of computing")
        return look if frame.f_code.co_filename == TEMPLATE else None

    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)
