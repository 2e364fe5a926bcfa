"""The next-token chart says what it was given, and shows every token as it is."""

import pytest

from lab.charts import palette
from lab.charts.distribution import next_token, percent
from lab.charts.labels import visible


def test_bars_stand_in_the_order_given_with_the_first_on_top():
    figure = next_token([318, 11], [b" is", b","], [0.75, 0.25])
    bars = figure.data[0]
    assert list(bars.x) == [0.75, 0.25]
    assert list(figure.layout.yaxis.ticktext) == ["␣is", ","]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    assert [row[0] for row in bars.customdata] == [318, 11]


def test_the_chart_is_titled_and_its_axes_are_named():
    layout = next_token([1], [b"a"], [1.0], title="After top-k").layout
    assert layout.title.text == "After top-k"
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("Probability", "Token")


def test_what_is_cut_is_grey():
    bars = next_token([1, 2], [b"a", b"b"], [0.6, 0.4], kept=[True, False]).data[0]
    assert list(bars.marker.color) == [palette.KEPT, palette.CUT]


def test_the_same_text_under_two_ids_makes_two_bars():
    figure = next_token([1, 2], [b"a", b"a"], [0.6, 0.4])
    assert list(figure.data[0].y) == [0, 1]


def test_markup_in_a_token_is_shown_not_obeyed():
    figure = next_token([1], [b'<a href="javascript:x">&'], [1.0])
    assert figure.layout.yaxis.ticktext[0] == '&lt;a␣href="javascript:x"&gt;&amp;'


def test_nothing_likely_at_all_is_still_a_chart():
    assert len(next_token([], [], []).data[0].x or ()) == 0


@pytest.mark.parametrize(
    ("probability", "said"),
    [(1.0, "100%"), (0.9996, "> 99.9%"), (0.5, "50.0%"), (0.001, "0.10%"), (0.0, "< 0.001%")],
)
def test_probabilities_never_round_to_a_lie(probability, said):
    assert percent(probability) == said


@pytest.mark.parametrize(
    ("data", "seen"),
    [(b"\n\n", "↵↵"), (b"\t", "⇥"), (b"\r\n", r"\r↵"), ("\u202e".encode(), "⟨U+202E⟩"),
     ("\u00a0".encode(), "⟨U+00A0⟩"), ("\ufe0f".encode(), "⟨U+FE0F⟩"),
     (b"\xed\xa0\x80", "⟨ED A0 80⟩"), (b"", "")],
)  # fmt: skip
def test_nothing_in_a_label_is_invisible(data, seen):
    assert visible(data) == seen
