"""A conversation whose messages can be edited, and the answer taken over as its next one."""

from typing import TYPE_CHECKING

import streamlit as st

from lab.ui import address
from lab.ui.playground.labels import PAGE
from lab.ui.settings import THINKING, thinking

if TYPE_CHECKING:
    from lab.branches import Turn
    from lab.chat.rendering import Role

TURNS = f"{PAGE}_turns"
SYSTEM, MESSAGE = f"{PAGE}_system", f"{PAGE}_message"
FIRST = "What is the capital of France?"
SHOWN = 4
"""Earlier messages that are drawn; of those before them, one at a time."""
NAMES = {"user": "User", "assistant": "Assistant", "system": "System"}


def conversation() -> "tuple[tuple[Turn, ...], bool | None]":
    """Draw the conversation; the model answers its last message."""
    from lab.branches import Turn

    with st.expander("System prompt and thinking", key=f"{PAGE}_about", icon=":material/settings:"):
        system = address.text_area("System prompt", key=SYSTEM, height=80)
        thinks = thinking(PAGE)
    turns: list[tuple[Role, str]] = st.session_state.setdefault(TURNS, [])
    hidden = max(0, len(turns) - SHOWN)
    if hidden:
        with st.expander(f"{hidden} earlier messages", key=f"{PAGE}_earlier"):
            number = st.number_input("Message", 1, hidden, hidden, key=f"{PAGE}_earlier_number")
            _edit(turns, number - 1)
    for number in range(hidden, len(turns)):
        _edit(turns, number)
    message = address.text_area("User", FIRST, key=MESSAGE, height=96)
    if turns:
        st.button(
            "Take back the last exchange",
            icon=":material/backspace:",
            type="tertiary",
            key=f"{PAGE}_take_back",
            on_click=_take_back,
        )
    asked = [Turn("system", system)] if system else []
    asked += [Turn(role, content) for role, content in turns]
    return (*asked, Turn("user", message)), thinks


def _edit(turns: "list[tuple[Role, str]]", number: int) -> None:
    role, content = turns[number]
    key = f"{PAGE}_turn_{number}"
    st.session_state.setdefault(key, content)
    said = st.text_area(NAMES[role], key=key, height=80)
    turns[number] = (role, said or "")


def reply(asked: "tuple[Turn, ...]", answer: str) -> None:
    """Take an answer over into the conversation, and leave room for the next message."""
    _fill(asked)
    said: list[tuple[Role, str]] = [("user", asked[-1].content), ("assistant", answer)]
    _replace([*st.session_state[TURNS], *said])
    st.session_state[MESSAGE] = ""


def adopt(asked: "tuple[Turn, ...]", thinks: bool | None) -> None:
    """Set the inputs to a conversation, before they are drawn."""
    _fill(asked)
    names = {value: name for name, value in THINKING.items()}
    st.session_state[f"{PAGE}_thinking"] = names[thinks]


def _fill(asked: "tuple[Turn, ...]") -> None:
    earlier = [(turn.role, turn.content) for turn in asked[:-1]]
    with_system = bool(earlier) and earlier[0][0] == "system"
    st.session_state[SYSTEM] = earlier[0][1] if with_system else ""
    st.session_state[MESSAGE] = asked[-1].content
    _replace(earlier[with_system:])


def _take_back() -> None:
    turns = st.session_state[TURNS]
    while turns and turns[-1][0] != "user":
        turns = turns[:-1]
    if turns:
        st.session_state[MESSAGE] = turns[-1][1]
    _replace(turns[:-1])


def _replace(turns: "list[tuple[Role, str]]") -> None:
    """Other earlier messages; the fields of the old ones show nothing any more."""
    for number in range(max(len(turns), len(st.session_state.get(TURNS, ())))):
        st.session_state.pop(f"{PAGE}_turn_{number}", None)
    st.session_state[TURNS] = list(turns)
