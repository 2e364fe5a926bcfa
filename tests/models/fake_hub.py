"""A Hugging Face Hub on loopback: one model, its files, and all that can go wrong on the way."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PIECE = 1 << 20


class Hub(ThreadingHTTPServer):
    """Serves the files of `folder` as the model `model_id`.

    `gate` holds back what follows after the first piece of a file; with `broken` the connection
    ends there, and asking for the rest is answered with an error. `parameters` is what it says of
    the weights, `served` the files that were asked for.
    """

    daemon_threads = True

    def __init__(self, folder: Path, model_id: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {file.name: file.read_bytes() for file in folder.iterdir()}
        self.model_id = model_id
        self.gate = threading.Event()
        self.gate.set()
        self.broken = False
        self.parameters: int | None = None
        self.served: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        hub, path = self.server, self.path.split("?")[0]
        home = f"/api/models/{hub.model_id}"
        if path in (home, f"{home}/revision/main"):
            count = hub.parameters
            known = {"parameters": {"F16": count}, "total": count} if count else None
            self._json({"id": hub.model_id, "sha": COMMIT, "safetensors": known})
        elif path == f"{home}/tree/{COMMIT}":
            self._json(
                [
                    {"type": "file", "path": name, "size": len(data), "oid": _tag(data)}
                    for name, data in hub.files.items()
                ]
            )
        elif found := re.fullmatch(rf"/{hub.model_id}/resolve/{COMMIT}/(.+)", path):
            self._file(found[1])
        else:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _json(self, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _file(self, name: str) -> None:
        hub = self.server
        data = hub.files[name]
        if self.headers["Range"]:
            self.send_error(500)
            return
        self.send_response(200)
        self.send_header("ETag", f'"{_tag(data)}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command == "HEAD":
            return
        hub.served.append(name)
        self.wfile.write(data[:PIECE])
        if hub.broken and len(data) > PIECE:
            self.close_connection = True
            return
        hub.gate.wait(60)
        self.wfile.write(data[PIECE:])

    def log_message(self, *_: object) -> None:
        pass


def _tag(data: bytes) -> str:
    return hashlib.sha1(data).hexdigest()


@contextmanager
def serving(folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A Hub that huggingface_hub asks instead of the real one, and an empty cache."""
    hub = Hub(folder, "somebody/something")
    thread = threading.Thread(target=hub.serve_forever, args=(0.01,))
    thread.start()
    constants = "huggingface_hub.constants."
    monkeypatch.setattr(constants + "ENDPOINT", hub.address)
    monkeypatch.setattr(
        constants + "HUGGINGFACE_CO_URL_TEMPLATE",
        hub.address + "/{repo_id}/resolve/{revision}/{filename}",
    )
    monkeypatch.setattr(constants + "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(constants + "DOWNLOAD_CHUNK_SIZE", PIECE)
    try:
        yield hub
    finally:
        hub.gate.set()
        hub.shutdown()
        thread.join()
        hub.server_close()
