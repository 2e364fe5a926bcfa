"""What the page is asked: two models, a conversation, settings. The address carries all of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from lab.errors import LabError
from lab.models.catalog import bundled
from lab.ui import access, address, models
from lab.ui.errors import show
from lab.ui.kinds import label
from lab.ui.settings import controls, thinking
from lab.ui.text import literal

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from lab.chat import Message
    from lab.models import Model
    from lab.sampling import Settings

PAGE = "completion"
PROMPT, TOKENS = "Once upon a time", 40
MOST_EXCHANGES = 8
TUNED_FROM_THE_HUB = "Qwen/Qwen3-0.6B"


def kept(name: str) -> dict[str, Any]:
    """Arguments of a widget whose value the address carries."""
    return {"key": f"{PAGE}_{name}", "bind": "query-params"}


@dataclass(frozen=True)
class Question:
    """What both models are asked: as it stands, or as the last message of a conversation."""

    prompt: str
    system: str
    earlier: tuple[tuple[str, str], ...]
    thinking: bool | None

    @property
    def messages(self) -> "list[Message]":
        """The conversation, the prompt last."""
        messages: list[Message] = []
        if self.system:
            messages.append({"role": "system", "content": self.system})
        for question, answer in self.earlier:
            messages.append({"role": "user", "content": question})
            messages.append({"role": "assistant", "content": answer})
        return [*messages, {"role": "user", "content": self.prompt}]


def question() -> "tuple[Question, Settings, DeltaGenerator]":
    """Ask for the prompt, the rest of the conversation, the settings; leave room for a button."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        prompt = address.text_input("Prompt", PROMPT, key=f"{PAGE}_prompt")
        with st.popover("Conversation", icon=":material/forum:", key=f"{PAGE}_conversation"):
            st.caption("Only the chat template carries these; the raw prompt stands alone.")
            system = address.text_area("System prompt", key=f"{PAGE}_system", height=80)
            thinks = thinking(PAGE)
            turns = address.whole_number(
                "Earlier exchanges", 0, MOST_EXCHANGES, 0, key=f"{PAGE}_turns"
            )
            earlier = tuple(_exchange(number) for number in range(1, turns + 1))
        with st.popover("Settings", icon=":material/tune:", key=f"{PAGE}_settings"):
            settings = controls(PAGE, start="greedy", new_tokens=TOKENS)
        button = st.container(width="content")
    return Question(prompt, system, earlier, thinks), settings, button


def _exchange(number: int) -> tuple[str, str]:
    user = address.text_input(f"User, {number}", key=f"{PAGE}_user_{number}")
    assistant = address.text_input(f"Assistant, {number}", key=f"{PAGE}_assistant_{number}")
    return user, assistant


def pair() -> "tuple[Model | None, Model | None]":
    """The two models to compare, labelled; None where none is chosen or none can be had."""
    options = access.offered()
    chosen = []
    columns = st.columns(2, gap="large")
    for column, side, start in zip(columns, ("first", "second"), _defaults(), strict=True):
        with column:
            chosen.append(
                st.selectbox(
                    f"{side.capitalize()} model",
                    options,
                    options.index(start) if start in options else None,
                    placeholder="Choose a model",
                    accept_new_options=access.anything(),
                    **kept(side),
                )
            )
    loaded = [_load(column, model_id) for column, model_id in zip(columns, chosen, strict=True)]
    return loaded[0], loaded[1]


def _defaults() -> tuple[str, str | None]:
    """A base model and a tuned one of the same architecture, if they ship with the playground."""
    tuned = next((card for card in bundled() if card.tuned), None)
    bases = [card for card in bundled() if not card.tuned] or bundled()
    if tuned is None:
        return bases[0].id, None
    same = [card for card in bases if card.architecture == tuned.architecture]
    return (same or bases)[0].id, tuned.id


def _load(column: Any, model_id: str | None) -> "Model | None":
    with column:
        if not model_id:
            _what_to_load()
            return None
        try:
            model = models.get(model_id)
        except LabError as error:
            show(error)
            return None
        label(model)
        return model


def _what_to_load() -> None:
    tuned = [card.id for card in bundled() if card.tuned]
    if tuned:
        st.info(f"Choose a second model, such as {literal(tuned[0])}.", icon=":material/forum:")
        return
    st.info(
        "**An instruction-tuned model belongs here.** None ships with the playground yet. Choose "
        f"`{TUNED_FROM_THE_HUB}` above (1.5 GB, fetched once from the Hugging Face Hub), or fetch "
        f"it beforehand:\n\n```\npython -m lab download {TUNED_FROM_THE_HUB}\n```",
        icon=":material/download:",
    )
