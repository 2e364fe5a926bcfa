"""What a model is made of and what comes out of it: parameters, contributions, ranks, arcs."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lab.charts import palette
from lab.charts.labels import plain

MARGIN = {"l": 8, "r": 8, "t": 48, "b": 8}


def treemap(
    paths: Sequence[str], parents: Sequence[str], names: Sequence[str], parameters: Sequence[int]
) -> go.Figure:
    """Parameters by part: an area for every module, within that of the module it belongs to.

    `paths` are the modules' full names, `parents` those of the modules around them ("" for the
    outermost), and the outermost itself is not among them.
    """
    figure = go.Figure(
        go.Treemap(
            ids=list(paths),
            labels=list(names),
            parents=list(parents),
            values=list(parameters),
            branchvalues="total",
            marker={"cornerradius": 4, "line": {"width": 1}},
            texttemplate="%{label}<br>%{value:,}",
            hovertemplate="%{id}<br>%{value:,} parameters<br>%{percentRoot:.2%} of all"
            "<extra></extra>",
            maxdepth=3,
            tiling={"pad": 2},
        )
    )
    figure.update_layout(
        title={"text": "Parameters by part (click to go in)"},
        margin=MARGIN,
        height=460,
        treemapcolorway=list(palette.TOKENS),
    )
    return figure


def contributions(
    names: Sequence[str], values: Sequence[float], *, title: str, total: float, unit: str = "Logit"
) -> go.Figure:
    """Signed bars, one per part of the model, in the order of the forward pass; they add up.

    >>> figure = contributions(["Embedding", "0 MLP"], [1.5, -0.5], title="A logit", total=1.0)
    >>> list(figure.data[0].x), list(figure.data[0].y)
    ([1.5, -0.5], ['Embedding', '0 MLP'])
    """
    bars = go.Bar(
        x=list(values),
        y=list(names),
        orientation="h",
        marker={
            "color": [palette.HIGHER if each > 0 else palette.LOWER for each in values],
            "cornerradius": 3,
        },
        text=[f"{each:+.2f}" for each in values],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}<br>%{x:+.5f}<extra></extra>",
    )
    figure = go.Figure(bars)
    figure.update_layout(
        title={"text": f"{title} = {total:.4f}"},
        height=120 + 24 * len(names),
        margin=MARGIN,
        dragmode=False,
    )
    span = max((abs(each) for each in values), default=1.0) * 1.2 or 1.0
    low, high = min(min(values, default=0), 0), max(max(values, default=0), 0)
    figure.update_xaxes(title=unit, fixedrange=True, range=[low - 0.2 * span, high + 0.2 * span])
    figure.update_yaxes(
        title="Part", autorange="reversed", automargin=True, fixedrange=True, type="category"
    )
    return figure


def rank_curve(probabilities: Sequence[float], *, title: str) -> go.Figure:
    """Every token's probability against its rank, both on logarithmic scales.

    `probabilities` are sorted, the highest first.
    """
    chances = np.asarray(probabilities, dtype=float)
    ranks = np.arange(1, len(chances) + 1)
    # Beyond the first thousand, points are closer than pixels.
    shown = np.unique(np.concatenate([ranks[:1000], np.geomspace(1, len(ranks), 600).astype(int)]))
    mass = np.cumsum(chances)
    figure = go.Figure(
        go.Scatter(
            x=shown,
            y=chances[shown - 1],
            customdata=mass[shown - 1],
            mode="lines",
            line={"color": palette.PROBABILITY, "width": 2.5},
            hovertemplate="rank %{x:,}<br>%{y:.3g}<br>ranks 1 to %{x:,} together %{customdata:.2%}"
            "<extra></extra>",
        )
    )
    figure.update_layout(title={"text": title}, height=340, margin=MARGIN, dragmode=False)
    figure.update_xaxes(title="Rank", type="log", fixedrange=True, dtick=1)
    figure.update_yaxes(
        title="Probability", type="log", fixedrange=True, exponentformat="power", dtick=2
    )
    return figure


def before_and_after(
    names: Sequence[str], before: Sequence[float], after: Sequence[float], *, title: str
) -> go.Figure:
    """Two distributions over the same tokens, as pairs of bars."""
    figure = go.Figure()
    labels = [plain(name) for name in names]
    for label, values, colour in (
        ("before", before, palette.GREY),
        ("after", after, palette.PROBABILITY),
    ):
        figure.add_bar(
            x=list(values),
            y=list(range(len(labels))),
            orientation="h",
            name=label,
            customdata=labels,
            marker={"color": colour, "cornerradius": 3},
            hovertemplate=f"%{{customdata}}<br>{label} %{{x:.3%}}<extra></extra>",
        )
    figure.update_layout(
        title={"text": title},
        height=130 + 34 * len(labels),
        margin=MARGIN,
        barmode="group",
        bargap=0.3,
        dragmode=False,
        legend={"orientation": "h", "y": 1.0, "x": 1.0, "xanchor": "right", "yanchor": "bottom"},
    )
    figure.update_xaxes(title="Probability", tickformat=".0%", fixedrange=True, rangemode="tozero")
    figure.update_yaxes(
        title="Token",
        tickvals=list(range(len(labels))),
        ticktext=labels,
        autorange="reversed",
        automargin=True,
        fixedrange=True,
        showgrid=False,
    )
    return figure


def divergences(names: Sequence[str], bits: Sequence[float], *, title: str) -> go.Figure:
    """How far each change moves the next-token distribution from the normal one."""
    figure = go.Figure(
        go.Bar(
            x=list(bits),
            y=list(names),
            orientation="h",
            marker={"color": palette.PROBABILITY, "cornerradius": 3},
            text=[f"{each:.3g}" for each in bits],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}<br>%{x:.4g} bits<extra></extra>",
        )
    )
    figure.update_layout(
        title={"text": title}, height=110 + 32 * len(names), margin=MARGIN, dragmode=False
    )
    most = max(bits, default=1.0) or 1.0
    figure.update_xaxes(title="KL divergence in bits", fixedrange=True, range=[0, 1.18 * most])
    figure.update_yaxes(
        title="Change", autorange="reversed", automargin=True, fixedrange=True, type="category"
    )
    return figure


def arcs(tokens: Sequence[str], weights: Sequence[float], query: int, *, title: str) -> go.Figure:
    """Attention of one token over the text: an arc to each token, as wide as its share."""
    figure = go.Figure()
    for key, weight in enumerate(weights):
        if weight < 0.005:
            continue
        turn = np.linspace(0, np.pi, 40)
        middle, radius = (key + query) / 2, max(abs(query - key) / 2, 0.22)
        height = 1.0 * radius / max(len(tokens) / 2, 1) + 0.1
        figure.add_scatter(
            x=middle + radius * np.cos(turn),
            y=height * np.sin(turn),
            mode="lines",
            line={"color": palette.veil(palette.PROBABILITY, 0.25 + 0.75 * weight),
                  "width": 1 + 16 * weight},
            name=plain(tokens[key]),
            text=f"{plain(tokens[query])} to {plain(tokens[key])}: {weight:.2%}",
            hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    figure.add_scatter(
        x=list(range(len(weights))),
        y=[-0.12] * len(weights),
        mode="text",
        text=[f"{weight:.0%}" if weight >= 0.005 else "" for weight in weights],
        hoverinfo="skip",
    )
    figure.update_layout(
        title={"text": title}, height=330, margin=MARGIN, showlegend=False, dragmode=False
    )
    figure.update_xaxes(
        title="Token",
        tickvals=list(range(len(tokens))),
        ticktext=[plain(token) for token in tokens],
        tickangle=-40,
        range=[-0.6, len(tokens) - 0.4],
        showgrid=False,
        zeroline=False,
        fixedrange=True,
    )
    figure.update_yaxes(visible=False, fixedrange=True, range=[-0.25, None])
    return figure
