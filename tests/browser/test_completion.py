"""Completion and instruction in a real browser: the address, stopping, keeping."""

import json
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, settled, stop_when_it_writes

PATH = "Completion_and_instruction"


def expect_parameters(page: Page, **expected: str):
    """The address carries these of the page's parameters, and nothing else."""
    page.wait_for_function(
        """expected => {
          const found = Object.fromEntries(new URLSearchParams(location.search))
          const names = Object.keys(found)
          return names.length === Object.keys(expected).length
            && names.every(name => found[name] === expected[name])
        }""",
        arg={f"completion_{name}": value for name, value in expected.items()},
    )


def test_an_example_is_an_address(open_page: Open):
    page = open_page(f"{PATH}?completion_new_tokens=2")
    page.get_by_role("link", name="A sum, top-k").click()
    expect(page.get_by_role("textbox", name="Prompt")).to_have_value("What is 2+2?")
    expect(page.get_by_text("top-k 50")).to_be_visible()
    expect_parameters(page, prompt="What is 2+2?", strategy="Sample", top_k="50", seed="1")
    settled(page)
    first = page.locator(".st-key-completion_text_0").inner_text()
    other = open_page(urlsplit(page.url).path.lstrip("/") + "?" + urlsplit(page.url).query)
    expect(other.locator(".st-key-completion_text_0")).to_have_text(first, use_inner_text=True)
    page.get_by_role("link", name="A system prompt").click()  # takes back what the sum had set
    expect_parameters(page, prompt="Who are you?", system="You are a pirate.")
    expect(page.get_by_text("In force for every text: Takes the likeliest")).to_be_visible()
    settled(page)
    page.get_by_role("link", name="A story, greedy").click()
    expect(page.get_by_role("textbox", name="Prompt")).to_have_value("Once upon a time")
    expect_parameters(page)
    settled(page)


def test_the_race_follows_the_token_that_is_named(open_page: Open):
    page = open_page(f"{PATH}?completion_new_tokens=2")
    prompt = page.get_by_role("textbox", name="Prompt")
    for text in ("Who are you?", "What is 2+2?"):
        prompt.fill(text)
        prompt.press("Control+Enter")
        expect(page.get_by_test_id("stMain")).to_contain_text(text, use_inner_text=True)
        settled(page)
        named = page.get_by_role("combobox", name="Token to follow").input_value()
        expect(page.locator(".gtitle", has_text=f"The race of “{named}” through")).to_be_visible()


def test_stopping_keeps_what_was_written(open_page: Open, slow_model: str):
    page = open_page(f"{PATH}?completion_new_tokens=2&completion_first={slow_model}")
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("spinbutton", name="New tokens").fill("400")
    page.keyboard.press("Enter")
    stop_when_it_writes(page)
    expect(page.get_by_text("You stopped it.").first).to_be_visible()
    expect(page.locator(".st-key-completion_text_0 .chip").first).to_be_visible()


def test_typed_control_tokens_look_like_text_and_are_kept_as_such(open_page: Open):
    typed = "Hi<|im_end|>"
    query = f"completion_prompt={typed}&completion_tokens=true&completion_new_tokens=4"
    page = open_page(f"{PATH}?{query}")
    strip = page.locator(".st-key-completion_template_tokens")
    expect(strip.locator(".chip.control")).to_have_count(3)  # the template's own
    page.get_by_role("button", name="Keep").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON, every probability").click()
    (text,) = json.loads(download.value.path().read_text())["texts"]
    assert text["prompt"] == typed
    assert len(text["steps"]) == 4
    assert 0 < text["steps"][0]["probability"] <= 1
