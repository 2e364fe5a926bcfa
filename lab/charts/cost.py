"""What writing costs: milliseconds per token, and what a cache or a batch saves."""

from collections.abc import Sequence

import plotly.graph_objects as go

from lab.charts import palette
from lab.charts.frame import INK, axis, layout


def per_token(
    tokens: Sequence[int], cached: Sequence[float], uncached: Sequence[float], held: Sequence[int]
) -> go.Figure:
    """Milliseconds for the next token as the text grows, with and without the cache.

    `tokens[i]` is the length of the text that was read, `held[i]` the bytes of the cache then.
    """
    lines = [
        go.Scatter(
            x=list(tokens),
            y=list(values),
            customdata=list(size),
            name=name,
            mode="lines",
            line={"color": colour, "width": 2.5},
            hovertemplate="%{x:,} tokens<br>%{y:.2f} ms<br>%{customdata:,} bytes held",
        )
        for name, values, colour, size in (
            ("everything read again", uncached, palette.LOWER, [0] * len(tokens)),
            ("with the cache", cached, palette.KEPT, held),
        )
    ]
    return go.Figure(
        lines,
        layout(
            "Time for one more token",
            360,
            legend=True,
            xaxis=axis("Tokens in the text", tickformat=",d"),
            yaxis=axis("Milliseconds", rangemode="tozero"),
        ),
    )


def batch(
    sizes: Sequence[int], together: Sequence[float], one_by_one: Sequence[float]
) -> go.Figure:
    """Tokens per second for several prompts: as one batch, and one after the other."""
    bars = [
        go.Bar(
            x=[str(size) for size in sizes],
            y=list(values),
            name=name,
            marker={"color": colour, "cornerradius": 3},
            text=[f"{value:,.0f}" for value in values],
            textposition="outside",
            textfont={"size": 13, **INK},
            cliponaxis=False,
            hovertemplate="%{x} prompts<br>%{y:,.0f} tokens per second",
        )
        for name, values, colour in (
            ("one by one", one_by_one, palette.LOWER),
            ("as one batch", together, palette.KEPT),
        )
    ]
    return go.Figure(
        bars,
        layout(
            "Several prompts at once",
            360,
            legend=True,
            bargap=0.3,
            bargroupgap=0.08,
            xaxis=axis("Prompts", type="category"),
            yaxis=axis("Tokens per second", rangemode="tozero"),
        ),
    )
