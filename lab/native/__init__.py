"""C beside Python: a source compiled for the machine at hand, once, where there is a compiler.

The library lies in the `__pycache__` beside its source, as Python's own compiled files do, under a
name that tells what it was made from: the source, the compiler, and the instructions that the
processor has. Another machine that shares the folder makes its own.
"""

import ctypes
import hashlib
import logging
import os
import shutil
import subprocess
import tempfile
import threading
from functools import cache
from pathlib import Path

HEADERS = Path(__file__).parent
FLAGS = ("-std=gnu11", "-O3", "-fopenmp", "-fPIC", "-shared", "-Wno-psabi")
PATIENCE = 120
"""Seconds that the compiler may take; it takes one or two."""
_lock = threading.Lock()
_log = logging.getLogger(__name__)


def compiler() -> str | None:
    """The C compiler: `cc`, or the one that the environment variable CC names, if it is there."""
    return shutil.which(os.environ.get("CC", "cc"))


def library(source: Path, *, locked: bool = False) -> ctypes.CDLL | None:
    """A C source as a library; None where it cannot be built, as without a compiler.

    Other threads of Python run during its calls, unless they keep the interpreter `locked`.
    """
    with _lock:  # who asks at the same time waits, instead of compiling it too
        return _library(source, locked)


@cache
def _library(source: Path, locked: bool) -> ctypes.CDLL | None:
    found = compiler()
    if found is None:
        return None
    try:
        return build(source, found, locked=locked)
    except (OSError, subprocess.SubprocessError) as error:
        _log.info("%s cannot be built, so PyTorch computes: %s", source.name, error)
        return None


def build(
    source: Path, compiler: str, machine: str = "native", *, locked: bool = False
) -> ctypes.CDLL:
    """The library for a kind of processor as the compiler names it, made where there is none yet.

    Raises `OSError` or `subprocess.SubprocessError` where that fails.
    """
    kind = ctypes.PyDLL if locked else ctypes.CDLL
    target = f"-march={machine}"
    macros = _macros(compiler, target)
    files = [source, *sorted(source.parent.glob("*.h")), *sorted(HEADERS.glob("*.h"))]
    made_from = b"".join(path.read_bytes() for path in files) + macros + " ".join(FLAGS).encode()
    name = f"{source.stem}-{hashlib.sha256(made_from).hexdigest()[:16]}.so"
    path = source.parent / "__pycache__" / name
    if path.is_file():
        return kind(str(path))
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, name)
        _run(compiler, *FLAGS, target, f"-I{HEADERS}", str(source), "-o", str(made), "-lm")
        try:
            path.parent.mkdir(exist_ok=True)
            beside = path.with_suffix(f".{os.getpid()}")
            shutil.copyfile(made, beside)
            beside.replace(path)  # whole or not at all, whoever else makes it
        except OSError:  # a folder that may not be written to
            path = made
        return kind(str(path))


@cache
def _macros(compiler: str, target: str) -> bytes:
    """What the compiler says of itself and of the processor."""
    return _run(compiler, target, "-dM", "-E", "-x", "c", os.devnull)


def _run(*command: str) -> bytes:
    return subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE).stdout
