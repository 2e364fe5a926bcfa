"""The flow on top: its tensors against transformers', and where it stands."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from tests.pages.test_pages import opened, strips

from .drawn import close
from .known import HEAD, LAYER, PAGE, POSITION


@torch.no_grad()
def block_of_transformers(known):
    """What goes into and comes out of the modules of transformers' block, by the flow's names."""
    seen, handles = {}, []

    def output(name, module):
        handles.append(module.register_forward_hook(lambda _, __, y: seen.update({name: y[0]})))

    def input_(name, module):
        handles.append(
            module.register_forward_pre_hook(lambda _, args: seen.update({name: args[0][0]}))
        )

    block = known.blocks[LAYER]
    if known.family == "gpt2":
        attention, project, narrow = block.attn, block.attn.c_proj, block.mlp.c_proj
        output("joint", attention.c_attn)
        input_("between", block.ln_2)
    else:
        attention, project, narrow = block.self_attn, block.self_attn.o_proj, block.mlp.down_proj
        output("query", attention.q_norm)
        output("key", attention.k_norm)
        output("value", attention.v_proj)
        input_("between", block.post_attention_layernorm)
    input_("mixed", project)
    output("attention", project)
    input_("neurons", narrow)
    output("mlp", narrow)
    known.network(torch.tensor([known.ids]))
    for handle in handles:
        handle.remove()
    if known.family == "gpt2":
        seen.update(zip(("query", "key", "value"), seen.pop("joint").chunk(3, -1), strict=True))
    shared = {"gpt2": HEAD, "qwen3": HEAD // 2}[known.family]  # two query heads share a key head
    for name, head in (("query", HEAD), ("key", shared), ("value", shared), ("mixed", HEAD)):
        by_head = seen[name].reshape(len(known.ids), -1, 8)
        seen[f"every {name}"], seen[name] = by_head, by_head[:, head]
    return project, seen


def marks(rows, count):
    """Every component where there is room, else the largest of each group of neighbours."""
    return [[float(part[part.abs().argmax()]) for part in row.tensor_split(count)] for row in rows]


@torch.no_grad()
def test_everything_in_the_flow_is_transformers_own(known):
    picture = strips(known.page())[0]
    project, block = block_of_transformers(known)
    states = [state[0] for state in known.output.hidden_states]
    drawn = picture["strips"]
    for name, vectors, count in (
        ("embedding", states[0], 12),
        ("input", states[LAYER], 12),
        ("query", block["query"], 8),
        ("key", block["key"], 8),
        ("value", block["value"], 8),
        ("mixed", block["mixed"], 8),
        ("between", block["between"], 12),
        ("neurons", block["neurons"], 24),
        ("output", states[LAYER + 1], 12),
        ("final", states[-1], 12),
    ):
        close(drawn.pop(name)["marks"], marks(vectors, count), atol=6e-4)
    assert not drawn
    close(picture["attention"], known.output.attentions[LAYER][0, HEAD], atol=1e-6)
    weight = project.weight if known.family == "gpt2" else project.weight.T  # (in, out)
    slices = zip(block["every mixed"][POSITION], weight.chunk(4), strict=True)
    stream = [state[POSITION] for state in states[:3]]
    sizes = picture["sizes"]
    for name, vectors in (
        ("rows_in", states[LAYER]),
        ("rows_attention", block["attention"]),
        ("rows_between", block["between"]),
        ("rows_mlp", block["mlp"]),
        ("rows_output", states[LAYER + 1]),
        ("heads", [part @ rows for part, rows in slices]),
    ):
        close(sizes.pop(name), [vector.norm() for vector in vectors], atol=1e-3)
    # transformers has normalised its last state, so the last block's own end is checked below.
    close(sizes["stream"][:3], [state.norm() for state in stream], atol=1e-3)
    added = [(after - before).norm() for before, after in pairwise(stream)]
    close(sizes["blocks"][:2], added, atol=1e-3)
    chances = known.logits[POSITION].softmax(-1)
    assert [each["id"] for each in picture["next"]] == chances.topk(10).indices.tolist()
    close([each["probability"] for each in picture["next"]], chances.topk(10).values, atol=1e-5)


@torch.no_grad()
def test_the_last_block_ends_before_the_final_norm(known):
    seen = []
    handle = known.blocks[-1].register_forward_hook(lambda _, __, y: seen.append(y))
    known.network(torch.tensor([known.ids]))
    handle.remove()
    last = seen[0] if isinstance(seen[0], torch.Tensor) else seen[0][0]
    last = last.reshape(len(known.ids), -1)
    picture = strips(known.page(layer=2))[0]
    close(picture["strips"]["output"]["marks"], marks(last, 12), atol=6e-4)
    close(picture["sizes"]["stream"][-1], last[POSITION].norm(), atol=1e-3)
    before = known.output.hidden_states[2][0, POSITION]
    close(picture["sizes"]["blocks"][-1], (last[POSITION] - before).norm(), atol=1e-3)


def test_attention_to_tokens_that_are_not_drawn_is_told():
    picture = strips(opened(PAGE, inside_prompt="one day the dog ran " * 8 + "home"))[0]
    assert picture["first"] == picture["total"] - 18
    shares = np.array(picture["attention"]).sum(-1) + picture["unseen"]
    close(shares, np.ones(18), atol=1e-6)
    assert max(picture["unseen"]) > 0


@pytest.mark.parametrize("value", ["-5", "99", "x"])
def test_an_address_that_asks_for_a_block_that_is_not_there_shows_one_that_is(value):
    app = opened(PAGE, inside_layer=value, inside_head=value, inside_position=value)
    picture = strips(app)[0]
    assert picture["layer"] in range(6)
    assert picture["head"] in range(4)
    assert not app.warning


def test_an_address_opens_the_very_place():
    place = {"inside_layer": "3", "inside_head": "1", "inside_position": "0"}
    app = opened(PAGE, inside_prompt="Once upon a time", inside_section="Switches", **place)
    picture = strips(app)[0]
    assert [picture[name] for name in ("layer", "head", "position")] == [3, 1, 0]
    assert "Switch a part off" in [each.value for each in app.subheader]
    sliders = [app.slider(key=name) for name in place]
    assert [str(each.value) for each in sliders] == list(place.values())


@pytest.mark.parametrize("text", ["one two", "one two three four five six seven eight"])
def test_a_new_text_is_looked_at_where_it_ends(text):
    app = opened(PAGE, inside_prompt="one two three four five six", inside_position="2")
    assert strips(app)[0]["position"] == 2
    app.text_input(key="inside_prompt").set_value(text).run()
    picture = strips(app)[0]
    assert picture["position"] == picture["total"] - 1 == app.slider(key="inside_position").value
    assert not app.warning
