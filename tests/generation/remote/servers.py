"""Small servers on loopback that behave, or misbehave, as a test wants."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lab.generation.remote import Endpoint, RemoteModel


class Visit(BaseHTTPRequestHandler):
    """One request; what is done with it is the server's `behave`."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        size = int(self.headers.get("content-length", 0))
        self.asked = json.loads(self.rfile.read(size) or b"null")
        self.close_connection = True
        self.server.visits.append(self)
        with suppress(ConnectionError):  # the other side left: many tests want that
            self.server.behave(self)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *args):
        pass

    def reply(self, status, content=b"", kind="application/json", **headers):
        """A whole answer."""
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def begin(self):
        """The head of a stream of events, which ends when the connection does."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()

    def event(self, value):
        self.raw(f"data: {value if isinstance(value, str) else json.dumps(value)}\n\n".encode())

    def raw(self, data):
        self.wfile.write(data)
        self.wfile.flush()

    def piece(self, text, finish=None, logprobs=None):
        """An event of a completion."""
        self.event({"choices": [{"text": text, "finish_reason": finish, "logprobs": logprobs}]})

    def wait_until_left(self):
        """Block until the other side closes the connection, which it may do in the rough way."""
        with suppress(ConnectionResetError):
            self.connection.recv(1)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, behave: Callable[[Visit], None]):
        super().__init__(("127.0.0.1", 0), Visit)
        self.behave = behave
        self.visits: list[Visit] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def model(self, key: str = "") -> RemoteModel:
        return RemoteModel(Endpoint(self.address, key), "m")

    def handle_error(self, request, client_address):
        raise  # in a thread: pytest reports it


@contextmanager
def serving(behave: Callable[[Visit], None]) -> Iterator[Server]:
    with Server(behave) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()
