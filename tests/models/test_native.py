"""What is compiled for the machine at hand: right on every machine, and done without where needed.

That it gives what the readable forward gives is looked at in `test_fast` as well.
"""

import platform
import shutil
from dataclasses import replace

import pytest
import torch

from lab.models import load
from lab.models.config import parse_config
from lab.models.decoder import Linear, forward
from lab.models.fast import Slots
from lab.models.native import NativeSlots, compiler, lay_out_natively
from lab.models.weights import assemble
from tests.models.cases import CONFIGS, random_ids, random_network

INSTRUCTIONS = {
    "x86-64": lambda: True,
    "haswell": lambda: torch.cpu._is_avx2_supported(),
    "native": lambda: True,
}
"""Kinds of x86 processors with registers of other widths -> whether this one can do as much."""

needs_a_compiler = pytest.mark.skipif(
    compiler.library(torch.float32) is None, reason="there is no C compiler"
)


def slots_of(decoder, dtype, machine="native"):
    native = lay_out_natively(decoder, decoder.embedding, decoder.positions, dtype)
    if machine != "native":
        native = replace(native, library=compiler.build(shutil.which("cc"), dtype, machine))
    return NativeSlots(native, 16, 64)


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


@needs_a_compiler
@pytest.mark.skipif(platform.machine() != "x86_64", reason="these are kinds of x86")
@pytest.mark.parametrize("dtype", compiler.FORMATS, ids=str)
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
@pytest.mark.parametrize("activation", ["relu", "silu", "gelu", "gelu_new", "gelu_pytorch_tanh"])
@torch.inference_mode()
def test_every_activation(activation):
    decoder = decoder_of("gpt2")
    decoder = replace(decoder, config=replace(decoder.config, activation=activation))
    text = random_ids(9)
    row = slots_of(decoder, torch.float32).read([0], [text])[0]
    assert (row - forward(decoder, torch.tensor([text]))[0, -1]).abs().max() < 1e-5


@pytest.fixture
def compiled_anew(monkeypatch, tmp_path):
    """As on the first start: nothing is compiled yet. The folder of the source."""
    source = tmp_path / "decoder.c"
    shutil.copyfile(compiler.SOURCE, source)
    monkeypatch.setattr(compiler, "SOURCE", source)
    compiler._library.cache_clear()
    yield tmp_path
    compiler._library.cache_clear()


@needs_a_compiler
def test_it_is_compiled_once(compiled_anew):
    assert compiler.library(torch.float16)
    (made,) = compiled_anew.glob("__pycache__/*")
    before = made.stat()
    compiler._library.cache_clear()
    assert compiler.library(torch.float16)
    assert made.stat() == before


@needs_a_compiler
def test_what_the_source_says_counts(compiled_anew):
    compiler.library(torch.float16)
    compiler.SOURCE.write_text(compiler.SOURCE.read_text().replace("return 1;", "return 0;"))
    compiler._library.cache_clear()
    with pytest.raises(MemoryError):
        load("mini-gpt2").network.memory(1, 8).read([0], [[1]])


@needs_a_compiler
def test_a_folder_that_takes_no_file(compiled_anew):
    (compiled_anew / "__pycache__").write_text("not a folder")
    model = load("mini-gpt2")
    assert isinstance(model.network.memory(1, 8), NativeSlots)


@pytest.mark.parametrize("compiler_at_hand", ["no-such-compiler", "false"])
def test_without_a_compiler_pytorch_computes(monkeypatch, compiled_anew, compiler_at_hand):
    monkeypatch.setenv("CC", compiler_at_hand)
    model = load("mini-gpt2")
    slots = model.network.memory(1, 8)
    assert isinstance(slots, Slots)
    ids = model.tokenizer.encode("Once upon a time")
    expected = forward(model.decoder, torch.tensor([ids]))[0, -1]
    with torch.inference_mode():
        assert (slots.read([0], [ids])[0] - expected).abs().max() < 1e-4
