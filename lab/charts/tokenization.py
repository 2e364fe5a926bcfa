"""Figures on tokenizers: what vocabularies cost, and how byte-pair training proceeds."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from lab.charts import palette
from lab.charts.frame import INK, axis, layout
from lab.charts.labels import plain, visible

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x")
ROW_PIXELS = 34
BESIDE = 0.17
MOST_POINTS = 400


def growth(read: Sequence[int], vocabulary: Sequence[int]) -> go.Figure:
    """The size of a word vocabulary against the words of the corpus read so far."""
    return go.Figure(
        _line(read, vocabulary, palette.INDIGO, "%{x:,} words read<br>%{y:,} words known"),
        _layout(
            "The vocabulary keeps growing", 300, axis("Corpus words read"), axis("Words known")
        ),
    )


def unknown_rate(read: Sequence[int], unknown: Sequence[float]) -> go.Figure:
    """The share of another text's words that the vocabulary lacks, as the corpus grows."""
    return go.Figure(
        _line(read, unknown, palette.RUST, "%{x:,} words read<br>%{y:.0%} unknown"),
        _layout(
            "Unknown words in the other text",
            300,
            axis("Corpus words read"),
            axis("Unknown words", tickformat=".0%", range=[-0.03, 1.05]),
        ),
    )


def lengths(names: Sequence[str], tokens: Sequence[int]) -> go.Figure:
    """Bars, one per way of cutting, the first on top: how many tokens the same text becomes."""
    bars = go.Bar(
        x=list(tokens),
        y=[plain(name) for name in names],
        orientation="h",
        marker={"color": palette.INDIGO, "cornerradius": 3},
        text=[f"{count:,}" for count in tokens],
        textposition="outside",
        textfont={"size": 14, **INK},
        cliponaxis=False,
        hovertemplate="%{y}: %{x:,} tokens<extra></extra>",
    )
    return go.Figure(
        bars,
        _layout(
            "Length of the same text",
            ROW_PIXELS * len(names) + 120,
            axis("Tokens", range=[0, max(tokens, default=1) * 1.15 or 1]),
            axis("Units", autorange="reversed", showgrid=False),
        ),
    )


def language_tax(languages: Sequence[str], tokens: Mapping[str, Sequence[int]]) -> go.Figure:
    """Points: the tokens that one sentence costs in each language, for each vocabulary.

    `tokens` has one count per language under each vocabulary's name.
    """
    costs = [[counts[row] for counts in tokens.values()] for row in range(len(languages))]
    spans = [
        go.Scatter(
            x=[min(each), max(each)],
            y=[row, row],
            mode="lines",
            line={"color": palette.GREY, "width": 1},
            hoverinfo="skip",
            showlegend=False,
        )
        for row, each in enumerate(costs)
    ]
    middle = (len(tokens) - 1) / 2
    points = [
        go.Scatter(
            x=list(counts),
            # Beside each other, so that equal counts are all seen.
            y=[row + BESIDE * (place - middle) for row in range(len(languages))],
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
        for place, (name, counts) in enumerate(tokens.items())
    ]
    title, height = "The same sentence in ten languages", ROW_PIXELS * len(languages) + 170
    frame = _layout(
        title,
        height,
        axis("Tokens", rangemode="tozero", showgrid=True),
        axis(
            "Language",
            tickvals=list(range(len(languages))),
            ticktext=list(languages),
            range=[len(languages) - 0.4, -0.6],
            showgrid=False,
        ),
    )
    # The legend hangs below the title, however many lines a narrow screen makes of it.
    below_top = {"yref": "container", "yanchor": "top"}
    return go.Figure(
        [*spans, *points],
        {
            **frame,
            "showlegend": True,
            "title": {"text": title, "y": 1 - 14 / height, **below_top},
            "legend": {
                "orientation": "h",
                "x": 0,
                "y": 1 - 44 / height,
                **below_top,
                "font": {"size": 14, **INK},
            },
            "margin": {**frame["margin"], "t": 72},
        },
    )


def pair_counts(pairs: Sequence[tuple[bytes, bytes]], counts: Sequence[int]) -> go.Figure:
    """Bars, one per pair of neighbouring tokens; the first is the one to be merged."""
    labels = [f"{plain(visible(left))} + {plain(visible(right))}" for left, right in pairs]
    colours = [palette.KEPT] + [palette.CUT] * (len(pairs) - 1)
    bars = go.Bar(
        x=list(counts),
        y=list(range(len(pairs))),
        orientation="h",
        marker={"color": colours, "cornerradius": 3},
        text=[f"{count:,}" for count in counts],
        textposition="outside",
        textfont={"size": 14, **INK},
        cliponaxis=False,
        customdata=labels,
        hovertemplate="%{customdata}: %{x:,} times<extra></extra>",
    )
    return go.Figure(
        bars,
        _layout(
            "Most frequent pairs",
            28 * len(pairs) + 110,
            axis("Occurrences in the text", range=[0, max(counts, default=1) * 1.15]),
            axis(
                "Pair",
                tickvals=list(range(len(pairs))),
                ticktext=labels,
                tickfont={"size": 14, **INK},
                autorange="reversed",
                showgrid=False,
            ),
        ),
    )


def compression(lengths: Sequence[int], step: int) -> go.Figure:
    """Tokens in the training text after each merge, with the present step marked.

    `lengths` begins with the length in bytes, before any merge.
    """
    here = go.Scatter(
        x=[step],
        y=[lengths[step]],
        mode="markers",
        marker={"color": palette.RUST, "size": 13},
        hovertemplate="here: %{x:,} merges<br>%{y:,} tokens<extra></extra>",
    )
    merges = range(len(lengths))
    return go.Figure(
        [_line(merges, lengths, palette.INDIGO, "%{x:,} merges<br>%{y:,} tokens"), here],
        _layout(
            "Each merge shortens the text",
            300,
            axis("Merges"),
            axis("Tokens in the text", rangemode="tozero"),
        ),
    )


def _line(x: Sequence[int], y: Sequence[float], colour: str, hover: str) -> go.Scatter:
    x, y = _thinned(x, y)
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": colour, "width": 2.5},
        hovertemplate=hover + "<extra></extra>",
    )


def _thinned(x: Sequence[int], y: Sequence[float]) -> tuple[list[int], list[float]]:
    """At most `MOST_POINTS` of the points at even distances, and the last."""
    every = max(1, -(-len(x) // MOST_POINTS))
    places = sorted({*range(0, len(x), every), len(x) - 1})
    return [x[i] for i in places], [y[i] for i in places]


def _layout(title: str, height: int, x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    return layout(
        title,
        height,
        bargap=0.28,
        xaxis={"tickformat": ",", "nticks": 6, **x},
        yaxis={"tickformat": ",", "automargin": True, **y},
    )
