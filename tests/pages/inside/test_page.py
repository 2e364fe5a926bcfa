"""What holds in every section of the page."""

import json

import pytest
import torch

from lab.ui.inside.body import SECTIONS
from tests.pages.test_pages import opened, strips

from .drawn import figures, markdown
from .known import PAGE


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_with_the_first_example(section):
    app = opened(PAGE, inside_section=section)
    assert not app.warning
    assert "".join(each["text"] for each in strips(app)[0]["tokens"]) == "Hello␣my␣name"


def test_a_slider_does_not_run_the_model_again(monkeypatch):
    app = opened(PAGE, inside_section="Forward pass")
    from lab.models import decoder

    def refuse(*_, **__):
        raise AssertionError("the model ran again")

    monkeypatch.setattr(decoder, "forward", refuse)
    app.slider(key="inside_layer").set_value(3).run()
    app.slider(key="inside_head").set_value(1).run()
    app.slider(key="inside_position").set_value(0).run()
    app.segmented_control(key="inside_section").set_value("Attention").run()
    app.segmented_control(key="inside_section").set_value("Layers").run()
    assert not app.exception
    assert strips(app)[0]["layer"] == 3


def test_no_tensor_is_kept_in_the_session():
    app = opened(PAGE, inside_section="Layers")
    kept = app.session_state._state.filtered_state
    assert kept["inside_section"] == "Layers"
    assert not any(isinstance(value, torch.Tensor) for value in kept.values())


@pytest.mark.parametrize("section", SECTIONS)
def test_a_text_is_never_markup(section):
    app = opened(PAGE, inside_prompt="a <b>", inside_section=section, inside_off="No mask")
    assert strips(app)[0]["tokens"][-1]["text"] == ">"
    drawn = json.dumps(list(figures(app).values()))
    assert "“>" not in drawn  # in a title, plotly would take it for the end of a tag
    assert "“>" not in markdown(app)


def test_a_single_token_has_a_page_too():
    for section in SECTIONS:
        app = opened(PAGE, inside_prompt="Hello", inside_section=section)
        assert not app.warning
