"""How fast one text is written, beside other engines.

    pip install -r benchmarks/requirements.txt
    python -m benchmarks.generation [gpt2] [qwen3] [minis] [--rounds 5] [--json FILE]

GPT-2's 124M shape and Qwen3-0.6B's with random weights, and the bundled models. Two threads for
everybody, every contender in a process of its own; those of a table take turns, so that whatever
else the machine does hits all alike. Tokens per second, reading the prompt of 32 tokens included,
are medians of the rounds; a ratio is the median of the rounds' ratios.
"""

import argparse
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from benchmarks.contenders import (
    Contender,
    Write,
    ctranslate2_generate,
    llama_cpp,
    our_loop,
    ours,
    transformers_generate,
)
from benchmarks.formats import write_ctranslate2, write_gguf
from benchmarks.report import Figure, report
from benchmarks.shapes import GPT2, QWEN3, write_checkpoint
from lab.models.catalog import bundled

PROMPT = list(range(100, 132))
PARTS = ("gpt2", "qwen3", "minis")
Field = Mapping[str, tuple[Callable[[Path, str], Write], Path, str]]
Ratios = Mapping[tuple[str, str], float]
"""(a contender, another one) -> how many times as fast it should be at least."""


def race(field: Field, ratios: Ratios, tokens: int, rounds: int) -> list[Figure]:
    """All contenders write `tokens` tokens after the prompt, in turns."""
    contenders = {name: Contender(*how) for name, how in field.items()}
    for contender in contenders.values():
        contender.seconds(PROMPT, 4)  # loaded and warm
    speeds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            speeds[name].append(tokens / contender.seconds(PROMPT, tokens))
    for contender in contenders.values():
        contender.close()
    figures = [Figure(f"{name}, tokens/s", median(each)) for name, each in speeds.items()]
    for (mine, theirs), least in ratios.items():
        each = [a / b for a, b in zip(speeds[mine], speeds[theirs], strict=True)]
        figures.append(Figure(f"{mine} / {theirs}", median(each), at_least=least))
    return figures


def gpt2(folder: Path, rounds: int) -> list[Figure]:
    plain, bf16, q8, ct2 = (folder / name for name in ("gpt2", "bf16", "q8_0", "ct2"))
    write_checkpoint(plain, GPT2)
    write_gguf(plain, bf16, "BF16")
    write_gguf(plain, q8, "Q8_0")
    write_ctranslate2(plain, ct2, "int8")
    field: Field = {
        "ours bf16": (ours, plain, "bfloat16"),
        "ours bf16, with all that a page shows": (our_loop, plain, "bfloat16"),
        "ours float16": (ours, plain, "float16"),
        "llama.cpp bf16": (llama_cpp, bf16, "bf16"),
        "transformers bf16": (transformers_generate, plain, "bfloat16"),
        "ours int8": (ours, plain, "int8"),
        "llama.cpp q8_0": (llama_cpp, q8, "q8_0"),
        "CTranslate2 int8": (ctranslate2_generate, ct2, "int8"),
        "ours fp32": (ours, plain, "float32"),
        "transformers fp32": (transformers_generate, plain, "float32"),
    }
    ratios = {
        ("ours bf16", "llama.cpp bf16"): 1.0,
        ("ours float16", "llama.cpp bf16"): 1.0,
        ("ours bf16", "transformers bf16"): 1.5,
        ("ours int8", "llama.cpp q8_0"): 1.0,
        ("ours int8", "CTranslate2 int8"): 2.0,
    }
    return race(field, ratios, tokens=64, rounds=rounds)


def qwen3(folder: Path, rounds: int) -> list[Figure]:
    plain, bf16 = folder / "qwen3", folder / "qwen3-bf16"
    write_checkpoint(plain, QWEN3)
    write_gguf(plain, bf16, "BF16")
    field: Field = {
        "ours bf16": (ours, plain, "bfloat16"),
        "ours float16": (ours, plain, "float16"),
        "llama.cpp bf16": (llama_cpp, bf16, "bf16"),
        "transformers bf16": (transformers_generate, plain, "bfloat16"),
    }
    ratios = {(name, "llama.cpp bf16"): 1.0 for name in ("ours bf16", "ours float16")}
    return race(field, ratios, tokens=32, rounds=rounds)


def mini(folder: Path, rounds: int) -> list[Figure]:
    field: Field = {
        "ours fp32": (ours, folder, "float32"),
        "transformers fp32": (transformers_generate, folder, "float32"),
    }
    return race(field, {("ours fp32", "transformers fp32"): 4.0}, tokens=128, rounds=rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which tables; else all")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rounds, parts = arguments.rounds, arguments.parts or PARTS
    tables: dict[str, list[Figure]] = {}
    with tempfile.TemporaryDirectory() as name:
        if "gpt2" in parts:
            tables["GPT-2 124M"] = gpt2(Path(name), rounds)
        if "qwen3" in parts:
            tables["Qwen3-0.6B"] = qwen3(Path(name), rounds)
        if "minis" in parts:
            tables |= {card.id: mini(card.folder, rounds) for card in bundled()}
    for title, figures in tables.items():
        report(f"{title}, medians of {rounds} rounds", figures)
    if arguments.json is not None:
        everything = [
            Figure(f"{title}: {each.name}", each.value, each.at_least)
            for title, figures in tables.items()
            for each in figures
        ]
        report(f"One text, medians of {rounds} rounds", everything, arguments.json)


if __name__ == "__main__":
    main()
