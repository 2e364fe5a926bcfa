"""What the page reads: texts, ids and random ids, good and bad."""

import pytest

from tests.pages.test_pages import HOSTILE, opened, strips

from .known import PAGE


def test_random_ids_are_read_and_the_seed_repeats_them():
    first = opened(PAGE, inside_kind="Random ids", inside_seed="3")
    again = opened(PAGE, inside_kind="Random ids", inside_seed="3")
    ids = [token["id"] for token in strips(first)[0]["tokens"]]
    assert len(ids) == 8
    assert ids == [token["id"] for token in strips(again)[0]["tokens"]]


def test_typed_ids_are_read():
    app = opened(PAGE, inside_kind="Ids", inside_ids="7, 8 9")
    assert [token["id"] for token in strips(app)[0]["tokens"]] == [7, 8, 9]


@pytest.mark.parametrize("ids", ["5120", "-1", "1, x", "9" * 30, "²"])
def test_ids_out_of_range_are_refused(ids):
    app = opened(PAGE, inside_kind="Ids", inside_ids=ids)
    assert "is no id of" in app.warning[0].value


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_every_text_is_answered(text):
    app = opened(PAGE, inside_prompt=text, inside_section="Output")
    if text == HOSTILE["empty"]:
        assert "nothing to read" in app.warning[0].value
    elif text == HOSTILE["long"]:
        assert "too long" in app.warning[0].value
        app.toggle(key="inside_cut").set_value(True).run()
        assert not app.exception
        assert not app.warning
        assert strips(app)[0]["total"] == 512
        assert "inside_prompt" not in app.query_params  # no server takes so long an address
    else:
        assert not app.warning


def test_a_space_at_the_end_is_pointed_out():
    assert any(
        "ends with a space" in each.value for each in opened(PAGE, inside_prompt="a ").caption
    )
