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
from typing import Any

import streamlit as st

from lab.errors import LabError
from lab.generation.remote import Endpoint, RemoteModel, list_models
from lab.ui import access
from lab.ui.errors import show

TABLE = "endpoints"
ADDRESS, KEY = "LLM_PLAYGROUND_ENDPOINT", "LLM_PLAYGROUND_KEY"
HERE, ANOTHER = "This machine", "Another server"
SECONDS_TO_BELIEVE_A_LIST = 60


@dataclass(frozen=True)
class Server:
    """An endpoint, and its only models that may be asked; none means all that it has."""

    endpoint: Endpoint
    models: tuple[str, ...] = ()


def configured() -> dict[str, Server]:
    """The operator's servers by name. Raises `LabError` for settings that cannot be read."""
    servers = {}
    if st.secrets.load_if_toml_exists():
        for name, table in st.secrets.get(TABLE, {}).items():
            servers[name] = _server(name, table)
    if os.environ.get(ADDRESS):
        endpoint = Endpoint(os.environ[ADDRESS], os.environ.get(KEY, ""))
        servers[endpoint.host] = Server(endpoint)
    return servers


def _server(name: str, table: Any) -> Server:
    values = dict(table) if isinstance(table, Mapping) else {}
    address, key, models = values.get("address"), values.get("key", ""), values.get("models", [])
    if not (isinstance(address, str) and isinstance(key, str) and isinstance(models, list)):
        raise LabError(
            f"The server {name!r} is not set up.",
            "Its table in the secrets lacks an address, or has a key or models of another form.",
            'Write address = "http://host/v1", and if need be key = "..." and models = ["..."].',
        )
    return Server(Endpoint(address, key), tuple(map(str, models)))


def choose(page: str) -> RemoteModel | None:
    """Ask where the text is to be written; None stands for this machine.

    Draws nothing where there is no choice. Raises `LabError` where the chosen server cannot be had.
    """
    try:
        servers = configured()
    except LabError as error:
        show(error)
        servers = {}
    names = [HERE, *servers, *([ANOTHER] if access.any_server() else [])]
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
    if name == HERE:
        return None
    server = servers[name] if name in servers else _typed(page)
    return RemoteModel(server.endpoint, _model(page, server))


def _typed(page: str) -> Server:
    """A server that a visitor names. No link carries it: none can send a text to a stranger."""
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
    listed = server.models or _listed(server.endpoint)
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
    hash_funcs={Endpoint: lambda endpoint: (endpoint.address, endpoint.key)},
)
def _listed(endpoint: Endpoint) -> list[str] | LabError:
    """The server's models, or why there are none: both are believed for a while."""
    try:
        return list_models(endpoint)
    except LabError as error:
        return error
