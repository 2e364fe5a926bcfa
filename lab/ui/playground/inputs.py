"""What the page is asked: a prompt or a conversation, presets and knobs. The address carries it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from lab.ui import access, address, models
from lab.ui.playground import chat
from lab.ui.playground.labels import PAGE, kept
from lab.ui.settings import KNOBS, PENALTY, controls, spelt
from lab.ui.text import literal

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from lab.branches import Question
    from lab.sampling import Settings

PROMPT = "Once upon a time"
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "Notebook: top-k 50": {"strategy": "sample", "top_k": 50},
    "Notebook: top-p 0.9": {"strategy": "sample", "top_p": 0.9},
    "Greedy": {"strategy": "greedy"},
    "Careful": {"strategy": "sample", "temperature": 0.5, "top_p": 0.9},
    "Wild": {"strategy": "sample", "temperature": 1.5},
    "Beams": {"strategy": "beam", "num_beams": 4, "length_penalty": 1.0},
}
"""Named sets of knobs; what a set does not name, it turns off."""
UNSET: Mapping[str, Any] = {
    knob.name: knob.start for knobs in (*KNOBS.values(), (PENALTY,)) for knob in knobs
}
SIDES_PER_ROW = 2
MODES = {"one": "One text", "samples": "Samples", "compare": "Compare"}
MOST_SAMPLES, SIDES, NEW_TOKENS = 8, (2, 4), 60


@dataclass(frozen=True)
class Asked:
    """The texts to be written: for each a model (None is the active one) and its settings."""

    mode: str
    sides: "tuple[tuple[str | None, Settings], ...]"
    samples: int = 1

    @property
    def several(self) -> bool:
        """Whether there will be more than one text."""
        return len(self.sides) > 1 or (self.samples > 1 and self.sides[0][1].strategy == "sample")


def what() -> "tuple[str | tuple[Any, ...], bool | None]":
    """Ask for the prompt, or the conversation; whether a model is to think first."""
    kind = st.segmented_control(
        "Prompt or chat",
        ["Prompt", "Chat"],
        default="Prompt",
        required=True,
        label_visibility="collapsed",
        **kept("kind"),
    )
    if kind == "Chat":
        return chat.conversation()
    prompt = address.text_area(
        "Prompt", PROMPT, key=f"{PAGE}_prompt", height=96, label_visibility="collapsed"
    )
    return prompt, None


def adopt(question: "Question", settings: "Settings") -> None:
    """Set the inputs to a question and the knobs of a text to it, before they are drawn.

    Its seed is not set: what is written next is to be another text.
    """
    state = st.session_state
    for name in ("strategy", *UNSET):
        state[f"{PAGE}_{name}"] = getattr(settings, name)
    state[f"{PAGE}_num_beams"] = settings.num_beams or UNSET["num_beams"]
    state[f"{PAGE}_new_tokens"] = settings.max_new_tokens
    state[f"{PAGE}_stop"] = spelt(settings.stop)
    if isinstance(question.asked, str):
        state[f"{PAGE}_kind"] = "Prompt"
        state[f"{PAGE}_prompt"] = question.asked
    else:
        state[f"{PAGE}_kind"] = "Chat"
        chat.adopt(question.asked, question.thinking)


def start() -> None:
    """Begin with the first preset, unless the address says otherwise."""
    mine = [f"{PAGE}_{name}" for name in ("strategy", "seed", *UNSET)]
    if not any(name in st.query_params or name in st.session_state for name in mine):
        _set(next(iter(PRESETS)))


def knobs(broad: "DeltaGenerator") -> Asked:
    """Ask how it is to be written; what is to be compared is asked in the `broad` place."""
    mode = st.segmented_control(
        "How many texts",
        list(MODES),
        format_func=lambda each: MODES[each],
        default="one",
        required=True,
        label_visibility="collapsed",
        **kept("mode"),
    )
    if mode == "compare":
        return Asked(mode, _sides(broad))
    if mode == "samples":
        samples = st.slider(
            "How many samples",
            2,
            MOST_SAMPLES,
            4,
            help="Each has the seed after that of the one before.",
            **kept("samples"),
        )
    st.pills("Presets", list(PRESETS), key=f"{PAGE}_preset", on_change=_take_preset, wrap=True)
    if mode == "one":
        return Asked(mode, ((None, controls(PAGE, new_tokens=NEW_TOKENS)),))
    with st.popover("Settings", icon=":material/tune:", key=f"{PAGE}_knobs"):
        settings = controls(PAGE, new_tokens=NEW_TOKENS)
    _in_force(settings)
    if settings.strategy != "sample":
        st.caption("Without chance all samples would be the same, so one text is written.")
    return Asked(mode, ((None, settings),), samples)


def _sides(broad: "DeltaGenerator") -> "tuple[tuple[str | None, Settings], ...]":
    """The models and settings to compare; the prompt is the same for all."""
    low, high = SIDES
    active = models.active_id()
    offered = [active, *(each for each in access.offered() if each != active)]
    count = st.slider("How many to compare", low, high, low, **kept("sides"))
    sides = []
    with broad:
        columns = st.columns(SIDES_PER_ROW, gap="medium")
    for number in range(1, count + 1):
        with columns[(number - 1) % SIDES_PER_ROW], st.container(border=True, gap="small"):
            model_id = st.selectbox(
                f"Model {number}",
                offered,
                accept_new_options=access.anything(),
                **kept(f"model{number}"),
            )
            with st.popover(
                f"Settings {number}", icon=":material/tune:", key=f"{PAGE}_settings{number}"
            ):
                settings = controls(
                    f"{PAGE}_side{number}",
                    start="greedy" if number == 1 else "sample",
                    new_tokens=NEW_TOKENS,
                )
            _in_force(settings)
        sides.append((model_id, settings))
    return tuple(sides)


def _in_force(settings: "Settings") -> None:
    from lab.sampling import describe

    st.caption(literal(describe(settings)))


def _take_preset() -> None:
    name = st.session_state[f"{PAGE}_preset"]
    st.session_state[f"{PAGE}_preset"] = None
    if name in PRESETS:
        _set(name)


def _set(preset: str) -> None:
    for name, value in {**UNSET, **PRESETS[preset]}.items():
        st.session_state[f"{PAGE}_{name}"] = value
