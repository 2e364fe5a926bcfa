"""Every number can be followed: each cell's explanation ends at the cell, and at transformers'."""

import pytest
import torch

import lab.models
from lab.errors import LabError
from lab.models.explain import explain
from lab.models.reference import reference
from lab.models.steps import first_steps, last_steps, steps
from tests.models.cases import as_model, random_ids, random_network

IDS = random_ids(6)


def every_step(config):
    return [*first_steps(config), *steps(config), *last_steps(config)]


def corners(shape):
    """A few cells of a tensor, its first and last among them."""
    generator = torch.Generator().manual_seed(0)
    some = [
        tuple(int(torch.randint(0, size, (), generator=generator)) for size in shape)
        for _ in range(5)
    ]
    return [tuple(0 for _ in shape), tuple(size - 1 for size in shape), *some]


@pytest.mark.parametrize("layer", [0, 2])
def test_the_working_of_every_step_ends_at_its_cell(pair, layer):
    _, model = pair
    seen = lab.models.trace(model, IDS)
    tensors = {**seen.steps(layer), **seen.ends}
    for step in every_step(model.config):
        for index in corners(tensors[step.name].shape):
            worked = explain(seen, step.name, layer, index)
            assert worked.value == float(tensors[step.name][index])
            assert worked.worked_out == pytest.approx(worked.value, abs=2e-5), (step.name, index)


def test_the_rule_speaks_of_a_bias_where_there_is_one(pair):
    _, model = pair
    seen = lab.models.trace(model, IDS)
    tensors = {**seen.steps(1), **seen.ends}
    for step in every_step(model.config):
        worked = explain(seen, step.name, 1, tuple(0 for _ in tensors[step.name].shape))
        used = worked.bias is not None or "bias" in (worked.closing or "")
        assert worked.rule.endswith("+ bias") == used, step.name


def test_sums_are_the_sums_of_their_terms(pair):
    _, model = pair
    seen = lab.models.trace(model, IDS)
    worked = explain(seen, "mlp_output", 1, (5, 31))
    assert worked.closing is None
    total = sum(term.value for term in worked.terms) + (worked.bias or 0)
    assert total == pytest.approx(worked.value, abs=2e-5)
    top = sum(term.value for term in worked.largest(8))
    assert top + worked.rest(8) + (worked.bias or 0) == pytest.approx(total)
    for term in worked.terms:
        assert term.value == pytest.approx(term.left * term.right)


def test_what_enters_the_first_block_is_named_by_the_rows_of_the_tables(pair):
    _, model = pair
    seen = lab.models.trace(model, IDS)
    worked = explain(seen, "block_input", 0, (2, 5))
    tables = [f"token table, row {IDS[2]}, column 5", "position table, row 2, column 5"]
    assert [term.name for term in worked.terms] == tables[: 1 if model.config.rotary else 2]
    assert worked.terms[0].value == float(model.decoder.embedding[IDS[2], 5])


@pytest.mark.parametrize("index", [(6, 0), (0, 32), (-1, 0), (0,), (0, 0, 0)])
def test_a_cell_that_is_not_there_is_refused(pair, index):
    seen = lab.models.trace(pair[1], IDS)
    with pytest.raises(LabError):
        explain(seen, "between", 0, index)


def test_a_step_of_the_other_family_is_refused():
    seen = lab.models.trace(as_model(random_network("gpt2")), IDS)
    with pytest.raises(LabError):
        explain(seen, "mlp_gate", 0, (0, 0))


@pytest.mark.parametrize("name", ["gpt2", "llama", "qwen2", "qwen3"])
def test_transformers_own_modules_hold_the_same_numbers(name, tmp_path):
    network = random_network(name)
    network.save_pretrained(tmp_path)
    model = as_model(network, tmp_path)
    traced = lab.models.trace(model, IDS)
    seen = {**traced.steps(1), **traced.ends}
    theirs = reference(model, IDS, 1)
    compared = set(seen) & set(theirs)
    missing = {"rotated_query", "rotated_key", "scores", "masked_scores"}
    if name != "qwen3":  # without a head norm, nothing stands between projection and scores
        assert "query" in compared
    assert set(seen) - compared == missing
    for step in compared:
        torch.testing.assert_close(seen[step], theirs[step], atol=1e-4, rtol=0)
