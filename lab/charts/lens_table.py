"""The logit lens as a table: depth x position, the likeliest token in each cell.

A table and not a plot: its cells hold words, which need their room and scroll where there is none.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from lab.charts import palette

_CELL = (
    "padding: 0.28rem 0.5rem; text-align: center; white-space: nowrap; border-radius: 4px; "
    "font-family: 'Source Code Pro', monospace; font-size: 0.86rem"
)
_HEAD = "padding: 0.2rem 0.5rem; white-space: nowrap; font-weight: 500; font-size: 0.86rem"


@dataclass(frozen=True)
class Guess:
    """One cell: a token, how strong its colour is (0 to 1), and all there is to say about it."""

    text: str
    level: float
    says: str


def lens_table(
    cells: Sequence[Sequence[Guess]],
    depths: Sequence[str],
    tokens: Sequence[str],
    *,
    title: str,
) -> str:
    """HTML, safe for any token: rows from the deepest to the embedding, columns the tokens read.

    `cells` and `depths` begin with the embedding.

    >>> "&lt;b&gt;" in lens_table([[Guess("<b>", 1.0, "")]], ["Embedding"], ["a"], title="Lens")
    True
    """
    head = "".join(f'<th scope="col" style="{_HEAD}">{html.escape(name)}</th>' for name in tokens)
    rows = "".join(_row(name, row) for name, row in reversed(list(zip(depths, cells, strict=True))))
    return (
        '<div style="overflow-x: auto" tabindex="0">'
        '<table style="border-collapse: separate; border-spacing: 2px">'
        f'<caption style="text-align: start; font-weight: 600; padding-bottom: 0.4rem">'
        f"{html.escape(title)}</caption>"
        f'<thead><tr><th scope="col" style="{_HEAD}">Depth</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(name: str, row: Sequence[Guess]) -> str:
    cells = "".join(
        f'<td title="{html.escape(each.says)}" style="{_CELL}; background: {_fill(each.level)}">'
        f"{html.escape(each.text)}</td>"
        for each in row
    )
    return (
        f'<tr><th scope="row" style="{_HEAD}; text-align: end">{html.escape(name)}</th>{cells}</tr>'
    )


def _fill(level: float) -> str:
    low, high = palette.LEVEL_OPACITY
    return palette.veil(palette.PROBABILITY, round(low + level * (high - low), 3))
