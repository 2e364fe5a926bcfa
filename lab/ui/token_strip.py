"""A text as its tokens: the component that every page shares.

Chips for the tokens, below them their ids and (if asked for) their bytes, linked when pointed
at; arrow keys walk through them, Enter or a click selects one. The drawing is in `token.js`,
`token_strip.js` and `token_strip.css`; this module says what is to be drawn, and keeps which token
is selected and which page of a long text is open: in the session, and in the address if asked to.
"""

import hashlib
import json
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import streamlit as st

from lab.charts import palette
from lab.ui import address

View = Literal["text", "printable", "hex"]
Colour = Literal["id", "probability", "rank", "entropy", "merge"]
Row = Literal["ids", "bytes"]

IDS: tuple[Row, ...] = ("ids",)
PAGE = 2000
"""Tokens drawn at once; a longer text is turned over in pages."""
TOKEN, PAGE_NUMBER = ".token", ".page"
"""What parameters of the address end in, after the key of the strip. Both count from 1."""
_KEPT = ".place"
FAINTEST_RANK = 1000
"""From this rank on, the colour of a rank is the faintest."""
MOST_ENTROPY = 8.0
"""From so many bits on (256 equally likely tokens), the colour of an entropy is the strongest."""


class Candidate(NamedTuple):
    """A token that could have stood in this place."""

    token_id: int | None
    data: bytes
    probability: float


@dataclass(frozen=True)
class StripToken:
    """One token to draw; its id is None where nobody tells it.

    `data` is the token's bytes, which need not be a whole character. `control` marks a token
    that no typed text can make, such as `<|endoftext|>`. `rank` is 1 for the most likely token;
    `entropy` is how uncertain the model was there, in bits;
    `merge` is the step at which training made this token (0 for a single byte).
    """

    token_id: int | None
    data: bytes
    control: bool = False
    probability: float | None = None
    rank: int | None = None
    entropy: float | None = None
    merge: int | None = None
    alternatives: Sequence[Candidate] = ()


def token_strip(
    tokens: Sequence[StripToken],
    *,
    key: str,
    label: str = "Tokens",
    view: View = "text",
    colour: Colour = "id",
    rows: Collection[Row] = IDS,
    marks: Sequence[bool] = (),
    action: bool = False,
    in_address: bool = False,
) -> int | None:
    """Draw the tokens; return the index of the selected one, or None.

    A selection lasts as long as the tokens stay the same, and is taken back by selecting the
    token again. With `action=True` a click is not a selection but an event: its index is returned
    once, in the run that the click causes. `marks` tells for each token whether its end is drawn
    as one that deserves a look. With `in_address=True` a link restores the selection and the
    open page.
    """
    place = _place(key, tokens, in_address=in_address)
    first = place.page * PAGE
    drawn = tokens[first : first + PAGE]
    data = {
        "label": label,
        "view": view,
        "rows": [row for row in ("ids", "bytes") if row in rows and tokens],
        "action": action,
        "of": place.of,
        "selected": place.selected,
        "first": first,
        "total": len(tokens),
        "page": PAGE,
        "marks": [index for index, marked in enumerate(marks[first : first + PAGE]) if marked],
        "legend": _legend(tokens, colour),
        "levels": None if colour == "id" else levels(tokens, colour)[first : first + PAGE],
        **_columns(drawn),
    }
    result = _draw(
        key=key,
        # In a mapping Streamlit would look for tables, and import pandas for that.
        data=json.dumps(data).encode(),
        on_clicked_change=_nothing if action else lambda: _select(key, place, len(tokens)),
        on_turned_change=lambda: _turn(key, place, len(tokens)),
    )
    return _valid_index(result.clicked, place.of, len(tokens)) if action else place.selected


@dataclass(frozen=True)
class _Place:
    """Where somebody is in a strip: in which tokens, with which one selected, on which page."""

    of: str
    selected: int | None = None
    page: int = 0


def _place(key: str, tokens: Sequence[StripToken], *, in_address: bool) -> _Place:
    """The place that was kept, or that a link tells of, as far as there are such tokens."""
    of, last = _fingerprint(tokens), max(0, len(tokens) - 1) // PAGE
    kept = st.session_state.get(key + _KEPT)
    if in_address and (kept is None or address.went_back()):
        selected, page = _number(key + TOKEN), _number(key + PAGE_NUMBER)
        if selected is not None and selected >= len(tokens):
            selected = None
        kept = _Place(of, selected, (selected or 0) // PAGE if page is None else page)
    kept = kept or _Place(of)
    place = _Place(of, kept.selected if kept.of == of else None, min(kept.page, last))
    st.session_state[key + _KEPT] = place
    if in_address:
        selected = place.selected
        address.put(key + TOKEN, None if selected is None else str(selected + 1))
        at_first = place.page == 0 == (selected or 0) // PAGE
        address.put(key + PAGE_NUMBER, None if at_first else str(place.page + 1))
    return place


def _number(name: str) -> int | None:
    """A number from 1 in the address, as an index from 0; None if there is none."""
    text = st.query_params.get(name, "")
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) - 1 if is_number and int(text) else None


def _nothing() -> None:
    """Streamlit keeps only the values that have a callback."""


