"""The tokenization page's way back, from ids to text, without a browser."""

from lab.ui.tokenization.inputs import LIMIT

from .test_pages import strips
from .test_tokenization import codes, infos, section


def test_ids_are_text_only_together():
    app = section("Back to text")
    assert strips(app)[0]["ids"] == [
        *[3118, 6667, 11203, 540, 11241, 1634, 5635, 0],
        *[12520, 248, 222],
    ]
    assert codes(app) == [
        "Unbelievable tokenization powers! 🚀",
        "Unbelievable tokenization powers! ���",
    ]
    assert "3 of 11" in app.caption[-1].value
    assert not infos(app)


def test_what_is_no_id_and_what_is_no_token_is_said_and_the_rest_is_read():
    app = section("Back to text", ids_text="tensor([15496, 50257, -1, 995, <b>])")
    words, ids = infos(app)
    assert r"tensor, \<b\>" in words
    assert "50257, " in ids
    assert "0 to 50,256" in ids
    assert strips(app)[0]["ids"] == [15496, 50257, -1, 995]
    assert codes(app)[0] == "Hello world"


def test_a_sign_that_turns_text_around_is_named():
    app = section("Back to text", ids_text="12 \u202eevil 7")
    assert r"These are no ids: ⟨U\+202E⟩evil" in infos(app)[0]


def test_no_ids_are_no_text():
    app = section("Back to text")
    app.text_area(key="tokenization_ids_text").set_value(" [] ").run()
    assert strips(app)[0]["ids"] == []
    assert not codes(app)
    assert not infos(app)


def test_a_control_token_among_the_ids():
    app = section("Back to text", ids_text="50256 15496")
    assert strips(app)[0]["control"] == [0]
    assert codes(app)[0] == "<|endoftext|>Hello"


def test_very_many_ids():
    app = section("Back to text")
    # Each of these is a line of 64 hyphens; the text that they make is longer than the limit.
    app.text_area(key="tokenization_ids_text").set_value("10097 " * 10_000).run()
    assert not app.exception
    assert strips(app)[0]["total"] == 10_000
    assert [len(each) for each in codes(app)] == [LIMIT, LIMIT]
    assert "540,000" in infos(app)[0]
