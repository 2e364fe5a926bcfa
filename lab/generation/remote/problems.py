"""What can go wrong between here and a server, as sentences for the person at the screen."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx2
import openai

from lab.errors import LabError
from lab.generation.remote.endpoint import Endpoint
from lab.generation.remote.wire import SECONDS_TO_CONNECT, TooMuchError

MOST_QUOTED = 300
REFUSALS = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
KEPT = "What came is kept; go on from there, or ask again."


def explain(
    error: Exception, endpoint: Endpoint, model_id: str = "", *, begun: bool = False
) -> LabError:
    """The error for people; `begun` says that a part of the answer had come already."""
    host = endpoint.host
    match error:
        case LabError():
            return error
        case TooMuchError():
            return LabError(
                f"{host} sends without end.",
                "It has sent more than so many tokens can be long, so the connection was closed.",
                KEPT if begun else "Check the address: it may belong to another kind of server.",
            )
        case openai.APIStatusError():
            return _status(error, endpoint, model_id)
        case openai.APIConnectionError() | httpx2.HTTPError():
            return _connection(error, endpoint, begun)
        case openai.APIError():
            return LabError(
                f"{host} gave up on this answer.",
                _quoted(error, endpoint) or "It sent an error without a reason.",
                KEPT if begun else "Ask again in a while; its operator can look into its log.",
            )
        case ValueError() | LookupError() | TypeError() | OverflowError() | RecursionError():
            return nonsense(endpoint, begun=begun)
    raise error


def refuses(error: BaseException | None, what: str) -> bool:
    """Whether a server refused a request because of something in it, which its words name."""
    if isinstance(error, openai.APIStatusError) and error.status_code in REFUSALS:
        return what in _words(error)
    return False


def _status(error: openai.APIStatusError, endpoint: Endpoint, model_id: str) -> LabError:
    host, words = endpoint.host, _quoted(error, endpoint)
    match error.status_code:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            why = "The key was refused." if endpoint.key else "It wants a key, and none is set."
            return LabError(
                f"{host} does not let us in.",
                why,
                "Set the key that its operator gave out, beside its address.",
            )
        case HTTPStatus.NOT_FOUND | HTTPStatus.METHOD_NOT_ALLOWED:
            asked = f"the model {model_id!r}" if model_id else "a list of models"
            return LabError(
                f"{host} does not have {asked}, or not in this way.",
                words or "It gave no reason.",
                "Choose one of its models; try chat instead of a prompt, or the other way round; "
                "and check its address, which as a rule ends in /v1.",
            )
        case HTTPStatus.TOO_MANY_REQUESTS:
            return LabError(
                f"{host} takes no more questions for now.",
                words or "Too many came in a short time, or what was paid for is used up.",
                "Wait a minute, then ask again.",
            )
        case status if status < HTTPStatus.BAD_REQUEST:
            there = urlsplit(error.response.headers.get("location", "")).netloc
            return LabError(
                f"{host} sends us on to {there or 'another path'}.",
                "The key is meant for the address that was set, so it is not taken elsewhere.",
                "If that is where the server is now, set the new address.",
            )
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return LabError(
                f"{host} failed at this request (error {status}).",
                words or "It gave no reason.",
                "Ask again in a while, or choose another model; its operator can look into its "
                "log.",
            )
        case status:
            return LabError(
                f"{host} refuses this request (error {status}).",
                words or "It gave no reason.",
                "Change the setting or the text that it names; not every server knows every knob.",
            )


def _connection(error: Exception, endpoint: Endpoint, begun: bool) -> LabError:
    host, causes = endpoint.host, list(_causes(error))
    if begun:
        return broke_off(endpoint)
    if any(isinstance(each, openai.APITimeoutError | TimeoutError) for each in causes):
        return LabError(
            f"{host} cannot be reached.",
            f"There was no connection within {SECONDS_TO_CONNECT:.0f} seconds.",
            "Check its address and that this machine is on its network.",
        )
    if any(isinstance(each, ConnectionRefusedError) for each in causes):
        return LabError(
            f"Nothing answers at {host}.",
            "That machine is there, but no server listens at this port.",
            "Start the server, or check its address.",
        )
    if any(isinstance(each, socket.gaierror) for each in causes):
        return LabError(
            f"There is no machine called {urlsplit(endpoint.address).hostname!r}.",
            "The name could not be found in the network.",
            "Check its spelling, and that this machine has a network.",
        )
    if any(isinstance(each, ssl.SSLError) for each in causes):
        return LabError(
            f"There is no safe connection to {host}.",
            "Its certificate is not one that this machine trusts, or it speaks no TLS.",
            "Check whether its address begins with http:// or https://.",
        )
    return LabError(
        f"{host} closed the connection without an answer.",
        "It may have failed, or speak another protocol than HTTP.",
        "Check its address and that it is running, then ask again.",
    )


def nonsense(endpoint: Endpoint, *, begun: bool = False) -> LabError:
    """What came cannot be read."""
    return LabError(
        f"{endpoint.host} does not answer as an OpenAI-compatible server does.",
        "What it sent is not JSON, or lacks what such an answer has.",
        KEPT if begun else "Check the address, which as a rule ends in /v1.",
    )


def broke_off(endpoint: Endpoint) -> LabError:
    """The connection ended before the answer did."""
    return LabError(
        f"{endpoint.host} broke off in mid-answer.",
        "The connection ended before the server said that the text had.",
        KEPT,
    )


def too_slow(endpoint: Endpoint, seconds: float, *, begun: bool = False) -> LabError:
    """The server is connected and silent."""
    if begun:
        return LabError(
            f"{endpoint.host} fell silent in mid-answer.",
            f"Nothing has come for {seconds:g} seconds.",
            KEPT,
        )
    return LabError(
        f"{endpoint.host} does not begin to answer.",
        f"It has been silent for {seconds:g} seconds; it may be loading the model, or be busy.",
        "Ask again in a while, or choose a smaller model.",
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _quoted(error: openai.APIError, endpoint: Endpoint) -> str:
    """What the server says, as a sentence; never the key, should it say that."""
    words = _words(error)
    if endpoint.key:
        words = words.replace(endpoint.key, "…")
    if len(words) > MOST_QUOTED:
        words = words[:MOST_QUOTED] + "…"
    return f"It says: “{words}”." if words else ""


def _words(error: openai.APIError) -> str:
    """The message in the body of an error, in the forms that servers have for it."""
    body = error.body
    while isinstance(body, Mapping):
        body = next((body[each] for each in ("message", "detail", "error") if each in body), "")
    text = " ".join(str(body or "").split())
    return "" if text.startswith("<") else text  # a page for browsers
