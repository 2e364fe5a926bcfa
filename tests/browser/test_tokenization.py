"""The tokenization page in a real browser: linked rows, examples, scrubbing, links to share."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

LIT = re.compile(r"\blit\b")


def keyed(page: Page, key: str):
    return page.locator(f".st-key-tokenization_{key}")


def test_a_token_its_id_and_its_bytes_are_linked_in_all_three_views(open_page: Open):
    page = open_page("Tokenization?tokenization=Subwords")
    subwords = keyed(page, "subwords")
    subwords.locator(".chip").nth(8).hover()
    for row in ("ids", "bytes"):
        expect(subwords.locator(f".{row} .cell").nth(8)).to_have_class(LIT)
    expect(subwords.locator(".tip")).to_contain_text("U+1F680")
    subwords.locator(".ids .cell").first.hover()
    expect(subwords.locator(".chip").first).to_have_class(LIT)

    chip = subwords.locator(".chip").nth(4)
    expect(chip).to_have_text("␣token")
    page.get_by_text("As the vocabulary writes it").click()
    expect(chip).to_have_text("Ġtoken")
    page.get_by_text("Bytes", exact=True).first.click()
    expect(chip).to_have_text("20 74 6F 6B 65 6E")


def test_an_example_is_shown_and_its_link_shows_the_same_elsewhere(open_page: Open):
    page = open_page("Tokenization?tokenization=Side+by+side&tokenization_families_text=mine")
    page.get_by_text("Arabic", exact=True).first.click()
    first = keyed(page, "strip_0").locator(".tokens")
    expect(first).to_contain_text("اليوم")
    expect(page).to_have_url(re.compile("tokenization_families_text=%D8"))
    shown = first.inner_text()
    again = open_page(page.url.split("/", 3)[3])
    expect(keyed(again, "strip_0").locator(".chip").first).to_be_visible()
    assert keyed(again, "strip_0").locator(".tokens").inner_text() == shown


def test_a_link_brings_back_the_page_and_the_selected_token_of_a_long_text(open_page: Open):
    page = open_page("Tokenization?tokenization=Subwords")
    text = keyed(page, "subwords_text").locator("textarea")
    text.fill("the quick brown fox jumps over it " * 400)
    text.press("Control+Enter")
    subwords = keyed(page, "subwords")
    expect(subwords.get_by_text("Tokens 1 to 2,000 of")).to_be_visible()
    expect(subwords.locator(".chip")).to_have_count(2000)
    subwords.get_by_role("button", name="Next tokens").click()
    expect(subwords.get_by_text("Tokens 2,001 to")).to_be_visible()
    subwords.get_by_role("button", name="Previous tokens").click()
    expect(subwords.get_by_text("Tokens 1 to 2,000 of")).to_be_visible()
    subwords.get_by_role("button", name="Next tokens").click()
    expect(subwords.get_by_text("Tokens 2,001 to")).to_be_visible()
    subwords.locator(".chip").nth(2).click()
    expect(page).to_have_url(
        re.compile(r"subwords_text\.z=.*subwords\.page=2.*subwords\.token=2003")
    )
    again = open_page(page.url.split("/", 3)[3])
    chosen = keyed(again, "subwords").locator(".chip[aria-selected=true]")
    expect(chosen).to_have_attribute("aria-label", re.compile("Place 2,003 of"))
    page.go_back()
    expect(page).not_to_have_url(re.compile(r"subwords\.token"))
    expect(subwords.locator(".chip[aria-selected=true]")).to_have_count(0)


def test_training_is_scrubbed_with_the_keyboard_shared_by_its_link_and_downloaded(
    open_page: Open, tmp_path
):
    page = open_page("Tokenization?tokenization=Train+your+own")
    slider = page.get_by_role("slider").first
    slider.focus()
    slider.press("ArrowRight")
    expect(page.get_by_text("Merge 4 joined")).to_be_visible()
    expect(page).to_have_url(re.compile("tokenization_train_step=4"))
    again = open_page(page.url.split("/", 3)[3])
    expect(again.get_by_text("Merge 4 joined")).to_be_visible()

    with again.expect_download() as download:
        again.get_by_role("button", name="Download tokenizer.json").click()
    file = tmp_path / "tokenizer.json"
    download.value.save_as(file)
    from lab.tokenizers import from_file

    assert from_file(file).vocab_size == 296


def test_what_was_typed_stays_text_and_stays_there(open_page: Open):
    page = open_page(
        "Tokenization?tokenization=Words&tokenization_words_text="
        "%3Cimg+src%3Dx+onerror%3Dalert(1)%3E"
    )
    expect(page.get_by_text("has no id").first).to_be_visible()
    page.get_by_role("tab", name="Characters").click()
    text = keyed(page, "characters_text").locator("textarea")
    text.fill("<b>kept</b>")
    text.press("Control+Enter")
    expect(keyed(page, "characters").locator(".chip")).to_have_count(11)
    page.get_by_role("tab", name="Takeaways").click()
    expect(page.get_by_text("Put your own text in.")).to_be_visible()
    page.get_by_role("tab", name="Characters").click()
    expect(text).to_have_value("<b>kept</b>")
    page.get_by_role("tab", name="Words", exact=True).click()
    expect(page.get_by_text("has no id").first).to_be_visible()
    expect(page.locator("img[src='x']")).to_have_count(0)
