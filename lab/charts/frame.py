"""The frame that figures share: a title, named axes that stand still, a quiet legend."""

from typing import Any

from lab.charts import palette

INK = {"color": palette.CHART_INK}


def axis(title: str, **options: Any) -> dict[str, Any]:
    """An axis named, still, without a zero line."""
    quiet = {"fixedrange": True, "zeroline": False, "tickfont": {"size": 13, **INK}}
    return {"title": {"text": title, "font": INK}, **quiet, **options}


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
