"""The link: the address carries the tree that is looked at, and gives it back elsewhere."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from lab.errors import LabError
from lab.ui import address
from lab.ui.playground import inputs
from lab.ui.playground.inputs import MOST_SAMPLES
from lab.ui.playground.labels import PAGE
from lab.ui.playground.session import Session

if TYPE_CHECKING:
    from lab.branches import Plan, Question, Tree

TREE, TOGETHER = f"{PAGE}.tree", f"{PAGE}.together"
_CARRIED = f"{PAGE}_carried"


def arrive(mine: Session) -> None:
    """Take over the tree of the address, where a link or the browser's Back led to it.

    Its texts are written again, unless the session still has them.
    """
    there = {name: st.query_params[name] for name in (TREE, TOGETHER) if name in st.query_params}
    new = not mine.begun or address.went_back()
    if not there.get(TREE) or not new or there == st.session_state.get(_CARRIED):
        return
    from lab.branches import Tree, decode

    try:
        found = decode(address.unpack(there[TREE]) or "")
        together = _unpacked(there[TOGETHER]) if TOGETHER in there else ()
    except LabError as error:
        mine.error = error
        return
    mine.together, mine.wish = together, None
    inputs.adopt(found.question, found.plans[found.tip].settings)
    known = _known(mine, there[TREE])
    if known:
        mine.change(known)
    else:
        mine.change(Tree(found.question), remember=False)
        mine.queue = [(found.question, plan) for plan in found.plans]
    mine.target = found.question, found.tip
    mine.queue += [
        each for each in together if each not in mine.queue and mine.found(*each) is None
    ]


def _known(mine: Session, packed: str) -> "Tree | None":
    trees = (
        tree
        for history in mine.histories
        for tree in (history.present, *history.past, *history.future)
    )
    return next((tree for tree in trees if tree.branches and _packed(tree) == packed), None)


def carry(mine: Session) -> bool:
    """Put what is looked at into the address; tell whether that had room for it."""
    carried = {}
    if mine.tree and mine.tree.branches:
        carried[TREE] = _packed(mine.tree)
        if mine.together:
            carried[TOGETHER] = _packed_together(mine)
    names = (TREE, TOGETHER)
    others = {name: st.query_params.get_all(name) for name in st.query_params if name not in names}
    fits = len(urlencode({**others, **carried}, doseq=True)) <= address.LONGEST or not carried
    st.session_state[_CARRIED] = carried if fits else {}
    for name in names:
        address.put(name, carried.get(name) if fits else None)
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
        query = urlencode({name: st.query_params.get_all(name) for name in st.query_params}, True)
        st.code(f"{(st.context.url or '').partition('?')[0]}?{query}", None, wrap_lines=True)


def _packed(tree: "Tree") -> str:
    from lab.branches import encode, outline

    return address.pack(encode(outline(tree)))


def _packed_together(mine: Session) -> str:
    """The texts that stand side by side, each as an outline of its own: none has a parent."""
    from lab.branches import Outline, encode

    texts = [encode(Outline(question, (plan,), 0)) for question, plan in mine.together]
    return address.pack("\n".join(texts))


def _unpacked(packed: str) -> "tuple[tuple[Question, Plan], ...]":
    """The texts side by side that a link tells of. Raises `LabError`."""
    from lab.branches import decode

    texts = (address.unpack(packed) or "").split("\n")[:MOST_SAMPLES]
    found = [decode(each) for each in texts]
    return tuple((each.question, each.plans[0]) for each in found)
