"""What a model is made of and what comes out of it: parameters, contributions, ranks, changes."""

import math
from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
import plotly.graph_objects as go

from lab.charts import palette
from lab.charts.decoding import Cut, Numbers, cut_marks, rank_axis
from lab.charts.distribution import grouped_bars
from lab.charts.frame import INK, axis, layout, probability_axis, rows
from lab.charts.labels import plain

CURVE_POINTS = 600
"""Ranks drawn beyond the first thousand, where points are closer than pixels."""


def treemap(
    paths: Sequence[str], parents: Sequence[str], names: Sequence[str], parameters: Sequence[int]
) -> go.Figure:
    """Parameters by part: an area for every module, within that of the module it belongs to.

    `paths` are the modules' full names, `parents` those of the modules around them ("" for the
    outermost), and the outermost itself is not among them.
    """
    hues = _hues(dict(zip(paths, parents, strict=True)))
    areas = go.Treemap(
        ids=list(paths),
        labels=list(names),
        parents=list(parents),
        values=list(parameters),
        branchvalues="total",
        marker={"cornerradius": 4, "line": {"width": 1}, "colors": hues},
        texttemplate="%{label}<br>%{value:,}",
        textfont={"size": 15, "color": [palette.INK_ON[each] for each in hues]},
        hovertemplate="%{id}<br>%{value:,} parameters<br>%{percentRoot:.2%} of all<extra></extra>",
        maxdepth=3,
        tiling={"pad": 2},
    )
    return go.Figure(areas, layout("Parameters by part (click to go in)", 460))


def _hues(around: Mapping[str, str]) -> list[str]:
    """The hue of each module: grey if it is an outermost one with parts, else that of its part."""
    wholes = {outer for outer in around.values() if outer and not around[outer]}

    def part(path: str) -> str:
        outer = around[path]
        return part(outer) if outer and outer not in wholes else path

    parts = (each for each in around if each not in wholes and part(each) == each)
    hues = dict(zip(parts, cycle(palette.TOKENS))) | dict.fromkeys(wholes, palette.GREY)
    return [hues[part(each)] for each in around]


def contributions(
    names: Sequence[str],
    values: Sequence[float],
    *,
    title: str,
    total: float | None = None,
    part: str = "Part",
    notes: Sequence[str] = (),
) -> go.Figure:
    """Signed bars, one per part of the model, in the order given; they add up to `total`.

    `notes` say more about each bar when it is pointed at.

    >>> figure = contributions(["Embedding", "0 MLP"], [1.5, -0.5], title="A logit", total=1.0)
    >>> list(figure.data[0].x), list(figure.data[0].customdata)
    ([1.5, -0.5], ['Embedding', '0 MLP'])
    """
    labels = [plain(name) for name in names]
    largest = max((abs(each) for each in values), default=0.0) or 1.0
    digits = max(2, 1 - math.floor(math.log10(largest)))  # at least two of the largest count
    bars = go.Bar(
        x=list(values),
        y=list(range(len(labels))),
        orientation="h",
        customdata=labels,
        marker={
            "color": [palette.HIGHER if each > 0 else palette.LOWER for each in values],
            "cornerradius": 3,
            "line": {"width": 0},
        },
        text=[f"{each:+.{digits}f}".replace("-", "−") for each in values],
        textposition="outside",
        textangle=0,
        textfont={"size": 13, **INK},
        cliponaxis=False,
        hovertext=list(notes),
        hovertemplate="%{customdata}<br>%{x:+.5f}"
        + ("<br>%{hovertext}" if notes else "")
        + "<extra></extra>",
    )
    low, high = min(min(values, default=0), 0), max(max(values, default=0), 0)
    return go.Figure(
        bars,
        layout(
            title if total is None else f"{title} = {total:.4f}",
            120 + 24 * len(names),
            bargap=0.28,
            # On a narrow screen a number takes as much room as a third of the longest bar.
            xaxis=axis("Logit", range=[low - 0.36 * largest, high + 0.36 * largest]),
            yaxis=rows(part, labels),
        ),
    )


