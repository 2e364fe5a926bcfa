"""The token strip in a real browser: links between the rows, keyboard, pages, escaping."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

STRIP = ".st-key-home_text"


def chips(page: Page):
    return page.locator(f"{STRIP} .chip")


def test_pointing_links_a_token_and_its_id_both_ways(open_page: Open):
    page = open_page()
    chips(page).nth(1).hover()
    cell = page.locator(f"{STRIP} .ids .cell").nth(1)
    expect(cell).to_have_class(re.compile(r"\blit\b"))
    tip = page.locator(f"{STRIP} .tip")
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("20 75 70 6F 6E")  # " upon"
    cell.hover()
    expect(chips(page).nth(1)).to_have_class(re.compile(r"\blit\b"))
    page.get_by_label("Prompt", exact=True).hover()
    expect(tip).to_be_hidden()
    expect(page.locator(f"{STRIP} .lit")).to_have_count(0)


def test_arrows_walk_and_enter_selects(open_page: Open):
    page = open_page()
    chips(page).first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    expect(chips(page).nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(chips(page).nth(3)).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(chips(page).first).to_have_attribute("aria-selected", "true")
    expect(chips(page).first).to_be_focused()
    page.keyboard.press("Enter")
    expect(chips(page).first).to_have_attribute("aria-selected", "false")


def test_only_one_token_is_in_the_tab_order(open_page: Open):
    page = open_page()
    expect(page.locator(f"{STRIP} .chip[tabindex='0']")).to_have_count(1)


def test_every_token_tells_a_screen_reader_what_it_is(open_page: Open):
    page = open_page()
    box = page.get_by_role("listbox", name="The text so far")
    option = box.get_by_role("option").nth(1)
    expect(option).to_have_attribute(
        "aria-label", "Token ␣upon, Id 826, Bytes 20 75 70 6F 6E, Place 2 of 4"
    )


def test_a_character_in_several_tokens_is_shown_once_with_its_bytes(open_page: Open):
    page = open_page("?home_prompt=%F0%9F%9A%80")
    joint = page.locator(f"{STRIP} .joint")
    expect(joint.locator(".whole")).to_have_text("🚀")
    expect(joint.locator(".chip")).to_have_text(["F0", "9F", "9A", "80"])
    expect(joint).to_have_attribute("title", "U+1F680")


def test_what_cannot_be_seen_is_spelled_out(open_page: Open):
    page = open_page("?home_prompt=a%00%E2%80%8D%EF%B8%8F%C2%A0b")
    whole = page.locator(STRIP).locator(".whole, .chip > .mark")
    expect(whole).to_have_text(["U+0000", "U+200D", "U+FE0F", "U+00A0"])


def test_a_long_text_is_drawn_in_pages(open_page: Open):
    page = open_page()
    page.get_by_label("Prompt", exact=True).fill("a fox. " * 2000)
    expect(page.locator(STRIP).get_by_text("Tokens 1 to 2,000 of")).to_be_visible()
    expect(chips(page)).to_have_count(2000)
    page.get_by_role("button", name="Next tokens").click()
    expect(page.locator(STRIP).get_by_text("Tokens 2,001 to 4,000 of")).to_be_visible()
    page.get_by_role("button", name="Previous tokens").click()
    expect(page.locator(STRIP).get_by_text("Tokens 1 to 2,000 of")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_token_text_takes_the_ink_of_the_theme(open_page: Open, theme: str):
    page = open_page(theme=theme)
    ink = {"light": "rgb(28, 33, 40)", "dark": "rgb(232, 234, 237)"}[theme]
    expect(chips(page).first).to_have_css("color", ink)
