"""The decoding page in a real browser: bars that are clicked, sliders by keyboard, stop."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Open, settled


def text(page: Page):
    return page.locator(".st-key-decoding_step_text .chip")


def button(page: Page, name: str):
    return page.get_by_test_id("stTabs").get_by_role("button", name=name, exact=True)


ROOMS = """charts => charts.map(({layout, _fullLayout}) =>
    ["l", "r", "t", "b"].map(side => _fullLayout._size[side] - layout.margin[side]))"""
"""By how many pixels plotly has made the margins of figures larger."""


def test_a_text_is_chosen_drawn_looked_back_at_and_played(open_page: Open):
    page = open_page("Decoding?decoding=Step+by+step")
    expect(text(page)).to_have_count(4)
    chart = page.locator(".js-plotly-plot").first
    name = chart.locator(".yaxislayer-above text").nth(2).text_content()
    chart.locator(".point path").nth(2).click(force=True)
    button(page, "Back").click()  # as soon as it can be: the click on the bar counts only once
    expect(page.get_by_text("You chose")).to_be_visible()
    expect(text(page)).to_have_count(5)
    expect(text(page).last).to_have_text(name)

    button(page, "Start over").click()
    expect(text(page)).to_have_count(4)
    for written in (5, 6, 7):
        button(page, "Draw").click()
        expect(text(page)).to_have_count(written)
    text(page).nth(4).click()
    expect(page.get_by_text("Step 1 of 3")).to_be_visible()
    expect(page.get_by_text("The draw took")).to_be_visible()

    button(page, "Start over").click()
    expect(text(page)).to_have_count(4)
    button(page, "Play").click()
    expect(text(page).nth(8)).to_be_visible()
    button(page, "Stop").press("Enter")
    expect(button(page, "Play")).to_be_visible()
    written = text(page).count()
    expect(page.get_by_text(f"Step {written - 3}, not taken yet")).to_be_visible()
    assert written < 4 + 40

    button(page, "Play").click()
    expect(text(page).nth(written)).to_be_visible()
    page.get_by_role("tab", name="The stages").click()  # who leaves does not want it to go on
    settled(page)
    page.get_by_role("tab", name="Step by step").click()
    expect(button(page, "Play")).to_be_visible()


def test_a_slider_changes_the_stages_and_the_address(open_page: Open):
    page = open_page("Decoding?decoding=The+stages")
    warm = page.get_by_text("entropy").nth(1)
    expect(warm).to_be_visible()
    charts = page.locator(".js-plotly-plot")
    expect(charts).to_have_count(6)
    settled(page)
    assert charts.evaluate_all(ROOMS) == [[0] * 4] * 6  # else plotly draws a figure twice
    before = warm.inner_text()
    slider = page.get_by_role("slider", name="Temperature")
    slider.focus()
    slider.press("ArrowRight")
    expect(warm).not_to_have_text(before)
    expect(page).to_have_url(re.compile("decoding_temperature=0.85"))
    button(page, "As in llama.cpp").click()
    expect(page.get_by_text("llama.cpp's order, not")).to_be_visible()
    titles = page.locator(".js-plotly-plot .gtitle")
    expect(titles.nth(1)).to_have_text("After top-k")
    again = open_page(page.url.split("/", 3)[3])
    expect(again.locator(".js-plotly-plot .gtitle").nth(1)).to_have_text("After top-k")


def test_the_address_follows_sliders_whose_stages_change_places(open_page: Open):
    page = open_page("Decoding?decoding=The+stages")
    titles = page.locator(".js-plotly-plot .gtitle")
    for click, second in (
        (lambda: button(page, "Reversed").click(), "After top-p"),
        (lambda: button(page, "As in llama.cpp").click(), "After top-k"),
        (lambda: page.get_by_role("button", name="Remove Top-k").click(), "After top-p"),
    ):
        click()
        expect(titles.nth(1)).to_have_text(second)
        settled(page)
    for name, key, recorded in (
        ("Temperature", "Home", "temperature=0"),
        ("Top-p", "Home", "top_p=0.01"),
        ("Top-p", "End", "top_p=1"),
    ):
        page.get_by_role("slider", name=name).press(key)
        expect(page).to_have_url(re.compile(f"decoding_{recorded}(&|$)"))


def test_stages_have_room_beside_an_open_sidebar(open_page: Open):
    page = open_page("Decoding?decoding=The+stages", size={"width": 900, "height": 900})
    expect(page.locator(".js-plotly-plot")).to_have_count(6)
    settled(page)
    titles = page.locator(".js-plotly-plot .gtitle")
    assert titles.evaluate_all(
        """titles => titles.every(title => title.getBoundingClientRect().right
            <= title.closest(".js-plotly-plot").getBoundingClientRect().right)"""
    )
    lefts = {chart.bounding_box()["x"] for chart in page.locator(".js-plotly-plot").all()[:4]}
    assert len(lefts) == 2  # more than one column, but no more than can be read
    again = button(page, "Draw again")
    assert again.locator("p").evaluate("each => each.scrollWidth <= each.clientWidth")


def test_nothing_is_wider_than_a_phone(open_page: Open):
    page = open_page("Decoding", size=NARROW)
    main = page.get_by_test_id("stMain")
    for name in ("Side by side", "Step by step", "The stages", "Beam search", "Repetition"):
        page.get_by_role("tab", name=name).click()
        panel = page.get_by_role("tabpanel", name=name)
        expect(panel.locator(".js-plotly-plot").first).to_be_visible()
        settled(page)
        assert main.evaluate("each => each.scrollWidth <= each.clientWidth + 1"), name
