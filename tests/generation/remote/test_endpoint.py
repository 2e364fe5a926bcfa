"""Addresses and keys: what is one, and what of it may be shown."""

import pytest

from lab.errors import LabError
from lab.generation.remote import Endpoint


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000/v1",
        "https://api.example.org/v1/",
        "http://[::1]:11434/v1",
        "http://gpu-box/v1",
    ],
)
def test_an_address(address):
    assert Endpoint(address).address == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "127.0.0.1:8000",
        "file:///etc/passwd",
        "ftp://example.org/v1",
        "http://",
        "http://:8000/v1",
        "http://host:port/v1",
        "http://host:99999/v1",
        "http://[::1/v1",
        "http://host/v1\r\nX-Header: 1",
        "http://host /v1",
        "http://user:secret@host/v1",
        "https://host/v1?key=secret",
        "https://host/v1#secret",
    ],
)
def test_no_address(address):
    with pytest.raises(LabError, match="not the address of a server") as caught:
        Endpoint(address, key="secret")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["sk-1\n", "sk 1", "schlüssel", "sk-\0"])
def test_a_key_that_no_header_can_carry(key):
    with pytest.raises(LabError, match="cannot be sent") as caught:
        Endpoint("http://host/v1", key)
    assert key not in str(caught.value)


def test_a_key_is_not_shown():
    endpoint = Endpoint("http://host/v1", "sk-secret")
    assert "secret" not in f"{endpoint} {endpoint!r}"
