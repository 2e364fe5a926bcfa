"""The loop: text in, one `Step` per token out; alone, or in an engine that many share."""

from lab.generation.channel import Stream
from lab.generation.engine import Engine
from lab.generation.loop import Alternative, Step, generate

__all__ = ["Alternative", "Engine", "Step", "Stream", "generate"]
