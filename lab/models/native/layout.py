"""A decoder's weights in the layout that decoder.c reads, and the structures that point to them."""

import ctypes
from collections.abc import Sequence
from ctypes import POINTER, Structure, c_double, c_int64, c_void_p
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from lab.models.config import Config
from lab.models.decoder import Block, Decoder, Linear, Norm
from lab.models.kernels import fits_halves
from lab.native import library

SOURCE = Path(__file__).with_name("decoder.c")
FORMATS = (torch.float32, torch.float16, torch.bfloat16, torch.int8)
"""What weights may be, in decoder.c's order."""
PANEL = 32
"""Outputs of a product whose weights lie together; decoder.c's number."""
ACTIVATIONS = (None, "relu", "silu", "gelu", "gelu_new")
_ALIASES = {"gelu_pytorch_tanh": "gelu_new"}


def available() -> bool:
    """Whether a decoder can be laid out here."""
    return library(SOURCE) is not None


class _Table(Structure):
    _fields_ = (("numbers", c_void_p), ("format", c_int64))


class _Norm(Structure):
    _fields_ = (("weight", c_void_p), ("bias", c_void_p))


class _Product(Structure):
    _fields_ = (
        *((name, c_void_p) for name in ("weight", "scale", "bias")),
        *((name, c_int64) for name in ("format", "inputs", "outputs", "activation", "gated")),
    )


class _Block(Structure):
    _fields_ = (
        ("attention_norm", _Norm),
        ("query_key_value", _Product),
        ("query_norm", c_void_p),
        ("key_norm", c_void_p),
        ("attention_output", _Product),
        ("mlp_norm", _Norm),
        ("mlp_input", _Product),
        ("mlp_output", _Product),
    )


