"""The prompt and the knobs that the sections share; the address carries them all."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from lab.ui import address, models

if TYPE_CHECKING:
    from lab.models import Model
    from lab.sampling import Knob, Settings

PROMPTS = ("Once upon a time", "What is 2+2?", "Suggest a party theme.")
"""The three prompts of the course."""


@dataclass(frozen=True)
class Slider:
    """A knob as a slider: what it does in a line, its range, and where it starts."""

    label: str
    meaning: str
    low: float
    high: float
    start: float
    step: float


SLIDERS: "dict[Knob, Slider]" = {
    "repetition_penalty": Slider(
        "Repetition penalty", "Above 1, tokens of the text so far lose.", 0.5, 2.0, 1.2, 0.05
    ),
    "temperature": Slider(
        "Temperature", "Below 1 sharpens, above 1 flattens; 0 is greedy.", 0.0, 3.0, 0.8, 0.05
    ),
    "top_k": Slider("Top-k", "Only the k likeliest stay.", 1, 500, 50, 1),
    "top_p": Slider("Top-p", "Only the fewest that together reach p.", 0.01, 1.0, 0.9, 0.01),
    "min_p": Slider("Min-p", "Only those p times as likely as the top.", 0.0, 1.0, 0.05, 0.01),
    "typical_p": Slider(
        "Typical-p", "Only the most typically surprising that reach p.", 0.01, 1.0, 0.9, 0.01
    ),
}
START: "tuple[Knob, ...]" = ("temperature", "top_k", "top_p")
STAGES_KEY, EXAMPLE_KEY = "decoding_stages", "decoding_example"


def kept(name: str, **options: Any) -> dict[str, Any]:
    """The options of a widget whose value the address and the session keep."""
    return {
        "key": f"decoding_{name}",
        "bind": "query-params",
        "persist_state": "session",
        **options,
    }


def prompt_and_model() -> "tuple[str, Model]":
    """Draw the prompt and its examples; return it with the active model."""
    prompt = address.text_input(
        "Prompt", PROMPTS[0], key="decoding_prompt", persist_state="session"
    )
    st.pills(
        "Examples",
        PROMPTS,
        key=EXAMPLE_KEY,
        on_change=_take_example,
        label_visibility="collapsed",
    )
    return prompt, models.active_model()


def _take_example() -> None:
    if st.session_state[EXAMPLE_KEY]:
        st.session_state["decoding_prompt"] = st.session_state[EXAMPLE_KEY]
        st.session_state[EXAMPLE_KEY] = None


def seed() -> int:
    """Draw the seed."""
    return address.whole_number(
        "Seed",
        0,
        9999,
        0,
        width=160,
        help="The same seed draws the same tokens again.",
        key="decoding_seed",
        persist_state="session",
    )


def stage_picker() -> "list[Knob]":
    """Which stages act, in which order: the order in which they are picked."""
    from lab.sampling import LABELS, LLAMA_CPP_ORDER, TRANSFORMERS_ORDER

    chosen = st.multiselect(
        "Stages, in their order",
        list(TRANSFORMERS_ORDER),
        default=list(START),
        format_func=lambda each: LABELS[each].capitalize(),
        help="Take a stage away to switch it off. A new one is added at the end, so taking one "
        "away and picking it again moves it there.",
        **kept("stages"),
    )
    with st.container(horizontal=True):
        for name, order in (
            ("As in transformers", TRANSFORMERS_ORDER),
            ("As in llama.cpp", LLAMA_CPP_ORDER),
            ("Reversed", tuple(reversed(chosen))),
        ):
            arranged = [each for each in order if each in chosen]
            st.button(
                name,
                key=f"decoding_{name}",
                icon=":material/sort:",
                disabled=arranged == chosen,
                on_click=_arrange,
                args=(arranged,),
                help="Put the stages into this order.",
            )
    return chosen


def _arrange(order: "list[Knob]") -> None:
    st.session_state[STAGES_KEY] = order


def slider(knob: "Knob") -> float:
    """Draw a knob's slider; return its number."""
    look = SLIDERS[knob]
    return st.slider(
        look.label, look.low, look.high, look.start, look.step, help=look.meaning, **kept(knob)
    )


def settings_of(values: "dict[Knob, float]", seed: int) -> "Settings":
    """The settings whose stages are `values`, in their order; all other knobs are off."""
    from lab.sampling import TRANSFORMERS_ORDER, Settings

    order = (*values, *(each for each in TRANSFORMERS_ORDER if each not in values))
    numbers: Any = values  # by name; the checks are those of `Settings`
    return Settings(strategy="sample", seed=seed, order=order, **numbers)
