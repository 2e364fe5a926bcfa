"""What visitors may name. Models and folders are read from this computer's disk and network, so a
server that others can reach offers a closed list, unless its operator opens it."""

import os

import streamlit as st

from lab.errors import LabError
from lab.models.catalog import SUGGESTED, bundled

OPEN = "LLM_PLAYGROUND_ANY_MODEL"
"""Set this environment variable to 1 to let visitors name any Hub id and any folder."""
OPEN_SERVERS = "LLM_PLAYGROUND_ANY_SERVER"
"""Set this one to 1 to let visitors make this machine ask any server that it can reach."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def anything() -> bool:
    """Whether any Hub id and folder may be named: only this machine can reach the server, or the
    operator says so."""
    return os.environ.get(OPEN) == "1" or alone()


def any_server() -> bool:
    """Whether any server may be named that models run on. Who may is able to look around in the
    network behind this machine, so opening the models does not open this."""
    return os.environ.get(OPEN_SERVERS) == "1" or alone()


def alone() -> bool:
    """Whether only this machine can reach the playground."""
    return st.get_option("server.address") in LOOPBACK


def offered() -> list[str]:
    """The models that everybody may choose."""
    return [card.id for card in bundled()] + list(SUGGESTED)


def check(model_id: str) -> None:
    """Raise `LabError` for a model that a visitor of this server may not name."""
    if model_id not in offered() and not anything():
        raise LabError(
            f"This server does not offer {model_id!r}.",
            "Others can reach it, so it reads no models or folders but those on its list.",
            "Choose one of the list, or run the playground on your own machine.",
        )
