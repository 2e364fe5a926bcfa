"""Names and phrases that the rooms of the page share."""

from typing import TYPE_CHECKING, Any

from lab.charts.distribution import percent
from lab.ui.text import literal

if TYPE_CHECKING:
    from lab.branches import Tree
    from lab.generation import Step

PAGE = "playground"
LONGEST = 44


def kept(name: str) -> dict[str, Any]:
    """Arguments of a widget whose value the address carries."""
    return {"key": f"{PAGE}_{name}", "bind": "query-params"}


def tokens(count: int, kind: str = "") -> str:
    """A number of tokens.

    >>> tokens(1), tokens(1200, "new ")
    ('1 token', '1,200 new tokens')
    """
    return f"{count:,} {kind}{'token' if count == 1 else 'tokens'}"


def short(text: str, longest: int = LONGEST) -> str:
    """The beginning of a text in one line.

    >>> short("Once upon\\na time", 12)
    'Once upon a…'
    """
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def token(step: "Step") -> str:
    """A token with what the model thought of it, as Markdown."""
    return f"“{literal(step.text)}” ({percent(step.probability)}, {ordinal(step.rank)})"


def ordinal(place: int) -> str:
    """A place in words.

    >>> ordinal(1), ordinal(2), ordinal(13), ordinal(1021)
    ('the likeliest', '2nd', '13th', '1,021st')
    """
    if place == 1:
        return "the likeliest"
    teen = place % 100 in (11, 12, 13)
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place:,}{ending}"


def name(tree: "Tree", index: int) -> str:
    """What a branch is called: its number, and how its own part begins."""
    text = "".join(step.text for step in tree.branches[index].steps)
    return f"{index + 1}. {short(text) or 'nothing visible'}"
