"""What the address carries beside the widgets that Streamlit binds to it: long texts.

A short text stands in the address as it is, like every other widget's value. A long one is
compressed into a parameter of its own, which fits about twice as much English, and six times as
much Arabic or Hindi, into the same room. What does not fit even so is kept out, and that is said
below the text: an address that is too long could not be opened again at all.
"""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isinf
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lab.tokenizers.base import well_formed

LONGEST = 8_000
"""Characters of all parameters together. Streamlit's own server takes 64 KiB, but nginx and
Apache, which often stand in front of it, refuse a request line of more than 8 KiB."""
PLAIN = 2_000
"""Characters that a text may take up as it is: nearly every program can carry such a link."""
MOST_BYTES = 1 << 20
"""Bytes that a compressed text may become again; a few characters could unfold to gigabytes."""

PACKED = ".z"
_DRAWN = "address_drawn"


def text_area(label: str, value: str = "", *, key: str, **options: Any) -> str:
    """`st.text_area` for well-formed text that the address carries if it can."""
    return _text(st.text_area, label, value, key, options)


def text_input(label: str, value: str = "", *, key: str, **options: Any) -> str:
    """`st.text_input` for well-formed text that the address carries if it can."""
    return _text(st.text_input, label, value, key, options)


def whole_number(
    label: str,
    low: int | None,
    high: int | None,
    value: int,
    *,
    key: str,
    step: int = 1,
    **options: Any,
) -> int:
    """`st.number_input` for whole numbers, carried by the address."""
    forget_infinite(key)
    number = st.number_input(label, low, high, value, step, key=key, bind="query-params", **options)
    return int(number)


def forget_infinite(key: str) -> None:
    """Take an infinite number in a link for none: Streamlit's box for whole numbers would break."""
    try:
        infinite = isinf(float(st.query_params.get(key, "")))
    except ValueError:
        return
    if infinite:
        del st.query_params[key]
        st.rerun()


def _text(
    widget: Callable[..., str | None], label: str, value: str, key: str, options: dict[str, Any]
) -> str:
    packed_key, unbound = key + PACKED, key + ".unbound"
    unreadable = False
    if key not in st.session_state or went_back():
        packed = st.query_params.get(packed_key)
        arrived = st.query_params.get(key) if packed is None else unpack(packed)
        unreadable = packed is not None and arrived is None
        if arrived is not None or key in st.session_state:
            st.session_state[key] = value if arrived is None else arrived
    text = well_formed(st.session_state.get(key, value) or "")

    room = LONGEST - sum(len(each) + 1 for each in _others(key, packed_key))
    plain = text == value or len(urlencode({key: text})) <= min(PLAIN, room)
    packed = None if plain else pack(text)
    carried = packed is None or len(urlencode({packed_key: packed})) <= room
    if plain and st.session_state.pop(unbound, False) and text != value:
        st.query_params[key] = text  # the browser does so only when somebody types
    typed = widget(label, value, key=key, bind="query-params" if plain else None, **options)
    if not plain:
        st.session_state[unbound] = True
        put(key, None)
    put(packed_key, packed if carried else None)

    if not carried:
        st.caption(
            f"This text of {len(text):,} characters is too long for the address, even "
            "compressed: a link to this page shows the example instead."
        )
    elif unreadable:
        st.caption("The text of this link could not be read; part of the link may be missing.")
    return well_formed(typed or "")


def _others(*names: str) -> list[str]:
    """What else is in the address to stay, as it stands there.

    Another text that was just typed is there as it is, however long, until its turn comes.
    """
    others = {
        name: urlencode({name: st.query_params.get_all(name)}, doseq=True)
        for name in st.query_params
        if name not in names
    }
    return [part for name, part in others.items() if name.endswith(PACKED) or len(part) <= PLAIN]


def put(name: str, value: str | None) -> None:
    """Write a parameter that belongs to no bound widget, or remove it. Its name has a dot."""
    if value is None:
        if name in st.query_params:
            del st.query_params[name]
        return
    st.session_state.setdefault(_DRAWN, set()).add(name)
    if st.query_params.get(name) != value:
        st.query_params[name] = value


@contextmanager
def tidied() -> Iterator[None]:
    """Take from the address what `put` wrote for something that is no longer drawn.

    Streamlit does so for bound widgets. Nothing is taken after an error.
    """
    drawn: set[str] = set()
    st.session_state[_DRAWN] = drawn
    yield
    for name in list(st.query_params):
        if "." in name and name not in drawn:
            del st.query_params[name]


def went_back() -> bool:
    """Whether the browser's Back or Forward button caused this run: then the address decides."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def pack(text: str) -> str:
    """A text, compressed, in characters that an address carries as they are.

    >>> len(pack("the same again, " * 1000))
    96
    """
    return urlsafe_b64encode(zlib.compress(text.encode(), 9)).rstrip(b"=").decode()


def unpack(packed: str) -> str | None:
    """The text that was packed; None if this is no such thing, or a part of one.

    >>> unpack(pack("भाषा")), unpack("a link cut short")
    ('भाषा', None)
    """
    try:
        data = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        unfolding = zlib.decompressobj()
        text = unfolding.decompress(data, MOST_BYTES).decode()
    except (ValueError, zlib.error):
        return None
    return text if unfolding.eof else None
