"""Random logits with everything in them that makes decoding hard, and transformers' answers."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from transformers.generation import logits_process as reference

from lab.sampling import TRANSFORMERS_ORDER, Knob, Settings

KNOBS = TRANSFORMERS_ORDER


def random_logits(generator: torch.Generator, *, ties: bool) -> Tensor:
    """Flat, ordinary or peaked logits, half the time with some of them at minus infinity."""

    def chance(p: float) -> bool:
        return float(torch.rand((), generator=generator)) < p

    size = int(torch.randint(2, 400, (), generator=generator))
    if chance(0.02):
        size = 50_257
    spread = (0.01, 1.0, 3.0, 12.0)[int(torch.randint(4, (), generator=generator))]
    logits = torch.randn(size, generator=generator) * spread
    if ties:
        logits = logits.zero_() if chance(0.1) else (logits * 2).round() / 2
    if chance(0.5):
        cut = torch.rand(size, generator=generator) < 0.3
        cut[int(torch.randint(size, (), generator=generator))] = False
        logits[cut] = -math.inf
    return logits


def random_settings(generator: torch.Generator, knobs: Sequence[Knob]) -> Settings:
    def uniform(low: float, high: float) -> float:
        return low + (high - low) * float(torch.rand((), generator=generator))

    values = {
        "repetition_penalty": uniform(0.5, 2.0),
        "temperature": uniform(0.2, 2.5),
        "top_k": int(torch.randint(1, 500, (), generator=generator)),
        "top_p": uniform(0.01, 1.0),
        "min_p": uniform(0.0, 1.0),
        "typical_p": uniform(0.01, 0.999),
    }
    return Settings("sample", **{knob: values[knob] for knob in knobs})


def transformers_probabilities(logits: Tensor, settings: Settings, context: list[int]) -> Tensor:
    """The same settings through transformers' own processors, in the order of its `generate`."""
    processors = {
        "repetition_penalty": reference.RepetitionPenaltyLogitsProcessor,
        "temperature": reference.TemperatureLogitsWarper,
        "top_k": reference.TopKLogitsWarper,
        "top_p": reference.TopPLogitsWarper,
        "min_p": reference.MinPLogitsWarper,
        "typical_p": reference.TypicalLogitsWarper,
    }
    ids, scores = torch.tensor([context], dtype=torch.long), logits[None]
    for knob in KNOBS:
        value = getattr(settings, knob)
        if value is not None:
            scores = processors[knob](value)(ids, scores)
    return scores.softmax(-1)[0]
