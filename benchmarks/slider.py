"""From a key pressed on a slider to the chart that it changes, beside a bare fragment.

    python -m benchmarks.slider [--moves 15] [--json PATH]

Ours is the temperature on the page "Decoding", which re-weights the whole vocabulary and draws
every chart of its fragment anew; the bare one is a slider and one chart of ten bars. Both servers
run at the same time and are asked in turn; the clock is the browser's.
"""

import argparse
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.browserless import serving
from benchmarks.report import Figure, report
from benchmarks.start import BROWSER

WATCH = """
chart => {
    window.took = 0
    const look = () => document.querySelector(chart)?.innerHTML
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
"""From the next key on, wait until the marks of a chart are others, and note the milliseconds."""


def move(page: Page, place: str, chart: str) -> float:
    page.evaluate(WATCH, f"{chart} .barlayer")
    slider = page.locator(place).get_by_role("slider")
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_function("window.took > 0", timeout=60_000)
    page.locator('[data-test-script-state="notRunning"]').wait_for(timeout=60_000)
    return float(page.evaluate("window.took"))


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
        bare, ours = browser.new_page(), browser.new_page()
        bare.goto(f"http://{bare_host}/?chart=1")
        ours.goto(f"http://{host}/Decoding?decoding=The+stages")
        places = (
            (bare, ".stSlider", ".st-key-chart"),
            (ours, ".st-key-decoding_temperature", ".st-key-decoding_stage_temperature"),
        )
        for page, place, chart in places:
            page.locator(f"{chart} .barlayer path").first.wait_for(timeout=120_000)
            move(page, place, chart)  # once to warm up
        pairs = [[move(*each) for each in places] for _ in range(arguments.moves)]
        browser.close()
    report(
        f"Slider to redrawn chart, medians of {arguments.moves}",
        [
            Figure("bare fragment, ms", median(one for one, _ in pairs)),
            Figure("temperature on the page, ms", median(other for _, other in pairs)),
            Figure("ratio", median(other / one for one, other in pairs), at_most=1.5),
        ],
        arguments.json,
    )


if __name__ == "__main__":
    main()
