"""The section on switches: what the model is without a part, against transformers."""

import copy
import json

import numpy as np
import pytest
import torch

from .drawn import close, figure, numbers
from .known import POSITION


def without(known, part):
    """The known model's logits with a part taken out of transformers' own modules."""
    network = copy.deepcopy(known.network)
    gpt2 = known.family == "gpt2"
    body = network.transformer if gpt2 else network.model
    blocks = body.h if gpt2 else body.layers
    kwargs = {}
    if part == "No mask":
        kwargs["attention_mask"] = torch.zeros(1, 1, len(known.ids), len(known.ids))
    for block in blocks:
        attention = block.attn if gpt2 else block.self_attn
        norms = ("ln_1", "ln_2") if gpt2 else ("input_layernorm", "post_attention_layernorm")
        if part == "No 1/√K":
            attention.scaling = 1.0
        if part == "No norm":
            for name in norms:
                setattr(block, name, torch.nn.Identity())
        if part == "No residual":
            only_the_newest_part_goes_on(block, attention, getattr(block, norms[1]))
        if part == "Other GELU":
            block.mlp.act = torch.nn.GELU()
    if part == "No norm":
        setattr(body, "ln_f" if gpt2 else "norm", torch.nn.Identity())
    if part == "No positions":
        if gpt2:
            body.wpe.weight.zero_()
        else:
            body.rotary_emb.register_forward_hook(
                lambda _, __, turn: (torch.ones_like(turn[0]), torch.zeros_like(turn[1]))
            )
    return network(torch.tensor([known.ids]), **kwargs).logits[0, POSITION]


def only_the_newest_part_goes_on(block, attention, second_norm):
    seen = {}
    attention.register_forward_hook(lambda _, __, out: seen.update(attention=out[0]))
    second_norm.register_forward_pre_hook(lambda _, __: (seen["attention"],))
    block.mlp.register_forward_hook(lambda _, __, out: seen.update(mlp=out))
    block.register_forward_hook(lambda _, __, ___: seen["mlp"])


@torch.no_grad()
def test_every_switch_moves_the_prediction_by_the_divergence_drawn(known):
    drawn = figure(known.page("Switches"), "How far each")["data"][0]
    says = dict(zip(drawn["customdata"], drawn["text"], strict=True))
    assert len(says) == (6 if known.family == "gpt2" else 5)
    before = known.logits[POSITION].double().log_softmax(-1)
    for part, text in says.items():
        after = without(known, part).double().log_softmax(-1)
        expected = float((before.exp() * (before - after)).sum()) / np.log(2)
        assert float(text.removesuffix(" bits")) == pytest.approx(expected, rel=0.02, abs=1e-6), (
            part
        )


@torch.no_grad()
def test_a_switch_in_the_address_is_drawn_before_and_after(known):
    app = known.page("Switches", off="No mask")
    after = without(known, "No mask").softmax(-1)
    before = known.logits[POSITION].softmax(-1)
    shown = list(dict.fromkeys(before.topk(6).indices.tolist() + after.topk(6).indices.tolist()))
    drawn = next(
        json.loads(each.proto.spec)["data"]
        for each in app.get("plotly_chart")
        if '"after"' in each.proto.spec
    )
    close(numbers(drawn[0]["x"]), before[shown], atol=1e-5)
    close(numbers(drawn[1]["x"]), after[shown], atol=1e-5)
