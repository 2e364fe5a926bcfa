"""Thirty visitors of the running app, together and one after another.

    python -m benchmarks.visitors [--visitors 30] [--tokens 60] [--rounds 5] [--json PATH]

GPT-2's 124M shape in bfloat16 with random weights, on the page "Playground". Each visitor is a
WebSocket of Streamlit's own and presses "Write"; a text is done when the page stands complete with
it. The engine without the app is measured by `benchmarks.sessions`, with the same settings.
"""

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from benchmarks.browserless import Session, serving
from benchmarks.report import Figure, report
from benchmarks.shapes import GPT2, write_checkpoint


@dataclass(frozen=True)
class Visit:
    """Seconds from a click on "Write" to the first text on the page, and to the whole."""

    first: float
    done: float


def visit(session: Session) -> Visit:
    start, first = time.perf_counter(), 0.0
    for message in session.run("Write"):
        if not first and b'role="status"' in message.SerializeToString():
            first = time.perf_counter() - start
    return Visit(first, time.perf_counter() - start)


def measure(checkpoint: Path, visitors: int, tokens: int, rounds: int) -> list[Figure]:
    with serving() as (host, _), ThreadPoolExecutor(visitors) as pool:
        settings = {
            "model": checkpoint,
            "playground_temperature": 0.8,
            "playground_top_k": 50,
            "playground_new_tokens": tokens,
        }
        people = [
            Session(host, "Playground", **settings, playground_seed=number)
            for number in range(visitors)
        ]
        list(pool.map(lambda person: list(person.run()), people))  # the page opens
        alone, together = [], []
        for _ in range(rounds):
            alone.append(sum(visit(person).done for person in people))
            together.append(list(pool.map(visit, people)))
        for person in people:
            person.close()
    slowest = [max(each.done for each in visits) for visits in together]
    means = [mean(each.done for each in visits) for visits in together]
    firsts = [max(each.first for each in visits) for visits in together]
    total = visitors * tokens
    return [
        Figure("one after another, tokens/s", median(total / each for each in alone)),
        Figure("all at once, tokens/s", median(total / each for each in slowest)),
        Figure(
            "all at once / one after another",
            median(a / b for a, b in zip(alone, slowest, strict=True)),
            at_least=7,
        ),
        Figure(
            "slowest / mean time to the whole text",
            median(a / b for a, b in zip(slowest, means, strict=True)),
            at_most=1.5,
        ),
        Figure("first text for all, s", median(firsts), at_most=1.5),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--tokens", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    visitors, tokens, rounds = arguments.visitors, arguments.tokens, arguments.rounds
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Path(folder) / "gpt2"
        write_checkpoint(checkpoint, GPT2)
        report(
            f"{visitors} visitors, {tokens} tokens each, GPT-2 124M bf16, medians of {rounds}",
            measure(checkpoint, visitors, tokens, rounds),
            arguments.json,
        )


if __name__ == "__main__":
    main()
