"""One request on its way: a thread reads what a server sends, and whoever waits can leave.

Knows nothing of texts and tokens. Leaving closes the connection at once, which is how a server
learns that nobody wants the rest. Only this module talks to the network.
"""

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from types import TracebackType
from typing import Any

import httpx2
from openai import DefaultHttpxClient, OpenAI, Stream

from lab.generation.remote.endpoint import Endpoint
from lab.generation.remote.request import Request

SECONDS_TO_CONNECT = 5.0
EVENTS_AHEAD = 64
"""How many events are read before somebody asks for them; then the server has to wait."""
SECONDS_BETWEEN_LOOKS = 0.1
HEADERS = {"host", "user-agent", "accept", "connection", "content-type", "content-length"}
"""What a server is told besides the key: nothing that OPENAI_... variables add for another one."""

Ask = Callable[[DefaultHttpxClient], Iterator[object]]
"""Sends something with the client that it is handed, and gives out what comes back as JSON."""


class TooMuchError(Exception):
    """The server sent more than an answer can be long."""


class Reply:
    """The JSON values that a server sends in answer to a request, one after the other.

    To be used in a `with` statement, at whose end the connection is closed.
    """

    def __init__(self, ask: Ask, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._arrived: queue.Queue[Any] = queue.Queue(EVENTS_AHEAD)
        self._left = threading.Event()
        self._socket: socket.socket | None = None
        self._reader = threading.Thread(target=self._read, args=(ask,), daemon=True)

    def __enter__(self) -> "Reply":
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._left.set()
        self._hang_up()

    def next(self, seconds: float) -> object:
        """The next value, as soon as it is there. Raises `TimeoutError` after so many seconds,
        `StopIteration` at the end, and what went wrong on the way."""
        try:
            value = self._arrived.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(value, BaseException):
            raise value
        return value

    def _read(self, ask: Ask) -> None:
        client = DefaultHttpxClient(
            follow_redirects=False,  # the key is for this host alone
            timeout=httpx2.Timeout(None, connect=SECONDS_TO_CONNECT),
            event_hooks={"request": [self._watch], "response": [self._limit]},
        )
        try:
            with client:
                for value in ask(client):
                    self._hand_over(value)
            self._hand_over(StopIteration())
        except Exception as error:  # to be raised where somebody can explain it
            self._hand_over(error)

    def _hand_over(self, value: object) -> None:
        while not self._left.is_set():
            with suppress(queue.Full):
                self._arrived.put(value, timeout=SECONDS_BETWEEN_LOOKS)
                return

    def _watch(self, request: httpx2.Request) -> None:
        request.extensions["trace"] = self._note_socket

    def _note_socket(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
            if self._left.is_set():
                self._hang_up()

    def _hang_up(self) -> None:
        """Close the connection, also for a thread that is waiting for it just now."""
        if self._socket is not None:
            with suppress(OSError):  # it was closed already
                self._socket.shutdown(socket.SHUT_RDWR)

    def _limit(self, response: httpx2.Response) -> None:
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = _Limited(response.stream, self._most_bytes)


class _Limited(httpx2.SyncByteStream):
    """A stream that ends with an error when it has become too long."""

    def __init__(self, stream: httpx2.SyncByteStream, most_bytes: int) -> None:
        self._stream = stream
        self._left = most_bytes

    def __iter__(self) -> Iterator[bytes]:
        for part in self._stream:
            self._left -= len(part)
            if self._left < 0:
                raise TooMuchError
            yield part

    def close(self) -> None:
        self._stream.close()


def get(endpoint: Endpoint, path: str) -> Ask:
    """Ask for a document: one value."""

    def ask(http: DefaultHttpxClient) -> Iterator[object]:
        yield _client(endpoint, http).get(path, cast_to=object)

    return ask


def post(endpoint: Endpoint, request: Request) -> Ask:
    """Ask for a stream: the data of each of its events."""

    def ask(http: DefaultHttpxClient) -> Iterator[object]:
        with closing(
            _client(endpoint, http).post(
                request.path,
                body=request.body,
                cast_to=object,
                stream=True,
                stream_cls=Stream[object],
            )
        ) as events:
            yield from events

    return ask


def _client(endpoint: Endpoint, http: DefaultHttpxClient) -> OpenAI:
    def headers(request: httpx2.Request) -> None:
        for name in [each for each in request.headers if each not in HEADERS]:
            del request.headers[name]
        request.headers["accept-encoding"] = "identity"  # so that what is counted is what comes
        if endpoint.key:
            request.headers["authorization"] = f"Bearer {endpoint.key}"

    http.event_hooks["request"].append(headers)
    # A key has to be there; the one that is sent is set above.
    return OpenAI(base_url=endpoint.address, api_key="none", http_client=http, max_retries=0)
