"""The section on switches: what the model is without a part, against transformers."""

import json

import numpy as np
import pytest
import torch

from .drawn import close, figure, numbers
from .known import POSITION


@torch.no_grad()
def test_a_switch_moves_the_prediction_by_the_divergence_drawn(known):
    app = known.page("Switches")
    drawn = figure(app, "How far each")["data"][0]
    bits = dict(zip(drawn["customdata"], numbers(drawn["x"]), strict=True))
    ids = torch.tensor([known.ids])
    everything = torch.zeros(1, 1, len(known.ids), len(known.ids))  # a mask that hides nothing
    after = known.network(ids, attention_mask=everything).logits[0, POSITION].log_softmax(-1)
    before = known.logits[POSITION].log_softmax(-1)
    expected = float((before.exp() * (before - after)).sum()) / np.log(2)
    assert bits["No mask"] == pytest.approx(expected, rel=1e-3, abs=1e-6)
    assert len(bits) == (6 if known.family == "gpt2" else 5)
    assert all(value >= 0 for value in bits.values())


@torch.no_grad()
def test_a_switch_in_the_address_is_drawn_before_and_after(known):
    app = known.page("Switches", off="No mask")
    everything = torch.zeros(1, 1, len(known.ids), len(known.ids))
    ids = torch.tensor([known.ids])
    after = known.network(ids, attention_mask=everything).logits[0, POSITION].softmax(-1)
    before = known.logits[POSITION].softmax(-1)
    shown = list(dict.fromkeys(before.topk(6).indices.tolist() + after.topk(6).indices.tolist()))
    drawn = next(
        json.loads(each.proto.spec)["data"]
        for each in app.get("plotly_chart")
        if '"after"' in each.proto.spec
    )
    close(numbers(drawn[0]["x"]), before[shown], atol=1e-5)
    close(numbers(drawn[1]["x"]), after[shown], atol=1e-5)
