"""The active model is loaded once, and its tokenizer is there before it."""

from lab.models.catalog import bundled
from lab.ui import models


def test_a_model_and_its_engine_are_loaded_once_for_all():
    first = models.get(bundled()[0].id)
    assert models.get(bundled()[0].id) is first
    assert models.engine(bundled()[0].id).model is first


def test_the_tokenizer_of_a_bundled_model_is_there_before_the_model():
    card = bundled()[0]
    assert models._tokenizer(card).encode("Once") == models.get(card.id).tokenizer.encode("Once")
