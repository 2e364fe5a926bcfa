"""Ablations and switches against the same changes made inside transformers."""

import math

import pytest
import torch
import torch.nn.functional as F

import lab.models
from lab.errors import LabError
from lab.models.interventions import Switches, ablated, edited_row, switched
from tests.models.cases import as_model, random_ids, random_network

IDS = random_ids(9)


def altered(model, tap):
    return lab.models.trace(model, IDS, tap=tap)


@torch.no_grad()
@pytest.mark.parametrize("heads", [[(1, 2)], [(0, 0), (0, 3), (2, 1)]])
def test_ablating_is_zeroing_the_slice_at_the_output_projections_input(pair, heads):
    network, model = pair
    blocks = network.transformer.h if hasattr(network, "transformer") else network.model.layers
    width = model.config.head_width
    handles = []
    for layer, head in heads:
        block = blocks[layer]
        projection = block.attn.c_proj if hasattr(block, "attn") else block.self_attn.o_proj

        def silence(_, args, head=head):
            x = args[0].clone()
            x[..., head * width : (head + 1) * width] = 0
            return (x,)

        handles.append(projection.register_forward_pre_hook(silence))
    expected = network(torch.tensor([IDS])).logits[0]
    for handle in handles:
        handle.remove()
    torch.testing.assert_close(altered(model, ablated(heads)).logits, expected, atol=1e-4, rtol=0)
    assert not torch.allclose(expected, lab.models.trace(model, IDS).logits, atol=1e-3)


def test_ablating_nothing_changes_nothing(pair):
    _, model = pair
    torch.testing.assert_close(
        altered(model, ablated([])).logits, lab.models.trace(model, IDS).logits
    )


def test_with_everything_on_nothing_changes(pair):
    _, model = pair
    tap = switched(model.config, Switches())
    torch.testing.assert_close(altered(model, tap).logits, lab.models.trace(model, IDS).logits)


def test_without_mask_every_token_sees_every_other(pair):
    _, model = pair
    seen = altered(model, switched(model.config, Switches(mask=False)))
    for layer, attention in enumerate(seen.attention):
        assert (attention > 0).all()
        torch.testing.assert_close(attention, seen.scores[layer].softmax(-1))


def test_without_scale_the_scores_are_plain_products(pair):
    _, model = pair
    attention = altered(model, switched(model.config, Switches(scale=False))).attention[0]
    normal = lab.models.trace(model, IDS)
    scores = normal.scores[0] * math.sqrt(model.config.head_width)
    future = torch.ones(9, 9, dtype=torch.bool).triu(1)
    torch.testing.assert_close(attention, scores.masked_fill(future, -torch.inf).softmax(-1))


def test_without_norm_the_output_reads_the_bare_stream(pair):
    _, model = pair
    seen = altered(model, switched(model.config, Switches(norm=False)))
    torch.testing.assert_close(seen.hidden[-1], seen.last_block_output)
    torch.testing.assert_close(seen.logits, seen.last_block_output @ model.decoder.head.T)
    block = model.decoder.blocks[0].query_key_value
    values = F.linear(seen.hidden[0], block.weight, block.bias)[:, -model.config.kv_width :]
    width = model.config.head_width
    torch.testing.assert_close(seen.values[0], values.reshape(9, -1, width).transpose(0, 1))


def test_without_residual_each_part_replaces_the_stream(pair):
    _, model = pair
    seen = altered(model, switched(model.config, Switches(residual=False)))
    for layer in range(3):
        torch.testing.assert_close(seen.between[layer], seen.attention_output[layer])
        after = seen.last_block_output if layer == 2 else seen.hidden[layer + 1]
        torch.testing.assert_close(after, seen.mlp[layer])


def test_without_positions_order_does_not_matter(pair):
    """With the mask off too, the last token's prediction is the same for any order of the rest."""
    _, model = pair
    off = Switches(mask=False, positions=False)
    mixed = [*reversed(IDS[:-1]), IDS[-1]]
    one = lab.models.trace(model, IDS, tap=switched(model.config, off)).logits[-1]
    other = lab.models.trace(model, mixed, tap=switched(model.config, off)).logits[-1]
    torch.testing.assert_close(one, other, atol=1e-4, rtol=0)
    with_positions = Switches(mask=False)
    one = lab.models.trace(model, IDS, tap=switched(model.config, with_positions)).logits[-1]
    other = lab.models.trace(model, mixed, tap=switched(model.config, with_positions)).logits[-1]
    assert not torch.allclose(one, other, atol=1e-3)


@torch.no_grad()
def test_the_other_gelu_is_transformers_exact_one():
    network = random_network("gpt2")
    model = as_model(network)
    tap = switched(model.config, Switches(other_gelu=True))
    for block in network.transformer.h:
        block.mlp.act = torch.nn.GELU()
    expected = network(torch.tensor([IDS])).logits[0]
    torch.testing.assert_close(altered(model, tap).logits, expected, atol=1e-5, rtol=0)


def test_all_switches_at_once_still_give_numbers(pair):
    _, model = pair
    off = Switches(mask=False, scale=False, positions=False, residual=False, other_gelu=True)
    assert altered(model, switched(model.config, off)).logits.isfinite().all()


def test_an_edited_row_is_what_the_head_then_mixes(pair):
    _, model = pair
    row = [0.0, 3.0, 1.0] + [0.0] * 6
    seen = altered(model, edited_row(1, 2, 8, row))
    assert seen.attention[1][2, 8].tolist() == [0, 0.75, 0.25] + [0] * 6
    normal = lab.models.trace(model, IDS)
    torch.testing.assert_close(seen.attention[1][2, :8], normal.attention[1][2, :8])
    torch.testing.assert_close(seen.logits[:8], normal.logits[:8])  # earlier tokens cannot know
    assert not torch.allclose(seen.logits[8], normal.logits[8], atol=1e-3)


@pytest.mark.parametrize("row", [[0.0] * 9, [-1.0] + [1.0] * 8, [math.nan] * 9, [1.0] * 4])
def test_a_row_that_is_no_attention_is_refused(pair, row):
    _, model = pair
    with pytest.raises(LabError):
        altered(model, edited_row(0, 0, 0, row))
