"""The loop as a server runs it: a prompt in, one `RemoteStep` out for each piece that it sends."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from lab.errors import LabError
from lab.generation.remote.endpoint import RemoteModel
from lab.generation.remote.reading import read
from lab.generation.remote.request import Request, compose
from lab.generation.remote.step import RemoteStep
from lab.sampling import Settings

SECONDS_BETWEEN_CALLS = 0.1
MOST_BYTES, MOST_BYTES_PER_TOKEN = 1_000_000, 10_000
MOST_CHARACTERS_PER_TOKEN = 256
"""Twice as many as the longest tokens have, which are runs of 128 blanks."""


@dataclass(frozen=True)
class Patience:
    """For how many seconds to wait: for the first piece of an answer, and for each one after."""

    first: float = 60.0
    between: float = 30.0


def generate(
    model: RemoteModel,
    prompt: str | Sequence[Mapping[str, str]],
    settings: Settings,
    *,
    thinking: bool | None = None,
    patience: Patience = Patience(),
    waiting: Callable[[], object] | None = None,
) -> Generator[RemoteStep, None, None]:
    """Have a server continue a text, or answer messages (mappings with role and content).

    thinking: the switch of the model's template; None leaves it as the server has it.
    waiting: called about ten times a second while nothing comes. What it raises ends the answer.

    Who stops asking closes the connection, and so stops the server. Raises `LabError` for all
    that can go wrong on the way; the steps until then are what was received. An answer is cut off
    after `settings.max_new_tokens` pieces, should the server not do it.
    """

    def ask(*, log_probabilities: bool) -> Iterator[RemoteStep]:
        request = compose(
            model.id, prompt, settings, thinking=thinking, log_probabilities=log_probabilities
        )
        return _stream(model, request, settings.max_new_tokens, patience, waiting)

    try:
        yield from ask(log_probabilities=True)
    except LabError as error:
        from lab.generation.remote.problems import refuses

        if not refuses(error.__cause__, "logprob"):
            raise
        yield from ask(log_probabilities=False)  # better a text without them than none


def _stream(
    model: RemoteModel,
    request: Request,
    most: int,
    patience: Patience,
    waiting: Callable[[], object] | None,
) -> Iterator[RemoteStep]:
    from lab.generation.remote.problems import broke_off, explain, nonsense, too_slow
    from lab.generation.remote.wire import Reply, TooMuchError, post

    endpoint, pieces, characters, heard = model.endpoint, 0, 0, monotonic()
    with Reply(post(endpoint, request), MOST_BYTES + most * MOST_BYTES_PER_TOKEN) as reply:
        while True:
            steps: list[RemoteStep] = []
            try:
                steps = read(reply.next(SECONDS_BETWEEN_CALLS))
            except TimeoutError:
                pass  # nothing yet
            except StopIteration as end:
                raise (broke_off(endpoint) if pieces else nonsense(endpoint)) from end
            except Exception as error:
                raise explain(error, endpoint, model.id, begun=pieces > 0) from error
            for step in steps:
                if pieces == most and step.finish is None:
                    yield RemoteStep("", finish="length")
                    return
                characters += len(step.text)
                if characters > most * MOST_CHARACTERS_PER_TOKEN:
                    raise explain(TooMuchError(), endpoint, begun=pieces > 0)
                yield step
                if step.finish is not None:
                    return
                pieces += 1
            limit = patience.between if pieces else patience.first
            if steps:
                heard = monotonic()
            elif monotonic() - heard > limit:
                raise too_slow(endpoint, limit, begun=pieces > 0)
            elif waiting is not None:
                waiting()
