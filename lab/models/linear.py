"""The smallest layer, y = W x + b, worked out term by term."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from lab.errors import LabError

Initialisation = Literal["normal", "nn.Linear"]

Matrix = Sequence[Sequence[float | None]]
Vector = Sequence[float | None]


@dataclass(frozen=True)
class Worked:
    """y = W x + b with every product shown: `products[i][j]` is `weight[i][j] * x[j]`."""

    weight: tuple[tuple[float, ...], ...]
    x: tuple[float, ...]
    products: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]
    output: tuple[float, ...]
    reference: tuple[float, ...]
    """What `torch.nn.Linear` makes of the same numbers, in float32."""

    @property
    def difference(self) -> float:
        """The largest gap between the sum worked out here and `torch.nn.Linear`'s."""
        pairs = zip(self.output, self.reference, strict=True)
        return max((abs(ours - theirs) for ours, theirs in pairs), default=0.0)


def work_out(weight: Matrix, bias: Vector, x: Vector) -> Worked:
    """The layer with weight (out, in), bias (out) and input x (in).

    Raises `LabError` where the shapes do not fit or a number is missing or not finite.

    >>> worked = work_out([[1, 2], [3, 4]], [0.5, 0.0], [10, 1])
    >>> worked.products, worked.output, worked.difference
    (((10.0, 2.0), (30.0, 4.0)), (12.5, 34.0), 0.0)
    """
    if len({len(row) for row in weight}) > 1 or not weight or not weight[0]:
        raise LabError(
            "W is not a matrix.",
            "Its rows must all have the same number of entries, and at least one.",
            "Fill in or remove the uneven row.",
        )
    rows, columns = len(weight), len(weight[0])
    if len(x) != columns or len(bias) != rows:
        raise LabError(
            f"The shapes do not fit: W is {rows} × {columns}, x has {len(x)} entries, "
            f"b has {len(bias)}.",
            "W needs one column per entry of x, and b one entry per row of W.",
            f"Give x {columns} entries and b {rows}.",
        )
    w = [_finite(row, "W") for row in weight]
    b, values = _finite(bias, "b"), _finite(x, "x")
    products = tuple(tuple(a * v for a, v in zip(row, values, strict=True)) for row in w)
    layer = torch.nn.Linear(columns, rows)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(w))
        layer.bias.copy_(torch.tensor(b))
        reference = layer(torch.tensor(values))
    return Worked(
        weight=tuple(map(tuple, w)),
        x=tuple(values),
        products=products,
        bias=tuple(b),
        output=tuple(math.fsum((*row, add)) for row, add in zip(products, b, strict=True)),
        reference=tuple(reference.tolist()),
    )


def initialise(how: Initialisation, inputs: int, outputs: int, seed: int) -> tuple[Tensor, Tensor]:
    """Random W (out, in) and b (out): standard normal, or as a new `torch.nn.Linear` has them.

    `torch.nn.Linear` draws both uniformly from -1/sqrt(in) to 1/sqrt(in) (He et al. 2015), so that
    the outputs' size does not grow with the number of inputs; with normal numbers it grows with
    sqrt(in).

    >>> weight, bias = initialise("nn.Linear", 100, 5, seed=0)
    >>> bool(weight.abs().max() <= 0.1), bool(bias.abs().max() <= 0.1)
    (True, True)
    """
    generator = torch.Generator().manual_seed(seed)
    if how == "normal":
        weight = torch.randn(outputs, inputs, generator=generator)
        return weight, torch.randn(outputs, generator=generator)
    bound = 1 / math.sqrt(inputs)
    weight = torch.empty(outputs, inputs).uniform_(-bound, bound, generator=generator)
    return weight, torch.empty(outputs).uniform_(-bound, bound, generator=generator)


def _finite(values: Vector, name: str) -> list[float]:
    numbers = [math.nan if value is None else float(value) for value in values]
    if all(math.isfinite(number) for number in numbers):
        return numbers
    raise LabError(
        f"{name} has an entry that is no number.",
        "A sum with a missing or infinite term has no value.",
        f"Type a number into every cell of {name}.",
    )
