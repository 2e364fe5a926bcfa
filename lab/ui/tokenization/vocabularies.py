"""The vocabularies that this page offers: of well-known models, and the picked model's own."""

from pathlib import Path

import streamlit as st

from lab import tokenizers
from lab.errors import LabError
from lab.tokenizers import Tokenizer
from lab.tokenizers.bpe import Replayable
from lab.tokenizers.huggingface import FileTokenizer, in_cache
from lab.tokenizers.pretrained import SplintrTokenizer, TiktokenTokenizer
from lab.ui import access, models
from lab.ui.text import literal, shortened

TITLES = {
    "gpt2": "GPT-2",
    "cl100k_base": "GPT-4",
    "o200k_base": "GPT-4o",
    "qwen3": "Qwen 3",
    "llama3": "Llama 3",
    "deepseek_v3": "DeepSeek V3",
    "mistral": "Mistral 7B",
    "gemma3": "Gemma 3",
}
OWN = "own"
"""Stands for the tokenizer of the model that is picked in the sidebar."""


def offered() -> list[str]:
    """What can be chosen: the picked model's own, if it can be had without the model, goes last."""
    return [*tokenizers.names(), *([OWN] if own() else [])]


def choose(key: str) -> Tokenizer:
    """A box to choose one vocabulary in, kept in the address."""
    key = f"tokenization_{key}"
    rename(key)
    name = st.selectbox(
        "Vocabulary",
        offered(),
        format_func=label,
        key=key,
        bind="query-params",
        persist_state="session",
    )
    return load(name)


def load(name: str) -> Tokenizer:
    """The tokenizer of a name that is offered."""
    return (own() if name == OWN else None) or tokenizers.load(name)


def own() -> Tokenizer | None:
    """The picked model's tokenizer; None if neither this computer has it nor anybody may ask."""
    name = models.active_id()
    try:
        access.check(name)
        return models.early_tokenizer() or (read(name) if _is_here(name) else None)
    except LabError:
        return None


def _is_here(name: str) -> bool:
    return _is_path(name) or in_cache(name)


def _is_path(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


@st.cache_resource(max_entries=8, show_spinner="Fetching the tokenizer")
def read(name: str) -> Tokenizer:
    """The tokenizer of a folder, a `tokenizer.json` or a Hub id. Raises `LabError`."""
    return tokenizers.from_file(name) if _is_path(name) else tokenizers.from_hub(name)


def title(tokenizer: Tokenizer) -> str:
    """What people call a vocabulary."""
    if tokenizer is own():
        return f"{shortened(models.active_id())}'s own"
    return TITLES.get(tokenizer.name, tokenizer.name)


def label(name: str) -> str:
    """What stands in a list of vocabularies."""
    tokenizer = own() if name == OWN else None
    if tokenizer:
        return f"{title(tokenizer)}, {tokenizer.vocab_size:,} entries"
    return TITLES.get(name, name)


def rename(key: str) -> None:
    """Write a widget's choice into the address again if it has the name of the picked model, which
    may be another one by now."""
    if OWN in (st.session_state.get(key) or ()):
        st.session_state[key] = st.session_state[key]


def replayable(tokenizer: Tokenizer) -> Replayable | None:
    """The tokenizer, if it tells how it makes its tokens."""
    if isinstance(tokenizer, TiktokenTokenizer):
        return tokenizer
    if isinstance(tokenizer, FileTokenizer | SplintrTokenizer) and tokenizer.merges_in_order:
        return tokenizer
    return None


def picked_model_reads(text: str) -> None:
    """Say what the model that is picked in the sidebar makes of a text."""
    tokenizer, name = own(), literal(shortened(models.active_id()))
    if tokenizer:
        count = len(tokenizer.encode(text))
        st.caption(
            f"The model picked in the sidebar, {name}, reads this text as {count:,} "
            f"{'token' if count == 1 else 'tokens'} of its own vocabulary of "
            f"{tokenizer.vocab_size:,}."
        )
    else:
        st.caption(
            f"The tokenizer of the model picked in the sidebar, {name}, is not on this computer "
            "yet. It comes with the model, as soon as another page has loaded that."
        )
