"""C sources are compiled once, anew when they change, and not at all where that cannot be done."""

import ctypes
import math
import platform
import subprocess
from pathlib import Path

import pytest

from lab import native

LAB = Path(native.__file__).parents[1]

pytestmark = pytest.mark.skipif(native.compiler() is None, reason="there is no C compiler")


@pytest.fixture
def source(tmp_path):
    """A source that nobody has compiled yet."""
    native._library.cache_clear()
    path = tmp_path / "answer.c"
    path.write_text('#include "lanes.h"\nint answer(void) { return 42; }\n')
    yield path
    native._library.cache_clear()


def test_it_is_compiled_once(source):
    assert native.library(source).answer() == 42
    (made,) = source.parent.glob("__pycache__/*")
    before = made.stat().st_mtime_ns
    native._library.cache_clear()
    assert native.library(source).answer() == 42
    assert made.stat().st_mtime_ns == before


def test_it_keeps_the_interpreter_locked_where_that_is_asked_for(source):
    free, locked = native.library(source), native.library(source, locked=True)
    assert isinstance(locked, ctypes.PyDLL)
    assert not isinstance(free, ctypes.PyDLL)
    assert free.answer() == locked.answer() == 42


def test_a_source_that_changes_is_compiled_again(source):
    native.library(source)
    source.write_text("int answer(void) { return 43; }")
    native._library.cache_clear()
    assert native.library(source).answer() == 43


@pytest.mark.skipif(platform.machine() != "x86_64", reason="these are kinds of x86")
def test_registers_differ_by_kind_of_processor(source):
    source.write_text('#include "lanes.h"\nint lanes(void) { return LANES; }\n')
    cc = native.compiler()
    assert native.build(source, cc, "x86-64").lanes() == 4
    assert native.build(source, cc, "haswell").lanes() == 8


def test_a_folder_that_takes_no_file(source):
    (source.parent / "__pycache__").write_text("not a folder")
    assert native.library(source).answer() == 42


@pytest.mark.parametrize("text", ["int answer(void) { return", '#include "no-such-header.h"'])
def test_what_cannot_be_compiled_is_none(source, text):
    source.write_text(text)
    assert native.library(source) is None


@pytest.mark.parametrize("compiler", ["no-such-compiler", "false"])
def test_without_a_compiler_there_is_none(source, monkeypatch, compiler):
    monkeypatch.setenv("CC", compiler)
    assert native.library(source) is None


EXPONENTIALS = """
#include "lanes.h"
void e(float *x) {
    for (int at = 0; at < 16; at += LANES) store(x + at, exponential(load(x + at)));
}
"""


def test_exponentials(source):
    source.write_text(EXPONENTIALS)
    numbers = (ctypes.c_float * 16)(-500, -87, -1, -1e-6, 0, 0.3, 1, 10, 88)
    expected = [math.exp(max(x, -87)) for x in numbers]
    native.library(source).e(numbers)
    assert list(numbers) == pytest.approx(expected, rel=3e-7)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="these are kinds of x86")
@pytest.mark.parametrize("machine", ["x86-64", "haswell", "x86-64-v4"])
@pytest.mark.parametrize("source", sorted(LAB.glob("**/*.c")), ids=lambda path: path.name)
def test_ours_compile_without_a_warning(source, machine):
    strict = ("-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{native.HEADERS}")
    subprocess.run(
        [native.compiler(), *native.FLAGS, *strict, f"-march={machine}", source], check=True
    )
