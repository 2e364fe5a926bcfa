"""The flow on top: its tensors against transformers', and where it stands."""

import pytest
import torch

from tests.pages.test_pages import opened, strips

from .drawn import close
from .known import HEAD, LAYER, PAGE, POSITION


def test_the_flow_draws_transformers_tensors(known):
    picture = strips(known.page())[0]
    assert [token["id"] for token in picture["tokens"]] == known.ids
    close(picture["attention"], known.output.attentions[LAYER][0, HEAD], atol=6e-5)
    states = known.output.hidden_states
    sizes = picture["sizes"]
    close(sizes["rows_in"], states[LAYER][0].norm(dim=-1), atol=1e-3)
    close(sizes["stream"][:3], [state[0, POSITION].norm() for state in states[:3]], atol=1e-3)
    # As wide as the marks allow, a strip shows every component or the largest of neighbours.
    for strip, state in (("embedding", states[0]), ("input", states[LAYER]), ("final", states[-1])):
        expected = [
            [float(part[part.abs().argmax()]) for part in row.tensor_split(24)] for row in state[0]
        ]
        close(picture["strips"][strip]["marks"], expected, atol=6e-4)
    chances = known.logits[POSITION].softmax(-1)
    for each in picture["next"]:
        assert each["probability"] == pytest.approx(float(chances[each["id"]]), abs=1e-5)
    assert [each["id"] for each in picture["next"]] == chances.topk(10).indices.tolist()


@torch.no_grad()
def test_what_a_head_adds_is_its_slice_through_the_projection(known):
    seen = []
    block = known.blocks[LAYER]
    projection = block.attn.c_proj if known.family == "gpt2" else block.self_attn.o_proj
    handle = projection.register_forward_pre_hook(lambda _, args: seen.append(args[0][0]))
    known.network(torch.tensor([known.ids]))
    handle.remove()
    weight = projection.weight if known.family == "gpt2" else projection.weight.T  # (in, out)
    slices = zip(seen[0][POSITION].chunk(4), weight.chunk(4), strict=True)
    expected = [(part @ rows).norm() for part, rows in slices]
    close(strips(known.page())[0]["sizes"]["heads"], expected, atol=1e-3)


@pytest.mark.parametrize("value", ["-5", "99", "x"])
def test_an_address_that_asks_for_a_block_that_is_not_there_shows_one_that_is(value):
    app = opened(PAGE, inside_layer=value, inside_head=value, inside_position=value)
    picture = strips(app)[0]
    assert picture["layer"] in range(6)
    assert picture["head"] in range(4)
    assert not app.warning


def test_a_shorter_text_brings_the_position_back_to_its_end():
    app = opened(PAGE, inside_prompt="one two three four five six")
    app.text_input(key="inside_prompt").set_value("one two").run()
    picture = strips(app)[0]
    assert picture["position"] == picture["total"] - 1
    assert not app.warning