def _select(key: str, place: _Place, count: int) -> None:
    index = _valid_index(st.session_state[key].clicked, place.of, count)
    if index is not None:
        selected = None if index == place.selected else index
        st.session_state[key + _KEPT] = replace(place, selected=selected)


def _turn(key: str, place: _Place, count: int) -> None:
    index = _valid_index(st.session_state[key].turned, place.of, count)
    if index is not None:
        st.session_state[key + _KEPT] = replace(place, page=index // PAGE)


def _valid_index(value: Any, of: str, count: int) -> int | None:
    """What the browser sent, if it is an index into these very tokens.

    >>> _valid_index({"index": 1, "of": "a"}, "a", 2), _valid_index({"index": 1, "of": "b"}, "a", 2)
    (1, None)
    >>> _valid_index({"index": 7, "of": "a"}, "a", 2) is None, _valid_index("x", "a", 2) is None
    (True, True)
    """
    if not isinstance(value, dict) or value.get("of") != of:
        return None
    index = value.get("index")
    return index if type(index) is int and 0 <= index < count else None


def _fingerprint(tokens: Sequence[StripToken]) -> str:
    digest = hashlib.blake2b(repr([token.token_id for token in tokens]).encode(), digest_size=8)
    digest.update(b"\0".join(token.data for token in tokens))
    digest.update(bytes(token.control for token in tokens))
    return digest.hexdigest()


def _columns(tokens: Sequence[StripToken]) -> dict[str, Any]:
    """The tokens as columns, which are much smaller in JSON than one object per token."""
    ids = [token.token_id for token in tokens]
    columns: dict[str, Any] = {
        "ids": ids,
        "hues": palette.hues(each or 0 for each in ids),
        "hex": [token.data.hex() for token in tokens],
        "control": [index for index, token in enumerate(tokens) if token.control],
    }
    if any(token.probability is not None for token in tokens):
        columns["probability"] = [token.probability for token in tokens]
    if any(token.rank is not None for token in tokens):
        columns["rank"] = [token.rank for token in tokens]
    if any(token.entropy is not None for token in tokens):
        columns["entropy"] = [token.entropy for token in tokens]
    if any(token.merge is not None for token in tokens):
        columns["merge"] = [token.merge for token in tokens]
    if any(token.alternatives for token in tokens):
        columns["alternatives"] = [
            [(each.token_id, each.data.hex(), each.probability) for each in token.alternatives]
            for token in tokens
        ]
    return columns


def levels(tokens: Sequence[StripToken], colour: Colour) -> list[float | None]:
    """Where each token stands on the sequential scale, from 0 to 1; None where it is unknown.

    A rank falls with its logarithm: 1st is 1, 10th two thirds, 100th one third. A merge step is
    relative to the latest one in the text.

    >>> levels([StripToken(5, b"a", rank=1), StripToken(6, b"b", rank=10)], "rank")
    [1.0, 0.6666666666666667]
    """
    if colour == "probability":
        return [token.probability for token in tokens]
    if colour == "rank":
        return [None if token.rank is None else _rank_level(token.rank) for token in tokens]
    if colour == "entropy":
        bits = (token.entropy for token in tokens)
        return [None if each is None else min(1.0, each / MOST_ENTROPY) for each in bits]
    last = _last_merge(tokens)
    return [None if token.merge is None else token.merge / last for token in tokens]


def _rank_level(rank: int) -> float:
    return max(0.0, 1 - math.log10(rank) / math.log10(FAINTEST_RANK))


def _last_merge(tokens: Sequence[StripToken]) -> int:
    return max((token.merge or 0 for token in tokens), default=0) or 1


def _legend(tokens: Sequence[StripToken], colour: Colour) -> dict[str, str] | None:
    if colour == "id" or all(each is None for each in levels(tokens, colour)):
        return None  # a server need not tell what the colours would mean
    if colour == "probability":
        return {"title": "Probability", "low": "0%", "high": "100%"}
    if colour == "rank":
        return {"title": "Rank", "low": f"{FAINTEST_RANK:,}th and beyond", "high": "1st"}
    if colour == "entropy":
        return {"title": "Entropy", "low": "0 bits", "high": f"{MOST_ENTROPY:g} bits and more"}
    return {"title": "Merge step", "low": "0", "high": f"{_last_merge(tokens):,}"}


def _styles() -> str:
    """The palette as CSS variables, then the style sheet."""
    low, high = palette.LEVEL_OPACITY
    variables = {
        **{f"--token-{index}": hue for index, hue in enumerate(palette.TOKENS)},
        "--token-fill": f"{palette.TOKEN_OPACITY:.0%}",
        "--level": palette.PROBABILITY,
        "--level-low": f"{low:.0%}",
        "--level-high": f"{high:.0%}",
        "--control": palette.GREY,
        "--mark": palette.LOWER,
    }
    block = "\n".join(f"  {name}: {value};" for name, value in variables.items())
    return f":host {{\n{block}\n}}\n" + (_HERE / "token_strip.css").read_text()


_HERE = Path(__file__).parent
_draw = st.components.v2.component(
    "token_strip",
    css=_styles(),
    js="".join((_HERE / f"{part}.js").read_text() for part in ("percent", "token", "token_strip")),
)
