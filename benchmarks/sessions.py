"""Thirty people at once: one engine for all of them beside one text after another.

    python -m benchmarks.sessions [--sessions 30] [--tokens 60] [--rounds 5]

GPT-2's 124M shape in bfloat16 with random weights; each person has a prompt of twelve tokens and a
draw (temperature 0.8, top-k 50) of their own. All ask at the same moment. Both ways are taken in
turn, and every text has to be the same in both. All is computed in threads that end, as a page's
script does: OpenMP hardly waits for work where it keeps threads for more than the processor has,
and those of the main thread would stay. Beside them, transformers' continuous batching, which gives
bare ids, greedily.
"""

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch

from benchmarks.report import Figure, report
from benchmarks.shapes import GPT2, write_checkpoint
from lab.generation import Engine, generate
from lab.models import Model, load
from lab.sampling import Settings

PROMPT = 12

T = TypeVar("T")


@dataclass(frozen=True)
class Text:
    """One person's text, and when its tokens came: seconds since all had asked."""

    ids: list[int]
    times: list[float]


def prompt(number: int) -> list[int]:
    generator = torch.Generator().manual_seed(number)
    return torch.randint(0, 50257, (PROMPT,), generator=generator).tolist()


def wanted(number: int, tokens: int) -> Settings:
    return Settings("sample", temperature=0.8, top_k=50, seed=number, max_new_tokens=tokens)


def in_a_thread(work: Callable[[], T]) -> T:
    """What the work gives, done in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def together(engine: Engine, sessions: int, tokens: int) -> list[Text]:
    """A thread for each person, as Streamlit has it."""
    texts: dict[int, Text] = {}
    ready = threading.Barrier(sessions + 1)
    start = 0.0

    def read(number: int) -> None:
        ready.wait()
        text = Text([], [])
        for step in engine.generate(prompt(number), wanted(number, tokens)):
            text.ids.append(step.token_id)
            text.times.append(time.perf_counter() - start)
        texts[number] = text

    threads = [threading.Thread(target=read, args=(number,)) for number in range(sessions)]
    for thread in threads:
        thread.start()
    start = time.perf_counter()
    ready.wait()
    for thread in threads:
        thread.join()
    return [texts[number] for number in range(sessions)]


def one_by_one(model: Model, sessions: int, tokens: int) -> tuple[list[list[int]], float]:
    start = time.perf_counter()
    ids = [
        [step.token_id for step in generate(model, prompt(number), wanted(number, tokens))]
        for number in range(sessions)
    ]
    return ids, time.perf_counter() - start


def transformers_continuous(folder: Path, sessions: int, tokens: int, rounds: int) -> float:
    """Tokens per second of `generate_batch`, the median of several rounds after one to warm up."""
    from transformers import AutoModelForCausalLM, ContinuousBatchingConfig, GenerationConfig

    network = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval()
    settings = GenerationConfig(max_new_tokens=tokens, do_sample=False, eos_token_id=-1)
    # Left to itself it takes the memory of the whole machine.
    memory = ContinuousBatchingConfig(num_blocks=512, max_batch_tokens=512)
    times = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        written = network.generate_batch(
            [prompt(number) for number in range(sessions)],
            generation_config=settings,
            continuous_batching_config=memory,
            progress_bar=False,
        )
        times.append(time.perf_counter() - start)
        assert all(len(each.generated_tokens) == tokens for each in written.values())
    return sessions * tokens / statistics.median(times[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--tokens", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    sessions, tokens, rounds = arguments.sessions, arguments.tokens, arguments.rounds
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Path(folder) / "gpt2"
        write_checkpoint(checkpoint, GPT2)
        model = in_a_thread(lambda: load(str(checkpoint), dtype="bfloat16"))
        engine = Engine(model)
        together(engine, 2, 2)
        taken = []
        for _ in range(rounds):
            texts = together(engine, sessions, tokens)
            alone, seconds = in_a_thread(lambda: one_by_one(model, sessions, tokens))
            assert [text.ids for text in texts] == alone, "a text depends on its company"
            taken.append((texts, seconds))
        theirs = transformers_continuous(checkpoint, sessions, tokens, rounds)
    total = sessions * tokens
    ends = [[text.times[-1] for text in texts] for texts, _ in taken]
    ours = statistics.median(total / max(each) for each in ends)
    report(
        f"{sessions} sessions of {tokens} tokens, GPT-2 124M bf16, medians of {rounds} rounds",
        [
            Figure("one after another, tokens/s", statistics.median(total / s for _, s in taken)),
            Figure("engine, tokens/s in all", ours),
            Figure("transformers' continuous batching, tokens/s in all", theirs),
            Figure(
                "engine / one after another",
                statistics.median(s / max(each) for (_, s), each in zip(taken, ends, strict=True)),
                at_least=7,
            ),
            Figure(
                "slowest / mean time to the last token",
                statistics.median(max(each) / statistics.mean(each) for each in ends),
                at_most=1.5,
            ),
            Figure(
                "first token for all, s",
                statistics.median(max(text.times[0] for text in texts) for texts, _ in taken),
                at_most=1.5,
            ),
        ],
        arguments.json,
    )


if __name__ == "__main__":
    main()
