"""From a key pressed on a slider to the chart that it changes, beside a bare fragment.

    python -m benchmarks.slider [--moves 15] [--json PATH]

Ours is the temperature on the page "Decoding", which re-weights the whole vocabulary and draws
every chart of its fragment anew; the bare fragment is a slider and as many charts of ten bars.
Another one with a single chart tells what the number of charts costs. All are open at the same
time and are asked in turn; the clock is the browser's.
"""

import argparse
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.browserless import serving
from benchmarks.report import Figure, report
from benchmarks.start import BROWSER

WATCH = """
() => {
    window.took = 0
    const charts = () => [...document.querySelectorAll(".js-plotly-plot .cartesianlayer")]
    const look = () => charts().at(-1)?.innerHTML
    document.addEventListener("keydown", () => {
        const before = look(), start = performance.now()
        const wait = () => {
            const now = look()
            if (now && now !== before) window.took = performance.now() - start
            else requestAnimationFrame(wait)
        }
        wait()
    }, {once: true, capture: true})
}
"""
"""From the next key on, wait until the last chart is another, and note the milliseconds."""

IDLE = """
() => new Promise(done => {
    const look = deadline => deadline.timeRemaining() > 40 ? done() : requestIdleCallback(look)
    requestIdleCallback(look)
})
"""
"""Wait until the browser sees nothing to do: what a move leaves behind is not for the next one."""


def move(page: Page, place: str) -> float:
    page.evaluate(WATCH)
    slider = page.locator(place).get_by_role("slider")
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_function("window.took > 0", timeout=60_000)
    page.locator('[data-test-script-state="notRunning"]').wait_for(timeout=60_000)
    page.evaluate(IDLE)
    return float(page.evaluate("window.took"))


def drawn(page: Page) -> None:
    """Wait until a page and its charts are there."""
    page.locator(".barlayer path").first.wait_for(timeout=120_000)
    page.locator('[data-test-script-state="notRunning"]').wait_for(timeout=60_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=15)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with (
        serving("benchmarks/empty_app.py") as (bare_host, _),
        serving() as (host, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        ours, bare, single = (browser.new_page() for _ in range(3))
        ours.goto(f"http://{host}/Decoding?decoding=The+stages")
        drawn(ours)
        charts = ours.locator(".js-plotly-plot").count()
        bare.goto(f"http://{bare_host}/?charts={charts}")
        single.goto(f"http://{bare_host}/?charts=1")
        places = (
            (ours, ".st-key-decoding_temperature"),
            (bare, ".stSlider"),
            (single, ".stSlider"),
        )
        for page, place in places:
            drawn(page)
            move(page, place)  # once to warm up
        rounds = [[move(*each) for each in places] for _ in range(arguments.moves)]
        browser.close()
    report(
        f"Slider to redrawn chart, medians of {arguments.moves}",
        [
            Figure("temperature on the page, ms", median(one for one, _, _ in rounds)),
            Figure(f"bare fragment of {charts} charts, ms", median(two for _, two, _ in rounds)),
            Figure("bare fragment of one chart, ms", median(three for _, _, three in rounds)),
            Figure(f"page / {charts} charts", median(a / b for a, b, _ in rounds), at_most=1.5),
            Figure("page / one chart", median(a / c for a, _, c in rounds)),
        ],
        arguments.json,
    )


if __name__ == "__main__":
    main()
