"""The loop: read the text, choose a token, append it, again. One `Step` per token, as it is made.

A generator that can be left at any point: who stops asking stops the model. It keeps no state
between calls, and its randomness is the settings' seed and nothing else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Literal
from weakref import WeakKeyDictionary

import torch

from lab.errors import LabError
from lab.generation.text import TextStream
from lab.models import Model, reader
from lab.sampling import Outlook, Settings, choose, outlooks, uniforms
from lab.tokenizers import Tokenizer

ALTERNATIVES = 10
"""How many of the likeliest tokens each step names."""

Finish = Literal["end", "stop", "length", "context"]
"""Why a text ended: the model's own end token, a stop string, the number of new tokens asked for,
or a full context."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A token that could have been chosen; `probability` is the model's own, before settings."""

    token_id: int
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
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
        from lab.generation.beam import best_text, search

        yield from best_text(model, ids, search(model, ids, settings), settings)
        return
    text = Continuation(model, ids, settings)
    read = reader(model, capacity=len(ids) + text.limit)
    new = ids
    while True:
        (outlook,) = outlooks(read(new)[None])
        step = text.step(outlook)
        yield step
        if step.finish is not None:
            return
        new = [step.token_id]


class Continuation:
    """A text in the making: what the model says after its last token in, the next step out.

    Whoever asks the model, alone or for many texts at once, the choices are the same: the
    random numbers belong to the text. `ids` are the prompt and what has been written so far;
    `limit` is how many tokens may be written.
    """

    def __init__(self, model: Model, prompt: Sequence[int], settings: Settings) -> None:
        self.ids = list(prompt)
        self.limit = min(settings.max_new_tokens, model.context - len(prompt))
        self._model = model
        self._settings = settings
        self._prompt_length = len(prompt)
        self._stream = TextStream(settings.stop)
        generator = torch.Generator()
        if settings.seed is not None:
            generator.manual_seed(int(settings.seed))  # NumPy's numbers are none to PyTorch
        else:
            generator.seed()
        self._numbers = uniforms(generator)

    def step(self, outlook: Outlook) -> Step:
        """Take the next token, given what the model says after the last one."""
        settings, stream, tokenizer = self._settings, self._stream, self._model.tokenizer
        chosen, probability = choose(
            outlook, settings, self._numbers, self.ids, prompt_length=self._prompt_length
        )
        self.ids.append(chosen)
        finish: Finish | None = None
        if chosen in self._model.end_ids:
            finish, text = "end", ""
        else:
            text = stream.push(token_bytes(tokenizer, chosen))
        if stream.stopped:
            finish = "stop"
        elif finish is None and len(self.ids) == self._prompt_length + self.limit:
            finish = "length" if self.limit == settings.max_new_tokens else "context"
        if finish is not None:
            text += stream.close()
        return describe(tokenizer, outlook, chosen, probability, text, finish)


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
    outlook: Outlook,
    chosen: int,
    sampled_probability: float,
    text: str,
    finish: Finish | None,
) -> Step:
    """The `Step` of a token that was chosen from what the model said."""
    logit = outlook.logit(chosen)
    return Step(
        token_id=chosen,
        text=text,
        probability=outlook.probability(logit),
        sampled_probability=sampled_probability,
        rank=outlook.rank(logit),
        entropy=outlook.entropy,
        alternatives=tuple(
            Alternative(token_id, _shown(tokenizer, token_id), outlook.probability(value))
            for token_id, value in zip(
                outlook.ids[:ALTERNATIVES], outlook.values[:ALTERNATIVES], strict=True
            )
        ),
        finish=finish,
    )


_TEXTS = WeakKeyDictionary[Tokenizer, dict[int, str]]()
"""Sessions keep their steps, and the same few tokens come again and again: one text for each."""


def _shown(tokenizer: Tokenizer, token_id: int) -> str:
    known = _TEXTS.setdefault(tokenizer, {})
    if token_id not in known:
        known[token_id] = intern(token_bytes(tokenizer, token_id).decode("utf-8", "replace"))
    return known[token_id]


def token_bytes(tokenizer: Tokenizer, token_id: int) -> bytes:
    """The bytes of any id that a model can give out; none where its tokenizer has no such token."""
    try:
        return tokenizer.token_bytes(token_id)
    except LabError:
        # A model's output may have more rows than its tokenizer has tokens (padding for speed).
        return b""
