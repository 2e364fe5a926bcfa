"""The home page in a real browser: the whole loop by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open


def text_chips(page: Page):
    return page.locator(".st-key-home_text .chip")


def write_button(page: Page, name: str):
    return page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True)


def test_the_first_example_is_there_at_once(open_page: Open):
    page = open_page()
    expect(text_chips(page)).to_have_text(["Once", "␣upon", "␣a", "␣time"])
    expect(page.get_by_text("Most likely next tokens")).to_be_visible()
    expect(page.locator(".ytick")).to_have_count(10)


def test_a_click_on_a_candidate_appends_it(open_page: Open):
    page = open_page()
    second = page.locator(".st-key-home_candidates .chip").nth(1)
    chosen = second.inner_text()
    second.click()
    expect(text_chips(page)).to_have_count(5)
    expect(text_chips(page).last).to_have_text(chosen)


def test_a_click_on_a_bar_appends_its_token(open_page: Open):
    page = open_page()
    candidate = page.locator(".st-key-home_candidates .chip").nth(2).inner_text()
    bar = page.locator(".barlayer .point path").nth(2).bounding_box()
    page.mouse.move(bar["x"] + bar["width"] / 3, bar["y"] + bar["height"] / 2)
    expect(page.locator(".hoverlayer .hovertext")).to_be_visible()
    page.mouse.down()
    page.mouse.up()
    expect(text_chips(page)).to_have_count(5)
    expect(text_chips(page).last).to_have_text(candidate)


def test_enter_on_a_candidate_appends_it(open_page: Open):
    page = open_page()
    page.locator(".st-key-home_candidates .chip").first.focus()
    page.keyboard.press("ArrowRight")
    chosen = page.locator(".st-key-home_candidates .chip").nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(text_chips(page)).to_have_count(5)
    expect(text_chips(page).last).to_have_text(chosen)


def test_write_streams_until_stop_and_nothing_is_lost(open_page: Open, slow_model: str):
    page = open_page(f"?model={slow_model}")
    write_button(page, "Write").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").locator("span").nth(2)).to_be_visible()
    expect(write_button(page, "Stop")).to_be_focused()
    page.keyboard.press("Enter")
    expect(write_button(page, "Write")).to_be_focused()
    expect(text_chips(page).nth(6)).to_be_visible()
    written = text_chips(page).all_inner_texts()
    assert 7 <= len(written) < 1024
    page.get_by_text("By chance").click()  # any rerun
    expect(page.get_by_role("radio", name="By chance")).to_be_checked()
    expect(text_chips(page)).to_have_text(written)  # and no token has come after Stop
    write_button(page, "Start over").click()
    expect(text_chips(page)).to_have_count(4)


def test_streamlits_own_stop_leaves_a_whole_page(open_page: Open, slow_model: str):
    page = open_page(f"?model={slow_model}")
    write_button(page, "Write").click()
    expect(page.get_by_role("status").locator("span").nth(2)).to_be_visible()
    expect(page.locator(".st-key-home_candidates")).to_have_count(0)  # nothing to click by then
    page.get_by_test_id("stStatusWidget").get_by_role("button", name="Stop").click()
    expect(write_button(page, "Write")).to_be_visible()
    expect(page.locator(".st-key-home_candidates .chip")).to_have_count(10)
    expect(text_chips(page).nth(6)).to_be_visible()


def test_typing_changes_the_tokens_and_the_address(open_page: Open):
    page = open_page()
    page.get_by_label("Prompt", exact=True).fill("The fox 🦊")
    expect(text_chips(page).first).to_have_text("The")
    expect(page.locator(".st-key-home_text .joint .whole")).to_contain_text("🦊")
    expect(page).to_have_url(re.compile("home_prompt=The"))


def test_the_address_carries_the_prompt_to_another_browser(open_page: Open):
    page = open_page("?home_prompt=A%20small%20boat&home_choice=By%20chance")
    expect(text_chips(page)).to_have_text(["A", "␣small", "␣boat"])
    expect(page.get_by_role("radio", name="By chance")).to_be_checked()


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>"])
def test_markup_is_text(open_page: Open, text: str):
    page = open_page()
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    page.get_by_label("Prompt", exact=True).fill(text)
    expect(text_chips(page).first).to_have_text("<")
    assert "".join(text_chips(page).all_inner_texts()).replace("␣", " ") == text
    assert page.locator(".tokens img, .tokens script").count() == 0


def test_a_typed_control_token_stays_text(open_page: Open):
    page = open_page("?home_prompt=%3C%7Cendoftext%7C%3E")
    expect(text_chips(page).nth(1)).to_be_visible()
    expect(page.locator(".st-key-home_text .chip.control")).to_have_count(0)


def test_an_empty_prompt_is_answered(open_page: Open):
    page = open_page("?home_prompt=")
    expect(page.get_by_text("The prompt is empty.")).to_be_visible()


def test_a_model_that_is_not_there_is_answered(open_page: Open):
    page = open_page("?model=..%2F..%2Fetc")
    expect(page.get_by_text("There is no model")).to_be_visible()
    expect(page.get_by_text("Most likely next tokens")).to_be_visible()
