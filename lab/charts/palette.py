"""The one palette.

Every colour is a mid-tone that stands out from a white page and from a dark one alike (at least
3:1, WCAG 1.4.11). What must be soft is the same colour at a lower opacity, so that the page
shows through: one set of colours serves both themes, and text on a soft fill keeps at least
4.5:1. The hues of tokens were chosen to stay apart for normal, protan, deutan and tritan
vision; `tests/charts/test_palette.py` holds all of this.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ThemeName = Literal["light", "dark"]

INDIGO, GOLD, TEAL, RUST, PLUM = "#606adb", "#b29018", "#1aa598", "#a45307", "#7f5687"
GREY = "#7d838e"

TOKENS = (INDIGO, GOLD, TEAL, RUST, PLUM)
"""The hues of tokens; `hues` says which token has which."""
INK_ON = {
    INDIGO: "#ffffff",
    GOLD: "#000000",
    TEAL: "#000000",
    RUST: "#ffffff",
    PLUM: "#ffffff",
    GREY: "#000000",
}
"""Text on a full fill."""
TOKEN_OPACITY = 0.28
"""How much of its hue the fill behind a token's text has."""

PROBABILITY = INDIGO
"""Probability, and everything else on the sequential scale."""
LEVEL_OPACITY = (0.04, 0.68)
"""Opacity of `PROBABILITY` behind text, from the lowest to the highest level."""

KEPT, CUT = INDIGO, GREY
"""What a sampler keeps, and what it cuts."""
LOWER, HIGHER = RUST, INDIGO
"""The two ends of a difference."""


CHART_INK = "#000037"
"""Text in figures: near black by itself. Streamlit's chart theme gives exactly this value the
strongest grey of the theme in use, light on dark included."""
CHART_PAPER = "#000038"
"""What is to hide what lies behind it in a figure; in the same way it becomes the background."""


@dataclass(frozen=True)
class Surface:
    """What colours lie upon in one theme: `.streamlit/config.toml` has the same values."""

    background: str
    panel: str
    ink: str
    accent: str


SURFACES: dict[ThemeName, Surface] = {
    "light": Surface(background="#ffffff", panel="#f4f5f7", ink="#1c2128", accent="#4a55c8"),
    "dark": Surface(background="#15181d", panel="#20242b", ink="#e8eaed", accent="#606adb"),
}


def hues(token_ids: Iterable[int]) -> list[int]:
    """Which of `TOKENS` each token of a text has: neighbours always differ.

    A token has the hue of its id, the same wherever it stands, or else the next one.

    >>> hues([5, 6, 11, 5, 5])
    [0, 1, 2, 0, 1]
    """
    chosen: list[int] = []
    for token_id in token_ids:
        hue = token_id % len(TOKENS)
        if chosen and hue == chosen[-1]:
            hue = (hue + 1) % len(TOKENS)
        chosen.append(hue)
    return chosen


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of a colour written `#rrggbb`.

    >>> channels("#606adb")
    (96, 106, 219)
    """
    value = int(colour.removeprefix("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255


def veil(colour: str, opacity: float) -> str:
    """The colour at an opacity, in CSS and plotly notation.

    >>> veil("#606adb", 0.5)
    'rgba(96, 106, 219, 0.5)'
    """
    red, green, blue = channels(colour)
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def over(colour: str, opacity: float, background: str) -> str:
    """The opaque colour seen when `colour` at `opacity` lies on `background`.

    >>> over("#606adb", 0.5, "#ffffff")
    '#b0b4ed'
    """
    mixed = (
        round(opacity * above + (1 - opacity) * below)
        for above, below in zip(channels(colour), channels(background), strict=True)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
