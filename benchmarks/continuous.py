"""The engine beside transformers' continuous batching: thirty texts at once, written greedily.

    python -m benchmarks.continuous [--rounds 5] [--json PATH]

GPT-2's 124M shape in bfloat16 with random weights, 60 tokens after a prompt of twelve. Theirs gives
bare ids, all at the end; ours gives each token with its probability, rank and alternatives, as it
is made.
"""

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import torch

from benchmarks.report import Figure, report
from benchmarks.shapes import GPT2, write_checkpoint
from lab.generation import Engine
from lab.models import load
from lab.sampling import Settings

TEXTS, PROMPT, TOKENS = 30, 12, 60
PROMPTS = torch.randint(
    0, 50257, (TEXTS, PROMPT), generator=torch.Generator().manual_seed(0)
).tolist()


def ours(checkpoint: Path) -> Callable[[], None]:
    engine = Engine(load(str(checkpoint), dtype="bfloat16"))

    def read(ids: list[int]) -> None:
        assert len(list(engine.generate(ids, Settings(max_new_tokens=TOKENS)))) == TOKENS

    def write() -> None:
        threads = [threading.Thread(target=read, args=(ids,)) for ids in PROMPTS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return write


def theirs(checkpoint: Path) -> Callable[[], None]:
    from transformers import AutoModelForCausalLM, ContinuousBatchingConfig, GenerationConfig

    network = AutoModelForCausalLM.from_pretrained(checkpoint, dtype=torch.bfloat16).eval()
    settings = GenerationConfig(max_new_tokens=TOKENS, do_sample=False, eos_token_id=-1)
    # Left to itself it takes more than half of the machine's memory.
    memory = ContinuousBatchingConfig(num_blocks=512, max_batch_tokens=512)

    def write() -> None:
        written = network.generate_batch(
            PROMPTS,
            generation_config=settings,
            continuous_batching_config=memory,
            progress_bar=False,
        )
        assert [len(each.generated_tokens) for each in written.values()] == [TOKENS] * TEXTS

    return write


def seconds(write: Callable[[], None]) -> float:
    start = time.perf_counter()
    write()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Path(folder) / "gpt2"
        write_checkpoint(checkpoint, GPT2)
        both = ours(checkpoint), theirs(checkpoint)
        for write in both:
            write()  # once to warm up
        pairs = [(seconds(both[0]), seconds(both[1])) for _ in range(arguments.rounds)]
    total = TEXTS * TOKENS
    report(
        f"{TEXTS} texts of {TOKENS} tokens, GPT-2 124M bf16, medians of {arguments.rounds} rounds",
        [
            Figure("engine, tokens/s", median(total / mine for mine, _ in pairs)),
            Figure("transformers, tokens/s", median(total / other for _, other in pairs)),
            Figure("engine / transformers", median(other / mine for mine, other in pairs)),
        ],
        arguments.json,
    )


if __name__ == "__main__":
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    main()
