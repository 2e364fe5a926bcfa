"""The loop: text in, one `Step` per token out."""

from lab.generation.loop import Alternative, Step, generate

__all__ = ["Alternative", "Step", "generate"]
