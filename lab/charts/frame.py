"""The frame that figures share: a title, named axes that stand still, a quiet legend."""

from collections.abc import Sequence
from typing import Any

from lab.charts import palette

INK = {"color": palette.CHART_INK}


def axis(title: str, **options: Any) -> dict[str, Any]:
    """An axis named, still, without a zero line."""
    quiet = {"fixedrange": True, "zeroline": False, "tickfont": {"size": 13, **INK}}
    return {"title": {"text": title, "font": INK}, **quiet, **options}


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
        "margin": {"l": 8, "r": 8, "t": 48, "b": 8},
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
