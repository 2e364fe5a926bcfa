"""The charts of the inside: every number is one that was given, and no token is markup."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from lab.charts import decoding, inside, palette

EVIL = "<b>&x</b>"
CHARTS = {
    "contributions": inside.contributions([EVIL], [0.5], title="t", total=0.5),
    "rank curve": inside.rank_curve([0.5, 0.3, 0.2], title="t"),
    "before and after": inside.before_and_after([EVIL], [0.1], [0.2], title="t"),
    "divergences": inside.divergences(["No mask"], [0.1], title="t"),
    "treemap": inside.treemap(["a"], [""], ["a"], [3]),
}


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_says_what_it_shows(name):
    figure = CHARTS[name]
    assert figure.layout.title.text
    if name != "treemap":
        assert figure.layout.xaxis.title.text
        assert figure.layout.yaxis.title.text


@pytest.mark.parametrize("name", CHARTS)
def test_a_token_is_never_markup(name):
    assert "<b>" not in json.dumps(CHARTS[name].to_plotly_json(), default=str)


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_can_be_drawn(name):
    assert isinstance(go.Figure(json.loads(CHARTS[name].to_json())), go.Figure)


def test_the_rank_curve_keeps_both_ends_of_a_large_vocabulary():
    chances = np.geomspace(0.1, 1e-12, 50_257)
    curve = inside.rank_curve(chances, title="t").data[0]
    assert (curve.x[0], curve.x[-1]) == (1, 50_257)
    np.testing.assert_allclose(curve.y, chances[np.asarray(curve.x) - 1])
    assert curve.customdata[-1] == pytest.approx(chances.sum())
    assert len(curve.x) < 2000


def test_the_cuts_stand_at_their_ranks_on_the_curve():
    figure = inside.rank_curve([0.5, 0.3, 0.2], [decoding.Cut("k = 2", 2)], title="t")
    assert figure.layout.shapes[0].x0 == 2
    assert figure.layout.annotations[0].x == pytest.approx(np.log10(2))
    assert "k = 2: 2 left" in figure.layout.annotations[0].text


def test_divergences_far_apart_are_all_legible():
    bits = [3e-7, 86.4, 0.0, float("nan")]
    figure = inside.divergences(["gelu", "norm", "none", "broken"], bits, title="t")
    assert list(figure.data[0].text) == ["3e-07 bits", "86.4 bits", "0 bits", "no numbers come out"]
    low, high = figure.layout.xaxis.range
    drawn = np.log10(figure.data[0].x)
    np.testing.assert_allclose(drawn, [np.log10(3e-7), np.log10(86.4), low, low])
    assert (low <= drawn).all()
    assert (drawn < high).all()


def test_signs_have_the_colours_of_a_difference():
    bars = inside.contributions(["a", "b"], [1.0, -1.0], title="t", total=0.0).data[0]
    assert list(bars.marker.color) == [palette.HIGHER, palette.LOWER]


def test_all_of_a_part_has_one_hue_in_whatever_order_it_is_given():
    around = {"t.h.0": "t.h", "t.wte": "t", "t.h": "t", "t": "", "head": "", "t.h.1": "t.h"}
    figure = inside.treemap(list(around), list(around.values()), list(around), [1] * len(around))
    areas = figure.data[0]
    hue = dict(zip(around, areas.marker.colors, strict=True))
    assert hue["t.h.0"] == hue["t.h.1"] == hue["t.h"]
    assert hue["t"] == palette.GREY
    assert len({hue["t.h"], hue["t.wte"], hue["head"], hue["t"]}) == 4
    assert [palette.INK_ON[each] for each in areas.marker.colors] == list(areas.textfont.color)
