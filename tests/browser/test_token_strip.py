"""The token strip in a real browser: links between the rows, keyboard, escaping, both themes.

What it does with a text of many pages is in `test_tokenization.py`, where no model reads along.
"""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

STRIP = ".st-key-home_text"
LIGHT, DARK = "rgb(28, 33, 40)", "rgb(232, 234, 237)"


def chips(page: Page):
    return page.locator(f"{STRIP} .chip")


def test_pointing_links_both_ways_arrows_walk_and_enter_selects(open_page: Open):
    page = open_page()
    expect(chips(page).first).to_have_css("color", LIGHT)

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

    # One token is in the tab order; the arrows lead to the others.
    expect(page.locator(f"{STRIP} .chip[tabindex='0']")).to_have_count(1)
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

    # Every token tells a screen reader what it is.
    box = page.get_by_role("listbox", name="The text so far")
    option = box.get_by_role("option").nth(1)
    expect(option).to_have_attribute(
        "aria-label", "Token ␣upon, Id 826, Bytes 20 75 70 6F 6E, Place 2 of 4"
    )


def test_what_cannot_be_read_is_spelled_out(open_page: Open):
    page = open_page("?home_prompt=%F0%9F%9A%80a%00%E2%80%8D%EF%B8%8F%C2%A0b", theme="dark")
    expect(chips(page).first).to_have_css("color", DARK)
    joint = page.locator(f"{STRIP} .joint").first  # a character in several tokens, shown once
    expect(joint.locator(".whole")).to_have_text("🚀")
    expect(joint.locator(".chip")).to_have_text(["F0", "9F", "9A", "80"])
    expect(joint).to_have_attribute("title", "U+1F680")
    whole = page.locator(STRIP).locator(".whole, .chip > .mark")
    expect(whole).to_have_text(["🚀", "U+0000", "U+200D", "U+FE0F", "U+00A0"])
