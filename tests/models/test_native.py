"""What is compiled for the machine at hand: right on every machine, and done without where needed.

That it gives what the readable forward gives is looked at in `test_fast` as well.
"""

import ctypes
import os
import platform
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch
import transformers

from lab import native
from lab.models import load
from lab.models.config import ACTIVATIONS, parse_config
from lab.models.decoder import Linear, forward
from lab.models.fast import Slots
from lab.models.native import NativeSlots, available, lay_out_natively, layout
from lab.models.native.layout import FORMATS, SOURCE
from lab.models.weights import assemble
from tests.models.cases import CONFIGS, random_ids, random_network

INSTRUCTIONS = {
    "x86-64": lambda: True,
    "haswell": lambda: torch.cpu._is_avx2_supported(),
    "native": lambda: True,
}
"""Kinds of x86 processors with registers of other widths -> whether this one can do as much."""

needs_a_compiler = pytest.mark.skipif(not available(), reason="there is no C compiler")


def slots_of(decoder, dtype, machine="native"):
    laid_out = lay_out_natively(decoder, decoder.embedding, decoder.positions, dtype)
    if machine != "native":
        library = native.build(SOURCE, native.compiler(), machine)
        laid_out = replace(laid_out, library=library)
    return NativeSlots(laid_out, 16, 64)


def decoder_of(name):
    network = random_network(name)
    return assemble(parse_config(network.config.to_dict()), network.state_dict())


def rounded(decoder, dtype):
    """The decoder with the weights of its products as so many bits can tell them."""

    def linear(plain):
        weight = plain.weight
        if dtype == torch.int8:
            step = weight.abs().amax(1, keepdim=True) / 127
            return replace(plain, weight=(weight / step).round() * step)
        return replace(plain, weight=weight.to(dtype).float())

    def block(plain):
        names = ("query_key_value", "attention_output", "mlp_input", "mlp_output")
        return replace(plain, **{name: linear(getattr(plain, name)) for name in names})

    blocks = tuple(map(block, decoder.blocks))
    return replace(decoder, blocks=blocks, head=linear(Linear(decoder.head)).weight)


def test_models_are_computed_by_it():
    if not available():
        pytest.fail("no C compiler") if os.environ.get("CI") else pytest.skip("no C compiler")
    assert isinstance(load("mini-gpt2").network.memory(1, 8), NativeSlots)


@needs_a_compiler
@pytest.mark.skipif(platform.machine() != "x86_64", reason="these are kinds of x86")
@pytest.mark.parametrize("dtype", FORMATS, ids=str)
@pytest.mark.parametrize("machine", INSTRUCTIONS)
@pytest.mark.parametrize("name", CONFIGS)
@torch.inference_mode()
def test_registers_of_any_width_give_what_the_readable_forward_gives(machine, dtype, name):
    if not INSTRUCTIONS[machine]():
        pytest.skip("this processor lacks the instructions")
    decoder = decoder_of(name)
    texts = [random_ids(each + 2, seed=each) for each in range(14)]
    slots = slots_of(decoder, dtype, machine)
    slots.read(range(14), [text[:-1] for text in texts])
    rows = slots.read(range(14), [text[-1:] for text in texts])
    reference = rounded(decoder, dtype)
    for row, text in zip(rows, texts, strict=True):
        assert (row - forward(reference, torch.tensor([text]))[0, -1]).abs().max() < 1e-5
        alone = slots_of(decoder, dtype, machine)
        alone.read([3], [text[:-1]])
        assert torch.equal(alone.read([3], [text[-1:]])[0], row)


@needs_a_compiler
@pytest.mark.parametrize("activation", ACTIVATIONS)
@torch.inference_mode()
def test_every_activation(activation):
    decoder = decoder_of("gpt2")
    decoder = replace(decoder, config=replace(decoder.config, activation=activation))
    text = random_ids(9)
    row = slots_of(decoder, torch.float32).read([0], [text])[0]
    assert (row - forward(decoder, torch.tensor([text]))[0, -1]).abs().max() < 1e-5


@needs_a_compiler
def test_texts_read_at_the_same_time_do_not_touch_each_other():
    decoder = decoder_of("gpt2")
    laid_out = lay_out_natively(decoder, decoder.embedding, decoder.positions, torch.float32)
    texts = [random_ids(40, seed=each) for each in range(4)]

    def read(text):
        slots = NativeSlots(laid_out, 1, 64)
        return torch.cat([slots.read([0], [[token_id]]) for token_id in text])

    alone = [read(text) for text in texts]
    with ThreadPoolExecutor(len(texts)) as pool:
        assert all(map(torch.equal, pool.map(read, texts), alone))


@needs_a_compiler
def test_structures_are_the_same_on_both_sides():
    library = native.library(SOURCE)
    assert library.decoder_bytes() == ctypes.sizeof(layout._Decoder)
    assert library.block_bytes() == ctypes.sizeof(layout._Block)


@needs_a_compiler
def test_what_does_not_fit_is_not_read():
    decoder = decoder_of("gpt2")  # its context is 64
    laid_out = lay_out_natively(decoder, decoder.embedding, decoder.positions, torch.float32)
    slots = NativeSlots(laid_out, 1, 80)
    for pieces in ([[]], [[97]], [[-1]], [[1] * 65]):
        with pytest.raises(ValueError, match=r"tokens after|outside"):
            slots.read([0], pieces)
    slots.read([0], [[1] * 64])
    with pytest.raises(ValueError, match="1 tokens after 64 of 64"):
        slots.read([0], [[1]])


@needs_a_compiler
@torch.inference_mode()
def test_wide_products_are_cut_into_pieces_and_many_panels():
    torch.manual_seed(0)
    config = transformers.GPT2Config(
        vocab_size=700, n_embd=200, n_layer=1, n_head=4, n_positions=64,
        bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    network = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    decoder = assemble(parse_config(config.to_dict()), network.state_dict())
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    slots, text = slots_of(decoder, torch.float32), random_ids(12)
    rows = [slots.read([15], [piece])[0] for piece in (text[:10], text[10:11], text[11:])]
    torch.set_num_threads(before)
    expected = forward(decoder, torch.tensor([text]))[0, 9:]
    assert (torch.stack(rows) - expected).abs().max() < 1e-5


@pytest.mark.parametrize("compiler", ["no-such-compiler", "false"])
def test_without_a_compiler_pytorch_computes(monkeypatch, compiler):
    monkeypatch.setenv("CC", compiler)
    native._library.cache_clear()
    model = load("mini-gpt2")
    slots = model.network.memory(1, 8)
    native._library.cache_clear()
    assert isinstance(slots, Slots)
    ids = model.tokenizer.encode("Once upon a time")
    expected = forward(model.decoder, torch.tensor([ids]))[0, -1]
    with torch.inference_mode():
        assert (slots.read([0], [ids])[0] - expected).abs().max() < 1e-4
