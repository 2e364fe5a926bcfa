"""From logits to the distribution that is drawn from, stage by stage."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor

from lab.sampling import processors
from lab.sampling.outlook import no_distribution
from lab.sampling.settings import Knob, Settings

StageName = Literal[Knob, "raw", "greedy"]


@dataclass(frozen=True, eq=False)
class Stage:
    """The distribution after one stage. Tensors of shape (vocabulary,)."""

    name: StageName
    logits: Tensor
    """float32; -inf where a token has been cut."""

    @property
    def kept(self) -> Tensor:
        """True where a token can still be chosen."""
        return self.logits > -torch.inf

    @cached_property
    def probabilities(self) -> Tensor:
        """The softmax of the logits, so that what is kept sums to 1."""
        return self.logits.softmax(dim=-1)


def stages(
    logits: Tensor,
    settings: Settings,
    context_ids: Sequence[int] = (),
    *,
    prompt_length: int = 0,
) -> list[Stage]:
    """The distribution as the model gave it ("raw"), and after each knob that is on.

    logits: (vocabulary,), any float type. `context_ids` is the text so far, of which the first
    `prompt_length` ids are the prompt; only a repetition penalty looks at them. The knobs apply in
    `settings.order`. As in transformers, all of them belong to sampling except the repetition
    penalty; greedy decoding ends with the stage "greedy", and beam search, which compares whole
    texts, hands in log-probabilities.

    >>> logits = torch.tensor([3.0, 2.0, 1.0, 0.5, 0.0])
    >>> for stage in stages(logits, Settings("sample", temperature=2.0, top_p=0.9)):
    ...     print(stage.name, int(stage.kept.sum()), round(float(stage.probabilities[0]), 3))
    raw 5 0.612
    temperature 5 0.403
    top_p 4 0.442
    """
    return [Stage(name, each) for name, each in _run(logits, settings, context_ids, prompt_length)]


def probabilities(
    logits: Tensor,
    settings: Settings,
    context_ids: Sequence[int] = (),
    *,
    prompt_length: int = 0,
) -> Tensor:
    """What the draw is made from: the last stage's probabilities, (vocabulary,) float32.

    Greedy decoding gives the one token it takes probability 1.

    >>> probabilities(torch.tensor([1.0, 1.0, 0.0]), Settings("sample", top_k=2)).tolist()
    [0.5, 0.5, 0.0]
    >>> probabilities(torch.tensor([1.0, 1.0, 0.0]), Settings("greedy")).tolist()
    [1.0, 0.0, 0.0]
    """
    for _, each in _run(logits, settings, context_ids, prompt_length):
        last = each
    return last.softmax(dim=-1)


def stage_names(settings: Settings) -> list[Knob]:
    """The knobs that act under these settings, in their order.

    >>> stage_names(Settings("sample", top_p=0.9, temperature=0.7))
    ['temperature', 'top_p']
    >>> stage_names(Settings("greedy", top_p=0.9, repetition_penalty=1.2))
    ['repetition_penalty']
    """
    return [
        knob
        for knob in settings.order
        if getattr(settings, knob) is not None
        and (settings.strategy == "sample" or knob == "repetition_penalty")
    ]


_PROCESSORS: dict[Knob, Callable[[Tensor, float], Tensor]] = {
    "temperature": processors.temperature,
    "top_k": processors.top_k,  # type: ignore[dict-item]  # its number is whole
    "top_p": processors.top_p,
    "min_p": processors.min_p,
    "typical_p": processors.typical_p,
}


def _run(
    logits: Tensor, settings: Settings, context_ids: Sequence[int], prompt_length: int
) -> Iterator[tuple[StageName, Tensor]]:
    logits = logits.float()
    if not logits.max().isfinite():  # the largest is NaN as soon as one is
        raise no_distribution()
    yield "raw", logits
    for knob in stage_names(settings):
        if knob == "repetition_penalty":
            start = prompt_length if settings.penalty_skips_prompt else 0
            repeated = torch.tensor(sorted(set(context_ids[start:])), dtype=torch.long)
            assert settings.repetition_penalty is not None
            logits = processors.repetition_penalty(
                logits, settings.repetition_penalty, repeated.to(logits.device)
            )
        else:
            logits = _PROCESSORS[knob](logits, getattr(settings, knob))
        yield knob, logits
    if settings.strategy == "greedy":
        yield "greedy", processors.greedy(logits)
