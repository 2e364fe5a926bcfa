"""Two models on the same text: whether they speak of the same tokens, and where they differ."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lab.errors import LabError
from lab.models.lens import read_layers
from lab.models.tracing import Trace
from lab.tokenizers import Tokenizer


def shares_vocabulary(first: Tokenizer, second: Tokenizer) -> bool:
    """Whether every id means the same bytes to both, control tokens included.

    >>> from lab.models import load
    >>> words = load("mini-gpt2").tokenizer
    >>> shares_vocabulary(words, words)
    True
    """
    if first is second:
        return True
    if first.vocab_size != second.vocab_size or first.special_tokens != second.special_tokens:
        return False
    sample = " The 3 foxes’ naïve résumé: 世界 🚀\n\tdef f(x):" * 2
    return first.encode(sample) == second.encode(sample) and _pieces(first) == _pieces(second)


def _pieces(tokenizer: Tokenizer) -> list[bytes | None]:
    pieces: list[bytes | None] = []
    for token_id in range(tokenizer.vocab_size):
        try:
            pieces.append(tokenizer.token_bytes(token_id))
        except LabError:
            pieces.append(None)
    return pieces


@dataclass(frozen=True)
class Difference:
    """Two next-token distributions over one vocabulary.

    `token_ids` are those that either holds likely, by their mean probability. `divergence` is
    KL(second || first) in bits: how much the first, asked in place of the second, would be
    surprised. `overlap` is the probability mass that both have in common, from 0 to 1.
    """

    token_ids: tuple[int, ...]
    first: tuple[float, ...]
    second: tuple[float, ...]
    divergence: float
    overlap: float


def difference(first: Tensor, second: Tensor, count: int = 6) -> Difference:
    """Compare the (vocabulary,) logits of two models, and name the `count` likeliest of each.

    >>> found = difference(torch.tensor([0.0, 0.0]), torch.tensor([0.0, 0.0]))
    >>> found.first, found.divergence, found.overlap
    ((0.5, 0.5), 0.0, 1.0)
    """
    size = min(len(first), len(second))  # rows beyond pad the larger output
    logs = torch.stack((first[:size], second[:size])).double().log_softmax(-1)
    chances = logs.exp()
    likely = chances.topk(min(count, size)).indices.flatten().unique()
    likely = likely[chances[:, likely].mean(0).argsort(descending=True, stable=True)]
    return Difference(
        token_ids=tuple(likely.tolist()),
        first=tuple(chances[0, likely].tolist()),
        second=tuple(chances[1, likely].tolist()),
        divergence=float((chances[1] * (logs[1] - logs[0])).sum()) / math.log(2),
        overlap=float(chances.min(0).values.sum()),
    )


@dataclass(frozen=True)
class Racer:
    """How one model's guess at the next token came about: rank and probability at each depth.

    `depths` run from 0, the embedding, to 1, the end of the last block.
    """

    depths: tuple[float, ...]
    ranks: tuple[int, ...]
    probabilities: tuple[float, ...]


def follow(trace: Trace, token_id: int) -> Racer:
    """Follow one token through the logit lens, at the last position of a text."""
    readings = read_layers(trace, watched=token_id, positions=slice(-1, None))
    last = len(readings) - 1
    ranks: Sequence[Tensor] = [each.rank for each in readings if each.rank is not None]
    chances: Sequence[Tensor] = [each.watched for each in readings if each.watched is not None]
    return Racer(
        depths=tuple(depth / last for depth in range(len(readings))),
        ranks=tuple(int(each[-1]) for each in ranks),
        probabilities=tuple(float(each[-1]) for each in chances),
    )
