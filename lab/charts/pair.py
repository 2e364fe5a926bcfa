"""Two models beside each other: their next tokens, and the race through their layers."""

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from lab.charts import palette
from lab.charts.distribution import grouped_bars, percent
from lab.charts.frame import axis, layout, probability_axis, rows
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
    bars = [
        grouped_bars(
            name, labels, values, colour, f"%{{customdata}}<br>%{{x:.4%}}<extra>{name}</extra>"
        )
        for name, values, colour in zip(map(plain, names), chances, COLOURS, strict=False)
    ]
    top = max((each for values in chances for each in values), default=1.0)
    return go.Figure(
        bars,
        layout(
            "The first token of the answer",
            BAR_PIXELS * len(labels) + 150,
            legend=True,
            barmode="group",
            bargap=0.3,
            xaxis=probability_axis(min(1.2, top * 1.25)),
            yaxis=rows("Token", labels),
        ),
    )


def race(runners: Sequence[Runner], token: bytes) -> go.Figure:
    """The rank of one token at each depth of each model, as the logit lens reads it; 1 is best."""
    lines = [
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
        for runner, colour in zip(runners, COLOURS, strict=False)
    ]
    worst = max((rank for runner in runners for rank in runner.ranks), default=1)
    powers = [10**power for power in range(len(str(worst)) + 1)]
    return go.Figure(
        lines,
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
