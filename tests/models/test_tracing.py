"""The trace against transformers' own hidden states and attentions."""

import gc
import re
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
import transformers

import lab.models
from lab.errors import LabError
from lab.models.tracing import Recomputed
from tests.models.cases import as_model, random_ids, random_network


def close(ours, theirs):
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=0)


@pytest.mark.parametrize("tokens", [1, 2, 17])
@torch.no_grad()
def test_states_attention_and_logits_are_those_of_transformers(pair, tokens):
    network, model = pair
    ids = random_ids(tokens)
    theirs = network(torch.tensor([ids]), output_hidden_states=True, output_attentions=True)
    seen = lab.models.trace(model, ids)
    assert len(seen.hidden) == len(theirs.hidden_states) == 4
    assert len(seen.attention) == len(theirs.attentions) == 3
    for ours, state in zip(seen.hidden, theirs.hidden_states, strict=True):
        close(ours, state[0])
    for ours, attention in zip(seen.attention, theirs.attentions, strict=True):
        close(ours, attention[0])
    close(seen.logits, theirs.logits[0])


@torch.no_grad()
def test_attention_is_there_where_the_fused_kernel_of_transformers_gives_none():
    network = random_network("gpt2")
    ids = random_ids(7)
    seen = lab.models.trace(as_model(network), ids)
    network.set_attn_implementation("sdpa")
    theirs = network(torch.tensor([ids]), output_attentions=True)
    assert not theirs.attentions
    close(seen.logits, theirs.logits[0])
    assert [tuple(each.shape) for each in seen.attention] == [(4, 7, 7)] * 3


@torch.no_grad()
def test_the_bundled_model_too():
    model = lab.models.load("mini-gpt2")
    network = transformers.AutoModelForCausalLM.from_pretrained(
        model.folder, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    ids = model.tokenizer.encode("Once upon a time, there was a little dog named Max.")
    theirs = network(torch.tensor([ids]), output_hidden_states=True, output_attentions=True)
    seen = lab.models.trace(model, ids)
    for ours, state in zip(seen.hidden, theirs.hidden_states, strict=True):
        close(ours, state[0])
    for ours, attention in zip(seen.attention, theirs.attentions, strict=True):
        close(ours, attention[0])
    close(seen.logits, theirs.logits[0])


def test_the_last_state_has_been_normalised_and_the_others_have_not():
    model = as_model(random_network("gpt2"))
    seen = lab.models.trace(model, random_ids(5))
    norm = model.decoder.final_norm
    normalised = torch.nn.functional.layer_norm(
        seen.last_block_output, (32,), norm.weight, norm.bias, model.decoder.config.norm_eps
    )
    close(seen.hidden[-1], normalised)
    close(seen.hidden[-1] @ model.decoder.head.T, seen.logits)
    assert not torch.allclose(seen.hidden[-1], seen.last_block_output, atol=0.1)


def test_gpt2_small_has_thirteen_states():
    config = transformers.GPT2Config(vocab_size=97, n_embd=12, n_positions=8)
    network = transformers.GPT2LMHeadModel(config).eval()
    assert len(lab.models.trace(as_model(network), [1, 2]).hidden) == 13


def test_the_parts_fit_together(pair):
    _, model = pair
    seen = lab.models.trace(model, random_ids(9))
    start = seen.token_embedding
    if seen.position_embedding is not None:
        start = start + seen.position_embedding
    close(seen.hidden[0], start)
    for layer in range(3):
        close(seen.between[layer], seen.hidden[layer] + seen.attention_output[layer])
        after = seen.last_block_output if layer == 2 else seen.hidden[layer + 1]
        close(after, seen.between[layer] + seen.mlp[layer])
        scores = seen.scores[layer]
        future = torch.ones(9, 9, dtype=torch.bool).triu(1)
        close(scores.masked_fill(future, -torch.inf).softmax(-1), seen.attention[layer])


def test_recomputed_steps_are_those_of_the_pass(pair):
    _, model = pair
    seen = lab.models.trace(model, random_ids(9))
    for layer in range(3):
        steps = seen.steps(layer)
        for name, kept in [
            ("block_input", seen.hidden), ("rotated_query", seen.queries),
            ("rotated_key", seen.keys), ("value", seen.values), ("scores", seen.scores),
            ("attention", seen.attention), ("attention_output", seen.attention_output),
            ("between", seen.between), ("mlp_activation", seen.neurons),
            ("mlp_output", seen.mlp),
        ]:  # fmt: skip
            close(steps[name], kept[layer])
    close(seen.steps(2)["block_output"], seen.last_block_output)


def test_a_tap_alters_only_its_own_trace(pair):
    _, model = pair
    ids = random_ids(6)
    before = lab.models.trace(model, ids)
    altered = lab.models.trace(
        model, ids, tap=lambda name, layer, x: 0 * x if name == "mlp_output" else x
    )
    assert all(not part.any() for part in altered.mlp)
    torch.testing.assert_close(lab.models.trace(model, ids).logits, before.logits)


def test_a_trace_leaves_nothing_behind(pair):
    seen = lab.models.trace(pair[1], random_ids(6))
    kept = [weakref.ref(tensor) for tensor in (seen.logits, *seen.hidden, *seen.attention)]
    assert len(list(seen.scores)) == 3
    del seen
    gc.collect()
    assert [each for each in kept if each() is not None] == []


def test_traces_in_two_threads_do_not_mix(pair):
    _, model = pair
    texts = [random_ids(12, seed) for seed in range(8)]
    alone = [lab.models.trace(model, ids).logits for ids in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda ids: lab.models.trace(model, ids).logits, texts))
    for one, other in zip(alone, together, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("ids", [[], [97], [-1], [0] * 65])
def test_ids_that_cannot_be_read_are_refused(pair, ids):
    with pytest.raises(LabError):
        lab.models.trace(pair[1], ids)


def test_recomputed_is_a_sequence():
    squares = Recomputed(4, lambda layer: torch.tensor(layer**2))
    assert len(squares) == 4
    assert [int(each) for each in squares] == [0, 1, 4, 9]
    assert int(squares[-1]) == 9
    assert [int(each) for each in squares[1:3]] == [1, 4]
    with pytest.raises(IndexError):
        squares[4]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_memory_stays_bounded_for_a_long_prompt_on_gpt2_small():
    command = [sys.executable, "-m", "benchmarks.trace", "--memory"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    peak = int(re.search(r"512 tokens: peak (\d+) MB", said)[1])
    assert peak <= 600
