"""The data of one event -> the steps that it tells of, in the forms that servers have for it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lab.generation.remote.step import RemoteAlternative, RemoteStep


def read(event: Any) -> list[RemoteStep]:
    """The steps in an event of a stream of completions or chat completions; there may be none.

    Raises `LookupError`, `TypeError`, `ValueError` or `OverflowError` for what is no such event.

    >>> read({"choices": [{"text": " time", "logprobs": None, "finish_reason": None}]})
    [RemoteStep(text=' time', probability=None, alternatives=(), thought=False, finish=None)]
    >>> read({"choices": [{"delta": {"reasoning_content": "Hm"}}]})[0].thought
    True
    >>> read({"choices": []})
    []
    """
    if not event["choices"]:  # some servers send their bill in such an event
        return []
    choice = _mapping(event["choices"][0])
    thought, text = _texts(choice)
    scores = _scores(choice.get("logprobs"))
    steps = []
    if thought:
        steps += _split(thought, [] if text else scores, thought=True)
    if text or (scores and not thought):
        steps += _split(text, scores, thought=False)
    finish = choice.get("finish_reason")
    if finish:
        last = steps.pop() if steps else RemoteStep("")
        steps.append(replace(last, finish=str(finish)))
    return steps


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError
    return value


def _texts(choice: Mapping[str, Any]) -> tuple[str, str]:
    """What was thought and what was said: a completion has no thoughts."""
    if "text" in choice:
        return "", _text(choice["text"])
    delta = _mapping(choice["delta"])
    thought = delta.get("reasoning_content") or delta.get("reasoning")
    return _text(thought), _text(delta.get("content"))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError
    return value


@dataclass(frozen=True)
class _Score:
    """What is told of one token."""

    text: str
    probability: float | None
    alternatives: tuple[RemoteAlternative, ...]


def _split(text: str, scores: list[_Score], *, thought: bool) -> list[RemoteStep]:
    """A step per token that is told of, otherwise one step for the whole text."""
    if not scores:
        return [RemoteStep(text, thought=thought)]
    texts = [each.text for each in scores]
    if "".join(texts) != text:
        # Tokens of half a character have no text of their own: it comes with the last of them.
        texts = ["" for _ in scores[1:]] + [text]
    return [
        RemoteStep(part, score.probability, score.alternatives, thought)
        for part, score in zip(texts, scores, strict=True)
    ]


def _scores(told: Any) -> list[_Score]:
    if not isinstance(told, Mapping):
        return []
    if isinstance(told.get("content"), list):  # the form of chats, which llama.cpp has for both
        return [
            _score(each.get("token"), each.get("logprob"), _pairs(each.get("top_logprobs")))
            for each in map(_mapping, told["content"])
        ]
    tokens, logs = told.get("tokens") or [], told.get("token_logprobs") or []
    tops = told.get("top_logprobs") or [None] * len(tokens)
    return [
        _score(token, log, list(_mapping(top or {}).items()))
        for token, log, top in zip(tokens, logs, tops, strict=True)
    ]


def _pairs(tops: Any) -> list[tuple[Any, Any]]:
    return [(each.get("token"), each.get("logprob")) for each in map(_mapping, tops or [])]


def _score(token: Any, log: Any, tops: list[tuple[Any, Any]]) -> _Score:
    likely = [
        RemoteAlternative(_text(text), probability)
        for text, each in tops
        if (probability := _probability(each)) is not None
    ]
    likely.sort(key=lambda each: each.probability, reverse=True)
    return _Score(_text(token), _probability(log), tuple(likely))


def _probability(log: Any) -> float | None:
    """The probability of a natural logarithm; None for what is none.

    >>> _probability(-0.6931471805599453), _probability(None), _probability(float("nan"))
    (0.5, None, None)
    """
    if isinstance(log, bool) or not isinstance(log, int | float) or math.isnan(log):
        return None
    return math.exp(min(log, 0.0))  # rounding may leave a certain token just above 0
