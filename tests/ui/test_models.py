"""The active model is loaded once, and its tokenizer is there before it."""

from streamlit.testing.v1 import AppTest

from lab.models import hub
from lab.models.catalog import bundled
from lab.ui import models
from tests.models import fake_hub


def test_a_model_and_its_engine_are_loaded_once_for_all():
    first = models.get(bundled()[0].id)
    assert models.get(bundled()[0].id) is first
    assert models.engine(bundled()[0].id).model is first


def test_the_tokenizer_of_a_bundled_model_is_there_before_the_model():
    card = bundled()[0]
    assert models._tokenizer(card).encode("Once") == models.get(card.id).tokenizer.encode("Once")


def test_a_page_tells_of_a_download_until_it_is_done(tmp_path, monkeypatch):
    told = []

    def asked(model_id):
        told.append(progress := hub_progress(model_id))
        if progress:
            server.gate.set()  # not before the page has asked
        return progress

    def page():
        import streamlit as st

        from lab.ui import models

        st.caption(models.get("somebody/something").source)

    hub_progress = hub.progress
    monkeypatch.setattr(hub, "progress", asked)
    with fake_hub.serving(bundled()[0].folder, tmp_path, monkeypatch) as server:
        server.gate.clear()
        app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    assert [caption.value for caption in app.caption] == ["hub"]
    assert any(told)
    assert not app.get("progress")
