"""Builds decoder.c for the machine at hand, once, with the C compiler that is there.

The library lies in `__pycache__`, as Python's own compiled files do, under a name that tells what
it was made from: the source, the precision of the weights, the compiler, and the instructions that
the processor has. Another machine that shares the folder makes its own.
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

import torch

SOURCE = Path(__file__).with_name("decoder.c")
FORMATS = {
    torch.float32: "FLOAT32",
    torch.float16: "FLOAT16",
    torch.bfloat16: "BFLOAT16",
    torch.int8: "INT8",
}
"""decoder.c's names for what weights may be."""
FLAGS = ("-std=gnu11", "-O3", "-fopenmp", "-fPIC", "-shared", "-Wno-psabi")
PATIENCE = 120
"""Seconds that the compiler may take; it takes one or two."""
_lock = threading.Lock()
_log = logging.getLogger(__name__)


def library(dtype: torch.dtype) -> ctypes.CDLL | None:
    """decoder.c for weights of `dtype`; None where it cannot be built, as without a compiler."""
    with _lock:  # two models that are loaded at once compile it once
        return _library(dtype)


@cache
def _library(dtype: torch.dtype) -> ctypes.CDLL | None:
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None or dtype not in FORMATS:
        return None
    try:
        return build(compiler, dtype)
    except (OSError, subprocess.SubprocessError) as error:
        _log.info("decoder.c cannot be built, so PyTorch computes: %s", error)
        return None


def build(compiler: str, dtype: torch.dtype, machine: str = "native") -> ctypes.CDLL:
    """The library for a machine as the compiler names it, made where there is none yet.

    Raises `OSError` or `subprocess.SubprocessError` where that fails.
    """
    flags = (*FLAGS, f"-march={machine}")
    macros = _run(compiler, f"-march={machine}", "-dM", "-E", "-x", "c", os.devnull)
    made_from = SOURCE.read_bytes(), " ".join(flags).encode(), macros
    name = f"decoder-{hashlib.sha256(b''.join(made_from)).hexdigest()[:16]}.so"
    path = SOURCE.parent / "__pycache__" / name
    if path.is_file():
        return ctypes.CDLL(str(path))
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, name)
        _run(compiler, *flags, str(SOURCE), "-o", str(made), "-lm")
        try:
            path.parent.mkdir(exist_ok=True)
            beside = path.with_suffix(f".{os.getpid()}")
            shutil.copyfile(made, beside)
            beside.replace(path)  # whole or not at all, whoever else makes it
        except OSError:  # a folder that may not be written to
            path = made
        return ctypes.CDLL(str(path))


def _run(*command: str) -> bytes:
    return subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE).stdout
