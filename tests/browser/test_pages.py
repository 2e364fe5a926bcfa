"""Every page by its own address on a server that may be cold, in both themes and both sizes."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from lab.charts.distribution import percent
from tests.browser.conftest import NARROW, ROOT, WIDE, Open, stop_when_it_writes

PAGES = {
    "": "How a language model writes",
    "Tokenization": "Tokenization",
    "Inside_the_model": "Inside the model",
    "Decoding": "Decoding",
    "Completion_and_instruction": "Completion and instruction",
    "Playground": "Playground",
}


def test_no_page_is_missing_here():
    files = {path.stem.split("_", 1)[1] for path in Path(ROOT / "pages").glob("*.py")}
    assert files == set(PAGES) - {""}


@pytest.mark.parametrize(
    ("size", "theme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide", "narrow"]
)
@pytest.mark.parametrize("path", sorted(PAGES, reverse=True))
def test_a_page_opens_by_its_address_and_fits(open_page: Open, path: str, size: dict, theme: str):
    page = open_page(path, theme=theme, size=size)
    expect(page.get_by_role("heading", level=1)).to_have_text(PAGES[path])
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).to_have_title(f"{PAGES[path]} · LLM playground")
    expect(page.get_by_test_id("stSidebar").get_by_text("ships with the playground")).to_have_count(
        # one loads no model, the other shows what its two models are in the page itself
        0 if path in ("Tokenization", "Completion_and_instruction") else 1
    )
    main = page.get_by_test_id("stMain")
    assert main.evaluate("node => node.scrollWidth - node.clientWidth") <= 0


@pytest.mark.parametrize(("width", "beside"), [(900, False), (1440, True)])
def test_columns_have_room_beside_an_open_sidebar(open_page: Open, width: int, beside: bool):
    page = open_page(size={"width": width, "height": 900})
    expect(page.get_by_test_id("stSidebar").get_by_role("link").first).to_be_visible()
    left, right = (each.bounding_box() for each in page.get_by_test_id("stColumn").all())
    assert (right["x"] > left["x"] + left["width"]) == beside
    assert right["width"] > 300


def test_the_sidebar_leads_from_page_to_page(open_page: Open):
    page = open_page()
    for path, title in PAGES.items():
        name = "The loop" if not path else title
        page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_the_model_of_a_link_stays_from_page_to_page(open_page: Open):
    page = open_page("Decoding?model=mini-qwen3-base")
    expect(page.get_by_role("combobox", name="Model")).to_have_value("mini-qwen3-base")
    for name in ("Playground", "Tokenization"):  # with nothing touched before
        page.get_by_test_id("stSidebar").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
        expect(page.get_by_role("combobox", name="Model")).to_have_value("mini-qwen3-base")
        expect(page).to_have_url(re.compile(f"{name}.*model=mini-qwen3-base"))


def test_the_playground_writes_stops_and_keeps_what_it_wrote(open_page: Open, slow_model: str):
    page = open_page(
        f"Playground?model={slow_model}&playground_strategy=Greedy&playground_new_tokens=400"
    )
    button = page.get_by_test_id("stMain").get_by_role("button", name="Write", exact=True)
    expect(button).to_be_visible()
    button.click()
    stop_when_it_writes(page)
    expect(page.get_by_text("You stopped it.")).to_be_visible()
    expect(button).to_be_visible()
    expect(page.locator(".st-key-playground_text .chip").first).to_be_visible()
    page.locator(".st-key-playground_text .chip").first.hover()
    expect(page.locator(".tip caption")).to_have_text("What could have come here")


def test_a_share_is_written_alike_in_figures_and_pictures(browser: Browser):
    script = (ROOT / "lab/ui/percent.js").read_text()
    shares = [0, 3e-9, 2e-5, 0.00042, 0.0373, 0.7773, 0.9994, 0.99996, 1]
    page = browser.new_page()
    written = page.evaluate(f"shares => {{ {script}; return shares.map(percent) }}", shares)
    page.close()
    assert written == [percent(each) for each in shares]
