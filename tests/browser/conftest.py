"""A real server on a port of its own, and a real browser that watches for what must not happen.

With several pytest workers, each that gets a browser test starts a server and a browser.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from lab.models.catalog import bundled

ROOT = Path(__file__).parents[2]
BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 420, "height": 900}
PATIENCE = 90_000  # milliseconds; a shared machine can be slow, a test must not be impatient

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that the server writes its complaints to."""
    return tmp_path_factory.mktemp("server") / "log"


@pytest.fixture(scope="session")
def address(log: Path) -> Iterator[str]:
    """The address of the app on a free loopback port, served as `make app` serves it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--server.address", "127.0.0.1", "--server.port", str(port)],
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        if not _healthy(address, process):
            pytest.fail("The app did not start:\n" + log.read_text())
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def _healthy(address: str, process: "subprocess.Popen[bytes]") -> bool:
    """Whether the server answers before it ends or a minute is over."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.05)
    return False


@pytest.fixture(scope="session")
def slow_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a model that takes seconds for a text, so that it can be stopped in between.

    Its weights are random; the bundled models are done in a blink.
    """
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    folder = tmp_path_factory.mktemp("models") / "slow"
    folder.mkdir()
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(bundled()[0].folder / name, folder / name)
    none = dict.fromkeys(("bos_token_id", "eos_token_id"))
    config = GPT2Config(vocab_size=5120, n_embd=768, n_layer=12, **none)
    torch.manual_seed(0)
    GPT2LMHeadModel(config).to(torch.bfloat16).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(BROWSER).is_file():
        reason = f"There is no browser at {BROWSER}; install chromium or set CHROMIUM."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, address: str, log: Path) -> Iterator[Open]:
    """Open a path of the app, in a theme and a size.

    At the end of the test nothing may have left this machine, been reported as an error by the
    browser, or ended in a traceback, on the page or in the server's log.
    """
    pages: list[Page] = []
    said_before = log.stat().st_size
    complaints: list[str] = []

    def watch(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            complaints.append(f"a request to {request.url}")

    def open_page(path: str = "", *, theme: str = "light", size: dict[str, int] = WIDE) -> Page:
        context = browser.new_context(viewport=size, color_scheme=theme)  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", watch)
        page.on("pageerror", lambda error: complaints.append(f"an error: {error}"))
        page.on("console", lambda message: _complain(message, complaints))
        pages.append(page)
        page.goto(f"{address}/{path}")
        settled(page)
        return page

    yield open_page
    for page in pages:
        if page.get_by_test_id("stException").count():
            complaints.append(f"a traceback on {page.url}")
        page.context.close()
    said = log.read_bytes()[said_before:].decode(errors="replace")
    if "Traceback" in said:
        complaints.append(f"in the server's log: {said[-2000:]}")
    assert not complaints


def _complain(message: object, complaints: list[str]) -> None:
    # On a cold direct address Streamlit's client first looks for its server below that path.
    probing = "/_stcore/" in message.location.get("url", "")  # type: ignore[attr-defined]
    if message.type == "error" and not probing:  # type: ignore[attr-defined]
        complaints.append(f"on the console: {message.text}")  # type: ignore[attr-defined]


def settled(page: Page) -> None:
    """Wait until the script has run to its end, and all that it draws has taken its place."""
    running = page.get_by_test_id("stApp").and_(page.locator("[data-test-script-state]"))
    expect(running).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def stop_when_it_writes(page: Page) -> None:
    """Press Stop as soon as there is text."""
    main = page.get_by_test_id("stMain")
    expect(main.get_by_role("status").locator("span").first).to_be_visible()
    main.get_by_role("button", name="Stop").first.click()
