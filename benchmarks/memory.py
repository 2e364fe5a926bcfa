"""What the app takes of the machine's memory, and whether it grows.

    python -m benchmarks.memory [--visits 60] [--json PATH]

Resident memory of the server's process: with nothing open, with the bundled models, with GPT-2's
124M and Qwen3's 0.6B shapes in bfloat16 besides, and after visits that each write a text and leave.
Pages of a checkpoint that the system has read and could take back count as resident too; they are
named on their own.
"""

import argparse
import tempfile
from pathlib import Path

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


def measure(folder: Path, visits: int) -> list[Figure]:
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
    with serving() as (host, pid):
        for number in range(visits):
            if number == visits // 3:
                before = resident(pid)
            visit(host, "Playground", playground_seed=number, playground_new_tokens=60)
        growth = 100 * (resident(pid) / before - 1)
        figures.append(Figure("growth over two thirds of the visits, %", growth, at_most=5))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=60)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_checkpoint(folder / "gpt2", GPT2)
        write_checkpoint(folder / "qwen3", QWEN3)
        figures = measure(folder, arguments.visits)
    report(f"Resident memory of the app, {arguments.visits} visits", figures, arguments.json)


if __name__ == "__main__":
    main()
