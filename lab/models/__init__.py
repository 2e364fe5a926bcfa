"""ids -> logits: what can be loaded, the one way to load it, a readable decoder, its trace."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lab.models.batch import reader
    from lab.models.loading import load
    from lab.models.model import Model, forward
    from lab.models.tracing import Trace, trace

__all__ = ["Model", "Trace", "forward", "load", "reader", "trace"]

_HOMES = {
    "Trace": "tracing",
    "load": "loading",
    "reader": "batch",
    "trace": "tracing",
}  # the others: `model`


def __getattr__(name: str) -> Any:
    # The catalogue can be read without torch: these names bring it when first used.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'model')}"), name)
