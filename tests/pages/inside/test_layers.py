"""The section on the layers: lens, contributions and a changed word against transformers."""

import numpy as np
import pytest
import torch

from lab.charts.labels import visible
from lab.tokenizers import from_file
from tests.pages.test_pages import opened, strips

from .drawn import cells, close, figure, numbers
from .known import LAYER, PAGE, POSITION, VOCABULARY


@torch.no_grad()
def test_the_lens_is_the_final_norm_and_head_at_every_depth(known):
    states = known.output.hidden_states
    logits = torch.stack([*(known.read(state[0]) for state in states[:3]), known.logits])
    grid = strips(known.page("Layers"))[1]
    cells = grid["cells"][::-1]  # the deepest row is drawn on top
    chances = logits.softmax(-1)
    close([[cell["probabilities"] for cell in row] for row in cells], chances.topk(5).values, 1e-5)
    best = chances.argmax(-1)
    words = from_file(known.folder / "tokenizer.json", name="mini-gpt2")
    names = [[visible(words.token_bytes(token)) for token in row] for row in best.tolist()]
    assert [[cell["tokens"][0] for cell in row] for row in cells] == names
    bits = torch.special.entr(chances).sum(-1) / np.log(2)
    close([[cell["entropy"] for cell in row] for row in cells], bits, 1e-3)
    close([[cell["level"] for cell in row] for row in cells], chances.max(-1).values, 1e-5)
    right = best[:, :-1] == torch.tensor(known.ids[1:])
    assert [[cell["right"] for cell in row[:-1]] for row in cells] == right.tolist()


@torch.no_grad()
def test_a_watched_token_has_its_rank_in_every_cell(known):
    watched = known.ids[2]
    app = known.page("Layers", lens="Rank of a token", watched=" a", between="true")
    grid = strips(app)[1]
    logits = torch.stack([known.read(state[0]) for state in known.output.hidden_states[:3]])
    ranks = 1 + (logits > logits[..., watched, None]).sum(-1)
    drawn = [[cell["rank"] for cell in row] for row in grid["cells"]][::-1]
    assert grid["depths"][::-1][:3] == ["Embedding", "Block 0 attention", "Block 0 MLP"]
    assert [drawn[at] for at in (0, 2, 4)] == ranks.tolist()
    final = 1 + (known.logits > known.logits[:, watched, None]).sum(-1)
    assert drawn[-1] == final.tolist()


@pytest.mark.parametrize(("typed", "watched"), [(" time", "␣time"), ("time", "time")])
def test_a_word_with_and_without_a_space_before_it_are_two_tokens(typed, watched):
    query = {"inside_lens": "Rank of a token", "inside_watched": typed}
    grid = strips(opened(PAGE, inside_section="Layers", inside_prompt="Once upon a", **query))[1]
    assert grid["watched"] == watched
    assert (grid["cells"][0][-1]["rank"] == 1) == (typed == " time")


@torch.no_grad()
@pytest.mark.parametrize("position", [0, 25, 58])
def test_the_lens_of_a_long_text_is_read_in_pages(known, position):
    ids = [7 * each % VOCABULARY for each in range(60)]
    app = known.page("Layers", kind="Ids", ids=" ".join(map(str, ids)), position=position)
    grid = strips(app)[1]
    drawn = slice(grid["first"], grid["first"] + 12)
    assert drawn.start <= position < drawn.stop
    chances = known.network(torch.tensor([ids])).logits[0, drawn].softmax(-1)
    close([cell["probabilities"] for cell in grid["cells"][0]], chances.topk(5).values, 1e-5)


@torch.no_grad()
def test_contributions_are_drawn_and_add_up_to_the_logit(known):
    app = known.page("Layers")
    drawn = figure(app, "Logit of")
    best = float(known.logits[POSITION].max())
    assert float(numbers(drawn["data"][0]["x"]).sum()) == pytest.approx(best, abs=1e-3)
    assert drawn["layout"]["title"]["text"].endswith(f"{best:.4f}")
    heads = figure(app, "The attention of block")["data"][0]
    whole = dict(zip(drawn["data"][0]["customdata"], numbers(drawn["data"][0]["x"]), strict=True))
    token = int(known.logits[POSITION].argmax())
    states = [state[0, POSITION] for state in known.output.hidden_states]
    for layer in range(2):  # transformers has normalised what the last block leaves
        added = float(known.adds(states[layer + 1] - states[layer])[token])
        parts = whole[f"Block {layer} attention"] + whole[f"Block {layer} MLP"]
        assert parts == pytest.approx(added, abs=1e-3)
    assert float(numbers(heads["x"]).sum()) == pytest.approx(
        whole[f"Block {LAYER} attention"], abs=1e-4
    )


@torch.no_grad()
def test_a_changed_word_is_found_where_it_is(known):
    app = known.page("Layers", pair="Once upon a day there was")
    ids = list(known.ids)
    ids[3] = from_file(known.folder / "tokenizer.json", name="mini-gpt2").encode(" day")[0]
    other = known.network(torch.tensor([ids]), output_hidden_states=True)
    drawn = cells(strips(app)[2]["matrices"][0])
    states = zip(known.output.hidden_states[:3], other.hidden_states[:3], strict=True)
    gaps = [((a - b)[0].norm(dim=-1) / a[0].norm(dim=-1)) for a, b in states]
    close(drawn[:3], torch.stack(gaps))
    assert not drawn[:, :3].any()
    assert (drawn[1:, 3:] > 0).all()


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


def test_a_blank_may_be_typed_as_it_is_shown():
    def complaints(text):
        app = opened(PAGE, inside_section="Layers", inside_credited=text)
        said = [each.value.replace("\\", "") for each in app.warning]
        return [each for each in said if " tokens." in each]

    assert not complaints("␣none")
    (told,) = complaints(" nonexistentword")
    offered = told.partition("Type just ")[2].partition(",")[0]
    assert offered
    assert not complaints(offered)
