"""Memory that was freed goes back to the system."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A process of its own, whose memory nobody else divides. The blocks are small enough to lie in the
# heap, and between those that are freed others stay: of itself the library gives back only its end.
PROGRAM = """
import re
from pathlib import Path
from lab.models.memory import give_back

def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1000

blocks = [bytearray(b"x" * 100_000) for _ in range(400)]
full = resident()
del blocks[::2]
freed = resident()
give_back()
print(full - freed, freed - resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="others do not hold on to it")
def test_what_lies_free_between_other_things_is_given_back():
    printed = subprocess.check_output([sys.executable, "-c", PROGRAM], cwd=ROOT, text=True)
    by_itself, given_back = map(float, printed.split())  # megabytes, of the 20 that were freed
    assert by_itself < 5
    assert given_back > 15
