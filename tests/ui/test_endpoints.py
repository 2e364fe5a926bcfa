"""Which servers may be asked, with which keys, and who may name another one."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.generation.remote.servers import serving

OURS = {"classroom": {"address": "http://127.0.0.1:9/v1", "key": "sk-secret", "models": ["m"]}}


def script():
    import streamlit as st

    from lab.errors import LabError
    from lab.ui import endpoints
    from lab.ui.errors import show

    name = endpoints.choose("test")
    try:
        model = endpoints.model("test", name) if name else None
        st.text(f"{model.id} at {model.endpoint.host}" if model else "here")
    except LabError as error:
        show(error)


@pytest.fixture
def asked(monkeypatch):
    """Run the choice on a server with these secrets, open to strangers or not."""

    def asked(secrets=None, *, any_server=False, **query):
        monkeypatch.setenv("LLM_PLAYGROUND_ANY_SERVER", "1" if any_server else "0")
        app = AppTest.from_function(script, default_timeout=60)
        for name, value in (secrets or {}).items():
            app.secrets[name] = value
        app.query_params.update({f"test_{name}": value for name, value in query.items()})
        st.cache_data.clear()
        return app.run()

    return asked


def said(app):
    return " ".join(each.value for each in (*app.text, *app.warning)).replace("\\", "")


def test_there_is_nothing_to_choose_where_nothing_is_set_up(asked):
    app = asked()
    assert said(app) == "here"
    assert not app.get("button_group")


def test_the_servers_of_the_secrets(asked):
    app = asked({"endpoints": OURS}, server="classroom")
    assert said(app) == "m at 127.0.0.1:9"
    assert "secret" not in repr(app.main)
    assert [each.label for each in app.selectbox] == ["Its model"]
    assert not app.text_input  # neither an address nor a key is asked of a visitor


def test_a_model_that_is_not_on_the_operators_list(asked):
    app = asked({"endpoints": OURS}, server="classroom", remote_model="expensive")
    assert "expensive" not in said(app)


def test_the_server_of_the_environment(asked, monkeypatch):
    def list_models(visit):
        visit.reply(200, {"data": [{"id": "one"}, {"id": "two"}]})

    with serving(list_models) as server:
        monkeypatch.setenv("LLM_PLAYGROUND_ENDPOINT", server.address)
        monkeypatch.setenv("LLM_PLAYGROUND_KEY", "sk-ours")
        host = server.model().endpoint.host
        app = asked(server="A server")
        assert said(app) == f"one at {host}"
        assert app.selectbox[0].options == ["one", "two"]
        assert server.visits[0].headers["authorization"] == "Bearer sk-ours"
        app.selectbox[0].set_value("two").run()
        assert said(app) == f"two at {host}"
        assert len(server.visits) == 1  # the list is not asked for again at once


def test_a_server_that_is_not_there_leaves_a_sentence(asked, monkeypatch):
    monkeypatch.setenv("LLM_PLAYGROUND_ENDPOINT", "http://127.0.0.1:9/v1")
    app = asked(server="A server")
    assert "Nothing answers at 127.0.0.1:9" in said(app)


def test_a_visitor_names_a_server_only_where_that_is_allowed(asked):
    assert said(asked(server="Another server")) == "here"
    app = asked(server="Another server", any_server=True)
    assert "No server is named yet" in said(app)
    app.text_input(key="test_address").set_value("http://user:pw@127.0.0.1:9/v1").run()
    assert "not the address of a server" in said(app)
    app.text_input(key="test_address").set_value("http://127.0.0.1:9/v1").run()
    assert "Nothing answers" in said(app)


def test_no_link_names_a_foreign_server(asked):
    app = asked(server="Another server", address="http://127.0.0.1:9/v1", any_server=True)
    assert "No server is named yet" in said(app)


@pytest.mark.parametrize(
    "table",
    ["http://host/v1", {}, {"address": 5}, {"address": "http://host/v1", "models": "m"}],
)
def test_secrets_that_cannot_be_read(asked, table):
    app = asked({"endpoints": {"classroom": table}}, server="classroom")
    assert "'classroom' is not set up" in said(app)


def test_an_address_in_the_environment_that_is_none(asked, monkeypatch):
    monkeypatch.setenv("LLM_PLAYGROUND_ENDPOINT", "https://user:sk-secret@host")
    app = asked(server="A server")
    assert "not the address of a server" in said(app)
    assert "secret" not in repr(app.main)
