"""The next token: what may come, and how likely each is."""

from collections.abc import Sequence

import plotly.graph_objects as go

from lab.charts import palette
from lab.charts.frame import INK, layout, probability_axis, rows
from lab.charts.labels import plain, visible

TITLE = "Most likely next tokens"
BAR_PIXELS = 30


def next_token(
    token_ids: Sequence[int],
    data: Sequence[bytes],
    probabilities: Sequence[float],
    *,
    kept: Sequence[bool] | None = None,
    title: str = TITLE,
) -> go.Figure:
    """Horizontal bars, one per candidate, in the order given, the first on top.

    `data` are the candidates' bytes; whitespace is made visible. With `kept`, what a sampler cut
    is grey. Each bar carries its id as `customdata`, so that a click on it can be told apart
    from one on another token with the same text.

    >>> figure = next_token([318, 11], [b" is", b","], [0.7773, 0.0373])
    >>> figure.layout.title.text, list(figure.data[0].customdata[0])
    ('Most likely next tokens', [318, '␣is'])
    """
    labels = [plain(visible(each)) for each in data]
    colours = [palette.KEPT if keep else palette.CUT for keep in (kept or [True] * len(token_ids))]
    bars = go.Bar(
        x=list(probabilities),
        y=list(range(len(labels))),
        orientation="h",
        customdata=list(zip(token_ids, labels, strict=True)),
        marker={"color": colours, "line": {"width": 0}, "cornerradius": 3},
        text=[percent(each) for each in probabilities],
        textposition="outside",
        textangle=0,
        textfont={"size": 14, **INK},
        cliponaxis=False,
        hovertemplate="%{customdata[1]}<br>id %{customdata[0]}<br>%{x:.4%}<extra></extra>",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )
    top = max(probabilities, default=1.0)
    return go.Figure(
        bars,
        layout(
            title,
            BAR_PIXELS * len(labels) + 120,
            bargap=0.28,
            hoverlabel={"font": {"size": 15, **INK}, "align": "left"},
            xaxis=probability_axis(min(1.18, top * 1.22)),
            yaxis=rows("Token", labels, tickfont={"size": 15, **INK}),
        ),
    )


def grouped_bars(
    name: str, labels: Sequence[str], probabilities: Sequence[float], colour: str, hover: str
) -> go.Bar:
    """One of several distributions over the same tokens: a bar in the row of each token.

    `hover` is plotly's template of what is said when a bar is pointed at.
    """
    return go.Bar(
        name=name,
        x=list(probabilities),
        y=list(range(len(labels))),
        orientation="h",
        marker={"color": colour, "cornerradius": 3, "line": {"width": 0}},
        text=[percent(each) for each in probabilities],
        textposition="outside",
        textangle=0,
        textfont={"size": 13, **INK},
        cliponaxis=False,
        customdata=list(labels),
        hovertemplate=hover,
    )


def percent(probability: float) -> str:
    """A probability as people read it, never rounded to nothing.

    >>> percent(0.7773), percent(0.0373), percent(0.00042), percent(3e-9), percent(0.99996)
    ('77.7%', '3.73%', '0.042%', '< 0.001%', '> 99.9%')
    """
    if probability < 1e-5:
        return "< 0.001%"
    if probability > 0.9995:
        return "> 99.9%" if probability < 1 else "100%"
    digits = 1 if probability >= 0.1 else 2 if probability >= 0.001 else 3
    return f"{100 * probability:.{digits}f}%"
