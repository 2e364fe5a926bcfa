"""Both fast paths beside the readable forward, and a text's numbers whatever its company."""

import math
from dataclasses import replace
from functools import partial

import pytest
import torch
import transformers

from lab.models import load, reader
from lab.models.config import parse_config
from lab.models.decoder import forward
from lab.models.fast import KEYS_AT_ONCE, Slots, lay_out_decoder
from lab.models.kernels import has_halves, has_int8_kernels, has_kernels
from lab.models.native import NativeSlots, available, lay_out_natively
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


PATHS = ("PyTorch", "native")


@pytest.fixture(params=[(p, n, t) for p in PATHS for n in SHAPES for t in TOLERANCE], ids="-".join)
def fast(request):
    """(the readable decoder, memories of its fast layout, the precision, the path)."""
    path, name, precision = request.param
    skip_what_the_machine_lacks(path, precision)
    decoder = random_decoder(name, torch.bfloat16 if precision == "bfloat16" else torch.float32)
    return decoder, partial(memory, decoder, path, precision), precision, path


def skip_what_the_machine_lacks(path, precision):
    if path == "native" and not available():
        pytest.skip("there is no C compiler")
    if path == "PyTorch" and precision == "int8" and not has_int8_kernels():
        pytest.skip("this processor has no kernels for int8")
    if path == "PyTorch" and precision == "float16" and not has_halves():
        pytest.skip("this processor has no kernels for halves")


def random_decoder(name, dtype):
    torch.manual_seed(0)
    network = transformers.AutoModelForCausalLM.from_config(SHAPES[name], dtype=dtype)
    return assemble(parse_config(SHAPES[name].to_dict()), network.state_dict())


def memory(decoder, path, precision, slots, capacity):
    looked_up, dtype = (decoder.embedding, decoder.positions), getattr(torch, precision)
    if path == "native":
        return NativeSlots(lay_out_natively(decoder, *looked_up, dtype), slots, capacity)
    return Slots(lay_out_decoder(decoder, *looked_up, dtype), slots, capacity)


def skip_without_promise(path, precision):
    dtype = getattr(torch, precision)
    if path == "PyTorch" and precision in ("float32", "bfloat16") and not has_kernels(dtype):
        pytest.skip("this processor has no kernels that promise it")


@torch.inference_mode()
def logits_of(slots, text, slot, prompt):
    """The logits after `prompt` tokens and after each further one, in a slot of its own."""
    pieces = [text[:prompt], *([token] for token in text[prompt:])]
    return [slots.read([slot], [piece])[0] for piece in pieces]


@torch.inference_mode()
def test_it_gives_what_the_readable_forward_gives(fast):
    decoder, slots, precision, _ = fast
    text = random_ids(50, seed=1)
    found = torch.stack(logits_of(slots(2, 50), text, slot=1, prompt=40))
    expected = forward(decoder, torch.tensor([text]))[0, 39:]
    assert (found - expected).abs().max() < TOLERANCE[precision]


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@torch.inference_mode()
def test_company_does_not_change_a_bit(fast, two_threads):
    _, slots, precision, path = fast
    skip_without_promise(path, precision)
    prompts = [1 + (7 * each) % (12 if each % 3 else 40) for each in range(30)]
    texts = [random_ids(prompt + 5, seed) for seed, prompt in enumerate(prompts)]
    together = slots(30, 45)
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
        alone = logits_of(slots(1, 45), texts[slot], slot=0, prompt=prompts[slot])
        for number, (mine, theirs) in enumerate(zip(rows[slot], alone, strict=False)):
            assert torch.equal(mine, theirs), (slot, number)


@torch.inference_mode()
def test_company_does_not_change_a_bit_of_a_long_text(fast, two_threads):
    _, slots, precision, path = fast
    skip_without_promise(path, precision)
    texts = [random_ids(KEYS_AT_ONCE + 11, seed) for seed in range(3)]
    together, prompt = slots(3, 540), KEYS_AT_ONCE + 8
    rows = [together.read(range(3), [text[:prompt] for text in texts])]
    rows += [together.read(range(3), [[text[at]] for text in texts]) for at in range(prompt, 523)]
    for slot, text in enumerate(texts):
        alone = logits_of(slots(1, 540), text, slot=0, prompt=prompt)
        assert all(torch.equal(row[slot], each) for row, each in zip(rows, alone, strict=True))


@pytest.mark.parametrize("path", PATHS)
@torch.inference_mode()
def test_what_stood_in_a_slot_leaves_no_trace(path):
    skip_what_the_machine_lacks(path, "float32")
    decoder = random_decoder("gpt2", torch.float32)
    damaged = replace(decoder, embedding=decoder.embedding.clone())
    damaged.embedding[7] = torch.nan
    text = [8 if each == 7 else each for each in random_ids(9, seed=3)]
    slots = memory(damaged, path, "float32", 1, 90)
    assert logits_of(slots, [7] * 70, slot=0, prompt=60)[-1].isnan().all()
    slots.clear(0)
    for mine, fresh in zip(
        logits_of(slots, text, slot=0, prompt=3),
        logits_of(memory(damaged, path, "float32", 1, 90), text, slot=0, prompt=3),
        strict=True,
    ):
        assert torch.equal(mine, fresh)


def test_int8_costs_a_trained_model_little():
    if not (has_int8_kernels() or available()):
        pytest.skip("this machine has neither kernels for int8 nor a C compiler")
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
