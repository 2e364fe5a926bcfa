"""Servers beyond this machine: those that the operator has set up, and where it is allowed one that
a visitor names. Keys stay here: they are neither drawn nor part of any address.

In `.streamlit/secrets.toml`, a table per server:

    [endpoints.classroom]
    address = "http://10.0.0.5:8000/v1"
    key = "..."                    # if it wants one
    models = ["Qwen/Qwen3-8B"]     # if not all of its models are to be offered

or one server in the environment: LLM_PLAYGROUND_ENDPOINT, and its LLM_PLAYGROUND_KEY.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from lab.errors import LabError
from lab.ui import access

if TYPE_CHECKING:
    from lab.generation.remote import Endpoint, RemoteModel  # brings torch

TABLE = "endpoints"
ADDRESS, KEY = "LLM_PLAYGROUND_ENDPOINT", "LLM_PLAYGROUND_KEY"
HERE, ONLY, ANOTHER = "This machine", "A server", "Another server"
SECONDS_TO_BELIEVE_A_LIST = 60


@dataclass(frozen=True)
class Server:
    """An endpoint, and its only models that may be asked; none means all that it has."""

    endpoint: "Endpoint"
    models: tuple[str, ...] = ()


def configured() -> dict[str, Any]:
    """The operator's servers by name, each as it was set: an address, and perhaps more."""
    servers: dict[str, Any] = {}
    if st.secrets.load_if_toml_exists():
        servers |= st.secrets.get(TABLE, {})
    if os.environ.get(ADDRESS):
        servers[ONLY] = {"address": os.environ[ADDRESS], "key": os.environ.get(KEY, "")}
    return servers


def choose(page: str) -> str | None:
    """Ask where a text is to be written: the name of a server, or None for this machine.

    Draws nothing where there is no choice.
    """
    names = [HERE, *configured(), *([ANOTHER] if access.any_server() else [])]
    if len(names) == 1:
        return None
    name = st.segmented_control(
        "Written by",
        names,
        default=HERE,
        required=True,
        key=f"{page}_server",
        bind="query-params",
        help="A server is any that speaks OpenAI's protocol: vLLM, llama.cpp, Ollama, "
        "`transformers serve`.",
    )
    return None if name == HERE else name


def model(page: str, name: str) -> "RemoteModel":
    """Ask for what else has to be known of the chosen server. Raises `LabError`."""
    from lab.generation.remote import RemoteModel

    servers = configured()
    server = _server(name, servers[name]) if name in servers else _typed(page)
    return RemoteModel(server.endpoint, _model(page, server))


def _server(name: str, table: Any) -> Server:
    from lab.generation.remote import Endpoint

    values = dict(table) if isinstance(table, Mapping) else {}
    address, key, models = values.get("address"), values.get("key", ""), values.get("models", [])
    if not (isinstance(address, str) and isinstance(key, str) and isinstance(models, list)):
        raise LabError(
            f"The server {name!r} is not set up.",
            "Its table in the secrets lacks an address, or has a key or models of another form.",
            'Write address = "http://host/v1", and if need be key = "..." and models = ["..."].',
        )
    return Server(Endpoint(address, key), tuple(map(str, models)))


def _typed(page: str) -> Server:
    """A server that a visitor names. No link carries it: none can send a text to a stranger."""
    from lab.generation.remote import Endpoint

    address = st.text_input(
        "Its address", key=f"{page}_address", placeholder="http://127.0.0.1:8000/v1"
    )
    key = st.text_input(
        "Its key, if it wants one", key=f"{page}_key", type="password", autocomplete="off"
    )
    if not address.strip():
        raise LabError(
            "No server is named yet.",
            "A text is written there only when its address is known.",
            "Write the address of one, and its key if it wants one.",
        )
    return Server(Endpoint(address.strip(), key.strip()))


def _model(page: str, server: Server) -> str:
    """Ask for one of the server's models."""
    listed = server.models or _listed(server.endpoint.address, server.endpoint.key)
    if isinstance(listed, LabError):
        raise listed
    name = st.selectbox(
        "Its model",
        listed,
        key=f"{page}_remote_model",
        bind="query-params",
        accept_new_options=not server.models,
        placeholder="The name that the server has for it",
    )
    if not name or (server.models and name not in server.models):
        raise LabError(
            f"{server.endpoint.host} lists no model.",
            "It has to be told which model is meant.",
            "Write the name that it has for it.",
        )
    return name


@st.cache_data(
    ttl=SECONDS_TO_BELIEVE_A_LIST,
    max_entries=16,
    show_spinner="Asking the server for its models",
)
def _listed(address: str, key: str) -> list[str] | LabError:
    """The server's models, or why there are none: both are believed for a while."""
    from lab.generation.remote import Endpoint, list_models

    try:
        return list_models(Endpoint(address, key))
    except LabError as error:
        return error
