"""What holds in every section of the page."""

import json
import math
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from lab.models import catalog
from lab.ui.inside.body import SECTIONS
from tests.pages.test_pages import opened, strips

from .drawn import figures, markdown
from .known import PAGE, forget


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


def test_a_model_with_a_broken_weight_is_explained_and_not_drawn(known, tmp_path, monkeypatch):
    folder = shutil.copytree(known.folder, tmp_path / "mini-gpt2")
    weights = load_file(folder / "model.safetensors")
    name = next(
        name for name in weights if name.endswith(("mlp.c_proj.weight", "mlp.down_proj.weight"))
    )
    weights[name][0, 0] = math.nan
    save_file(weights, folder / "model.safetensors")
    monkeypatch.setattr(catalog, "BUNDLED", tmp_path)
    forget()
    app = known.page("Attention")
    assert "computes no numbers" in app.warning[0].value
    assert not strips(app)
