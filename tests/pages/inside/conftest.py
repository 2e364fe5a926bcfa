"""The known model, built once per family."""

import pytest

from lab.models import catalog

from .known import SHAPES, Known, forget


@pytest.fixture(scope="package", params=SHAPES)
def made(request, tmp_path_factory):
    return Known(request.param, tmp_path_factory.mktemp(request.param) / "mini-gpt2")


@pytest.fixture
def known(made, monkeypatch):
    """The known model stands in the place of the bundled one for the length of a test."""
    monkeypatch.setattr(catalog, "BUNDLED", made.folder.parent)
    forget()
    yield made
    monkeypatch.undo()
    forget()
