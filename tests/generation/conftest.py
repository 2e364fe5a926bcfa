"""What the tests of the engine share."""

import gc

import pytest

from tests.generation.scripted import scripted, wait_for_workers


@pytest.fixture
def model():
    return scripted()


@pytest.fixture
def no_thread_is_left():
    yield
    gc.collect()
    wait_for_workers()
