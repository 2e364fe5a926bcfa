"""What holds for every figure of the project: a title, named axes, text in ink, numbers to read."""

import importlib
import inspect
import pkgutil

import plotly.graph_objects as go
import pytest

import lab.charts
from lab.charts import (
    beam_tree,
    cost,
    decoding,
    distribution,
    inside,
    pair,
    palette,
    texts,
    tokenization,
)
from lab.charts.frame import INK, layout, probability_axis, rows

LINES = [texts.Line("a", [b"x", b"y"], [-1.0, -2.0])]
SLICE = decoding.Slice(b"x", 0.2, 0.9)
FIGURES = [
    beam_tree.beam_tree(
        [
            beam_tree.Node(None, 1, b"a", -1.0, -1.0, "finished"),
            beam_tree.Node(None, 1, b"b", -2.0, -2.0, "pruned"),
        ],
        [0],
    ),
    cost.per_token([1, 2], [1.0, 1.0], [1.0, 2.0], [64, 128]),
    cost.batch([1, 2], [10.0, 20.0], [10.0, 10.0]),
    decoding.stage_bars([1, 2], [b"a", b"b"], [1.0, 0.0], [0.9, 0.1], [True, False],
                        title="t", largest=1.0),
    decoding.rank_curve([0.6, 0.4], [1.0, 0.0], [decoding.Cut("top-k", 1)]),
    decoding.draw_strip([SLICE], SLICE, 0.5),
    decoding.draws([b"a"], [3], [0.4], 10),
    distribution.next_token([1], [b"a"], [0.9]),
    inside.treemap(["a"], [""], ["a"], [3]),
    inside.contributions(["Embedding"], [0.5], title="t", total=0.5),
    inside.rank_curve([0.6, 0.4], [decoding.Cut("top-k", 1)], title="t"),
    inside.before_and_after(["a"], [0.1], [0.2], title="t"),
    inside.divergences(["No mask"], [0.1], title="t"),
    pair.next_tokens(["base", "tuned"], [b"a"], [[0.2], [0.7]]),
    pair.race([pair.Runner("base", (0, 1), (9, 1), (0.1, 0.9))], b"a"),
    texts.log_probabilities(LINES),
    texts.top_probability(LINES, [texts.Stretch(0, 1, "loop")]),
    tokenization.growth([1, 2], [1, 2]),
    tokenization.unknown_rate([1, 2], [1.0, 0.5]),
    tokenization.lengths(["words"], [3]),
    tokenization.language_tax(["English"], {"gpt2": [13]}),
    tokenization.pair_counts([(b"a", b"b")], [3]),
    tokenization.compression([4, 3], 1),
]  # fmt: skip


def chart_functions():
    for module in pkgutil.iter_modules(lab.charts.__path__, "lab.charts."):
        for name, function in inspect.getmembers(importlib.import_module(module.name)):
            if (
                inspect.isfunction(function)
                and not name.startswith("_")
                and name != "unchecked"
                and function.__module__ == module.name
                and function.__annotations__.get("return") is go.Figure
            ):
                yield f"{module.name}.{name}"


NAMES = sorted(chart_functions())


def test_no_figure_is_left_out_here():
    assert len(FIGURES) == len(NAMES)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.layout.title.text)
def test_plotly_knows_all_that_a_figure_says(figure):
    assert go.Figure(figure.to_dict()) == figure


def texts_of(figure):
    """Fonts of all that is written, with where it stands; None where it inherits a pale one."""
    layout = figure.layout
    for axis in [] if figure.data[0].type == "treemap" else [layout.xaxis, layout.yaxis]:
        if axis.visible is not False:
            yield "tick", axis.tickfont
            if axis.title.text:
                yield "axis", axis.title.font
    if layout.showlegend:
        yield "legend", layout.legend.font
    for note in layout.annotations:
        yield "note", note.font
    for trace in figure.data:
        if trace.type in ("bar", "scatter") and trace.text is not None:
            yield "text", trace.textfont


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.layout.title.text)
def test_everything_is_named_and_written_in_ink(figure):
    assert figure.layout.title.text
    assert all(font.color == palette.CHART_INK for _, font in texts_of(figure))
    if figure.data[0].type != "treemap":
        assert figure.layout.xaxis.title.text
    assert any(trace.hovertemplate for trace in figure.data)


@pytest.mark.parametrize("high", [1.5, 1.2, 1.0, 0.9, 0.31, 0.025, 1e-7, 0.0])
@pytest.mark.parametrize("ticks", [4, 6])
def test_no_tick_of_probabilities_lies_beyond_all_of_it(high, ticks):
    axis = probability_axis(high, ticks=ticks)
    assert axis["range"] == [0, high]
    assert 2 <= len(axis["tickvals"]) <= ticks
    last = axis["tickvals"][-1]
    assert last == pytest.approx(1) if high >= 1 else last < 1 or not high


@pytest.mark.parametrize(
    "figure",
    [
        decoding.stage_bars([1], [b"a"], [1.0], [1.0], [True], title="t", largest=1.0),
        distribution.next_token([1], [b"a"], [1.0]),
        inside.before_and_after(["a"], [1.0], [1.0], title="t"),
        pair.next_tokens(["base", "tuned"], [b"a"], [[1.0], [1.0]]),
    ],
    ids=lambda figure: figure.layout.title.text,
)
def test_a_certain_token_has_room_for_its_label_and_the_axis_ends_at_all(figure):
    axis = figure.layout.xaxis
    assert axis.range[1] > 1
    assert axis.tickvals[-1] == pytest.approx(1)


def test_room_is_kept_for_the_labels_as_plotly_would_make_it():
    def left(*labels, title=""):
        yaxis = rows(title, labels, tickfont={"size": 14, **INK})
        return layout("t", 300, yaxis=yaxis)["margin"]["l"]

    assert left("abcd") < left("abcdefgh") < left("abcdefgh", title="Token")
    assert left("日本語") == left("abcdef")  # each as wide as two
    assert left("&lt;b&gt;") == left("abc")
    assert left("=" * 64) == left("=" * 640) < 160  # plotly makes more room if the figure has it
    assert layout("t", 300)["margin"]["l"] == layout("t", 300)["margin"]["b"] == 8
