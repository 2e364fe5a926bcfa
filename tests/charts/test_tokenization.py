from lab.charts import tokenization as charts


def test_every_figure_says_what_it_shows():
    figures = [
        charts.growth([0, 1], [0, 1]),
        charts.unknown_rate([0, 1], [1.0, 0.5]),
        charts.lengths(["a"], [3]),
        charts.language_tax(["English"], {"a": [3]}),
        charts.pair_counts([(b"a", b"b")], [3]),
        charts.compression([3, 2], 1),
    ]
    for figure in figures:
        assert figure.layout.title.text
        assert figure.layout.xaxis.title.text
        assert figure.layout.yaxis.title.text


def test_markup_in_a_token_is_no_markup_in_a_figure():
    figure = charts.pair_counts([(b"<b>", b" ")], [1])
    assert figure.layout.yaxis.ticktext == ("&lt;b&gt; + ␣",)
    assert figure.data[0].customdata == ("&lt;b&gt; + ␣",)


def test_a_long_line_is_thinned_but_keeps_both_ends():
    figure = charts.compression(list(range(10_000, 0, -1)), 7)
    line, here = figure.data
    assert len(line.x) <= charts.MOST_POINTS + 1
    assert (line.x[0], line.x[-1]) == (0, 9_999)
    assert (here.x[0], here.y[0]) == (7, 9_993)


def test_each_vocabulary_has_its_own_colour_and_sign():
    figure = charts.language_tax(["a", "b"], {name: [1, 2] for name in "vwxyz"})
    points = [trace.marker for trace in figure.data if trace.mode == "markers"]
    assert len({marker.color for marker in points}) == 5
    assert len({marker.symbol for marker in points}) == 5


def test_figures_of_nothing():
    charts.growth([0], [0])
    charts.lengths(["a"], [0])
    charts.compression([0], 0)
