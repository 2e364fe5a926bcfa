"""Two models beside each other: their next tokens, and the race through their layers."""

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from lab.charts import palette
from lab.charts.distribution import percent
from lab.charts.frame import INK, axis, layout
from lab.charts.labels import plain, visible

COLOURS = (palette.GOLD, palette.INDIGO)
"""The first model's colour and the second's, in every figure of the pair."""
BAR_PIXELS = 44


class Runner(NamedTuple):
    """A model's name, the depths at which it was read (0 to 1), and a token's rank there."""

    name: str
    depths: Sequence[float]
    ranks: Sequence[int]
    probabilities: Sequence[float]


def next_tokens(
    names: Sequence[str], data: Sequence[bytes], chances: Sequence[Sequence[float]]
) -> go.Figure:
    """Bars: the probability of each token, one bar per model.

    >>> figure = next_tokens(["base", "tuned"], [b" is"], [[0.2], [0.7]])
    >>> [bar.name for bar in figure.data], list(figure.data[1].text)
    (['base', 'tuned'], ['70.0%'])
    """
    labels = [plain(visible(each)) for each in data]
    rows = list(range(len(labels)))
    traces = []
    for name, values, colour in zip(names, chances, COLOURS, strict=False):
        traces.append(
            go.Bar(
                name=plain(name),
                x=list(values),
                y=rows,
                orientation="h",
                marker={"color": colour, "cornerradius": 3, "line": {"width": 0}},
                text=[percent(each) for each in values],
                textposition="outside",
                textangle=0,
                textfont={"size": 13, **INK},
                cliponaxis=False,
                customdata=labels,
                hovertemplate="%{customdata}<br>%{x:.4%}<extra>" + plain(name) + "</extra>",
            )
        )
    top = max((each for values in chances for each in values), default=1.0)
    return go.Figure(
        traces,
        layout(
            "The first token of the answer",
            BAR_PIXELS * len(labels) + 150,
            legend=True,
            barmode="group",
            bargap=0.3,
            xaxis=axis("Probability", tickformat=".0%", range=[0, min(1.2, top * 1.25)], nticks=6),
            yaxis=axis(
                "Token",
                tickvals=rows,
                ticktext=labels,
                range=[len(labels) - 0.5, -0.5],
                automargin=True,
                showgrid=False,
            ),
        ),
    )


def race(runners: Sequence[Runner], token: bytes) -> go.Figure:
    """The rank of one token at each depth of each model, as the logit lens reads it; 1 is best."""
    traces = []
    for runner, colour in zip(runners, COLOURS, strict=False):
        traces.append(
            go.Scatter(
                name=plain(runner.name),
                x=list(runner.depths),
                y=list(runner.ranks),
                mode="lines+markers",
                line={"color": colour, "width": 2.5},
                marker={"size": 7},
                customdata=[percent(each) for each in runner.probabilities],
                hovertemplate="%{x:.0%} of the way<br>rank %{y:,}, %{customdata}<extra>"
                + plain(runner.name)
                + "</extra>",
            )
        )
    worst = max((rank for runner in runners for rank in runner.ranks), default=1)
    powers = [10**power for power in range(len(str(worst)) + 1)]
    return go.Figure(
        traces,
        layout(
            f"The race of “{plain(visible(token))}” through the layers",
            400,
            legend=True,
            xaxis=axis(
                "Depth (embedding to last block)",
                tickformat=".0%",
                tickvals=[0, 0.25, 0.5, 0.75, 1],
                range=[-0.03, 1.03],
            ),
            yaxis=axis(
                "Rank",
                type="log",
                autorange="reversed",
                tickvals=powers,
                ticktext=[f"{each:,}" for each in powers],
                automargin=True,
            ),
        ),
    )
