"""A full trace beside one transformers forward pass that returns attentions and hidden states.

GPT-2's 124M shape with random weights, 64 tokens, float32, the two taken in turn.

    python -m benchmarks.trace [--tokens 64] [--rounds 15]
    python -m benchmarks.trace --memory     # peak above the weights, 512 tokens
"""

import argparse
import statistics
import time
from pathlib import Path

import torch

from lab.models.config import parse_config
from lab.models.model import Model, ReadableNetwork
from lab.models.tracing import Trace, trace
from lab.models.weights import shapes
from lab.tokenizers import load as load_tokenizer

CONFIG = {"model_type": "gpt2"}
MEMORY_TOKENS = 512


def random_model() -> Model:
    """GPT-2 small's shape; norms start at one, all else is drawn from a normal distribution."""
    config = parse_config(CONFIG)
    generator = torch.Generator().manual_seed(0)
    tensors = {
        name: torch.ones(shape)
        if len(shape) == 1 and name.endswith("weight")
        else torch.empty(shape).normal_(0, 0.02, generator=generator)
        for name, shape in shapes(config).items()
    }
    return Model(
        id="random-124M",
        tokenizer=load_tokenizer("gpt2"),
        network=ReadableNetwork(config, torch.float32, lambda: tensors),
        dtype=torch.float32,
        source="folder",
        folder=Path(),
        context=config.context,
        end_ids=frozenset(),
        config=config,
    )


def milliseconds(act, rounds: int) -> list[float]:
    """How long each of several calls took."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - start))
    return times


def speed(tokens: int, rounds: int) -> None:
    import transformers

    model = random_model()
    network = transformers.GPT2LMHeadModel._from_config(
        transformers.GPT2Config(), attn_implementation="eager", dtype=torch.float32
    ).eval()
    network.load_state_dict(model.network.parameters(), strict=False)
    ids = torch.randint(0, 50257, (tokens,), generator=torch.Generator().manual_seed(1))

    @torch.inference_mode()
    def theirs():
        return network(
            ids[None], output_attentions=True, output_hidden_states=True, use_cache=False
        )

    def ours() -> Trace:
        return trace(model, ids)

    gap = (ours().logits - theirs().logits[0]).abs().max().item()
    pairs = [(milliseconds(ours, 1)[0], milliseconds(theirs, 1)[0]) for _ in range(rounds)]
    mine, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"{tokens} tokens, {rounds} rounds, medians; logits differ by at most {gap:.1e}")
    print(f"trace                                        {mine:8.1f} ms")
    print(f"transformers, attentions and hidden states   {other:8.1f} ms")
    print(f"ratio                                        {mine / other:8.2f}")


def memory() -> None:
    """The process's peak during a trace, above what it held with the weights alone."""
    model = random_model()
    ids = torch.arange(MEMORY_TOKENS)
    trace(model, ids[:8])
    Path("/proc/self/clear_refs").write_text("5")  # Linux: start the peak anew
    before = _resident("VmRSS")
    seen = trace(model, ids)
    peak, held = _resident("VmHWM") - before, _resident("VmRSS") - before
    print(f"{len(seen.ids)} tokens: peak {peak:.0f} MB above the weights, {held:.0f} MB kept")


def _resident(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--memory", action="store_true")
    arguments = parser.parse_args()
    memory() if arguments.memory else speed(arguments.tokens, arguments.rounds)
