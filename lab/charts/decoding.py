"""The choice of the next token: what is left of a distribution, and what is drawn from it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from lab.charts import palette
from lab.charts.distribution import percent
from lab.charts.frame import INK, axis, layout
from lab.charts.labels import plain, visible

CURVE_POINTS = 400
"""Ranks drawn of a curve; they lie evenly on the logarithmic axis."""
NARROWEST_LABEL = 0.04
"""Slices of the unit interval narrower than this bear no name."""


class Cut(NamedTuple):
    """A stage that cut: its name, and how many tokens it left."""

    name: str
    kept: int


def rank_curve(
    before: Sequence[float], after: Sequence[float], cuts: Sequence[Cut] = ()
) -> go.Figure:
    """The whole vocabulary by rank, before and after the settings, with a line at each cut.

    Both sequences are probabilities, each the likeliest first; what is cut has 0.
    """
    figure = go.Figure()
    for name, values, colour, width in (
        ("the model's", before, palette.CUT, 2),
        ("after the settings", after, palette.KEPT, 3),
    ):
        ranks = _log_spaced(int(np.count_nonzero(values)))
        figure.add_scatter(
            x=ranks,
            y=np.asarray(values)[ranks - 1],
            name=name,
            mode="lines" if len(ranks) > 1 else "markers",
            line={"color": colour, "width": width},
            hovertemplate="rank %{x:,}<br>%{y:.3g}<extra></extra>",
        )
    for index, cut in enumerate(cuts):
        figure.add_vline(
            x=cut.kept,
            line={"color": palette.HIGHER, "width": 1.5, "dash": "dot"},
            annotation={
                "text": f"{cut.name}: {cut.kept:,}",
                "font": {"size": 13, **INK},
                "yanchor": "top",
                "yshift": -20 * index,
                "xanchor": "left" if cut.kept < len(before) / 10 else "right",
            },
        )
    figure.update_layout(
        layout(
            "Every token the model knows, by rank",
            360,
            xaxis=axis("Rank", type="log", dtick=1, tickformat=",d"),
            yaxis=axis("Probability", type="log", exponentformat="power", nticks=8),
        )
    )
    return figure


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
    figure = go.Figure(
        go.Bar(
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
                plain(visible(each.data)) if each.high - each.low > NARROWEST_LABEL else ""
                for each in shown
            ],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={
                "size": 13,
                "color": [palette.CHART_INK] * (len(shown) - 1) + ["#ffffff"],
            },
            customdata=[
                (plain(visible(each.data)), each.high, each.high - each.low) for each in shown
            ],
            hovertemplate="%{customdata[0]}<br>%{base:.4f} to %{customdata[1]:.4f}"
            "<br>%{customdata[2]:.3%}<extra></extra>",
            showlegend=False,
        )
    )
    figure.add_vline(
        x=uniform,
        line={"color": palette.LOWER, "width": 3},
        annotation={"text": f"{uniform:.4f}", "font": {"size": 14, **INK}, "yanchor": "bottom"},
        annotation_position="top",
    )
    figure.update_layout(
        layout(
            "Where the random number falls",
            180,
            margin={"l": 8, "r": 8, "t": 70, "b": 8},
            xaxis=axis("Cumulative probability, in the order of the ids", range=[0, 1]),
            yaxis={"visible": False, "fixedrange": True, "range": [-0.5, 0.5]},
        )
    )
    return figure


def draws(data: Sequence[bytes], counts: Sequence[int], probabilities: Sequence[float],
          total: int) -> go.Figure:  # fmt: skip
    """How often each token was drawn in `total` draws, against how often it should have been.

    The whiskers hold 95 of 100 fair experiments (two standard deviations of the binomial).
    """
    labels = [plain(visible(each)) for each in data]
    chances = np.asarray(probabilities)
    expected = chances * total
    spread = 1.96 * np.sqrt(expected * (1 - chances))
    rows = list(range(len(labels)))
    figure = go.Figure(
        go.Bar(
            x=list(counts),
            y=rows,
            orientation="h",
            name="drawn",
            marker={"color": palette.veil(palette.KEPT, 0.55), "cornerradius": 3},
            customdata=labels,
            hovertemplate="%{customdata}<br>drawn %{x:,} times<extra></extra>",
        )
    )
    figure.add_scatter(
        x=expected,
        y=rows,
        mode="markers",
        name="expected, and the range of 95 in 100 experiments",
        marker={"symbol": "diamond", "size": 9, "color": palette.LOWER},
        error_x={"type": "data", "array": spread, "color": palette.LOWER, "thickness": 2},
        customdata=[(label, percent(each)) for label, each in zip(labels, chances, strict=True)],
        hovertemplate="%{customdata[0]}<br>stated %{customdata[1]}<br>expected %{x:,.1f} times"
        "<extra></extra>",
    )
    figure.update_layout(
        layout(
            f"{total:,} draws against what was stated",
            28 * len(labels) + 150,
            bargap=0.3,
            legend={"orientation": "h", "y": -0.2, "font": INK},
            xaxis=axis("Times drawn", rangemode="tozero", tickformat=",d"),
            yaxis=axis(
                "Token",
                tickvals=rows,
                ticktext=labels,
                range=[len(labels) - 0.5, -0.5],
                automargin=True,
                showgrid=False,
                tickfont={"size": 15, **INK},
            ),
        )
    )
    return figure
