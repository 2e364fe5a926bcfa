"""Settings -> what a server is asked, and what of it depends on the server.

OpenAI's protocol knows a few of the knobs. Most servers that people run themselves know more, by
the names that transformers has for them; those are sent when they are set, and a server may refuse
or ignore them. A knob that is not sent is not off: the server has its own default for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab.errors import LabError
from lab.sampling import Settings
from lab.sampling.describe import LABELS
from lab.sampling.settings import TRANSFORMERS_ORDER

ALTERNATIVES = 5
"""How many of the likeliest tokens to ask for: as many as every server allows."""
EXTENSIONS = ("top_k", "min_p", "typical_p", "repetition_penalty")
"""Knobs that OpenAI's protocol does not have."""
EFFECTIVE_IF_GREEDY = ("repetition_penalty",)


@dataclass(frozen=True)
class Request:
    """A path below the server's address, and the JSON that is sent there."""

    path: str
    body: Mapping[str, Any]


def compose(
    model_id: str,
    prompt: str | Sequence[Mapping[str, str]],
    settings: Settings,
    *,
    thinking: bool | None = None,
    log_probabilities: bool = True,
) -> Request:
    """The request to continue a text, or to answer messages.

    Raises `LabError` for what no server can be asked: beam search, an empty prompt.

    >>> request = compose("m", "Once", Settings("sample", top_k=50, max_new_tokens=8))
    >>> request.path
    '/completions'
    >>> {name: request.body[name] for name in ("temperature", "top_p", "top_k", "max_tokens")}
    {'temperature': 1.0, 'top_p': 1.0, 'top_k': 50, 'max_tokens': 8}
    """
    if settings.strategy == "beam":
        raise LabError(
            "A server cannot be asked for a beam search.",
            "OpenAI's protocol streams one text, each token final as it comes.",
            "Choose greedy or sampling, or a model on this machine.",
        )
    if not prompt:
        raise LabError(
            "The prompt is empty.",
            "A model predicts the token after at least one other.",
            "Write a word or two.",
        )
    body: dict[str, Any] = {"model": model_id, "stream": True, **_knobs(settings)}
    if isinstance(prompt, str):
        body["prompt"] = prompt
        if log_probabilities:
            body["logprobs"] = ALTERNATIVES
        return Request("/completions", body)
    body["messages"] = [dict(message) for message in prompt]
    if log_probabilities:
        body |= {"logprobs": True, "top_logprobs": ALTERNATIVES}
    if thinking is not None:
        body["chat_template_kwargs"] = {"enable_thinking": thinking}
    return Request("/chat/completions", body)


def _knobs(settings: Settings) -> dict[str, Any]:
    knobs: dict[str, Any] = {"max_tokens": settings.max_new_tokens, **_standard(settings)}
    if settings.seed is not None:
        knobs["seed"] = settings.seed
    if settings.stop:
        knobs["stop"] = list(settings.stop)
    return knobs | {name: getattr(settings, name) for name in _set_extensions(settings)}


def _standard(settings: Settings) -> dict[str, float]:
    """The knobs that every server knows. Off is sent as well: no server's default is to act."""
    if settings.strategy == "greedy":
        return {"temperature": 0.0}
    temperature = 1.0 if settings.temperature is None else settings.temperature
    return {"temperature": temperature, "top_p": settings.top_p or 1.0}


def _effective_extensions(settings: Settings) -> tuple[str, ...]:
    return EFFECTIVE_IF_GREEDY if settings.strategy == "greedy" else EXTENSIONS


def _set_extensions(settings: Settings) -> list[str]:
    names = _effective_extensions(settings)
    return [name for name in names if getattr(settings, name) is not None]


def describe(settings: Settings) -> str:
    """A few plain sentences on what is sent, and on what the server decides.

    >>> print(describe(Settings("sample", temperature=0.7, top_k=50, seed=1)))
    Sent: temperature 0.7, top-p 1, top-k 50, seed 1, at most 64 new tokens. OpenAI's protocol does
    not have top-k: a server may ignore it. Not sent, so the server has its way: min-p, typical-p,
    repetition penalty.
    >>> print(describe(Settings("greedy")))
    Sent: temperature 0, which means greedy, at most 64 new tokens. Not sent, so the server has its
    way: repetition penalty.
    """
    extensions = _set_extensions(settings)
    sent = [_shown(name, value) for name, value in _standard(settings).items()]
    sent += [_shown(name, getattr(settings, name)) for name in extensions]
    if settings.seed is not None:
        sent.append(f"seed {settings.seed}")
    sent.append(f"at most {settings.max_new_tokens:,} new tokens")
    if settings.stop:
        sent.append(f"stop before {' or '.join(map(repr, settings.stop))}")
    sentences = [f"Sent: {', '.join(sent)}."]
    if extensions:
        names = " and ".join(LABELS[each] for each in extensions)
        sentences.append(
            f"OpenAI's protocol does not have {names}: a server may ignore "
            f"{'it' if len(extensions) == 1 else 'them'}."
        )
    own = [LABELS[each] for each in _effective_extensions(settings) if each not in extensions]
    if settings.strategy == "sample" and settings.seed is None:
        own.append("seed")
    if own:
        sentences.append(f"Not sent, so the server has its way: {', '.join(own)}.")
    if settings.order != TRANSFORMERS_ORDER or settings.penalty_skips_prompt:
        sentences.append("The order of the knobs and what the penalty skips cannot be sent.")
    return " ".join(sentences)


def _shown(name: str, value: float) -> str:
    meaning = ", which means greedy" if name == "temperature" and value == 0 else ""
    return f"{LABELS[name]} {value:g}{meaning}"
