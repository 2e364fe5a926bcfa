"""The section on the forward pass: its pictures and a traced number against transformers."""

import re

import numpy as np
import torch

from lab.models import load
from lab.models.reference import reference
from tests.pages.test_pages import opened, strips

from .drawn import cells, close, figure, numbers
from .known import HEAD, LAYER, PAGE, POSITION


def drawn(app):
    return cells(strips(app)[1]["matrices"][0])


def test_every_step_drawn_is_transformers_tensor_and_a_cell_of_it_traced_there(known):
    theirs = reference(load(str(known.folder)), known.ids, LAYER)
    app = known.page("Forward pass", compare="true", cell_component=3)
    compared = set()
    for index in range(len(app.selectbox(key="inside_step").options)):
        app.selectbox(key="inside_step").select_index(index).run()
        step = app.session_state["inside_step"]
        if step in theirs:
            tensor = theirs[step]
            said = next(each.value for each in app.main.markdown if each.value.startswith("Shape"))
            shape, *facts = re.findall(r"\*\*(.+?)\*\*", said)
            assert shape == " × ".join(f"{size:,}" for size in tensor.shape)
            expected = [tensor.mean(), tensor.std(correction=0), tensor.min(), tensor.max()]
            np.testing.assert_allclose([float(each) for each in facts], expected, 2e-3, 1e-5)
            if tensor.dim() == 3:
                tensor = tensor[HEAD * len(tensor) // 4]
            close(drawn(app), tensor[:, :256], atol=1e-5)
            verdict = next(each.value for each in app.main.markdown if "-badge[" in each.value)
            assert "equals transformers" in verdict
            compared.add(step)
    assert compared == set(theirs)


@torch.no_grad()
def test_what_a_neuron_promotes_is_its_row_through_the_final_norm_and_the_output(known):
    app = known.page("Forward pass", step="MLP: neurons", cell_component=7)
    drawn = figure(app, "What neuron 7 adds")["data"][0]
    block = known.blocks[LAYER]
    narrow = block.mlp.c_proj if known.family == "gpt2" else block.mlp.down_proj
    neurons = reference(load(str(known.folder)), known.ids, LAYER)["mlp_activation"]
    weight = narrow.weight if known.family == "gpt2" else narrow.weight.T  # (in, out)
    added = known.adds(neurons[POSITION, 7] * weight[7]).sort(descending=True).values
    close(numbers(drawn["x"]), torch.cat((added[:5], added[-5:])), atol=1e-3)


def test_a_long_text_is_drawn_around_the_position():
    app = opened(
        PAGE, inside_section="Forward pass", inside_prompt="one day " * 40, inside_position="3"
    )
    picture = strips(app)[1]
    assert picture["rows"]["first"] == 0
    assert picture["matrices"][0]["shape"][0] == 48
    assert any(each.value.startswith("Tokens 0 to 47 of") for each in app.caption)
