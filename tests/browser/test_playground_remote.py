"""A server beyond this machine, in a real browser: its first piece at once, and Stop in between."""

import threading

from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, Open, settled
from tests.generation.remote.servers import serving


def test_a_server_is_named_asked_and_stopped(open_page: Open):
    left = threading.Event()

    def half(visit):
        if visit.path.endswith("/models"):
            visit.reply(200, {"data": [{"id": "some/model"}]})
            return
        visit.begin()
        visit.piece(" there was")  # and then nothing, until somebody has had enough
        visit.wait_until_left()
        left.set()

    with serving(half) as server:
        page = open_page("Playground?playground_new_tokens=3")
        page.get_by_text("Another server").click()
        page.get_by_role("textbox", name="Its address").fill(server.address)
        page.keyboard.press("Enter")
        settled(page)
        expect(page.get_by_role("combobox", name="Its model")).to_have_value("some/model")
        assert server.address not in page.url  # a link sends nobody's text to a stranger
        page.locator(".st-key-playground_remote_task_write button").click()
        expect(page.get_by_role("status").filter(has_text="there was")).to_be_visible()
        page.locator(".st-key-playground_remote_task_write button", has_text="Stop").click()
        expect(page.get_by_text("You stopped it.")).to_be_visible()
        expect(page.get_by_text("Probabilities are not given by this server")).to_be_visible()
        assert left.wait(PATIENCE / 1000)
