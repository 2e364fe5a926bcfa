"""The playground in a real browser: branch twice, go back, and take it all elsewhere."""

import json
import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Open, settled

PATH = "Playground?playground_new_tokens=12&playground_strategy=Greedy"


def answer(page: Page):
    return page.locator(".st-key-playground_text .chip")


def rows(page: Page):
    return page.locator(".st-key-playground_tree .row")


def branch(page: Page, place: int, texts: int):
    """Put the likeliest other token in a place of the text."""
    answer(page).nth(place).click()
    page.locator("[class*=st-key-playground_alternatives] .chip").first.click()
    expect(rows(page)).to_have_count(texts)
    settled(page)


def kept(page: Page):
    """What the JSON of the text has of it, which is all but how long it took."""
    page.get_by_role("button", name="Keep").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON, every probability").click()
    page.keyboard.press("Escape")
    return json.loads(download.value.path().read_text())


def test_the_knobs_show_whole_numbers(open_page: Open):
    knobs = "temperature=0.75&playground_top_p=0.95&playground_seed=1946440733"
    page = open_page(f"Playground?playground_strategy=Sample&playground_{knobs}")
    boxes = page.get_by_role("spinbutton")
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("1946440733")
    hidden = boxes.evaluate_all("boxes => boxes.map(each => each.scrollWidth - each.clientWidth)")
    assert len(hidden) == 8
    assert max(hidden) == 0


def test_branch_twice_undo_and_open_the_link_elsewhere(open_page: Open):
    page = open_page(PATH)
    expect(answer(page)).to_have_count(12)
    first = answer(page).all_inner_texts()
    branch(page, 3, 2)
    second = answer(page).all_inner_texts()
    assert second[:3] == first[:3]
    assert second[3] != first[3]
    branch(page, 6, 3)
    assert answer(page).all_inner_texts()[:6] == second[:6]
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(rows(page)).to_have_count(2)
    expect(answer(page)).to_have_text(second)
    expect(page).to_have_url(re.compile(r"playground\.tree="))
    whole = kept(page)
    page.get_by_role("button", name="Link").click()
    link = page.get_by_test_id("stPopoverBody").locator("code").inner_text()

    other = open_page(link.split("/", 3)[3], theme="dark", size=NARROW)
    expect(rows(other)).to_have_count(2)
    expect(answer(other)).to_have_text(second)
    expect(other.locator(".st-key-playground_tree .row.tip")).to_have_count(1)
    settled(other)
    assert kept(other) == whole
    rows(other).first.click()
    expect(answer(other)).to_have_text(first)


def test_what_was_written_is_kept_whenever_it_is_stopped(open_page: Open, slow_model: str):
    page = open_page(f"Playground?playground_new_tokens=400&model={slow_model}")
    main = page.get_by_test_id("stMain")  # Streamlit's own Stop is above it
    stop = main.get_by_role("button", name="Stop", exact=True)
    write = page.get_by_role("button", name="Write", exact=True)
    text = main.get_by_role("status").locator("span")
    for tokens in (1, 4, 12, 24):
        write.click()
        expect(text.nth(tokens - 1)).to_be_visible()
        stop.click()
        expect(write).to_be_visible()
        settled(page)
    expect(page.get_by_text("You stopped it.")).to_be_visible()
    assert 0 < answer(page).count() < 400


def test_the_address_follows_knobs_that_every_strategy_has(open_page: Open):
    page = open_page("Playground")
    for strategy, number in (("Beam search", 31), ("Greedy", 32), ("Sample", 33)):
        page.locator(".st-key-playground_strategy").get_by_text(strategy, exact=True).click()
        settled(page)
        box = page.get_by_role("spinbutton", name="New tokens")
        box.fill(str(number))
        box.press("Enter")
        expect(page).to_have_url(re.compile(f"playground_new_tokens={number}(&|$)"))
        settled(page)
