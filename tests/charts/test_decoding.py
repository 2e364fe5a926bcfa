"""The figures of decoding: what they draw is what they were given."""

import math

import numpy as np
import pytest

from lab.charts import beam_tree, cost, decoding, palette, texts


def titled(figure):
    """Every figure says what is seen, and names its axes."""
    assert figure.layout.title.text
    assert figure.layout.xaxis.title.text
    return figure


def test_the_curve_spans_the_whole_vocabulary_whatever_its_size():
    before = (np.arange(50_257, 0, -1) / np.arange(50_257, 0, -1).sum()).tolist()
    after = [0.5, 0.5] + [0.0] * 50_255
    cuts = [decoding.Cut("Top-k", 50), decoding.Cut("Top-p", 2)]
    figure = titled(decoding.rank_curve(before, after, cuts))
    whole, left = figure.data
    assert (whole.x[0], whole.x[-1]) == (1, 50_257)
    assert len(whole.x) <= decoding.CURVE_POINTS
    assert [before[rank - 1] for rank in whole.x] == list(whole.y)
    assert list(left.x) == [1, 2]
    assert [line.x0 for line in figure.layout.shapes] == [2, 50]
    # On a logarithmic axis plotly wants lines as they are and notes as logarithms.
    assert [note.x for note in figure.layout.annotations] == pytest.approx(
        [math.log10(2), math.log10(50)]
    )
    assert "50" in figure.layout.annotations[1].text


def test_notes_at_cuts_hide_what_they_lie_on_and_stay_in_the_figure():
    cuts = [decoding.Cut("Top-k", 500), decoding.Cut("Min-p", 60), decoding.Cut("Top-p", 1)]
    notes = decoding.cut_marks(cuts, 5_120)["annotations"]
    assert all(note["bgcolor"] == palette.CHART_PAPER for note in notes)
    assert [note["text"] for note in notes] == [
        "Top-p: 1 left",
        "Min-p: 60 left",
        "Top-k: 500 left",
    ]
    heights = [note["y"] for note in notes]
    assert heights == sorted(heights, reverse=True)
    assert [note["xanchor"] for note in notes] == ["left", "left", "right"]


def test_one_token_is_a_curve_too():
    figure = decoding.rank_curve([1.0, 0.0], [1.0, 0.0])
    assert [list(each.x) for each in figure.data] == [[1], [1]]


def test_what_is_cut_is_grey_has_its_old_bar_and_says_so():
    figure = titled(
        decoding.stage_bars(
            [7, 9], [b" a", b"<b>"], [1.0, 0.0], [0.6, 0.4], [True, False], title="x", largest=1.0
        )
    )
    bars = figure.data[0]
    assert list(bars.x) == [1.0, 0.4]
    assert list(bars.text) == ["100%", "cut"]
    assert bars.marker.color[0] == palette.KEPT
    assert bars.marker.color[1] != palette.KEPT
    assert [row[0] for row in bars.customdata] == [7, 9]
    assert figure.layout.yaxis.ticktext == ("␣a", "&lt;b&gt;")


def test_the_strip_shows_slices_and_the_number():
    slices = [decoding.Slice(b"a", 0.0, 0.6), decoding.Slice(b"b", 0.7, 1.0)]
    figure = titled(decoding.draw_strip(slices, slices[1], 0.75))
    bars = figure.data[0]
    assert list(bars.base) == [0.0, 0.7]
    assert list(np.add(bars.base, bars.x)) == pytest.approx([0.6, 1.0])
    assert bars.marker.color[1] == palette.KEPT
    assert figure.layout.shapes[0].x0 == 0.75
    assert figure.layout.annotations[0].text == "0.7500 → b"


def test_draws_stand_beside_their_expectation():
    figure = titled(decoding.draws([b"a", b"b"], [70, 30], [0.5, 0.5], 100))
    drawn, expected = figure.data
    assert list(drawn.x) == [70, 30]
    assert list(expected.x) == [50, 50]
    assert list(expected.error_x.array) == pytest.approx([1.96 * 5] * 2)  # sqrt(100 / 4)


def test_lines_along_texts():
    lines = [texts.Line("a", [b"x", b" y"], [-1.0, -2.0]), texts.Line("b", [b"z"], [-3.0])]
    figure = titled(texts.log_probabilities(lines))
    assert [list(line.x) for line in figure.data] == [[1, 2], [1]]
    assert figure.data[0].customdata[1] == "␣y"
    assert figure.data[0].line.color != figure.data[1].line.color
    six = texts.log_probabilities([texts.Line(str(n), [b"x"], [0.0]) for n in range(6)])
    assert len({line.line.color for line in six.data}) == 6


def test_loops_are_shaded():
    line = texts.Line("greedy", [b"x"] * 6, [0.1] * 6)
    figure = titled(texts.top_probability([line], [texts.Stretch(2, 6, "× 4")]))
    (shade,) = figure.layout.shapes
    assert (shade.x0, shade.x1) == (2.5, 6.5)  # tokens are counted from 1
    assert figure.layout.annotations[0].text == "× 4"


def test_the_tree_has_every_candidate_once_and_marks_the_winner():
    nodes = [
        beam_tree.Node(None, 1, b"a", -1.0, -1.0, "open"),
        beam_tree.Node(None, 1, b"b", -2.0, -2.0, "open"),
        beam_tree.Node(None, 1, b"c", -3.0, -3.0, "pruned"),
        beam_tree.Node(1, 2, b"d", -0.5, -2.5, "finished"),
        beam_tree.Node(0, 2, b"e", -2.0, -3.0, "finished"),
    ]
    figure = titled(beam_tree.beam_tree(nodes, {1, 3}))
    named = {trace.name: trace for trace in figure.data if trace.name}
    places = {kind: [row[0] for row in trace.customdata or ()] for kind, trace in named.items()}
    assert places == {"pruned": ["c"], "going on": ["a"], "finished": ["e"], "winner": ["b", "d"]}
    assert list(named["winner"].x) == [1, 2]
    assert list(named["winner"].y) == [-1, 0]  # second of its round, then first
    assert all("<b>" in label for label in named["winner"].text)
    assert named["pruned"].marker.color == palette.CUT


def test_a_long_token_does_not_cover_the_next_round():
    node = beam_tree.Node(None, 1, b" incomprehensibilities", -1.0, -1.0, "open")
    figure = beam_tree.beam_tree([node], ())
    (label,) = next(trace for trace in figure.data if trace.name == "going on").text
    assert len(label) <= beam_tree.LONGEST_LABEL


def test_costs_are_drawn_as_measured():
    figure = titled(cost.per_token([1, 2], [1.0, 1.0], [1.0, 2.0], [100, 200]))
    assert [list(line.y) for line in figure.data] == [[1.0, 2.0], [1.0, 1.0]]
    assert list(figure.data[1].customdata) == [100, 200]
    figure = titled(cost.batch([1, 8], [10.0, 60.0], [10.0, 10.0]))
    assert [list(bars.y) for bars in figure.data] == [[10.0, 10.0], [10.0, 60.0]]
