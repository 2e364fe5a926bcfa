"""Changes to a forward pass, each a `Tap`: ablated heads, switched-off parts, an edited row.

Pure functions of the settings; a fresh tap belongs to one forward pass (some remember a tensor
until its successor passes by).
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from lab.errors import LabError
from lab.models.config import Config
from lab.models.decoder import Tap

Head = tuple[int, int]
"""(layer, head), both from 0."""


@dataclass(frozen=True)
class Switches:
    """Parts of the architecture, each of which can be left out."""

    mask: bool = True
    scale: bool = True
    norm: bool = True
    residual: bool = True
    positions: bool = True
    other_gelu: bool = False
    """The GELU that this model was not trained with: exact for tanh-approximated, and back."""


def switched(config: Config, switches: Switches) -> Tap:
    """A tap that runs the model without the parts that are switched off.

    Without `mask` every token sees every other; without `scale` the scores are not divided by
    sqrt(K); without `norm` all norms pass their input on; without `residual` each part's output
    replaces the stream; without `positions` the table is zero, or nothing is rotated.
    """
    before: dict[str, Tensor] = {}

    def tap(name: str, layer: int, x: Tensor) -> Tensor:
        if not switches.positions:
            if name == "position_embedding":
                return torch.zeros_like(x)
            if name in ("query", "key"):
                before[name] = x
            if name in ("rotated_query", "rotated_key"):
                x = before[name.removeprefix("rotated_")]
        if name == "scores":
            if not switches.scale:
                x = x * math.sqrt(config.head_width)
            before["scores"] = x
        if name == "masked_scores" and not switches.mask:
            return before["scores"]
        if not switches.residual:
            # The stream at these three places is a sum; only its newest part goes on.
            if name == "between":
                x = before["attention_output"]
            elif name == "last_block_output" or (name == "block_input" and layer > 0):
                x = before["mlp_output"]
            elif name in ("attention_output", "mlp_output"):
                before[name] = x
        if not switches.norm:
            if name in ("block_input", "between", "last_block_output"):
                before["stream"] = x
            elif name in ("attention_norm", "mlp_norm", "final_norm"):
                x = before["stream"]
        if switches.other_gelu and config.activation.startswith("gelu"):
            if name == "mlp_up":
                before[name] = x
            elif name == "mlp_activation":
                exact = config.activation == "gelu"
                x = F.gelu(before["mlp_up"], approximate="tanh" if exact else "none")
        return x

    return tap


def ablated(heads: Collection[Head]) -> Tap:
    """A tap that silences heads: their slice of the output projection's input becomes zero."""
    by_layer: dict[int, list[int]] = {}
    for layer, head in heads:
        by_layer.setdefault(layer, []).append(head)

    def tap(name: str, layer: int, x: Tensor) -> Tensor:
        if name != "mixed" or layer not in by_layer:
            return x
        kept = torch.ones(x.shape[1], dtype=x.dtype, device=x.device)
        kept[by_layer[layer]] = 0
        return x * kept[:, None, None]

    return tap


def edited_row(layer: int, head: int, query: int, weights: Sequence[float]) -> Tap:
    """A tap that lets one query of one head attend as told: `weights` over all T keys.

    The weights are scaled to add up to one. Raises `LabError` where they cannot be.
    """
    row = torch.tensor(weights, dtype=torch.float32)
    if not bool(row.isfinite().all()) or bool((row < 0).any()) or float(row.sum()) <= 0:
        raise LabError(
            "These weights are no attention.",
            "A row of attention is made of numbers from 0 up, and at least one is above 0.",
            "Change the row.",
        )
    row = row / row.sum()

    def tap(name: str, at: int, x: Tensor) -> Tensor:
        if name != "attention" or at != layer:
            return x
        if x.shape[-1] != len(row):
            raise LabError(
                f"The row has {len(row)} weights for {x.shape[-1]} tokens.",
                "Attention gives one weight to each token of the text.",
                "Edit the row of this very text.",
            )
        x = x.clone()
        x[:, head, query] = row.to(x.dtype)
        return x

    return tap
