"""Fine-tune the base model on conversations, so that it answers.

    python -m training.finetune runs/qwen3 --steps 1500

Only the assistant's words, and the `<|im_end|>` that closes them, carry loss.
"""

import argparse
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from lab.models.config import parse_config
from training.architectures import CONFIGS, CONTEXT, END_OF_TEXT, END_OF_TURN
from training.instructions import Conversation, Message, conversations
from training.run import IGNORED, Plan, hardware, note_facts, train

BUCKETS = (48, 96, 192, CONTEXT)
"""Conversations are padded to the first of these lengths (in tokens) that holds them."""


def render(messages: Sequence[Message], tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """The ids of a conversation in ChatML, and the targets: the ids again where they are learnt.

    Position i's target is the id at i itself; `padded` shifts them by one.
    """
    ids: list[int] = []
    targets: list[int] = []
    for message in messages:
        head = tokenizer.encode(f"<|im_start|>{message.role}\n").ids
        body = [*tokenizer.encode(message.content).ids, END_OF_TURN]
        tail = tokenizer.encode("\n").ids
        learnt = message.role == "assistant"
        ids += head + body + tail
        targets += [IGNORED] * len(head)
        targets += body if learnt else [IGNORED] * len(body)
        targets += [IGNORED] * len(tail)
    return ids, targets


def batches(
    stream: Iterator[Conversation], tokenizer: Tokenizer, tokens: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless padded batches (inputs, targets) of `tokens` ids each, all rows about as long."""
    waiting: dict[int, list[tuple[list[int], list[int]]]] = {length: [] for length in BUCKETS}
    for conversation in stream:
        ids, targets = render(conversation.messages, tokenizer)
        if len(ids) > CONTEXT:
            continue
        length = next(length for length in BUCKETS if length >= len(ids))
        waiting[length].append((ids, targets))
        if len(waiting[length]) * length >= tokens:
            yield padded(waiting[length], length)
            waiting[length] = []


def padded(rows: Sequence[tuple[list[int], list[int]]], length: int) -> tuple[Tensor, Tensor]:
    """Rows of ids and targets as (batch, length) inputs and targets one token ahead.

    >>> inputs, targets = padded([([7, 8, 9], [IGNORED, 8, 9])], 4)
    >>> inputs.tolist(), targets.tolist()
    ([[7, 8, 9, 5117]], [[8, 9, -100, -100]])
    """
    inputs = torch.full((len(rows), length), END_OF_TEXT)
    ahead = torch.full((len(rows), length), IGNORED)
    for row, (ids, targets) in enumerate(rows):
        inputs[row, : len(ids)] = torch.tensor(ids)
        ahead[row, : len(ids) - 1] = torch.tensor(targets[1:])
    return inputs, ahead


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", type=Path, help="the folder of the base model's run")
    parser.add_argument("--tokenizer", type=Path, default=Path("runs/tokenizer/tokenizer.json"))
    parser.add_argument("--out", type=Path, default=Path("runs/instruct"))
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--tokens", type=int, default=6144, help="per step, padding included")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()

    note_facts(
        arguments.out,
        hardware=hardware(arguments.device),
        rate=arguments.rate,
        seed=arguments.seed,
    )
    tokenizer = Tokenizer.from_file(str(arguments.tokenizer))
    train(
        parse_config(CONFIGS["qwen3"]),
        load_file(arguments.base / "weights.safetensors"),
        lambda step: islice(
            batches(conversations("train", arguments.seed), tokenizer, arguments.tokens),
            step,
            None,
        ),
        Plan(steps=arguments.steps, rate=arguments.rate),
        arguments.out,
        arguments.device,
    )


if __name__ == "__main__":
    main()
