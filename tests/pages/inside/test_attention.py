"""The section on attention: matrices, lines and silenced heads against transformers."""

import base64

import numpy as np
import pytest
import torch

from tests.pages.test_pages import strips

from .drawn import cells, close, figure, numbers
from .known import HEAD, LAYER, POSITION, VOCABULARY


def test_the_three_matrices_are_scores_masked_scores_and_softmax(known):
    raw, masked, softmax = map(cells, strips(known.page("Attention"))[2]["matrices"])
    tokens, width = len(known.ids), 8
    attention = known.output.attentions[LAYER][0, HEAD]
    close(softmax, attention, atol=1e-5)
    later = np.triu(np.ones((tokens, tokens), dtype=bool), 1)
    assert np.isneginf(masked[later]).all()
    close(torch.tensor(masked).softmax(-1), attention, atol=1e-5)
    close(masked[~later], raw[~later] / width**0.5, atol=1e-5)


def test_thumbnails_are_the_attention_of_all_heads(known):
    small = strips(known.page("Attention", heads_all="true"))[1]
    levels = np.frombuffer(base64.b64decode(small["levels"]), dtype=np.uint8)
    attention = torch.cat(known.output.attentions)  # of all layers
    assert len(small["titles"]) == 12
    end = small["limit"]
    close(
        end * levels.reshape(12, *small["shape"]) / 255,
        attention.flatten(0, 1).clamp(max=end),
        atol=0.6 * end / 255,
    )


@torch.no_grad()
def test_in_a_long_text_a_window_is_drawn_and_the_rest_of_each_row_is_told(known):
    ids = [7 * each % VOCABULARY for each in range(60)]
    app = known.page("Attention", kind="Ids", ids=" ".join(map(str, ids)), position=59)
    drawn = strips(app)[2]
    first = drawn["rows"]["first"]
    output = known.network(torch.tensor([ids]), output_attentions=True)
    attention = output.attentions[LAYER][0, HEAD, first:]
    assert first == len(ids) - 48
    close(cells(drawn["matrices"][2]), attention[:, first:], atol=1e-5)
    close(drawn["outside"], attention[:, :first].sum(-1), atol=2e-5)
    # The scale ends where few shares lie beyond, so that small ones are seen.
    seen = attention[:, first:][attention[:, first:] > 0]
    limit = drawn["matrices"][2]["limit"]
    assert float((seen > limit).float().mean()) <= 0.02
    assert float((seen >= limit - 1e-6).float().mean()) >= 0.01


def test_hiding_the_first_token_shares_the_rest(known):
    matrix = cells(strips(known.page("Attention", hide_first="true"))[2]["matrices"][2])
    attention = known.output.attentions[LAYER][0, HEAD].clone()
    attention[:, 0] = 0
    close(matrix[1:], (attention / attention.sum(-1, keepdim=True))[1:], atol=1e-5)


@torch.no_grad()
def test_what_a_head_promotes_is_its_slice_through_the_final_norm_and_the_output(known):
    drawn = figure(known.page("Attention"), "What head 2 adds")["data"][0]
    block = known.blocks[LAYER]
    projection = block.attn.c_proj if known.family == "gpt2" else block.self_attn.o_proj
    seen = []
    handle = projection.register_forward_pre_hook(lambda _, args: seen.append(args[0][0]))
    known.network(torch.tensor([known.ids]))
    handle.remove()
    weight = projection.weight if known.family == "gpt2" else projection.weight.T  # (in, out)
    part = seen[0][POSITION, 8 * HEAD : 8 * HEAD + 8] @ weight[8 * HEAD : 8 * HEAD + 8]
    added, ids = known.adds(part).sort(descending=True)
    close(numbers(drawn["x"]), torch.cat((added[:5], added[-5:])), atol=1e-3)
    before, after = known.logits[POSITION] - known.adds(part), known.logits[POSITION]
    ranks = [1 + int((each > each[ids[0]]).sum()) for each in (before, after)]
    assert drawn["hovertext"][0] == "rank {:,} without it, {:,} with it".format(*ranks)


@torch.no_grad()
def test_silenced_heads_change_the_prediction_as_in_transformers(known):
    app = known.page("Attention")
    app.multiselect(key="inside_ablated").set_value(["0.1", "2.3"]).run()
    handles = []
    for layer, head in ((0, 1), (2, 3)):
        block = known.blocks[layer]
        projection = block.attn.c_proj if known.family == "gpt2" else block.self_attn.o_proj

        def silence(_, args, head=head):
            x = args[0].clone()
            x[..., 8 * head : 8 * head + 8] = 0
            return (x,)

        handles.append(projection.register_forward_pre_hook(silence))
    after = known.network(torch.tensor([known.ids])).logits[0, POSITION].softmax(-1)
    for handle in handles:
        handle.remove()
    before = known.logits[POSITION].softmax(-1)
    shown = list(dict.fromkeys(before.topk(6).indices.tolist() + after.topk(6).indices.tolist()))
    drawn = figure(app, "What comes after")["data"]
    close(numbers(drawn[0]["x"]), before[shown], atol=1e-5)
    close(numbers(drawn[1]["x"]), after[shown], atol=1e-5)
    bits = float((before * (before / after).log2()).sum())
    assert float(app.metric[-1].value.split()[0]) == pytest.approx(bits, rel=0.02, abs=1e-5)
