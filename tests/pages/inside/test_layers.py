"""The section on the layers: lens, contributions and a changed word against transformers."""

import re

import numpy as np
import pytest
import torch

from tests.pages.test_pages import opened

from .drawn import close, figure, numbers
from .known import LAYER, PAGE, POSITION


@torch.no_grad()
def test_the_lens_is_the_final_norm_and_head_at_every_depth(known):
    states = known.output.hidden_states
    logits = [*(known.read(state[0]) for state in states[:3]), known.logits]
    cells = known.page("Layers").get("html")[0].proto.body
    said = re.findall(r'<td title="(.*?) ([\d.]+)%, entropy ([\d.]+) bits"', cells)
    ours = np.array([(float(chance) / 100, float(bits)) for _, chance, bits in said])
    chances = torch.stack(logits[::-1]).softmax(-1)  # the deepest row is on top
    close(ours[:, 0], chances.max(-1).values.flatten(), atol=6e-4)
    close(ours[:, 1], torch.special.entr(chances).sum(-1).flatten() / np.log(2), atol=6e-3)


@torch.no_grad()
def test_contributions_are_drawn_and_add_up_to_the_logit(known):
    app = known.page("Layers")
    drawn = figure(app, "Logit of")
    best = float(known.logits[POSITION].max())
    assert float(numbers(drawn["data"][0]["x"]).sum()) == pytest.approx(best, abs=1e-3)
    assert drawn["layout"]["title"]["text"].endswith(f"{best:.4f}")
    heads = figure(app, "The attention of block")["data"][0]
    whole = dict(zip(drawn["data"][0]["y"], numbers(drawn["data"][0]["x"]), strict=True))
    assert float(numbers(heads["x"]).sum()) == pytest.approx(
        whole[f"Block {LAYER} attention"], abs=1e-4
    )


@torch.no_grad()
def test_a_changed_word_is_found_where_it_is(known):
    other = "Once upon a day there was"
    app = known.page("Layers", pair=other)
    drawn = numbers(figure(app, "Size of")["data"][0]["z"])
    place = [i for i, column in enumerate(drawn[0]) if column > 0]
    assert len(place) == 1
    assert not drawn[:, : place[0]].any()
    assert (drawn[1:, place[0] :] > 0).all()


@pytest.mark.parametrize(
    ("section", "query", "said"),
    [
        ("Layers", {"pair": "a much longer text than the other one"}, "The prompts have"),
        ("Layers", {"credited": "two words"}, " tokens."),
    ],
)
def test_what_does_not_fit_is_explained(section, query, said):
    app = opened(
        PAGE, inside_section=section, **{f"inside_{name}": each for name, each in query.items()}
    )
    assert any(said in each.value.replace("\\", "") for each in app.warning)
