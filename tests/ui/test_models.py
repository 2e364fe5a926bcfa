"""The active model is loaded once, and a failure is not waited for again and again."""

import time

import pytest

import lab.models
from lab.errors import LabError
from lab.models.catalog import bundled
from lab.ui import models


def test_a_model_is_loaded_once_for_all():
    first = models.get(bundled()[0].id)
    assert models.get(bundled()[0].id) is first


def test_a_failure_is_told_again_without_trying_again(monkeypatch):
    tried = []

    def unreachable(model_id):
        tried.append(model_id)
        raise LabError("It is not here.", "The network is down.", "Plug it in.")

    monkeypatch.setattr(lab.models, "load", unreachable)
    for _ in range(3):
        with pytest.raises(LabError, match="The network is down"):
            models.get("somebody/something")
    assert tried == ["somebody/something"]


def test_a_failure_is_forgotten_after_a_while_and_a_model_never():
    now = time.monotonic()
    failure = LabError("a", "b", "c")
    assert models._still_true(models._Attempt(failure, now))
    assert not models._still_true(models._Attempt(failure, now - models.SECONDS_UNTIL_RETRY))
    model = models.get(bundled()[0].id)
    assert models._still_true(models._Attempt(model, now - 10 * models.SECONDS_UNTIL_RETRY))


def test_the_tokenizer_of_a_bundled_model_is_there_before_the_model():
    card = bundled()[0]
    assert models._tokenizer(card).encode("Once") == models.get(card.id).tokenizer.encode("Once")
