"""The active model: picked in the sidebar, loaded once for all sessions."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from lab.errors import LabError
from lab.models.catalog import ModelCard, bundled
from lab.tokenizers import Tokenizer, from_file
from lab.ui import access
from lab.ui.errors import show
from lab.ui.text import literal, size

if TYPE_CHECKING:
    from lab.models import Model  # brings torch, which no page waits for before its first paint

KEY = "model"
SOURCES = {
    "bundled": "ships with the playground",
    "hub": "from the Hugging Face Hub",
    "folder": "from a local folder",
}
MODELS_IN_MEMORY = 3
SECONDS_UNTIL_RETRY = 120


def picker() -> None:
    """The choice of the model in the sidebar; the address and the session keep it."""
    st.selectbox(
        "Model",
        access.offered(),
        key=KEY,
        bind="query-params",
        persist_state="session",
        accept_new_options=access.anything(),
        help="One of the list, any model id of the Hugging Face Hub, or the path of a folder."
        if access.anything()
        else "What this server offers.",
    )


def active_id() -> str:
    """What is picked: a bundled id, a Hub id or a folder, not yet known to exist."""
    return st.session_state.get(KEY) or bundled()[0].id


def card_of(model_id: str) -> ModelCard | None:
    """The card of a bundled model; None for any other."""
    return next((card for card in bundled() if card.id == model_id), None)


def early_tokenizer() -> Tokenizer | None:
    """The tokenizer of the picked model if it can be had without the model: a bundled one's."""
    card = card_of(active_id())
    return _tokenizer(card) if card else None


@st.cache_resource(show_spinner=False, hash_funcs={ModelCard: lambda card: card.id})
def _tokenizer(card: ModelCard) -> Tokenizer:
    return from_file(card.folder / "tokenizer.json", name=card.id)


@dataclass(frozen=True, eq=False)
class _Attempt:
    """What came of loading a model, and when (in seconds of the monotonic clock)."""

    result: "Model | LabError"
    at: float


def _still_true(attempt: _Attempt) -> bool:
    """A model stays; a failure is believed for a while, so that no rerun waits for it again."""
    failed = isinstance(attempt.result, LabError)
    return not failed or time.monotonic() - attempt.at < SECONDS_UNTIL_RETRY


@st.cache_resource(
    max_entries=MODELS_IN_MEMORY, show_spinner="Loading the model", validate=_still_true
)
def _attempt(model_id: str) -> _Attempt:
    from lab.models import load

    try:
        return _Attempt(load(model_id), time.monotonic())
    except LabError as error:
        return _Attempt(error, time.monotonic())


def get(model_id: str) -> "Model":
    """A model by its id, loaded once for all sessions. Raises `LabError`."""
    access.check(model_id)
    result = _attempt(model_id).result
    if isinstance(result, LabError):
        raise result
    return result


def active_model() -> "Model":
    """The picked model; a bundled one, and the reason, if the picked one cannot be had.

    Call it once per run: it writes the model's facts into the sidebar.
    """
    try:
        model = get(active_id())
    except LabError as error:
        show(error)
        model = get(bundled()[0].id)
        st.caption(f"Until then, this page uses {literal(model.id)}.")
    with st.sidebar:
        facts(model)
    return model


def facts(model: "Model") -> None:
    """What a model is: where it comes from, how large, in what precision."""
    card = card_of(model.id)
    precision = str(model.dtype).removeprefix("torch.")
    lines = [
        f"**{literal(card.title if card else model.id)}** {SOURCES[model.source]}",
        f"{size(model.parameter_count)} parameters in {precision}, {size(model.bytes, 'B')}",
        f"reads {model.context:,} tokens at once, knows {model.tokenizer.vocab_size:,}",
    ]
    st.caption("  \n".join(lines))
    if card:
        with st.popover("Model card", icon=":material/description:", width="stretch"):
            st.markdown(card.text)
