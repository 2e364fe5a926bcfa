"""ids -> logits: what can be loaded, the one way to load it, a readable decoder, its trace."""

from lab.models.loading import load
from lab.models.model import Model, forward, reader

__all__ = ["Model", "forward", "load", "reader"]