class _Decoder(Structure):
    _fields_ = (
        *(
            (name, c_int64)
            for name in (
                "layers", "width", "heads", "kv_heads", "head_width", "mlp_width", "places",
            )
        ),
        ("eps", c_double),
        ("embedding", _Table),
        ("positions", _Table),
        ("cosine", c_void_p),
        ("sine", c_void_p),
        ("blocks", POINTER(_Block)),
        ("final_norm", _Norm),
        ("head", _Product),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class NativeDecoder:
    """A decoder laid out: the library that computes it, and the weights that it points to."""

    config: Config
    library: ctypes.CDLL
    structure: _Decoder
    tensors: tuple[Tensor, ...]


def lay_out_natively(
    decoder: Decoder, embedding: Tensor, positions: Tensor | None, dtype: torch.dtype
) -> NativeDecoder | None:
    """A decoder with weights of `dtype`; None where the library cannot be built here.

    Of `decoder` nothing is kept, so that its memory can go; the two tables are kept as they are
    given, and may be mapped from a file. Whatever the weights are, all else is float32. Those of
    int8 are rounded to 255 steps, with a scale for each output; with mini-gpt2 that costs 0.0005
    bits (KL) per token on average, beside float32. Weights of float32 that lose nothing in float16,
    as those of a file in float16 do not, are kept in that.
    """
    if dtype not in FORMATS:
        return None
    if dtype == torch.float32 and all(map(fits_halves, _matrices(decoder))):
        dtype = torch.float16
    found = library(SOURCE)
    return None if found is None else _Layout(dtype).decoder(found, decoder, embedding, positions)


def _matrices(decoder: Decoder) -> Sequence[Tensor]:
    return [decoder.head] + [
        linear.weight
        for block in decoder.blocks
        for linear in (
            block.query_key_value, block.attention_output, block.mlp_input, block.mlp_output,
        )
    ]  # fmt: skip


class _Layout:
    """Lays tensors out one after another, and holds on to what was pointed to."""

    def __init__(self, dtype: torch.dtype) -> None:
        self._dtype = dtype
        self._tensors: list[Tensor] = []

    def decoder(
        self, found: ctypes.CDLL, plain: Decoder, embedding: Tensor, positions: Tensor | None
    ) -> NativeDecoder:
        config = plain.config
        blocks = [self._block(config, block) for block in plain.blocks]
        structure = _Decoder(
            layers=config.layers,
            width=config.width,
            heads=config.heads,
            kv_heads=config.kv_heads,
            head_width=config.head_width,
            mlp_width=config.mlp_width,
            eps=config.norm_eps,
            embedding=self._table(embedding),
            positions=_Table() if positions is None else self._table(positions),
            blocks=(_Block * len(blocks))(*blocks),
            final_norm=self._norm(plain.final_norm),
            head=self._product(Linear(plain.head)),
        )
        return NativeDecoder(config, found, structure, tuple(self._tensors))

    def _block(self, config: Config, plain: Block) -> _Block:
        return _Block(
            self._norm(plain.attention_norm),
            self._product(plain.query_key_value),
            self._numbers(plain.query_norm.weight if plain.query_norm else None),
            self._numbers(plain.key_norm.weight if plain.key_norm else None),
            self._product(plain.attention_output),
            self._norm(plain.mlp_norm),
            self._product(plain.mlp_input, config.activation, gated=config.rotary),
            self._product(plain.mlp_output),
        )

    def _keep(self, tensor: Tensor) -> int:
        self._tensors.append(tensor)
        return tensor.data_ptr()

    def _table(self, table: Tensor) -> _Table:
        table = table if table.dtype in FORMATS[:3] else table.float()
        return _Table(self._keep(table.contiguous()), FORMATS.index(table.dtype))

    def _numbers(self, numbers: Tensor | None) -> int | None:
        return None if numbers is None else self._keep(numbers.to(torch.float32, copy=True))

    def _norm(self, plain: Norm) -> _Norm:
        return _Norm(self._numbers(plain.weight), self._numbers(plain.bias))

    def _product(
        self, linear: Linear, activation: str | None = None, *, gated: bool = False
    ) -> _Product:
        """A product's weights in panels; where one half gates the other, half a panel of each."""
        outputs, inputs = linear.weight.shape
        scale, weight, bias = None, linear.weight, linear.bias
        if self._dtype == torch.int8:
            weight = weight.float()
            scale = weight.abs().amax(dim=1).div_(127).clamp_(min=1e-30)
            weight = (weight / scale[:, None]).round_()
        panels = panel_rows(weight.to(self._dtype), gated=gated)
        return _Product(
            self._keep(panels.transpose(1, 2).contiguous()),
            self._per_output(scale, gated=gated),
            self._per_output(bias, gated=gated),
            FORMATS.index(self._dtype),
            inputs,
            outputs // 2 if gated else outputs,
            ACTIVATIONS.index(_ALIASES.get(activation or "", activation)),
            gated,
        )

    def _per_output(self, numbers: Tensor | None, *, gated: bool) -> int | None:
        if numbers is None:
            return None
        return self._numbers(panel_rows(numbers[:, None], gated=gated).flatten())


def panel_rows(rows: Tensor, *, gated: bool) -> Tensor:
    """Rows by panels, (panels, PANEL, width), the last filled up with zeros.

    Where one half gates the other, each panel has as many rows of both halves.

    >>> panel_rows(torch.arange(1, 41)[:, None], gated=False)[1, 6:10, 0].tolist()
    [39, 40, 0, 0]
    >>> panel_rows(torch.arange(1, 41)[:, None], gated=True)[:, ::PANEL // 2, 0].tolist()
    [[1, 21], [17, 37]]
    """
    halves = rows.unflatten(0, (2 if gated else 1, -1))
    each = PANEL // len(halves)
    filled = F.pad(halves, (0, 0, 0, -halves.shape[1] % each))
    panels: Tensor = filled.unflatten(1, (-1, each))
    return panels.transpose(0, 1).flatten(1, 2)
