"""What the app takes of the machine's memory, and whether it grows.

    python -m benchmarks.memory [--visitors 30] [--minutes 10] [--json PATH]

Resident memory of the server's process: with nothing open, with the bundled models, with GPT-2's
124M and Qwen3's 0.6B shapes in bfloat16 besides. Pages of a checkpoint that the system has read and
could take back count as resident too; they are named on their own.

Then thirty visitors at a time, each of whom opens the playground, writes 60 tokens and leaves, for
another to come. Streamlit keeps a session for two minutes in case its visitor comes back, and at
most 128 of them; so growth is counted from two fifths of the time on.
"""

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from statistics import median

from benchmarks.browserless import Session, serving
from benchmarks.report import Figure, report
from benchmarks.shapes import GPT2, QWEN3, write_checkpoint
from lab.models.catalog import bundled

MEGABYTE = 1e6


def resident(pid: int, field: str = "VmRSS") -> float:
    """Megabytes of a process; "RssFile" are those that stand for files."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field)) / MEGABYTE


def visit(host: str, page: str = "", **query: object) -> None:
    """Open a page until it is complete, and leave."""
    session = Session(host, page, **query)
    for _ in session.run():
        pass
    session.close()


def come_and_go(host: str, seed: int, until: float) -> int:
    """Visits one after another until a moment; how many they were."""
    visits = 0
    while time.monotonic() < until:
        session = Session(host, "Playground", playground_seed=seed, playground_new_tokens=60)
        for click in (None, "Write"):
            for _ in session.run(click):
                pass
        session.close()
        visits += 1
    return visits


def models_in_memory(folder: Path) -> list[Figure]:
    models = [card.id for card in bundled()]
    with serving() as (host, pid):
        figures = [Figure("server without a visitor, MB", resident(pid))]
        for model in models:
            visit(host, model=model)
        figures.append(Figure(f"{len(models)} bundled models, MB", resident(pid), at_most=700))
        for model in ("gpt2", "qwen3"):
            visit(host, model=folder / model)
        figures.append(Figure("GPT-2 and Qwen3-0.6B besides, MB", resident(pid), at_most=2500))
        figures.append(Figure("of these, pages of files, MB", resident(pid, "RssFile")))
    return figures


def growth(visitors: int, seconds: float) -> list[Figure]:
    with serving() as (host, pid), ThreadPoolExecutor(visitors) as pool:
        start = time.monotonic()
        until = start + seconds
        coming = [pool.submit(come_and_go, host, seed, until) for seed in range(visitors)]
        samples = []
        while wait(coming, timeout=0.5).not_done:
            samples.append(((time.monotonic() - start) / seconds, resident(pid)))
        visits = sum(each.result() for each in coming)
    early = median(size for at, size in samples if 0.4 <= at < 0.5)
    late = median(size for at, size in samples if at >= 0.9)
    return [
        Figure("texts that visitors wrote and left", visits),
        Figure("in the middle of their time, MB", early),
        Figure("growth from there to the end, %", 100 * (late / early - 1), at_most=5),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_checkpoint(folder / "gpt2", GPT2)
        write_checkpoint(folder / "qwen3", QWEN3)
        figures = models_in_memory(folder)
    figures += growth(arguments.visitors, 60 * arguments.minutes)
    title = f"Resident memory, {arguments.visitors} visitors for {arguments.minutes:g} minutes"
    report(title, figures, arguments.json)


if __name__ == "__main__":
    main()
