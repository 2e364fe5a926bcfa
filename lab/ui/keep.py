"""Keeping a text: downloads to read it, to compute with it, and to write it again."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from lab.export import RemoteRecord
    from lab.generation import Step
    from lab.models import Model
    from lab.sampling import Settings


def keep(
    model: "Model",
    prompt_ids: Sequence[int],
    settings: "Settings",
    steps: "Sequence[Step]",
    *,
    key: str,
) -> None:
    """Offer a written text as files.

    `settings` must be those that the text was written with, the seed of a draw included: raises
    `LabError` without one.
    """
    from lab.export import as_json, as_markdown, as_notebook, as_script, record

    noted = record(model, prompt_ids, settings, steps)
    files = (
        ("Markdown", "text.md", "text/markdown", lambda: as_markdown([noted])),
        ("JSON, every probability", "text.json", "application/json", lambda: as_json([noted])),
        ("Python script", "write_again.py", "text/x-python", lambda: as_script(noted)),
        ("Notebook", "write_again.ipynb", "application/x-ipynb+json", lambda: as_notebook(noted)),
    )
    note = "Script and notebook write the same text with torch and transformers alone."
    if model.source == "bundled":
        note += " Run them in the playground's folder, where the model lies."
    _offer(note, files, key)


def keep_remote(record: "RemoteRecord", *, key: str) -> None:
    """Offer a server's text as files; no program, as nobody can promise to write it again."""
    from lab.export import remote_as_json, remote_as_markdown

    files = (
        ("Markdown", "text.md", "text/markdown", lambda: remote_as_markdown(record)),
        ("JSON", "text.json", "application/json", lambda: remote_as_json(record)),
    )
    _offer("JSON has every probability that the server gave.", files, key)


def _offer(note: str, files: Sequence[tuple[str, str, str, Callable[[], str]]], key: str) -> None:
    """Each file is made when somebody wants it: most are never wanted, at every run of the page."""
    with st.popover("Keep", icon=":material/download:", type="tertiary", key=key):
        st.caption(note)
        for number, (label, name, mime, data) in enumerate(files):
            st.download_button(
                label,
                data,
                name,
                mime,
                key=f"{key}_{number}",
                on_click="ignore",
                type="tertiary",
            )
