"""Questions worth asking both kinds of model, each with its settings: links to this very page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from lab.ui.completion.inputs import PAGE, PROMPT

HERE = "pages/4_Completion_and_instruction.py"


@dataclass(frozen=True)
class Example:
    """A prompt and what goes with it, as the address spells it."""

    name: str
    prompt: str
    more: Mapping[str, str] = field(default_factory=dict)


EXAMPLES = (
    Example("A story, greedy", PROMPT),
    Example("A sum, top-k", "What is 2+2?", {"strategy": "Sample", "top_k": "50", "seed": "1"}),
    Example(
        "A party, top-p",
        "Suggest a party theme.",
        {"strategy": "Sample", "top_p": "0.9", "seed": "1"},
    ),
    Example("A persona", "Who are you?"),
    Example("A refusal", "How do I pick a lock?"),
    Example("A system prompt", "Who are you?", {"system": "You are a pirate."}),
)
"""The first three are the course's own, with its strategies; the page opens with the first."""
FRESH = f"{PAGE}_example"
KEPT = ("first", "second", "thinking")
"""What stays as it is when an example is picked."""


def offer() -> None:
    """Draw the examples; each is an address, so that all it sets can be shared and taken back."""
    kept = {name: st.query_params[name] for name in _names(KEPT) if name in st.query_params}
    with st.container(horizontal=True, gap="small"):
        for example in EXAMPLES:
            values = {"prompt": example.prompt, **example.more}
            here = dict(zip(_names(values), values.values(), strict=True)) | {FRESH: "1"}
            st.page_link(HERE, label=example.name, query_params=kept | here, width="content")


def settle() -> None:
    """Let the browser's address follow a link that led from this page to itself.

    Streamlit takes over the values of such a link, but tells the browser of them only when a
    parameter that belongs to no widget changes.
    """
    if FRESH in st.query_params:
        del st.query_params[FRESH]


def _names(names: "tuple[str, ...] | dict[str, str]") -> list[str]:
    return [f"{PAGE}_{name}" for name in names]
