"""Pre-train a mini model on the stories.

    python -m training.pretrain gpt2 stories.txt --steps 3000
    python -m training.pretrain qwen3 stories.txt --steps 3000

Interrupt it at will; the same command goes on from the last checkpoint.
"""

import argparse
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from lab.models.config import parse_config
from training.architectures import CONFIGS, CONTEXT, initial_weights
from training.corpus import batches, encode_documents, read_documents
from training.run import Plan, hardware, note_facts, train


def growing_batches(
    documents: Sequence[np.ndarray], batch: int, steps: int, seed: int, step: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """The batches of a run from `step` on: half the context first, all of it in the last quarter.

    The number of tokens in a step stays the same. Short windows spare attention while the model
    still learns its words.
    """
    long = steps * 3 // 4
    if step < long:
        short = batches(documents, 2 * batch, CONTEXT // 2, seed, skip=step)
        yield from islice(short, long - step)
    yield from batches(documents, batch, CONTEXT, seed + 1, skip=max(0, step - long))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("architecture", choices=CONFIGS)
    parser.add_argument("stories", type=Path)
    parser.add_argument("--tokenizer", type=Path, default=Path("runs/tokenizer/tokenizer.json"))
    parser.add_argument("--out", type=Path, help="default: runs/ARCHITECTURE")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--batch", type=int, default=8, help="sequences of 512 tokens per step")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()

    out = arguments.out or Path("runs") / arguments.architecture
    note_facts(out, hardware=hardware(arguments.device), rate=arguments.rate, seed=arguments.seed)
    tokenizer = Tokenizer.from_file(str(arguments.tokenizer))
    documents = encode_documents(read_documents(arguments.stories), tokenizer)
    train(
        parse_config(CONFIGS[arguments.architecture]),
        initial_weights(arguments.architecture, arguments.seed),
        lambda step: growing_batches(
            documents, arguments.batch, arguments.steps, arguments.seed, step
        ),
        Plan(steps=arguments.steps, rate=arguments.rate),
        out,
        arguments.device,
    )


if __name__ == "__main__":
    main()
