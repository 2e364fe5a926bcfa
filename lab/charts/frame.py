"""The frame that figures share: a title, named axes that stand still, a quiet legend."""

import html
import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from lab.charts import palette

INK = {"color": palette.CHART_INK}
EM = 0.5
"""The width of most characters, in sizes of the font."""
WIDEST = 96
"""Pixels that are kept for the labels of a vertical axis without looking at them."""


def axis(title: str, **options: Any) -> dict[str, Any]:
    """An axis named (unless the title is empty), still, without a zero line."""
    quiet = {"fixedrange": True, "zeroline": False, "tickfont": {"size": 13, **INK}}
    named = {"title": {"text": title, "font": INK}} if title else {}
    return {**named, **quiet, **options}


def probability_axis(high: float, *, ticks: int = 6, **options: Any) -> dict[str, Any]:
    """An axis of probabilities from 0 to `high`, which may leave room for labels beyond 100%.

    Plotly itself would write percentages into that room; here the at most `ticks` end at 100%.

    >>> axis = probability_axis(1.5, ticks=4)
    >>> axis["range"], axis["tickvals"]
    ([0, 1.5], [0.0, 0.5, 1.0])
    """
    last = min(1.0, high) or 1.0
    least = last / (ticks - 1)
    power = 10.0 ** math.floor(math.log10(least))
    step = next(each * power for each in (1, 2, 5, 10) if each * power > least * 0.999)
    places = [index * step for index in range(int(last / step * 1.001) + 1)]
    span = {"range": [0, high], "tickvals": places, "tickformat": "~%"}
    return axis("Probability", **span, **options)


def rows(title: str, labels: Sequence[str], **options: Any) -> dict[str, Any]:
    """A vertical axis with a label per row, for marks at 0, 1, 2...: the first is on top."""
    places = {"tickvals": list(range(len(labels))), "ticktext": list(labels)}
    span = {"range": [len(labels) - 0.5, -0.5], "automargin": True, "showgrid": False}
    return axis(title, **places, **span, **options)


def layout(title: str, height: int, *, legend: bool = False, **options: Any) -> dict[str, Any]:
    """The layout of a figure, a legend below it if asked for; `options` add to it or replace."""
    return {
        "title": {"text": title},
        "height": height,
        "margin": _margin(options.get("yaxis", {}), legend=legend),
        "showlegend": legend,
        "dragmode": False,
        "hovermode": "closest",
        # Below the figure it has room for as many lines as a narrow screen makes of it.
        "legend": {
            "orientation": "h",
            "x": 0,
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "font": INK,
        },
        **options,
    }


def unchecked(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> go.Figure:
    """A figure that plotly takes as it is, for what a slider draws anew: looking up whether every
    property exists and may have its value takes longer than all else there. Tests do it instead.

    >>> unchecked([{"type": "bar", "y": [1, 2]}], {"height": 200}).data[0].y
    (1, 2)
    """
    return go.Figure(traces, layout, _validate=False)


def _margin(yaxis: Mapping[str, Any], *, legend: bool) -> dict[str, int]:
    """Pixels around a figure. Plotly makes them larger where need be, but draws it twice then."""
    if "tickfont" not in yaxis:  # nothing is written beside the figure
        return {"l": 8, "r": 8, "t": 48, "b": 8}
    left = (60 if "title" in yaxis else 24) + _label_width(yaxis)
    return {"l": left, "r": 24, "t": 48, "b": 102 if legend else 72}


def _label_width(yaxis: Mapping[str, Any]) -> int:
    """About how many pixels the labels of an axis take; numbers count as five digits."""
    size: int = yaxis["tickfont"]["size"]
    labels = [html.unescape(each) for each in yaxis.get("ticktext", ["00000"])]
    widths = [
        sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in label)
        for label in labels
    ]
    return min(WIDEST, round(EM * size * max(widths, default=0)))
