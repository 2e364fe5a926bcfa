"""The active model: picked in the sidebar, loaded once for all sessions."""

from concurrent.futures import wait
from typing import TYPE_CHECKING

import streamlit as st

from lab.errors import LabError
from lab.models import hub
from lab.models.catalog import ModelCard, bundled
from lab.tokenizers import Tokenizer, from_file
from lab.ui import access, address
from lab.ui.errors import show
from lab.ui.patience import SECONDS_BETWEEN_LOOKS, give_way
from lab.ui.text import literal, shortened, size

if TYPE_CHECKING:
    from lab.generation import Engine
    from lab.generation.shelf import Shelf
    from lab.models import Model  # brings torch, which no page waits for before its first paint

KEY = "model"
_PAGE = "model_page"
SOURCES = {
    "bundled": "ships with the playground",
    "hub": "from the Hugging Face Hub",
    "folder": "from a local folder",
}


def picker(page: str) -> None:
    """The choice of the model in the sidebar; the address and the session keep it.

    `page` is the title of the page that it stands on.
    """
    came_from = st.session_state.get(_PAGE)
    st.session_state[_PAGE] = page
    if came_from not in (None, page) and active_id() != bundled()[0].id and not address.went_back():
        # Streamlit forgets on the way what a link has set and nobody has touched since.
        st.session_state[KEY] = st.query_params[KEY] = active_id()
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


@st.cache_resource(show_spinner=False)
def _shelf() -> "Shelf":
    from lab.generation.shelf import Shelf

    return Shelf()


def engine(model_id: str) -> "Engine":
    """The engine of a model, which writes for all sessions. Raises `LabError`."""
    access.check(model_id)
    loading = _shelf().open(model_id)
    if not loading.done():
        place = st.empty()
        with st.spinner("Loading the model"):
            while not loading.done():
                wait([loading], SECONDS_BETWEEN_LOOKS)
                give_way()
                if progress := hub.progress(model_id):
                    place.progress(
                        progress.share,
                        f"Downloading {literal(shortened(model_id))}: {progress}. "
                        "It goes on if you leave or pick another model.",
                    )
        place.empty()
    return loading.result()


def get(model_id: str) -> "Model":
    """A model by its id, loaded once for all sessions. Raises `LabError`."""
    return engine(model_id).model


def texts_being_written() -> int:
    """How many texts all sessions together have in the making."""
    return _shelf().writing


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
        f"**{literal(shortened(card.title if card else model.id))}** {SOURCES[model.source]}",
        f"{size(model.parameter_count)} parameters in {precision}, {size(model.bytes, 'B')}",
        f"knows {model.tokenizer.vocab_size:,} tokens, reads {model.context:,} at once",
    ]
    st.caption("  \n".join(lines))
    if card:
        with st.popover("Model card", icon=":material/description:", width="stretch"):
            st.markdown(card.text)
