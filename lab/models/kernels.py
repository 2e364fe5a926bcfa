"""One matrix product, laid out once for the machine that computes it.

PyTorch carries two libraries whose kernels read a weight in blocks of their own: oneDNN, for x86
and Arm, and FBGEMM, for x86. A layout takes as much memory as the plain matrix. Knows nothing of
attention or of caches.

Measured (AVX-512 bf16, one thread, the products of GPT-2 124M), as shares of the time of
`F.linear` in the same precision: oneDNN with 4 rows 0.48 in bfloat16 and 0.41 in float32, with 30
rows 0.73 and 0.56. As shares of the time of oneDNN's float32: FBGEMM's float16 with 1 row 0.29,
with 4 0.53, with 30 1.0.
"""

import warnings
from dataclasses import dataclass
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from lab.models.decoder import Linear, activate
from lab.models.device import CPU

ROWS = 4
"""The rows that a product in oneDNN's layout should have at least.

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


class Product(Protocol):
    """W x + b for each row of x, (rows, in) -> (rows, out), perhaps through an activation."""

    @property
    def rows(self) -> int:
        """With fewer rows than these, a row's last bits may differ."""
        ...

    def __call__(self, x: Tensor) -> Tensor: ...

    def onto(self, base: Tensor, x: Tensor) -> Tensor:
        """base + W x + b."""
        ...


@dataclass(frozen=True, eq=False)
class Plain:
    """The product as PyTorch computes it everywhere."""

    linear: Linear
    activation: str | None
    rows = 1

    def __call__(self, x: Tensor) -> Tensor:
        y = F.linear(x, self.linear.weight, self.linear.bias)
        return y if self.activation is None else activate(self.activation, y)

    def onto(self, base: Tensor, x: Tensor) -> Tensor:
        return base + self(x)


@dataclass(frozen=True, eq=False)
class Packed:
    """The product with its weight in oneDNN's own blocks.

    An activation is applied, or a sum added to, before the result leaves the registers.
    """

    weight: Tensor
    bias: Tensor | None
    fused: tuple[str, str]
    rows = ROWS

    def __call__(self, x: Tensor) -> Tensor:
        name, algorithm = self.fused
        y: Tensor = _linear(x, self.weight, self.bias, name, [], algorithm)
        return y

    def onto(self, base: Tensor, x: Tensor) -> Tensor:
        y: Tensor = _linear_onto(x, base, self.weight, self.bias, "add")
        return y


@dataclass(frozen=True, eq=False)
class Half:
    """The product with its weight in float16, and all else in float32, by FBGEMM.

    Each weight is widened when it is read, so that the sums are those of float32; half as much is
    read, which is what a product with few rows costs. A row's result does not depend on the others.
    """

    weight: Any  # FBGEMM's blocks, which hold the bias too
    activation: str | None
    rows = 1

    def __call__(self, x: Tensor) -> Tensor:
        y: Tensor = _linear_half(x, self.weight)
        return y if self.activation is None else activate(self.activation, y)

    def onto(self, base: Tensor, x: Tensor) -> Tensor:
        return self(x).add_(base)


@dataclass(frozen=True, eq=False)
class Int8:
    """The product in whole numbers of 8 bits: weights rounded once, each row of x when it comes.

    Every output has a scale of its own, and so has every row, so that the largest number is 127.
    The sums are exact, so a row's result does not depend on the others. x is float32. What the
    rounding costs: with mini-gpt2, 0.0008 bits (KL) per token on average, beside float32.

    Source: Dettmers et al. 2022, LLM.int8(), section 2 (vector-wise quantization, without its
    treatment of outliers).
    """

    weight: Any  # FBGEMM's blocks, with their scales
    bias: Tensor | None
    activation: str | None
    rows = 1

    def __call__(self, x: Tensor) -> Tensor:
        largest = x.abs().amax(dim=1, keepdim=True).clamp_(min=1e-30)
        y: Tensor = _linear_int8(x / largest, _STEP, _MIDDLE, self.weight).mul_(largest)
        if self.bias is not None:
            y.add_(self.bias)
        return y if self.activation is None else activate(self.activation, y)

    def onto(self, base: Tensor, x: Tensor) -> Tensor:
        return self(x).add_(base)


