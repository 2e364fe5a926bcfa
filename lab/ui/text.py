"""Text of unknown origin on a page that speaks Markdown."""

import re
import string

_SIGNS = re.compile(f"([{re.escape(string.punctuation)}])")
_LONG_WORD = re.compile(r"(\S{32})\S{17,}(\S{32})")


def literal(text: str) -> str:
    r"""Markdown that shows exactly this text: no emphasis, link, formula or HTML comes of it.

    >>> print(literal("*a* $b$ <c>"))
    \*a\* \$b\$ \<c\>
    """
    return _SIGNS.sub(r"\\\1", text)


def shortened(text: str) -> str:
    """The text without the middle of its words of more than 80 characters.

    An id or a path that somebody else has written may be of any length.

    >>> shortened("No model " + "m" * 3000 + " here")
    'No model mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm…mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm here'
    """
    return _LONG_WORD.sub(r"\1…\2", text)


def size(count: float, unit: str = "") -> str:
    """A large number in the unit that people say.

    >>> size(5_901_000), size(124_439_808), size(23_600_000, "B"), size(512)
    ('5.9 M', '124 M', '24 MB', '512')
    """
    for power, sign in ((1e9, "G" if unit else "B"), (1e6, "M"), (1e3, "k")):
        if count >= power:
            value = count / power
            return f"{value:.{1 if value < 10 else 0}f} {sign}{unit}"
    return f"{count:.0f} {unit}".strip()
