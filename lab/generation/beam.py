"""Beam search: several texts followed at once, with a record of every candidate on the way.

The meaning is that of transformers' `generate(num_beams=...)`: each round looks at the likeliest
continuations of all open beams, moves those that end to the finished texts, and goes on with the
best of the rest. Knows nothing of drawing lots: the same prompt always gives the same text.

Sources: Lowerre 1976, The HARPY Speech Recognition System; Wu et al. 2016, section 7 (length
penalty; here in transformers' simpler form, sum / length ** penalty).
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Literal

import torch
from torch import Tensor

from lab.generation.loop import Finish, Step, describe, prompt_ids, token_bytes
from lab.generation.text import TextStream
from lab.models import Model, forward
from lab.models.decoder import Cache, new_cache
from lab.models.decoder import forward as decode
from lab.models.model import ReadableNetwork, check_ids
from lab.sampling import Settings, outlooks, probabilities, stages

Fate = Literal["open", "finished", "pruned"]
"""What became of a candidate: continued, a whole text, or dropped."""


@dataclass(frozen=True)
class Candidate:
    """One token that a beam could have gone on with.

    `parent` is the index of the candidate before it, None after the prompt. `length` counts the
    tokens since the prompt. `total` is the sum of natural log-probabilities since then.
    """

    parent: int | None
    length: int
    token_id: int
    log_probability: float
    total: float
    fate: Fate


@dataclass(frozen=True)
class Hypothesis:
    """A finished text: the index of its last candidate, and total / length ** length penalty."""

    candidate: int
    score: float


@dataclass(frozen=True)
class Search:
    """The record of a beam search: candidates in the order of their rounds, the best first."""

    candidates: tuple[Candidate, ...]
    num_beams: int

    @cached_property
    def finished(self) -> tuple[int, ...]:
        """The candidates with which a text ended, in the order in which they did."""
        each = enumerate(self.candidates)
        return tuple(index for index, candidate in each if candidate.fate == "finished")

    def ranking(self, length_penalty: float | None) -> list[Hypothesis]:
        """The finished texts, the best first, as this length penalty ranks them.

        No model is asked: the penalty only divides the sums. (A search that had run with another
        penalty could have ended at another time, and so have found other texts.)

        >>> short = Candidate(None, 1, 7, -1.0, -1.0, "finished")
        >>> long = Candidate(0, 3, 8, -1.5, -1.5, "finished")
        >>> search = Search((short, long), num_beams=2)
        >>> [each.candidate for each in search.ranking(0.0)]
        [0, 1]
        >>> [each.candidate for each in search.ranking(1.0)]
        [1, 0]
        """
        scored = [
            Hypothesis(index, _score(each.total, each.length, length_penalty))
            for index, each in enumerate(self.candidates)
            if each.fate == "finished"
        ]
        return sorted(scored, key=lambda each: each.score, reverse=True)

    def path(self, candidate: int) -> list[int]:
        """The candidates from the prompt to this one, itself included."""
        path = [candidate]
        while (parent := self.candidates[path[-1]].parent) is not None:
            path.append(parent)
        return path[::-1]

    def ids(self, candidate: int) -> list[int]:
        """The token ids since the prompt, up to this candidate."""
        return [self.candidates[each].token_id for each in self.path(candidate)]


def _score(total: float, length: int, length_penalty: float | None) -> float:
    return total / math.pow(length, length_penalty or 0.0)


def search(model: Model, prompt: str | Sequence[int], settings: Settings) -> Search:
    """Follow `settings.num_beams` texts at once until no better one is to be expected.

    A repetition penalty changes the log-probabilities, as in transformers. Raises `LabError` for
    a prompt that is empty, leaves no room to write or has ids that the model does not know.

    >>> from lab.models import load
    >>> settings = Settings("beam", num_beams=2, max_new_tokens=3)
    >>> found = search(load("mini-gpt2"), "Once upon a", settings)
    >>> [len(found.ids(each.candidate)) for each in found.ranking(None)]
    [3, 3]
    """
    return record(rounds(model, prompt, settings), settings)


def record(rounds: Iterable[list[Candidate]], settings: Settings) -> Search:
    """The record of a search that has been followed to its end, round by round."""
    return Search(tuple(chain.from_iterable(rounds)), _beams(settings))


def rounds(
    model: Model, prompt: str | Sequence[int], settings: Settings
) -> Iterator[list[Candidate]]:
    """The rounds of `search`, one by one: who stops asking stops the search."""
    ids = prompt_ids(model, prompt)
    check_ids(model, ids)
    beams = _beams(settings)
    limit = min(settings.max_new_tokens, model.context - len(ids))
    # As many of the candidates as can all end at once, and leave `beams` that have not.
    width = max(2, 1 + len(model.end_ids)) * beams
    read = _branching_reader(model, ids, limit)
    known = 0  # candidates of the rounds before
    open_beams: list[int | None] = [None]
    texts: list[list[int]] = [[]]
    totals, finished = torch.zeros(1), list[float]()
    origins, tokens = [0], ids
    for length in range(1, limit + 1):
        logs = _log_probabilities(read(origins, tokens), settings, ids, texts)
        best = (totals[:, None] + logs).flatten().topk(min(width, logs.numel()))
        rows = (best.indices // logs.shape[1]).tolist()
        choices = (best.indices % logs.shape[1]).tolist()
        candidates: list[Candidate] = []
        going_on: list[int] = []
        for rank, (total, row, token) in enumerate(
            zip(best.values.tolist(), rows, choices, strict=True)
        ):
            ended = length == limit or token in model.end_ids
            ended = ended or _stops(model, settings, [*texts[row], token])
            # What would end but is not among the best is dropped: it only stood by as a reserve.
            fate: Fate = "pruned"
            if ended and rank < beams:
                fate = "finished"
                finished.append(_score(total, length, settings.length_penalty))
            elif not ended and len(going_on) < beams:
                fate = "open"
                going_on.append(rank)
            log = float(logs[row, token])
            candidates.append(Candidate(open_beams[row], length, token, log, total, fate))
        yield candidates
        finished = sorted(finished, reverse=True)[:beams]
        full = len(finished) == beams
        best_open = best.values[going_on[0]].item() if going_on else -math.inf
        if not going_on or (full and _settled(best_open, length, finished[-1], settings)):
            return
        origins, tokens = [rows[rank] for rank in going_on], [choices[rank] for rank in going_on]
        open_beams = [known + rank for rank in going_on]
        known += len(candidates)
        texts = [[*texts[row], token] for row, token in zip(origins, tokens, strict=True)]
        totals = best.values[going_on]


def _beams(settings: Settings) -> int:
    assert settings.num_beams is not None, "the settings of a beam search have a number of beams"
    return settings.num_beams


def _settled(best_open: float, length: int, worst: float, settings: Settings) -> bool:
    """Whether to end once enough texts are found: no open one is expected to beat the worst."""
    return settings.early_stopping or (_score(best_open, length, settings.length_penalty) <= worst)


def _log_probabilities(
    logits: Tensor, settings: Settings, prompt: list[int], texts: list[list[int]]
) -> Tensor:
    """What each beam's next token adds to its total: (beams, vocabulary)."""
    rows = []
    for row, text in zip(logits.log_softmax(-1), texts, strict=True):
        last = stages(row, settings, [*prompt, *text], prompt_length=len(prompt))[-1]
        rows.append(last.logits)
    return torch.stack(rows)


