"""The fast path beside the readable forward, and a text's numbers whatever its company."""

import pytest
import torch
import transformers

from lab.models.config import parse_config
from lab.models.decoder import forward
from lab.models.fast import Slots, lay_out_decoder
from lab.models.kernels import has_kernels
from lab.models.weights import assemble

SHAPES = {
    "gpt2": transformers.GPT2Config(
        vocab_size=500, n_embd=768, n_layer=2, n_head=12, n_positions=96
    ),
    "qwen3": transformers.Qwen3Config(
        vocab_size=500,
        hidden_size=512,
        intermediate_size=1536,
        num_hidden_layers=2,
        num_attention_heads=8,
        num_key_value_heads=4,
        head_dim=128,
        max_position_embeddings=96,
    ),
}
"""Widths of real models, since kernels differ by width; two layers, since those do not."""
DTYPES = [torch.float32, torch.bfloat16]
TOLERANCE = {torch.float32: 1e-4, torch.bfloat16: 0.1}


def random_ids(tokens, seed):
    return torch.randint(0, 500, (tokens,), generator=torch.Generator().manual_seed(seed)).tolist()


@pytest.fixture(params=[(name, dtype) for name in SHAPES for dtype in DTYPES], scope="module")
def decoder(request):
    name, dtype = request.param
    torch.manual_seed(0)
    network = transformers.AutoModelForCausalLM.from_config(SHAPES[name], dtype=dtype)
    return assemble(parse_config(SHAPES[name].to_dict()), network.state_dict())


def laid_out(decoder):
    return lay_out_decoder(decoder, decoder.embedding, decoder.positions)


@torch.inference_mode()
def logits_of(slots, text, slot, prompt):
    """The logits after `prompt` tokens and after each further one, in a slot of its own."""
    first = slots.read(slot, text[:prompt])
    return [first, *(slots.step([slot], [token])[0] for token in text[prompt:])]


@torch.inference_mode()
def test_it_gives_what_the_readable_forward_gives(decoder):
    text = random_ids(60, seed=1)
    slots = Slots(laid_out(decoder), slots=2, capacity=60)
    found = torch.stack(logits_of(slots, text, slot=1, prompt=40))
    expected = forward(decoder, torch.tensor([text]))[0, 39:]
    assert (found - expected).abs().max() < TOLERANCE[decoder.embedding.dtype]


@torch.inference_mode()
def test_company_does_not_change_a_bit(decoder):
    if not has_kernels(decoder.embedding.dtype):
        pytest.skip("this processor has no kernels that promise it")
    fast = laid_out(decoder)
    prompts = [1 + (7 * each) % 40 for each in range(30)]
    texts = [random_ids(prompt + 8, seed) for seed, prompt in enumerate(prompts)]
    together = Slots(fast, slots=30, capacity=48)
    rows = [[together.read(slot, text[: prompts[slot]])] for slot, text in enumerate(texts)]
    for step in range(8):
        # One text leaves at each step: the others must not notice.
        present = [slot for slot in range(30) if slot % 9 >= step]
        new = [texts[slot][prompts[slot] + step] for slot in present]
        for slot, row in zip(present, together.step(present, new), strict=True):
            rows[slot].append(row)
    for seed, (text, seen) in enumerate(zip(texts, rows, strict=True)):
        alone = logits_of(Slots(fast, 1, 48), text, slot=0, prompt=prompts[seed])
        for number, (mine, theirs) in enumerate(zip(seen, alone, strict=False)):
            assert torch.equal(mine, theirs), (seed, number)
