"""The link: the address carries the tree that is looked at, and gives it back elsewhere."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from lab.errors import LabError
from lab.ui import address
from lab.ui.playground import inputs
from lab.ui.playground.labels import PAGE
from lab.ui.playground.session import Session

if TYPE_CHECKING:
    from lab.branches import Tree

PARAMETER = f"{PAGE}.tree"
_CARRIED = f"{PAGE}_carried"


def arrive(mine: Session) -> None:
    """Take over the tree of the address, where a link or the browser's Back led to it.

    Its texts are written again, unless the session still has them.
    """
    packed = st.query_params.get(PARAMETER)
    new = not mine.begun or address.went_back()
    if not packed or not new or packed == st.session_state.get(_CARRIED):
        return
    from lab.branches import Tree, decode

    try:
        found = decode(address.unpack(packed) or "")
    except LabError as error:
        mine.error = error
        return
    mine.together, mine.wish = (), None
    inputs.adopt(found.question, found.plans[found.tip].settings)
    known = _known(mine, packed)
    if known:
        mine.change(known)
    else:
        mine.change(Tree(found.question), remember=False)
        mine.queue, mine.target = list(found.plans), found.tip


def _known(mine: Session, packed: str) -> "Tree | None":
    trees = (
        tree
        for history in mine.histories
        for tree in (history.present, *history.past, *history.future)
    )
    return next((tree for tree in trees if tree.branches and _packed(tree) == packed), None)


def carry(tree: "Tree | None") -> bool:
    """Put the tree into the address; tell whether it had room for it."""
    packed = _packed(tree) if tree and tree.branches else None
    others = {name: st.query_params.get_all(name) for name in st.query_params if name != PARAMETER}
    room = address.LONGEST - len(urlencode(others, doseq=True))
    fits = packed is None or len(urlencode({PARAMETER: packed})) <= room
    st.session_state[_CARRIED] = packed if fits else None
    address.put(PARAMETER, packed if fits else None)
    return fits


def offer(fits: bool) -> None:
    """Offer the whole address to copy."""
    with st.popover("Link", icon=":material/link:", type="tertiary", key=f"{PAGE}_link"):
        if fits:
            st.caption(
                "It carries the prompt, the settings with their seeds and every choice: wherever "
                "it is opened, the same texts are written again."
            )
        else:
            st.caption(
                "What was tried is too long for an address: this link carries the settings alone. "
                "Keep the text as a file instead."
            )
        query = urlencode(st.query_params.to_dict())
        st.code(f"{(st.context.url or '').partition('?')[0]}?{query}", None, wrap_lines=True)


def _packed(tree: "Tree") -> str:
    from lab.branches import encode, outline

    return address.pack(encode(outline(tree)))
