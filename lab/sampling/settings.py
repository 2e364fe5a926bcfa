"""How the next token is to be chosen: every knob, checked, and off unless somebody sets it."""

import math
from dataclasses import dataclass, fields
from numbers import Integral, Real
from typing import Literal, get_args

from lab.errors import LabError

Strategy = Literal["greedy", "sample", "beam"]
Knob = Literal["repetition_penalty", "temperature", "top_k", "top_p", "min_p", "typical_p"]
"""What can change a distribution, by the names of the fields of `Settings`."""

TRANSFORMERS_ORDER: tuple[Knob, ...] = get_args(Knob)
LLAMA_CPP_ORDER: tuple[Knob, ...] = (
    "repetition_penalty",
    "top_k",
    "typical_p",
    "top_p",
    "min_p",
    "temperature",
)


@dataclass(frozen=True)
class Settings:
    """The settings of one generation. A knob left at None is off: there are no silent defaults.

    `stop` are texts before which to stop. The `repetition_penalty` counts the prompt as repeated
    text too, as transformers does, unless `penalty_skips_prompt`. `order` is the order in which
    the knobs apply. `early_stopping` ends a beam search as soon as it has `num_beams` finished
    texts, instead of when no open beam can still beat them; an unset `length_penalty` compares
    plain sums of log-probabilities.

    Raises `LabError` for a value that has no meaning.

    >>> Settings("sample", temperature=0.7, top_p=0.9).top_k is None
    True
    >>> Settings("sample", top_p=0)
    Traceback (most recent call last):
    lab.errors.LabError: The top-p is 0. Top-p keeps the likeliest tokens that together reach ...
    """

    strategy: Strategy = "greedy"
    max_new_tokens: int = 64
    seed: int | None = None
    stop: tuple[str, ...] = ()
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    typical_p: float | None = None
    repetition_penalty: float | None = None
    num_beams: int | None = None
    length_penalty: float | None = None
    early_stopping: bool = False
    penalty_skips_prompt: bool = False
    order: tuple[Knob, ...] = TRANSFORMERS_ORDER

    def __post_init__(self) -> None:
        if self.strategy not in get_args(Strategy):
            raise LabError(
                f"There is no strategy {self.strategy!r}.",
                "A token is chosen greedily, by a draw, or by beam search.",
                'Use "greedy", "sample" or "beam".',
            )
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in _RANGES and not (value is None and field.default is None):
                _RANGES[field.name].check(value)
        if self.strategy == "beam" and self.num_beams is None:
            raise LabError(
                "The number of beams is not set.",
                "Beam search follows several texts at once and must know how many.",
                "Set it, for example to 4.",
            )
        if isinstance(self.stop, str) or not all(isinstance(s, str) and s for s in self.stop):
            raise LabError(
                f"The stop texts are {self.stop!r}.",
                "They are a tuple of texts, and an empty text would stop before the first token.",
                r'Write them as in ("\n", "The end"), or leave them out.',
            )
        complete = all(knob in self.order for knob in TRANSFORMERS_ORDER)
        if not complete or len(self.order) != len(TRANSFORMERS_ORDER):
            raise LabError(
                f"The order of the stages is {self.order!r}.",
                "Each of the six stages has one place in it, whether it is on or off.",
                f"Arrange {', '.join(TRANSFORMERS_ORDER)}.",
            )


@dataclass(frozen=True)
class _Range:
    """The values a setting may take, and what a person who chose another one should know."""

    name: str
    low: float
    high: float
    why: str
    remedy: str
    whole: bool = False
    low_included: bool = True
    zero_too: bool = False

    def check(self, value: object) -> None:
        kind = Integral if self.whole else Real
        if isinstance(value, kind) and not isinstance(value, bool):
            above = value >= self.low if self.low_included else value > self.low  # type: ignore[operator]
            if above and value <= self.high and _is_finite(value):
                return
            if self.zero_too and value == 0:
                return
        raise LabError(f"The {self.name} is {value!r}.", self.why, self.remedy)


def _is_finite(value: Real) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float can hold
        return False


_RANGES = {
    "max_new_tokens": _Range(
        "number of new tokens",
        1,
        math.inf,
        "It says when to stop at the latest, and there is nothing to write below 1.",
        "Choose a whole number from 1.",
        whole=True,
    ),
    "seed": _Range(
        "seed",
        0,
        2**32 - 1,
        "It starts the random numbers, so that the same seed draws the same text again; they have "
        "so many beginnings and no more.",
        "Choose a whole number from 0 to 2^32 - 1, or leave it unset for a fresh draw each time.",
        whole=True,
    ),
    "temperature": _Range(
        "temperature",
        1e-6,
        math.inf,
        "The logits are divided by it: below 0 the order of the tokens would turn around, and "
        "next to 0 the quotients overflow.",
        "Choose 0, which means greedy, or a number from 0.000001; 1 changes nothing.",
        zero_too=True,
    ),
    "top_k": _Range(
        "top-k",
        1,
        math.inf,
        "Top-k keeps the k likeliest tokens, and with none kept there is nothing to draw from.",
        "Choose a whole number from 1, or leave it unset to keep all tokens.",
        whole=True,
    ),
    "top_p": _Range(
        "top-p",
        0,
        1,
        "Top-p keeps the likeliest tokens that together reach this probability, and no token is "
        "needed to reach 0.",
        "Choose a number above 0 and up to 1, or leave it unset; greedy keeps just the likeliest.",
        low_included=False,
    ),
    "min_p": _Range(
        "min-p",
        0,
        1,
        "Min-p cuts tokens that are less likely than this share of the likeliest one's "
        "probability.",
        "Choose a number from 0 to 1, or leave it unset.",
    ),
    "typical_p": _Range(
        "typical-p",
        0,
        1,
        "Typical-p keeps the tokens of most typical surprise that together reach this "
        "probability, and no token is needed to reach 0.",
        "Choose a number above 0 and up to 1, or leave it unset.",
        low_included=False,
    ),
    "repetition_penalty": _Range(
        "repetition penalty",
        1e-6,
        math.inf,
        "Positive logits of tokens already used are divided by it, negative ones multiplied: it is "
        "a factor above 0, and next to 0 the quotients overflow.",
        "Choose a number such as 1.2, at least 0.000001, or leave it unset; 1 changes nothing.",
    ),
    "num_beams": _Range(
        "number of beams",
        1,
        64,
        "Beam search follows this many texts at once, and each costs as much memory as one text.",
        "Choose a whole number from 1 to 64.",
        whole=True,
    ),
    "length_penalty": _Range(
        "length penalty",
        -50,
        50,
        "A beam's sum of log-probabilities is divided by its length raised to this power, which "
        "overflows for long texts where it is large.",
        "Choose a number from -50 to 50; above 0 favours longer texts, and 1 is usual.",
    ),
}
