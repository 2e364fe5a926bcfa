"""The fast path beside the readable forward, and a text's numbers whatever its company."""

import math
from dataclasses import replace

import pytest
import torch
import transformers

from lab.models import load, reader
from lab.models.config import parse_config
from lab.models.decoder import forward
from lab.models.fast import KEYS_AT_ONCE, Slots, lay_out_decoder
from lab.models.kernels import has_halves, has_int8_kernels, has_kernels
from lab.models.weights import assemble

SHAPES = {
    "gpt2": transformers.GPT2Config(
        vocab_size=500, n_embd=768, n_layer=2, n_head=12, n_positions=640
    ),
    "qwen3": transformers.Qwen3Config(
        vocab_size=500,
        hidden_size=512,
        intermediate_size=1536,
        num_hidden_layers=2,
        num_attention_heads=8,
        num_key_value_heads=4,
        head_dim=128,
        max_position_embeddings=640,
    ),
}
"""Widths of real models, since kernels differ by width; two layers, since those do not."""
TOLERANCE = {"float32": 1e-4, "float16": 2e-3, "bfloat16": 0.1, "int8": 0.1}


def random_ids(tokens, seed):
    return torch.randint(0, 500, (tokens,), generator=torch.Generator().manual_seed(seed)).tolist()


@pytest.fixture(params=[(name, precision) for name in SHAPES for precision in TOLERANCE])
def pair(request):
    """(the readable decoder, its fast layout, the precision)."""
    name, precision = request.param
    if precision == "int8" and not has_int8_kernels():
        pytest.skip("this processor has no kernels for int8")
    if precision == "float16" and not has_halves():
        pytest.skip("this processor has no kernels for halves")
    dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
    torch.manual_seed(0)
    network = transformers.AutoModelForCausalLM.from_config(SHAPES[name], dtype=dtype)
    decoder = assemble(parse_config(SHAPES[name].to_dict()), network.state_dict())
    fast = lay_out_decoder(decoder, *tables_of(decoder), getattr(torch, precision))
    return decoder, fast, precision


def tables_of(decoder):
    return decoder.embedding, decoder.positions


@torch.inference_mode()
def logits_of(slots, text, slot, prompt):
    """The logits after `prompt` tokens and after each further one, in a slot of its own."""
    pieces = [text[:prompt], *([token] for token in text[prompt:])]
    return [slots.read([slot], [piece])[0] for piece in pieces]


@torch.inference_mode()
def test_it_gives_what_the_readable_forward_gives(pair):
    decoder, fast, precision = pair
    text = random_ids(50, seed=1)
    found = torch.stack(logits_of(Slots(fast, slots=2, capacity=50), text, slot=1, prompt=40))
    expected = forward(decoder, torch.tensor([text]))[0, 39:]
    assert (found - expected).abs().max() < TOLERANCE[precision]


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@torch.inference_mode()
def test_company_does_not_change_a_bit(pair, two_threads):
    _, fast, precision = pair
    if precision in ("float32", "bfloat16") and not has_kernels(fast.dtype):
        pytest.skip("this processor has no kernels that promise it")
    prompts = [1 + (7 * each) % (12 if each % 3 else 40) for each in range(30)]
    texts = [random_ids(prompt + 5, seed) for seed, prompt in enumerate(prompts)]
    together = Slots(fast, slots=30, capacity=45)
    rows = [[] for _ in texts]
    for turn in range(7):
        pieces = {}
        for slot, text in enumerate(texts):
            step = turn - slot % 2  # half of the prompts are read beside others' new tokens
            if step == 0:
                pieces[slot] = text[: prompts[slot]]
            elif 0 < step <= 5 and slot % 7 >= step:  # some leave: the others must not notice
                pieces[slot] = [text[prompts[slot] + step - 1]]
        order = sorted(pieces, key=lambda slot: (slot * 11) % 30) if turn % 2 else list(pieces)
        found = together.read(order, [pieces[slot] for slot in order])
        for slot, row in zip(order, found, strict=True):
            rows[slot].append(row)
    for slot in range(0, 30, 4):
        alone = logits_of(Slots(fast, 1, 45), texts[slot], slot=0, prompt=prompts[slot])
        for number, (mine, theirs) in enumerate(zip(rows[slot], alone, strict=False)):
            assert torch.equal(mine, theirs), (slot, number)


@torch.inference_mode()
def test_company_does_not_change_a_bit_of_a_long_text(pair, two_threads):
    _, fast, precision = pair
    if precision in ("float32", "bfloat16") and not has_kernels(fast.dtype):
        pytest.skip("this processor has no kernels that promise it")
    texts = [random_ids(KEYS_AT_ONCE + 11, seed) for seed in range(3)]
    together, prompt = Slots(fast, 3, 540), KEYS_AT_ONCE + 8
    rows = [together.read(range(3), [text[:prompt] for text in texts])]
    rows += [together.read(range(3), [[text[at]] for text in texts]) for at in range(prompt, 523)]
    for slot, text in enumerate(texts):
        alone = logits_of(Slots(fast, 1, 540), text, slot=0, prompt=prompt)
        assert all(torch.equal(row[slot], each) for row, each in zip(rows, alone, strict=True))


@torch.inference_mode()
def test_what_stood_in_a_slot_leaves_no_trace(pair):
    _, fast, _ = pair
    damaged = replace(fast, embedding=fast.embedding.clone())
    damaged.embedding[7] = torch.nan
    slots, text = Slots(damaged, 1, 90), random_ids(9, seed=3)
    text = [8 if each == 7 else each for each in text]
    assert logits_of(slots, [7] * 70, slot=0, prompt=60)[-1].isnan().all()
    slots.clear(0)
    for mine, fresh in zip(
        logits_of(slots, text, slot=0, prompt=3),
        logits_of(Slots(fast, 1, 90), text, slot=0, prompt=3),
        strict=True,
    ):
        assert torch.equal(mine, fresh)


def test_int8_costs_a_trained_model_little():
    if not has_int8_kernels():
        pytest.skip("this processor has no kernels for int8")
    exact, rounded = load("mini-gpt2"), load("mini-gpt2", dtype="int8")
    assert rounded.dtype == torch.int8
    assert 4 * rounded.bytes == exact.bytes
    ids = exact.tokenizer.encode("Once upon a time there was a king who had three sons.")
    rows = [
        [read([each]).log_softmax(-1) for each in ids] for read in map(one_reader, (exact, rounded))
    ]
    costs = [(p.exp() * (p - q)).sum() / math.log(2) for p, q in zip(*rows, strict=True)]
    assert 0 < sum(costs) / len(costs) < 0.005  # bits


def one_reader(model):
    return reader(model, capacity=64)