def _stops(model: Model, settings: Settings, ids: list[int]) -> bool:
    if not settings.stop:
        return False
    text = b"".join(token_bytes(model.tokenizer, each) for each in ids).decode("utf-8", "replace")
    return any(stop in text for stop in settings.stop)


def _branching_reader(
    model: Model, prompt: list[int], limit: int
) -> Callable[[list[int], list[int]], Tensor]:
    """A function that goes on from earlier rows: (rows to continue, one new id each) -> logits.

    The first call reads the prompt, whatever its arguments. Returns (rows, vocabulary) float32.
    """
    if not isinstance(model.network, ReadableNetwork):
        return _rereading_reader(model, prompt)
    decoder = model.network.decoder
    cache = new_cache(decoder, len(prompt) + limit)

    @torch.inference_mode()
    def read(origins: list[int], tokens: list[int]) -> Tensor:
        nonlocal cache
        if cache.length == 0:
            new = torch.tensor([prompt])
        else:
            new = torch.tensor(tokens)[:, None]
            cache = Cache(cache.keys[:, origins], cache.values[:, origins], cache.length)
        return decode(decoder, new, cache=cache, last_only=True)[:, 0].float()

    return read


def _rereading_reader(model: Model, prompt: list[int]) -> Callable[[list[int], list[int]], Tensor]:
    """The same for a network whose memory we cannot branch: it reads each text from the start."""
    texts: list[list[int]] = []

    def read(origins: list[int], tokens: list[int]) -> Tensor:
        nonlocal texts
        if not texts:
            texts = [prompt]
        else:
            texts = [[*texts[row], token] for row, token in zip(origins, tokens, strict=True)]
        return torch.stack([forward(model, text)[-1] for text in texts])

    return read


def best_text(
    model: Model, prompt: Sequence[int], found: Search, settings: Settings
) -> Iterator[Step]:
    """The best text that a search with these settings has found, as the steps of the loop."""
    best = found.ranking(settings.length_penalty)[0]
    ids, prompt = found.ids(best.candidate), list(prompt)
    logits = forward(model, [*prompt, *ids[:-1]])[len(prompt) - 1 :]
    stream = TextStream(settings.stop)
    seen = outlooks(logits)
    for count, (token, outlook) in enumerate(zip(ids, seen, strict=True), start=1):
        text = "" if token in model.end_ids else stream.push(token_bytes(model.tokenizer, token))
        finish: Finish | None = None
        if count == len(ids):
            finish = _finish(model, token, stream.stopped, count, settings)
            text += stream.close()
        context = [*prompt, *ids[: count - 1]]
        chances = probabilities(
            outlook.logits.log_softmax(-1), settings, context, prompt_length=len(prompt)
        )
        yield describe(model.tokenizer, outlook, token, float(chances[token]), text, finish)


def _finish(model: Model, last: int, stopped: bool, count: int, settings: Settings) -> Finish:
    if last in model.end_ids:
        return "end"
    if stopped:
        return "stop"
    return "length" if count == settings.max_new_tokens else "context"
