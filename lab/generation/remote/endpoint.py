"""Where a server is, with which key, and which models it offers."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lab.errors import LabError

SECONDS_TO_LIST = 10.0
MOST_BYTES_OF_A_LIST = 8_000_000


@dataclass(frozen=True)
class Endpoint:
    """The base address of a server, as a rule ending in `/v1`, and the key that it wants, if any.

    Raises `LabError` for an address that is none, and for one that carries more than a place: what
    stands in an address is shown, and a key never is.

    >>> Endpoint("http://127.0.0.1:8000/v1", key="sk-1").host
    '127.0.0.1:8000'
    >>> Endpoint("http://127.0.0.1:8000/v1", key="sk-1")
    Endpoint(address='http://127.0.0.1:8000/v1')
    >>> Endpoint("ftp://example.org")
    Traceback (most recent call last):
    lab.errors.LabError: This is not the address of a server: 'ftp://example.org'. ...
    """

    address: str
    key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not _is_address(self.address):
            raise LabError(
                f"This is not the address of a server: {_without_secrets(self.address)!r}.",
                "It begins with http:// or https://, goes on with a host and a path, and carries "
                "neither name nor password nor anything after a question mark.",
                "Write it as in http://127.0.0.1:8000/v1, and the key beside it.",
            )
        if not (self.key.isascii() and self.key.isprintable() and " " not in self.key):
            raise LabError(
                f"The key for {self.host} cannot be sent.",
                "A key has plain letters, digits and signs, without blanks or line ends.",
                "Copy it again, without what stands around it.",
            )

    @property
    def host(self) -> str:
        """The host and port, which name the server in messages."""
        return urlsplit(self.address).netloc


@dataclass(frozen=True)
class RemoteModel:
    """A model of a server, by the name that the server has for it."""

    endpoint: Endpoint
    id: str


def list_models(endpoint: Endpoint, *, patience: float = SECONDS_TO_LIST) -> list[str]:
    """The names of the models that a server offers, in its own order.

    Waits `patience` seconds for the whole list. Raises `LabError` where there is none to be had.
    """
    from lab.generation.remote.problems import explain, too_slow
    from lab.generation.remote.wire import Reply, get

    try:
        with Reply(get(endpoint, "/models"), MOST_BYTES_OF_A_LIST) as reply:
            values = reply.next(patience)
            names = [each["id"] for each in values["data"]]  # type: ignore[index]
    except TimeoutError as error:
        raise too_slow(endpoint, patience) from error
    except Exception as error:
        raise explain(error, endpoint) from error
    return [each for each in names if isinstance(each, str)]


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:  # not a port, or half an IPv6 address
        return False
    plain = address.isascii() and address.isprintable() and " " not in address
    place = parts.scheme in ("http", "https") and parts.hostname and port != 0
    return bool(plain and place and "@" not in parts.netloc and not (parts.query or parts.fragment))


def _without_secrets(address: str) -> str:
    """An address without what may be a password or a key."""
    return re.split(r"[?#]", address)[0].rpartition("@")[2]