# The kernel rounds x to whole steps, and counts them without a sign: 128 stands for 0.
_STEP, _MIDDLE = torch.tensor(1 / 127), torch.tensor(128)


def lay_out(
    linear: Linear,
    dtype: torch.dtype,
    activation: str | None = None,
    device: torch.device = CPU,
) -> Product:
    """The product of a linear map with weights of `dtype`, in the layout that suits the machine.

    Its x and its result are of the precision that `arithmetic` tells. It shares no memory with
    `linear`, unless there is no better layout.
    """
    if device.type != "cpu":
        bias = None if linear.bias is None else linear.bias.to(device, dtype)
        return Plain(Linear(linear.weight.to(device, dtype), bias), activation)
    if dtype == torch.int8:
        return _lay_out_int8(linear, activation)
    if has_halves() and (
        dtype == torch.float16 or (dtype == torch.float32 and fits_halves(linear.weight))
    ):
        bias = None if linear.bias is None else linear.bias.float()
        halves = torch.ops.quantized.linear_prepack_fp16(linear.weight.float(), bias)
        return Half(halves, activation)
    weight = linear.weight.to(dtype)
    bias = None if linear.bias is None else linear.bias.to(dtype, copy=True)
    if not has_kernels(dtype):
        return Plain(Linear(weight, bias), activation)
    packed = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), ROWS)
    return Packed(packed, bias, _FUSED[activation])


def arithmetic(dtype: torch.dtype, device: torch.device = CPU) -> torch.dtype:
    """In what precision products with weights of `dtype` are computed.

    >>> arithmetic(torch.int8), arithmetic(torch.bfloat16)
    (torch.float32, torch.bfloat16)
    """
    widened = dtype == torch.int8 or (dtype == torch.float16 and has_halves())
    if widened and device.type == "cpu":
        return torch.float32
    return dtype


def fits_halves(weight: Tensor) -> bool:
    """Whether weights lose nothing in float16, as those of a file in float16 do not.

    >>> fits_halves(torch.tensor([0.5, 65504.0])), fits_halves(torch.tensor([0.1]))
    (True, False)
    """
    return weight.dtype == torch.float16 or torch.equal(weight.half().float(), weight.float())


def _lay_out_int8(linear: Linear, activation: str | None) -> Int8:
    weight = linear.weight.float()
    steps = weight.abs().amax(dim=1).div_(127).clamp_(min=1e-30)
    rounded = (weight / steps[:, None]).round_().to(torch.int8)
    zeros = torch.zeros_like(steps, dtype=torch.int64)
    with warnings.catch_warnings():  # PyTorch means to give up this type, not these kernels
        warnings.filterwarnings("ignore", "torch.quantize_per_tensor", UserWarning)
        typed = torch._make_per_channel_quantized_tensor(rounded, steps.double(), zeros, 0)
    bias = None if linear.bias is None else linear.bias.float()
    return Int8(torch.ops.quantized.linear_prepack(typed, None), bias, activation)


def has_int8_kernels() -> bool:
    """Whether FBGEMM is there, and the CPU multiplies numbers of 8 bits without overflowing."""
    return has_halves() and torch.cpu._is_vnni_supported()


def has_halves() -> bool:
    """Whether FBGEMM is there, to read weights of 16 bits and compute in float32."""
    return "fbgemm" in torch.backends.quantized.supported_engines


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
if has_halves():
    # `_op` leaves out a look at every argument, a tenth of a small product's time.
    _linear_half: Any = torch.ops.quantized.linear_dynamic_fp16.default._op
    _linear_int8: Any = (
        torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32.default._op
    )
