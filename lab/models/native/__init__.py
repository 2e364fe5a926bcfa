"""The fast path in C, for the processor at hand; without a C compiler `lab.models.fast` does it.

A model's memory is read from end to end for every token, so what counts is that nothing else
happens: one call per pass, weights of 8 or 16 bits widened on the way, all texts in one reading.
"""

from lab.models.native.layout import NativeDecoder, available, lay_out_natively
from lab.models.native.slots import NativeSlots

__all__ = ["NativeDecoder", "NativeSlots", "available", "lay_out_natively"]
