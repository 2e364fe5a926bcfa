"""How much memory a model will take and how much there is, and giving back what is free."""

import ctypes
import os
import sys
from pathlib import Path

VARIABLE = "LLM_PLAYGROUND_MODEL_MEMORY"
"""The environment variable that sets the budget, in gigabytes."""
SHARE = 0.6
"""What the models may take of the machine's memory; the rest is for texts, pages and the system."""
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def budget() -> int:
    """Bytes that all models in memory may take together."""
    try:
        return int(float(os.environ[VARIABLE]) * 1e9)
    except (KeyError, ValueError, OverflowError):
        return int(SHARE * machine())


def machine() -> int:
    """Bytes of main memory that this process may use; 2 GiB where the system does not say."""
    sizes = []
    for path in _LIMITS:  # what a container is allowed
        try:
            sizes.append(int(Path(path).read_text()))
        except (OSError, ValueError):
            continue
    try:
        sizes.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        sizes.append(2**31)
    return min(sizes)


def give_back() -> None:
    """Give the system what this process has freed, where GNU's C library would hold on to it.

    Laying out a model's weights makes and frees matrices of some megabytes, between others that
    stay: after Qwen3-0.6B that was 0.58 of 2.03 GB.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other C libraries have none
        if trim is not None:
            trim(0)
