"""What happens along a text: one number per token, for one text or several."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from lab.charts import palette
from lab.charts.frame import INK, axis, layout
from lab.charts.labels import plain, visible

COLOURS = (*palette.TOKENS, palette.GREY)


class Line(NamedTuple):
    """A text and its numbers: `values[i]` belongs to the token with the bytes `data[i]`."""

    name: str
    data: Sequence[bytes]
    values: Sequence[float]


class Stretch(NamedTuple):
    """Tokens `start` to `end` (excluded) of a text, and what is said of them."""

    start: int
    end: int
    note: str


def log_probabilities(lines: Sequence[Line]) -> go.Figure:
    """The model's log-probability (base 2) of each token, one line per text."""
    return _along(
        lines,
        "How likely each token was",
        axis("Log-probability (bits)", rangemode="tozero", nticks=6),
        "%{y:.2f} bits",
    )


def top_probability(lines: Sequence[Line], stretches: Sequence[Stretch] = ()) -> go.Figure:
    """The probability of the likeliest token at each place, with the loops shaded."""
    shades = [
        {
            "type": "rect",
            "x0": each.start + 0.5,
            "x1": each.end + 0.5,
            "y0": 0,
            "y1": 1,
            "yref": "y domain",
            "fillcolor": palette.veil(palette.GOLD, 0.16),
            "line": {"width": 0},
            "layer": "below",
        }
        for each in stretches
    ]
    notes = [
        {
            "x": each.start + 0.5,
            "y": 1,
            "yref": "y domain",
            "xanchor": "left",
            "yanchor": "top",
            "text": each.note,
            "showarrow": False,
            "font": {"size": 13, **INK},
        }
        for each in stretches
    ]
    return _along(
        lines,
        "How certain the model is of its favourite",
        axis("Top-1 probability", range=[0, 1.04], tickformat=".0%"),
        "%{y:.1%}",
        shapes=shades,
        annotations=notes,
    )


def _along(
    lines: Sequence[Line], title: str, y: dict[str, Any], number: str, **options: Any
) -> go.Figure:
    traces = [
        go.Scatter(
            x=list(range(1, len(line.values) + 1)),
            y=list(line.values),
            name=plain(line.name),
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"size": 5},
            customdata=[plain(visible(each)) for each in line.data],
            hovertemplate=f"%{{customdata}}<br>token %{{x}}<br>{number}",
        )
        for colour, line in zip(COLOURS, lines, strict=False)
    ]
    return go.Figure(
        traces,
        layout(
            title,
            360,
            legend=True,
            xaxis=axis("Token of the written text", tickformat=",d", rangemode="tozero"),
            yaxis=y,
            **options,
        ),
    )
