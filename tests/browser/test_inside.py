"""Inside the model by mouse and keyboard: the flow, the linked matrices, the check at the end."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NARROW, Open, settled

PATH = "Inside_the_model?inside_prompt=Once+upon+a+time"  # four tokens


def flow(page: Page) -> Locator:
    return page.locator(".st-key-inside_flow")


def slider(page: Page, label: str) -> Locator:
    return page.get_by_role("slider", name=label)


def stands_on_the_first_screen(page: Page) -> None:
    expect(flow(page).locator("svg")).to_be_visible()
    assert flow(page).locator("svg").bounding_box()["y"] < page.viewport_size["height"] / 2
    expect(flow(page).locator("[data-stage]")).to_have_count(12)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("node => node.scrollWidth - node.clientWidth") <= 0


def test_on_a_narrow_screen_the_flow_is_swiped(open_page: Open):
    page = open_page(PATH, size=NARROW)
    stands_on_the_first_screen(page)
    hint = flow(page).get_by_text("Swipe to follow")
    expect(hint).to_be_visible()
    flow(page).locator("[data-stage=next]").scroll_into_view_if_needed()
    expect(hint).to_be_hidden()
    expect(flow(page).locator("[data-position='3']")).to_be_in_viewport()  # they go along


def test_the_flow_tells_of_its_stages_and_opens_them(open_page: Open):
    page = open_page(PATH, theme="dark")
    stands_on_the_first_screen(page)
    expect(flow(page).get_by_text("Swipe to follow")).to_be_hidden()
    tip = flow(page).locator(".tip")
    flow(page).locator("[data-stage=neurons]").hover()
    expect(tip).to_contain_text("shape 4 × 1,024")
    flow(page).locator("[data-stage=query]").hover()
    expect(tip).to_contain_text("Queries of head 0")
    expect(tip).to_contain_text("shape 4 × 4 × 64")
    flow(page).locator("[data-stage=query]").click()
    expect(page.get_by_role("heading", name="A forward pass")).to_be_visible()
    expect(page.get_by_role("combobox", name="Step")).to_have_value("Queries")
    flow(page).locator("[data-stage=final]").click()
    expect(page.get_by_role("combobox", name="Step")).to_have_value("Final LayerNorm")
    expect(page).to_have_url(re.compile("inside_section=Forward.pass.*inside_step=Final.LayerNorm"))
    flow(page).locator("[data-stage=attention]").click()
    expect(page.get_by_role("heading", name="Attention", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("inside_section=Attention"))
    flow(page).locator("[data-stage=next]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The output")).to_be_visible()


def test_block_head_and_token_are_chosen_in_the_picture(open_page: Open):
    page = open_page(PATH)
    flow(page).locator("[data-layer='4']").click()
    expect(slider(page, "Block")).to_have_value("4")
    flow(page).locator("[data-head='2']").click()
    expect(slider(page, "Head")).to_have_value("2")
    flow(page).locator("[data-position='1']").click()
    expect(slider(page, "Position in the text")).to_have_value("1")
    expect(flow(page).get_by_text("Head 2")).to_be_visible()
    for part in ("inside_layer=4", "inside_head=2", "inside_position=1"):
        expect(page).to_have_url(re.compile(part))
    flow(page).locator("[data-head='2']").focus()
    for head in ("1", "0"):  # the new picture keeps the keyboard where it was
        page.keyboard.press("ArrowLeft")
        expect(slider(page, "Head")).to_have_value(head)
        expect(flow(page).locator(f"[data-head='{head}']")).to_be_focused()
    # Another text is looked at where it ends.
    page.get_by_label("Prompt").fill("The little dog ran away")
    page.keyboard.press("Enter")
    expect(flow(page).locator("[data-position]")).to_have_count(5)
    expect(slider(page, "Position in the text")).to_have_value("4")


def test_a_thumbnail_opens_its_head_and_pointing_marks_a_cell_in_all_matrices(open_page: Open):
    page = open_page(f"{PATH}&inside_section=Attention&inside_heads_all=true")
    large = page.locator(".st-key-inside_linked")
    first = large.locator("canvas").first
    expect(large.locator(".cross:visible")).to_have_count(0)  # nothing is marked before
    box = first.bounding_box()
    first.hover(position={"x": box["width"] * 0.6, "y": box["height"] * 0.9})
    expect(large.locator(".cross:visible")).to_have_count(3)
    expect(large.locator(".says")).to_have_text("query 3 “␣time”, key 2 “␣a”")
    expect(large.locator(".value").nth(2)).to_contain_text("%")
    # The lines: a key that is pointed at tells who looks at it.
    large.locator(".key").nth(1).hover()
    expect(large.locator(".query .share").nth(0)).to_have_text("")  # it cannot look ahead
    expect(large.locator(".query .share").nth(3)).to_contain_text("%")
    large.locator(".query").nth(1).click()
    expect(slider(page, "Position in the text")).to_have_value("1")
    thumbnails = page.locator(".st-key-inside_thumbnails").get_by_role("button")
    expect(thumbnails).to_have_count(24)
    thumbnails.nth(9).click()
    expect(slider(page, "Block")).to_have_value("2")
    expect(slider(page, "Head")).to_have_value("1")
    expect(thumbnails.nth(9)).to_have_attribute("aria-pressed", "true")


def test_the_lens_tells_of_a_cell_by_mouse_and_by_keyboard(open_page: Open):
    page = open_page(f"{PATH}&inside_section=Layers", size=NARROW)
    lens = page.locator(".st-key-inside_lens_grid")
    cells, panel = lens.get_by_role("gridcell"), lens.locator(".panel")
    expect(panel).to_contain_text("Block 5, after 3 ␣time")
    settled(page)
    cells.nth(4).hover()
    expect(panel).to_contain_text("Block 4, after 0 Once")
    cells.nth(4).click()
    page.keyboard.press("ArrowDown")
    expect(panel).to_contain_text("Block 3, after 0 Once")
    expect(panel.locator(".number")).to_have_count(5)
    expect(panel).to_contain_text("Entropy")


def test_a_number_is_picked_in_the_picture_and_traced_to_transformers(open_page: Open):
    page = open_page(f"{PATH}&inside_section=Forward+pass&inside_layer=2")
    picture = page.locator(".st-key-inside_tensor .holder")
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] * 100.5 / 256, "y": box["height"] * 0.4})
    expect(page.get_by_label("Component, 0 to 255")).to_have_value("100")
    expect(slider(page, "Position in the text")).to_have_value("1")
    page.get_by_text("Compare with transformers").click()
    expect(page.get_by_text(re.compile("equals transformers"))).to_be_visible()


def test_a_weight_that_is_no_number_is_explained_and_a_new_one_is_used(open_page: Open):
    page = open_page(f"{PATH}&inside_section=Linear+layer")
    expect(page.get_by_test_id("stMain")).to_contain_text("differ by at most")
    grid = page.get_by_test_id("stDataFrame").first.locator(".dvn-scroller")
    cell = page.get_by_test_id("stDataFrame").first.locator("[role=gridcell]").first
    expect(cell).to_have_text("-0.825")  # the grid, drawn on a canvas, is ready to be clicked
    grid.click(position={"x": 80, "y": 54})
    expect(cell).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Delete")
    expect(page.get_by_text("W has an entry that is no number")).to_be_visible()
    grid.dblclick(position={"x": 80, "y": 54})
    editor = page.locator("#portal input")
    editor.fill("2")
    editor.press("Enter")
    expect(page.get_by_text("W has an entry that is no number")).to_have_count(0)
    expect(page.get_by_test_id("stMain")).to_contain_text(r"{2 \cdot 1}")
    expect(page).to_have_url(re.compile(r"inside_linear\.W=2_1.3049_"))
    page.reload()
    settled(page)
    expect(page.get_by_test_id("stMain")).to_contain_text(r"{2 \cdot 1}")
