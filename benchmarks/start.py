"""From a cold start to the first page and to the first distribution, beside an empty app.

    python -m benchmarks.start [--rounds 5] [--json PATH]

A server of its own for each measurement, and a new browser context. The clock starts with the
server's process; the page is there when its title is, the distribution when its bars are.
"""

import argparse
import os
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from benchmarks.browserless import serving
from benchmarks.report import Figure, report

BROWSER = os.environ.get("CHROMIUM", "/usr/bin/chromium")
BARS = ".barlayer .point path"


def cold(browser: Browser, script: str, *marks: str) -> list[float]:
    """Seconds from the start of the server until each of the marks can be seen."""
    start = time.perf_counter()
    with serving(script) as (host, _):
        page = browser.new_page()
        page.goto(f"http://{host}/")
        seen = []
        for mark in marks:
            page.locator(mark).first.wait_for(timeout=300_000)
            seen.append(time.perf_counter() - start)
        page.close()
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        pairs = [
            (
                cold(browser, "benchmarks/empty_app.py", "h1"),
                cold(browser, "streamlit_app.py", "h1", BARS),
            )
            for _ in range(arguments.rounds)
        ]
        browser.close()
    report(
        f"Cold starts, medians of {arguments.rounds} rounds",
        [
            Figure("empty app, first page, s", median(empty[0] for empty, _ in pairs)),
            Figure("the app, first page, s", median(ours[0] for _, ours in pairs)),
            Figure(
                "first page, ratio",
                median(ours[0] / empty[0] for empty, ours in pairs),
                at_most=1.4,
            ),
            Figure(
                "from there to the first distribution, s",
                median(ours[1] - ours[0] for _, ours in pairs),
                at_most=3,
            ),
        ],
        arguments.json,
    )


if __name__ == "__main__":
    main()
