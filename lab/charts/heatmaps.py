"""Tensors as heat maps: rows and columns named, the exact number on hover."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lab.charts import palette
from lab.charts.frame import INK, axis, layout
from lab.charts.labels import plain

Matrix = Sequence[Sequence[float | None]] | np.ndarray

TALLEST = 900


def tensor(
    values: Matrix,
    rows: Sequence[str],
    columns: Sequence[str] | None = None,
    *,
    title: str,
    row_title: str = "Token",
    column_title: str = "Component",
    signed: bool = True,
    first: int = 0,
) -> go.Figure:
    """A matrix, one row per token. Without `columns` they are numbered, beginning with `first`.

    Signed values are on the diverging scale, saturated where only 2 in 100 values lie beyond;
    others on the sequential one. What is no finite number stays blank.

    >>> figure = tensor([[1.0, -2.0]], ["a"], title="Queries")
    >>> figure.data[0].z.tolist(), figure.data[0].zmin, figure.data[0].zmax
    ([[1.0, -2.0]], -2.0, 2.0)
    """
    z = np.array(values, dtype=np.float32)
    finite = z[np.isfinite(z)]
    limit = float(np.percentile(np.abs(finite), 98, method="higher")) if finite.size else 1.0
    named = columns is not None
    where = "%{x}" if named else f"{column_title.lower()} %{{x}}"
    trace = go.Heatmap(
        z=np.where(np.isfinite(z), z, np.nan),
        x=_plain(columns) if columns is not None else list(range(first, first + z.shape[1])),
        y=_plain(rows),
        colorscale=palette.DIVERGING if signed else palette.SEQUENTIAL,
        zmin=-(limit or 1.0) if signed else 0,
        zmax=limit or 1.0,
        hovertemplate=f"%{{y}}<br>{where}<br>%{{z:.6g}}<extra></extra>",
        hoverongaps=False,
        colorbar={"thickness": 12, "outlinewidth": 0, "tickfont": {"size": 13, **INK}},
        xgap=1 if named else 0,
        ygap=1,
    )
    across = axis(column_title, showgrid=False, fixedrange=named)
    if named:
        across |= {"tickangle": -40, "type": "category"}
    down = axis(
        row_title,
        type="category",
        autorange="reversed",
        automargin=True,
        showgrid=False,
        dtick=max(1, len(rows) // 32),
    )
    height = min(TALLEST, 190 + 28 * len(rows))
    return go.Figure(trace, layout(title, height, xaxis=across, yaxis=down))


def _plain(texts: Sequence[str]) -> list[str]:
    return [plain(text) for text in texts]
