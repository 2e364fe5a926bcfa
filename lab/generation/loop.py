"""The loop: read the text, choose a token, append it, again. One `Step` per token, as it is made.

A generator that can be left at any point: who stops asking stops the model. It keeps no state
between calls, and its randomness is the settings' seed and nothing else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from lab.errors import LabError
from lab.generation.text import TextStream
from lab.models import Model, reader
from lab.sampling import Settings, draw, entropy, probabilities
from lab.tokenizers import Tokenizer

ALTERNATIVES = 10
"""How many of the likeliest tokens each step names."""

Finish = Literal["end", "stop", "length", "context"]
"""Why a text ended: the model's own end token, a stop string, the number of new tokens asked for,
or a full context."""


@dataclass(frozen=True)
class Alternative:
    """A token that could have been chosen; `probability` is the model's own, before settings."""

    token_id: int
    text: str
    probability: float


@dataclass(frozen=True)
class Step:
    """One token of a text in the making.

    `text` is the valid Unicode that became certain with this token: often its own, sometimes none
    (half a character), sometimes more. All steps' texts joined are the whole text.
    `probability`, `rank` (1 is the likeliest) and `entropy` (bits) are of the model's distribution
    before any setting; `sampled_probability` is that of the distribution the draw was made from.
    `finish` is None but for the last step.
    """

    token_id: int
    text: str
    probability: float
    sampled_probability: float
    rank: int
    entropy: float
    alternatives: tuple[Alternative, ...]
    finish: Finish | None = None


def generate(model: Model, prompt: str | Sequence[int], settings: Settings) -> Iterator[Step]:
    """Continue `prompt`, a text or ids, token by token.

    Typed text never becomes a control token; hand over ids (`lab.chat.render`) where control
    tokens are meant. Raises `LabError` for an empty prompt or one that leaves no room to write.

    >>> from lab.models import load
    >>> steps = list(generate(load("mini-gpt2"), "Once upon a", Settings(max_new_tokens=1)))
    >>> len(steps), steps[0].finish, steps[0].rank
    (1, 'length', 1)
    """
    ids = prompt_ids(model, prompt)
    if settings.strategy == "beam":
        from lab.generation.beam import generate_best

        yield from generate_best(model, ids, settings)
        return
    room = model.context - len(ids)
    limit = min(settings.max_new_tokens, room)
    read = reader(model, capacity=len(ids) + limit)
    generator = torch.Generator()
    generator.manual_seed(settings.seed) if settings.seed is not None else generator.seed()
    stream = TextStream(settings.stop)
    logits = read(ids)
    context = list(ids)
    for count in range(1, limit + 1):
        chances = probabilities(logits, settings, context, prompt_length=len(ids))
        chosen = (
            draw(chances, generator) if settings.strategy == "sample" else int(chances.argmax())
        )
        finish: Finish | None = None
        if chosen in model.end_ids:
            finish, text = "end", ""
        else:
            text = stream.push(token_bytes(model.tokenizer, chosen))
        if stream.stopped:
            finish = "stop"
        elif finish is None and count == limit:
            finish = "length" if limit == settings.max_new_tokens else "context"
        if finish is not None:
            text += stream.close()
        yield describe(model.tokenizer, logits, chances, chosen, text, finish)
        if finish is not None:
            return
        context.append(chosen)
        logits = read([chosen])


def prompt_ids(model: Model, prompt: str | Sequence[int]) -> list[int]:
    """The ids of a prompt, checked: at least one, and room for at least one more."""
    ids = model.tokenizer.encode(prompt) if isinstance(prompt, str) else list(prompt)
    if not ids:
        raise LabError(
            "The prompt is empty.",
            "A model predicts the token after at least one other.",
            "Write a word or two.",
        )
    if len(ids) >= model.context:
        raise LabError(
            f"The prompt fills the model's context: {len(ids):,} tokens.",
            f"{model.id} can look at {model.context:,} tokens at once, new ones included.",
            "Shorten the prompt, or choose a model with a longer context.",
        )
    return ids


def describe(
    tokenizer: Tokenizer,
    logits: Tensor,
    chances: Tensor,
    chosen: int,
    text: str,
    finish: Finish | None,
) -> Step:
    """The `Step` for the token `chosen`, given the (vocabulary,) logits and final chances."""
    raw = logits.softmax(-1)
    top = raw.topk(min(ALTERNATIVES, len(raw)))
    return Step(
        token_id=chosen,
        text=text,
        probability=float(raw[chosen]),
        sampled_probability=float(chances[chosen]),
        rank=1 + int((raw > raw[chosen]).sum()),
        entropy=entropy(raw),
        alternatives=tuple(
            Alternative(token_id, _shown(tokenizer, token_id), probability)
            for probability, token_id in zip(top.values.tolist(), top.indices.tolist(), strict=True)
        ),
        finish=finish,
    )


def _shown(tokenizer: Tokenizer, token_id: int) -> str:
    return token_bytes(tokenizer, token_id).decode("utf-8", "replace")


def token_bytes(tokenizer: Tokenizer, token_id: int) -> bytes:
    """The bytes of any id that a model can give out; none where its tokenizer has no such token."""
    try:
        return tokenizer.token_bytes(token_id)
    except LabError:
        # A model's output may have more rows than its tokenizer has tokens (padding for speed).
        return b""