def rank_curve(probabilities: Numbers, cuts: Sequence[Cut] = (), *, title: str) -> go.Figure:
    """Every token's probability against its rank, both on logarithmic scales; a line at each cut.

    `probabilities` are sorted, the highest first.
    """
    chances = np.asarray(probabilities, dtype=float)
    ranks = np.arange(1, len(chances) + 1)
    far = np.geomspace(1, len(ranks), CURVE_POINTS).astype(int)
    shown = np.unique(np.concatenate([ranks[:1000], far]))
    mass = np.cumsum(chances)
    curve = go.Scatter(
        x=shown,
        y=chances[shown - 1],
        customdata=mass[shown - 1],
        mode="lines",
        line={"color": palette.PROBABILITY, "width": 2.5},
        hovertemplate="rank %{x:,}<br>%{y:.3g}<br>ranks 1 to %{x:,} together %{customdata:.2%}"
        "<extra></extra>",
    )
    return go.Figure(
        curve,
        layout(
            title,
            400,
            xaxis=rank_axis(len(chances)),
            yaxis=axis("Probability", type="log", exponentformat="power", dtick=2),
            **cut_marks(cuts, len(chances)),
        ),
    )


def before_and_after(
    names: Sequence[str], before: Sequence[float], after: Sequence[float], *, title: str
) -> go.Figure:
    """Two distributions over the same tokens, as pairs of bars."""
    labels = [plain(name) for name in names]
    bars = [
        grouped_bars(
            label, labels, values, colour, f"%{{customdata}}<br>{label} %{{x:.3%}}<extra></extra>"
        )
        for label, values, colour in (
            ("before", before, palette.GREY),
            ("after", after, palette.PROBABILITY),
        )
    ]
    most = max((*before, *after), default=1.0)
    return go.Figure(
        bars,
        layout(
            title,
            150 + 40 * len(labels),
            legend=True,
            barmode="group",
            bargap=0.25,
            xaxis=probability_axis(min(1.15, most * 1.2)),
            yaxis=rows("Token", labels, tickfont={"size": 15, **INK}),
        ),
    )


def divergences(names: Sequence[str], bits: Sequence[float], *, title: str) -> go.Figure:
    """How far each change moves the next-token distribution from the normal one.

    Divergences lie many powers of ten apart, so they are points on a logarithmic axis, the number
    beside each. Not a number (the changed model computes none) and zero have no place on it: they
    stand at its left end and say so.

    >>> list(divergences(["No mask", "No norm"], [0.0, float("nan")], title="").data[0].text)
    ['0 bits', 'no numbers come out']
    """
    placed = [each for each in bits if 0 < each < math.inf]
    left = 10 ** math.floor(math.log10(min(placed, default=1e-3)) - 0.5)
    right = 10 ** math.ceil(math.log10(max(placed, default=1.0)) + 0.5)
    says = [f"{each:.3g} bits" if math.isfinite(each) else "no numbers come out" for each in bits]
    decades = math.log10(right / left)
    at = [each if 0 < each < math.inf else left for each in bits]
    points = go.Scatter(
        x=at,
        y=list(range(len(names))),
        mode="markers+text",
        marker={"color": palette.PROBABILITY, "size": 13},
        text=says,
        textposition="middle right",
        textfont={"size": 14, **INK},
        customdata=list(names),
        cliponaxis=False,
        hovertemplate="%{customdata}<br>%{text}<extra></extra>",
    )
    line = {"color": palette.veil(palette.PROBABILITY, 0.35), "width": 3}
    stems = [
        {"type": "line", "x0": left, "x1": x, "y0": row, "y1": row, "layer": "below", "line": line}
        for row, x in enumerate(at)
    ]
    return go.Figure(
        points,
        layout(
            title,
            120 + 36 * len(names),
            shapes=stems,
            xaxis=axis(
                "KL divergence in bits",
                type="log",
                # On a narrow screen the number of the last point takes a third of the width.
                range=[math.log10(left), math.log10(right) + 0.35 * decades],
                exponentformat="power",
                dtick=math.ceil(decades / 3),  # and there is no room for more than four powers
                tickangle=0,
            ),
            yaxis=rows("Change", names, tickfont={"size": 14, **INK}),
        ),
    )
