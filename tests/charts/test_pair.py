"""The figures of two models: what they say, and that nothing in a name or token is markup."""

from lab.charts.pair import COLOURS, Runner, next_tokens, race


def test_bars_of_both_models_stand_together():
    figure = next_tokens(["base", "tuned"], [b" a", b"<b>"], [[0.5, 0.1], [0.2, 0.7]])
    assert [tuple(bar.x) for bar in figure.data] == [(0.5, 0.1), (0.2, 0.7)]
    assert [bar.marker.color for bar in figure.data] == list(COLOURS)
    assert list(figure.layout.yaxis.ticktext) == ["␣a", "&lt;b&gt;"]
    assert figure.layout.barmode == "group"
    assert figure.layout.xaxis.title.text == "Probability"


def test_a_race_counts_ranks_from_the_top():
    runners = [
        Runner("<i>base</i>", (0, 0.5, 1), (900, 40, 2), (1e-6, 0.01, 0.2)),
        Runner("tuned", (0, 1), (700, 1), (1e-6, 0.9)),
    ]
    figure = race(runners, b" yes")
    assert [tuple(line.y) for line in figure.data] == [(900, 40, 2), (700, 1)]
    assert figure.data[0].name == "&lt;i&gt;base&lt;/i&gt;"
    assert figure.layout.yaxis.autorange == "reversed"
    assert list(figure.layout.yaxis.tickvals) == [1, 10, 100, 1000]
    assert "␣yes" in figure.layout.title.text
