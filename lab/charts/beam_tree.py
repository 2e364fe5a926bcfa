"""A beam search as a tree: every candidate of every round, and what became of it."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from lab.charts import palette
from lab.charts.frame import INK, axis, layout
from lab.charts.labels import plain, visible

COLUMN, ROW = 70, 34
"""Pixels between two rounds, and between two candidates of a round."""
LONGEST_LABEL = 11


class Node(NamedTuple):
    """A candidate: `parent` is the index of the node before it, None for the prompt."""

    parent: int | None
    step: int
    data: bytes
    log_probability: float
    total: float
    fate: str


def beam_tree(nodes: Sequence[Node], winner: Collection[int]) -> go.Figure:
    """Rounds from left to right, in each the candidates from the best cumulative score down.

    `winner` holds the nodes of the best finished text. Pruned candidates are grey, finished ones
    are squares.
    """
    places = _places(nodes)
    traces = []
    kinds = {
        "pruned": [n for n, node in enumerate(nodes) if node.fate == "pruned"],
        "going on": [n for n, node in enumerate(nodes) if node.fate == "open" and n not in winner],
        "finished": [
            n for n, node in enumerate(nodes) if node.fate == "finished" and n not in winner
        ],
        "winner": sorted(winner),
    }
    looks = {
        "pruned": (palette.CUT, 7, "circle", 1.0),
        "going on": (palette.KEPT, 10, "circle", 1.5),
        "finished": (palette.TEAL, 11, "square", 1.5),
        "winner": (palette.LOWER, 13, "diamond", 4.0),
    }
    for kind, members in kinds.items():
        colour, size, symbol, width = looks[kind]
        traces.append(
            go.Scatter(
                **_edges(nodes, places, members),
                mode="lines",
                line={"color": palette.veil(colour, 0.75), "width": width},
                hoverinfo="skip",
                showlegend=False,
            )
        )
        traces.append(
            go.Scatter(
                x=[places[each][0] for each in members],
                y=[places[each][1] for each in members],
                mode="markers+text",
                name=kind,
                marker={"color": colour, "size": size, "symbol": symbol, "line": {"width": 0}},
                text=[_label(nodes[each].data, bold=kind == "winner") for each in members],
                textposition="top center",
                textfont={"size": 13, **INK},
                customdata=[
                    (plain(visible(node.data)), node.log_probability, node.total, node.step)
                    for node in (nodes[each] for each in members)
                ],
                hovertemplate="%{customdata[0]}<br>token %{customdata[3]}"
                "<br>log-probability %{customdata[1]:.3f}<br>sum so far %{customdata[2]:.3f}",
            )
        )
    steps = max((node.step for node in nodes), default=0)
    deepest = max((-y for _, y in places), default=0)
    return go.Figure(
        traces,
        layout(
            "Every candidate of the search",
            ROW * (deepest + 2) + 150,
            width=COLUMN * (steps + 1) + 60,
            legend=True,
            xaxis=axis(
                "Tokens since the prompt",
                dtick=1,
                range=[-0.25, steps + 0.6],
                showgrid=False,
            ),
            yaxis=axis(
                "Place by cumulative score",
                tickvals=[-each for each in range(deepest + 1)],
                ticktext=[str(each + 1) for each in range(deepest + 1)],
                range=[-deepest - 0.6, 0.9],
                gridcolor=palette.veil(palette.GREY, 0.15),
            ),
        ),
    )


def _places(nodes: Sequence[Node]) -> list[tuple[int, int]]:
    """(step, minus the place in the round) per node; the nodes of a round come best first."""
    seen: dict[int, int] = {}
    places = []
    for node in nodes:
        places.append((node.step, -seen.get(node.step, 0)))
        seen[node.step] = seen.get(node.step, 0) + 1
    return places


def _edges(
    nodes: Sequence[Node], places: Sequence[tuple[int, int]], members: Sequence[int]
) -> dict[str, list[float | None]]:
    x: list[float | None] = []
    y: list[float | None] = []
    for each in members:
        parent = nodes[each].parent
        start = (0, 0) if parent is None else places[parent]
        end = places[each]
        # A lane of its own for most of the way, so that edges do not run through labels.
        x += [start[0], start[0] + 0.35, end[0] - 0.35, end[0], None]
        y += [start[1], start[1], end[1], end[1], None]
    return {"x": x, "y": y}


def _label(data: bytes, *, bold: bool) -> str:
    text = visible(data)
    text = plain(text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…")
    return f"<b>{text}</b>" if bold else text
