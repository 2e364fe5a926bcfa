"""One matrix product, laid out once for the machine that computes it.

oneDNN, which PyTorch carries for x86 and Arm, can keep a weight in the blocks its kernels read, and
can apply an activation or add to a sum before the result leaves the registers. The layout takes as
much memory as the plain matrix. Knows nothing of attention or of caches.

Measured (AVX-512 bf16, one thread, the products of GPT-2 124M): 4 rows take 0.48 of the time of
`F.linear` in bfloat16 and 0.41 in float32; 30 rows 0.73 and 0.56.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from lab.models.decoder import Linear, activate

ROWS = 4
"""The rows that a product should have at least.

oneDNN takes other kernels for a single row, which add up in another order (and are slower than
those for four). From two rows on, and in all precisions, a row's result has been the same to the
bit whatever the other rows are and however many there be.
"""

_FUSED = {
    None: ("none", ""),
    "gelu": ("gelu", "none"),
    "gelu_new": ("gelu", "tanh"),
    "gelu_pytorch_tanh": ("gelu", "tanh"),
    "relu": ("relu", ""),
    "silu": ("swish", ""),
}


_MIDDLE = torch.tensor(128.5)


class Product(Protocol):
    """W x + b for each row of x, (rows, in) -> (rows, out), perhaps through an activation."""

    def __call__(self, x: Tensor) -> Tensor: ...

    def onto(self, base: Tensor, x: Tensor) -> Tensor:
        """base + W x + b."""
        ...


@dataclass(frozen=True, eq=False)
class Plain:
    """The product as PyTorch computes it everywhere."""

    linear: Linear
    activation: str | None

    def __call__(self, x: Tensor) -> Tensor:
        y = F.linear(x, self.linear.weight, self.linear.bias)
        return y if self.activation is None else activate(self.activation, y)

    def onto(self, base: Tensor, x: Tensor) -> Tensor:
        return base + self(x)


@dataclass(frozen=True, eq=False)
class Packed:
    """The product with its weight in oneDNN's own blocks."""

    weight: Tensor
    bias: Tensor | None
    fused: tuple[str, str]

    def __call__(self, x: Tensor) -> Tensor:
        name, algorithm = self.fused
        y: Tensor = _linear(x, self.weight, self.bias, name, [], algorithm)
        return y

    def onto(self, base: Tensor, x: Tensor) -> Tensor:
        y: Tensor = _linear_onto(x, base, self.weight, self.bias, "add")
        return y


def lay_out(linear: Linear, activation: str | None = None) -> Product:
    """The product of a linear map, in the layout that suits its precision and device.

    It shares no memory with `linear`, unless there is no better layout.
    """
    weight = linear.weight
    if weight.device.type != "cpu" or not has_kernels(weight.dtype):
        return Plain(linear, activation)
    packed = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), ROWS)
    bias = None if linear.bias is None else linear.bias.clone()
    return Packed(packed, bias, _FUSED[activation])


@dataclass(frozen=True, eq=False)
class Int8:
    """The product in whole numbers of 8 bits: weights rounded once, each row of x when it comes.

    Every output has a scale of its own, and so has every row, so that the largest number is 127.
    The sums are exact, so a row's result does not depend on the others. x is float32. What the
    rounding costs: with mini-gpt2, 0.0008 bits (KL) per token on average, beside float32.

    Source: Dettmers et al. 2022, LLM.int8(), section 2 (vector-wise quantization, without its
    treatment of outliers).
    """

    weight: Tensor
    scales: Tensor
    zeros: Tensor
    bias: Tensor | None
    activation: str | None

    def __call__(self, x: Tensor) -> Tensor:
        steps = torch.linalg.vector_norm(x, torch.inf, dim=1).div_(127).clamp_(min=1e-30)
        # The kernel wants rows without a sign: 128 stands for 0. Cutting off rounds, with the half.
        rounded = torch.addcdiv(_MIDDLE, x, steps[:, None]).to(torch.uint8)
        y: Tensor = torch.ops.onednn.qlinear_pointwise(
            rounded, 1.0, 128, self.weight, self.scales, self.zeros, None,
            1.0, 0, torch.float32, "none", [], "",
        )  # fmt: skip
        y = y.mul_(steps[:, None])
        if self.bias is not None:
            y.add_(self.bias)
        return y if self.activation is None else activate(self.activation, y)

    def onto(self, base: Tensor, x: Tensor) -> Tensor:
        return self(x).add_(base)


def lay_out_int8(linear: Linear, activation: str | None = None) -> Product:
    """The product of a linear map with its weight rounded to 8 bits."""
    weight = linear.weight.float()
    scales = weight.abs().amax(dim=1).div_(127).clamp_(min=1e-30)
    rounded = (weight / scales[:, None]).round_().to(torch.int8)
    return Int8(
        weight=torch.ops.onednn.qlinear_prepack(rounded.contiguous(), None),
        scales=scales,
        zeros=torch.zeros_like(scales, dtype=torch.int64),
        bias=None if linear.bias is None else linear.bias.float(),
        activation=activation,
    )


def has_int8_kernels() -> bool:
    """Whether the CPU at hand multiplies whole numbers of 8 bits without overflowing."""
    return torch.backends.mkldnn.is_available() and torch.cpu._is_vnni_supported()


def has_kernels(dtype: torch.dtype) -> bool:
    """Whether oneDNN computes this precision on the CPU at hand, rather than emulate it."""
    if not torch.backends.mkldnn.is_available():
        return False
    supported: dict[torch.dtype, Any] = {
        torch.float32: lambda: True,
        torch.bfloat16: torch.ops.mkldnn._is_mkldnn_bf16_supported,
        torch.float16: torch.ops.mkldnn._is_mkldnn_fp16_supported,
    }
    return dtype in supported and bool(supported[dtype]())


if torch.backends.mkldnn.is_available():
    _linear: Any = torch.ops.mkldnn._linear_pointwise.default
    _linear_onto: Any = torch.ops.mkldnn._linear_pointwise.binary
