"""A session of the running app without a browser: Streamlit's WebSocket and its own messages.

What a browser would draw is only looked at, so thirty of these weigh nothing beside the server.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

ROOT = Path(__file__).parents[1]
PATIENCE = 300  # seconds


@contextmanager
def serving(
    script: str = "streamlit_app.py", environment: dict[str, str] | None = None
) -> Iterator[tuple[str, int]]:
    """The host and port, and the process id, of a server of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless", "true"]
    process = subprocess.Popen(
        [*command, "--server.address", "127.0.0.1", "--server.port", str(port)],
        cwd=ROOT,
        env=os.environ | (environment or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health").close()
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError("the app did not start") from None
                time.sleep(0.01)
        yield f"127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait()


class Session:
    """One visitor of one page, at the address with this query. `buttons` are ids by labels."""

    def __init__(self, host: str, page: str = "", **query: object) -> None:
        self._page, self._query = page, urlencode(query)
        self._line = connect(
            f"ws://{host}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            origin=f"http://{host}",  # type: ignore[arg-type]
            max_size=None,
            open_timeout=PATIENCE,
        )
        self.buttons: dict[str, str] = {}

    def run(self, click: str | None = None) -> Iterator[ForwardMsg]:
        """Run the page, perhaps by a click on a button; what comes until a run is complete."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = self._query, self._page
        if click is not None:
            widget = state.widget_states.widgets.add()
            widget.id, widget.trigger_value = self.buttons[click], True
        self._line.send(message.SerializeToString())
        begun = False
        while True:
            received = ForwardMsg()
            received.ParseFromString(self._line.recv(PATIENCE))  # type: ignore[arg-type]
            button = received.delta.new_element.button
            if button.id:
                self.buttons[button.label] = button.id
            yield received
            begun = begun or received.WhichOneof("type") == "new_session"
            finished = received.WhichOneof("type") == "script_finished"
            if begun and finished and received.script_finished == _SUCCESS:
                return

    def close(self) -> None:
        """Leave, as a closed tab does."""
        self._line.close()


_SUCCESS = ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY
