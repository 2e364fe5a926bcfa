"""How a token is written in a chart or a table, where it cannot be a coloured chip."""

import html
import re

MARKS = {" ": "␣", "\n": "↵", "\t": "⇥", "\r": r"\r"}
"""Whitespace made visible. What else is invisible is written as its code point."""

_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u3164\ufe00-\ufe0f\uffa0]")
"""Printable by their category, and yet nothing to see: fillers, joiners, variation selectors."""


def visible(data: bytes) -> str:
    r"""A token's bytes as one line of text in which nothing is invisible.

    Bytes that are no character by themselves (a part of an emoji, say) are written in hex.

    >>> visible(b" is"), visible(b"a\n"), visible(b"\x00"), visible("é".encode())
    ('␣is', 'a↵', '⟨U+0000⟩', 'é')
    >>> visible("🚀".encode()[:2])
    '⟨F0 9F⟩'
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return f"⟨{data.hex(' ').upper()}⟩"
    return "".join(_mark(character) for character in text)


def _mark(character: str) -> str:
    if character in MARKS:
        return MARKS[character]
    if character.isprintable() and not _UNSEEN.match(character):
        return character
    return f"⟨U+{ord(character):04X}⟩"


def plain(text: str) -> str:
    """The text with plotly's markup made harmless: a token such as `<b>` shows as it is.

    >>> plain("<b>&")
    '&lt;b&gt;&amp;'
    """
    return html.escape(text, quote=False)
