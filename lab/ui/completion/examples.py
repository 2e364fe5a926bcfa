"""Questions worth asking both kinds of model, each with its settings: links to this very page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from lab.ui.completion.inputs import PAGE, PROMPT, TOKENS
from lab.ui.settings import KNOBS, PENALTY, STRATEGIES

HERE = "pages/4_Completion_and_instruction.py"


@dataclass(frozen=True)
class Example:
    """A prompt and what goes with it, by the names of the page's widgets."""

    name: str
    prompt: str
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """What it sets."""
        return {"prompt": self.prompt, **self.more}


EXAMPLES = (
    Example("A story, greedy", PROMPT),
    Example("A sum, top-k", "What is 2+2?", {"strategy": "sample", "top_k": 50, "seed": 1}),
    Example(
        "A party, top-p",
        "Suggest a party theme.",
        {"strategy": "sample", "top_p": 0.9, "seed": 1},
    ),
    Example("A persona", "Who are you?"),
    Example("A refusal", "How do I pick a lock?"),
    Example("A system prompt", "Who are you?", {"system": "You are a pirate."}),
)
"""The first three are the course's own, with its strategies; the page opens with the first."""
UNSET: Mapping[str, Any] = {
    "system": "",
    "turns": 0,
    "strategy": "greedy",
    "new_tokens": TOKENS,
    "seed": None,
    "stop": [],
    **{knob.name: knob.start for knobs in (*KNOBS.values(), (PENALTY,)) for knob in knobs},
}
"""What an example sets unless it says otherwise."""
KEPT = ("first", "second", "thinking")
"""What stays as it is when an example is picked."""
PICKED = f"{PAGE}_example"


def offer() -> None:
    """Draw the examples; each is an address, so that all it sets can be shared and taken back."""
    here = st.query_params.to_dict()
    kept = {key: value for key, value in here.items() if key in map(_key, KEPT)}
    with st.container(horizontal=True, gap="small"):
        for number, example in enumerate(EXAMPLES):
            values = {_key(name): _spelt(value) for name, value in example.values.items()}
            address = {**kept, **values, PICKED: str(number)}
            st.page_link(HERE, label=example.name, query_params=address, width="content")


def take_over() -> None:
    """Set the page's widgets to the example that a link led to, before they are drawn.

    A link from this page to itself sets what its address names, and leaves all else as it was.
    """
    picked = st.query_params.get(PICKED, "")
    if picked.isdecimal() and int(picked) < len(EXAMPLES):
        for name, value in {**UNSET, **EXAMPLES[int(picked)].values}.items():
            st.session_state[_key(name)] = value


def settle() -> None:
    """Let the browser's address follow, once the widgets are drawn.

    Streamlit tells the browser of a link's values only when a parameter that belongs to no widget
    changes.
    """
    if PICKED in st.query_params:
        del st.query_params[PICKED]


def _key(name: str) -> str:
    return f"{PAGE}_{name}"


def _spelt(value: Any) -> str:
    """A value as the address spells it: that of a choice is its label."""
    return STRATEGIES.get(value, str(value))
