"""Figures on tokenizers: what vocabularies cost, and how byte-pair training proceeds."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from lab.charts import palette
from lab.charts.frame import INK
from lab.charts.labels import plain, visible

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x")
ROW_PIXELS = 34
BESIDE = 0.17
MOST_POINTS = 400


def growth(read: Sequence[int], vocabulary: Sequence[int]) -> go.Figure:
    """The size of a word vocabulary against the words of the corpus read so far."""
    figure = _line(read, vocabulary, palette.INDIGO, "%{x:,} words read<br>%{y:,} words known")
    return _styled(figure, "The vocabulary keeps growing", "Corpus words read", "Words known", 300)


def unknown_rate(read: Sequence[int], unknown: Sequence[float]) -> go.Figure:
    """The share of another text's words that the vocabulary lacks, as the corpus grows."""
    figure = _line(read, unknown, palette.RUST, "%{x:,} words read<br>%{y:.0%} unknown")
    _styled(figure, "Unknown words in the other text", "Corpus words read", "Unknown words", 300)
    figure.update_yaxes(tickformat=".0%", range=[-0.03, 1.05])
    return figure


def lengths(names: Sequence[str], tokens: Sequence[int]) -> go.Figure:
    """Bars, one per way of cutting, the first on top: how many tokens the same text becomes."""
    figure = go.Figure(
        go.Bar(
            x=list(tokens),
            y=[plain(name) for name in names],
            orientation="h",
            marker={"color": palette.INDIGO, "cornerradius": 3},
            text=[f"{count:,}" for count in tokens],
            textposition="outside",
            textfont={"size": 14, "color": palette.CHART_INK},
            cliponaxis=False,
            hovertemplate="%{y}: %{x:,} tokens<extra></extra>",
        )
    )
    _styled(figure, "Length of the same text", "Tokens", "Units", ROW_PIXELS * len(names) + 120)
    figure.update_xaxes(range=[0, max(tokens, default=1) * 1.15 or 1])
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure


def language_tax(languages: Sequence[str], tokens: Mapping[str, Sequence[int]]) -> go.Figure:
    """Points: the tokens that one sentence costs in each language, for each vocabulary.

    `tokens` has one count per language under each vocabulary's name.
    """
    figure = go.Figure()
    rows = range(len(languages))
    for row in rows:
        here = [each[row] for each in tokens.values()]
        figure.add_scatter(
            x=[min(here), max(here)],
            y=[row, row],
            mode="lines",
            line={"color": palette.GREY, "width": 1},
            hoverinfo="skip",
            showlegend=False,
        )
    for place, (name, counts) in enumerate(tokens.items()):
        beside = BESIDE * (place - (len(tokens) - 1) / 2)  # so that equal counts are all seen
        figure.add_scatter(
            x=list(counts),
            y=[row + beside for row in rows],
            customdata=list(languages),
            name=plain(name),
            mode="markers",
            marker={
                "color": palette.TOKENS[place % len(palette.TOKENS)],
                "symbol": SYMBOLS[place % len(SYMBOLS)],
                "size": 12,
            },
            hovertemplate="%{customdata}: %{x:,} tokens<extra>" + plain(name) + "</extra>",
        )
    height = ROW_PIXELS * len(languages) + 170
    _styled(figure, "The same sentence in ten languages", "Tokens", "Language", height)
    # The legend hangs below the title, however many lines a narrow screen makes of it.
    below_top = {"yref": "container", "yanchor": "top"}
    figure.update_layout(
        showlegend=True,
        title={"y": 1 - 14 / height, **below_top},
        legend={
            "orientation": "h",
            "y": 1 - 44 / height,
            **below_top,
            "x": 0,
            "font": {"size": 14, **INK},
        },
        margin={"t": 72},
    )
    figure.update_xaxes(rangemode="tozero", showgrid=True)
    figure.update_yaxes(
        tickvals=list(rows),
        ticktext=list(languages),
        range=[len(languages) - 0.4, -0.6],
        showgrid=False,
    )
    return figure


def pair_counts(pairs: Sequence[tuple[bytes, bytes]], counts: Sequence[int]) -> go.Figure:
    """Bars, one per pair of neighbouring tokens; the first is the one to be merged."""
    labels = [f"{plain(visible(left))} + {plain(visible(right))}" for left, right in pairs]
    colours = [palette.KEPT] + [palette.CUT] * (len(pairs) - 1)
    figure = go.Figure(
        go.Bar(
            x=list(counts),
            y=list(range(len(pairs))),
            orientation="h",
            marker={"color": colours, "cornerradius": 3},
            text=[f"{count:,}" for count in counts],
            textposition="outside",
            textfont={"size": 14, "color": palette.CHART_INK},
            cliponaxis=False,
            customdata=labels,
            hovertemplate="%{customdata}: %{x:,} times<extra></extra>",
        )
    )
    height = 28 * len(pairs) + 110
    _styled(figure, "Most frequent pairs", "Occurrences in the text", "Pair", height)
    figure.update_xaxes(range=[0, max(counts, default=1) * 1.15])
    figure.update_yaxes(
        tickvals=list(range(len(pairs))),
        ticktext=labels,
        tickfont={"size": 14},
        autorange="reversed",
        showgrid=False,
    )
    return figure


def compression(lengths: Sequence[int], step: int) -> go.Figure:
    """Tokens in the training text after each merge, with the present step marked.

    `lengths` begins with the length in bytes, before any merge.
    """
    steps, shown = _thinned(range(len(lengths)), lengths)
    figure = _line(steps, shown, palette.INDIGO, "%{x:,} merges<br>%{y:,} tokens")
    figure.add_scatter(
        x=[step],
        y=[lengths[step]],
        mode="markers",
        marker={"color": palette.RUST, "size": 13},
        hovertemplate="here: %{x:,} merges<br>%{y:,} tokens<extra></extra>",
    )
    _styled(figure, "Each merge shortens the text", "Merges", "Tokens in the text", 300)
    figure.update_yaxes(rangemode="tozero")
    return figure


def _line(x: Sequence[int], y: Sequence[float], colour: str, hover: str) -> go.Figure:
    x, y = _thinned(x, y)
    return go.Figure(
        go.Scatter(
            x=list(x),
            y=list(y),
            mode="lines",
            line={"color": colour, "width": 2.5},
            hovertemplate=hover + "<extra></extra>",
        )
    )


def _thinned(x: Sequence[int], y: Sequence[float]) -> tuple[list[int], list[float]]:
    """At most `MOST_POINTS` of the points, the first and the last among them."""
    every = max(1, -(-len(x) // MOST_POINTS))
    places = sorted({*range(0, len(x), every), len(x) - 1})
    return [x[i] for i in places], [y[i] for i in places]


def _styled(figure: go.Figure, title: str, x: str, y: str, height: int) -> go.Figure:
    ink: dict[str, Any] = {"color": palette.CHART_INK}
    figure.update_layout(
        title={"text": title},
        height=height,
        bargap=0.28,
        margin={"l": 8, "r": 24, "t": 48, "b": 8},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
    )
    axis = {"tickfont": {"size": 13, **ink}, "fixedrange": True, "zeroline": False, "nticks": 6}
    figure.update_xaxes(title={"text": x, "font": ink}, tickformat=",", **axis)
    figure.update_yaxes(
        title={"text": y, "font": ink}, automargin=True, tickformat=",", **{**axis, "nticks": None}
    )
    return figure
