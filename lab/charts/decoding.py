"""The choice of the next token: what is left of a distribution, and what is drawn from it."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from lab.charts import palette
from lab.charts.distribution import percent
from lab.charts.frame import INK, axis, layout, probability_axis, rows, unchecked
from lab.charts.labels import plain, visible

Numbers = Sequence[float] | np.ndarray[Any, np.dtype[np.float32]]
CURVE_POINTS = 400
"""Ranks drawn of a curve; they lie evenly on the logarithmic axis."""
NARROWEST_LABEL = 0.04
"""Slices of the unit interval narrower than this bear no name."""


class Cut(NamedTuple):
    """A stage that cut: its name, and how many tokens it left."""

    name: str
    kept: int


def stage_bars(
    token_ids: Sequence[int],
    data: Sequence[bytes],
    probabilities: Sequence[float],
    before: Sequence[float],
    kept: Sequence[bool],
    *,
    title: str,
    largest: float,
) -> go.Figure:
    """Bars of some tokens after a stage; of a token that was cut, what it had `before`, in grey.

    `largest` is the probability at the full width of a bar: one scale for several figures. Each
    bar carries its id as `customdata`.
    """
    labels = [plain(visible(each)) for each in data]
    bars = {
        "type": "bar",
        "x": [
            after if keep else old
            for after, old, keep in zip(probabilities, before, kept, strict=True)
        ],
        "y": list(range(len(labels))),
        "orientation": "h",
        "customdata": [
            (token_id, label, percent(after) if keep else "cut", percent(old))
            for token_id, label, after, old, keep in zip(
                token_ids, labels, probabilities, before, kept, strict=True
            )
        ],
        "marker": {
            "color": [palette.KEPT if keep else palette.veil(palette.CUT, 0.5) for keep in kept],
            "line": {"width": 0},
            "cornerradius": 3,
        },
        "text": [
            percent(after) if keep else "cut"
            for after, keep in zip(probabilities, kept, strict=True)
        ],
        "textposition": "outside",
        "textangle": 0,
        "textfont": {"size": 13, **INK},
        "cliponaxis": False,
        "hovertemplate": "%{customdata[1]}<br>id %{customdata[0]}<br>before %{customdata[3]}"
        "<br>after %{customdata[2]}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }
    return unchecked(
        [bars],
        layout(
            title,
            26 * len(labels) + 110,
            bargap=0.28,
            xaxis=probability_axis(largest * 1.5, ticks=4, tickangle=0),
            yaxis=rows("", labels, tickfont={"size": 14, **INK}),
        ),
    )


def rank_curve(before: Numbers, after: Numbers, cuts: Sequence[Cut] = ()) -> go.Figure:
    """The whole vocabulary by rank, before and after the settings, with a line at each cut.

    Both sequences are probabilities, each the likeliest first; what is cut has 0.
    """
    curves = []
    for name, values, colour, width in (
        ("the model's", before, palette.CUT, 2),
        ("after the settings", after, palette.KEPT, 3),
    ):
        ranks = _log_spaced(int(np.count_nonzero(values)))
        curves.append(
            {
                "type": "scatter",
                "x": ranks,
                "y": np.asarray(values)[ranks - 1],
                "name": name,
                "mode": "lines" if len(ranks) > 1 else "markers",
                "line": {"color": colour, "width": width},
                "hovertemplate": "rank %{x:,}<br>%{y:.3g}<extra></extra>",
            }
        )
    most = len(before)
    return unchecked(
        curves,
        layout(
            "Every token the model knows, by rank",
            400,
            legend=True,
            xaxis=rank_axis(most),
            yaxis=axis("Probability", type="log", exponentformat="power", dtick=1),
            **cut_marks(cuts, most),
        ),
    )


def rank_axis(most: int) -> dict[str, Any]:
    """A logarithmic axis of the ranks 1 to `most`."""
    powers = [10**power for power in range(math.ceil(math.log10(most)) + 1)]
    ticks = {"tickvals": powers, "ticktext": [f"{each:,}" for each in powers]}
    return axis("Rank", type="log", range=[-0.03, math.log10(most) + 0.03], **ticks)


def cut_marks(cuts: Sequence[Cut], most: int) -> dict[str, Any]:
    """A line and a note at each cut, over ranks up to `most` on a logarithmic x axis: for a layout.

    The note at the lowest rank is on top, away from the curves, which start high on that side.
    All of a figure's marks at once, since plotly checks all of them again for each that is added.
    """
    cuts = sorted(cuts, key=lambda cut: cut.kept)
    line = {"color": palette.HIGHER, "width": 1.5, "dash": "dot"}
    lines = [
        {"type": "line", "x0": cut.kept, "x1": cut.kept, "y0": 0, "y1": 1, "yref": "y domain",
         "line": line}
        for cut in cuts
    ]  # fmt: skip
    notes = [
        {
            "x": math.log10(cut.kept),  # unlike lines, notes want the logarithm
            "y": 1 - 0.09 * index,
            "yref": "paper",
            "yanchor": "top",
            # Towards the farther end: the axis, logarithmic, has its middle at the square root.
            **(
                {"xanchor": "left", "xshift": 3}
                if cut.kept**2 < most
                else {"xanchor": "right", "xshift": -3}
            ),
            "text": f"{cut.name}: {cut.kept:,} left",
            "showarrow": False,
            "bgcolor": palette.CHART_PAPER,
            "font": {"size": 13, **INK},
        }
        for index, cut in enumerate(cuts)
    ]
    return {"shapes": lines, "annotations": notes}


def _log_spaced(count: int) -> "np.ndarray[Any, np.dtype[np.int64]]":
    return np.unique(np.geomspace(1, max(count, 1), CURVE_POINTS).round().astype(np.int64))


class Slice(NamedTuple):
    """A token and its piece of the unit interval."""

    data: bytes
    low: float
    high: float


def draw_strip(slices: Sequence[Slice], drawn: Slice, uniform: float) -> go.Figure:
    """The unit interval with one slice per token in the order of the ids, and where a number fell.

    What is too narrow to be seen may be left out of `slices`: it is the background. `drawn` is
    the slice that holds `uniform`.
    """
    shown = [*(each for each in slices if each != drawn), drawn]
    bars = go.Bar(
        base=[each.low for each in shown],
        x=[each.high - each.low for each in shown],
        y=[0] * len(shown),
        orientation="h",
        width=0.8,
        marker={
            "color": [palette.veil(palette.KEPT, 0.22)] * (len(shown) - 1) + [palette.KEPT],
            "line": {"width": 1, "color": palette.veil(palette.GREY, 0.5)},
        },
        text=[
            plain(visible(each.data))
            if each.high - each.low > NARROWEST_LABEL and each != drawn
            else ""
            for each in shown
        ],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"size": 13, **INK},
        customdata=[(plain(visible(each.data)), each.high, each.high - each.low) for each in shown],
        hovertemplate="%{customdata[0]}<br>%{base:.4f} to %{customdata[1]:.4f}"
        "<br>%{customdata[2]:.3%}<extra></extra>",
        showlegend=False,
    )
    mark = {
        "type": "line",
        "x0": uniform,
        "x1": uniform,
        "y0": 0,
        "y1": 1,
        "yref": "y domain",
        "line": {"color": palette.LOWER, "width": 3},
    }
    note = {
        "x": uniform,
        "y": 1,
        "yref": "y domain",
        "xanchor": "left" if uniform < 0.1 else "right" if uniform > 0.9 else "center",
        "yanchor": "bottom",
        "text": f"{uniform:.4f} → {plain(visible(drawn.data))}",
        "showarrow": False,
        "font": {"size": 14, **INK},
    }
    return go.Figure(
        bars,
        layout(
            "Where the random number falls",
            180,
            shapes=[mark],
            annotations=[note],
            margin={"l": 8, "r": 8, "t": 70, "b": 8},
            uniformtext={"minsize": 11, "mode": "hide"},  # what has no room is left out
            xaxis=axis("Cumulative probability, in the order of the ids", range=[0, 1]),
            yaxis={"visible": False, "fixedrange": True, "range": [-0.5, 0.5]},
        ),
    )


def draws(data: Sequence[bytes], counts: Sequence[int], probabilities: Sequence[float],
          total: int) -> go.Figure:  # fmt: skip
    """How often each token was drawn in `total` draws, against how often it should have been.

    The whiskers hold 95 of 100 fair experiments (two standard deviations of the binomial).
    """
    labels = [plain(visible(each)) for each in data]
    chances = np.asarray(probabilities)
    expected = chances * total
    spread = 1.96 * np.sqrt(expected * (1 - chances))
    bars = {
        "type": "bar",
        "x": list(counts),
        "y": list(range(len(labels))),
        "orientation": "h",
        "name": "drawn",
        "marker": {"color": palette.veil(palette.KEPT, 0.55), "cornerradius": 3},
        "customdata": labels,
        "hovertemplate": "%{customdata}<br>drawn %{x:,} times<extra></extra>",
    }
    marks = {
        "type": "scatter",
        "x": expected,
        "y": list(range(len(labels))),
        "mode": "markers",
        "name": "expected, and the range of 95 in 100 experiments",
        "marker": {"symbol": "diamond", "size": 9, "color": palette.LOWER},
        "error_x": {"type": "data", "array": spread, "color": palette.LOWER, "thickness": 2},
        "customdata": [(label, percent(each)) for label, each in zip(labels, chances, strict=True)],
        "hovertemplate": "%{customdata[0]}<br>stated %{customdata[1]}<br>expected %{x:,.1f} times"
        "<extra></extra>",
    }
    return unchecked(
        [bars, marks],
        layout(
            f"{total:,} draws against what was stated",
            28 * len(labels) + 150,
            bargap=0.3,
            legend=True,
            xaxis=axis("Times drawn", rangemode="tozero", tickformat=",d"),
            yaxis=rows("Token", labels, tickfont={"size": 15, **INK}),
        ),
    )
