"""How weights are updated: Muon for the blocks' matrices, AdamW for everything else.

Muon (Jordan et al. 2024) makes each update of a matrix orthogonal. `match_rms_adamw` (Liu et al.
2025) scales it so that one learning rate suits both optimizers. At this size it reaches the loss
of AdamW alone in clearly fewer tokens, which is what counts on a CPU.
"""

from collections.abc import Mapping

import torch
from torch import Tensor


def build(weights: Mapping[str, Tensor], rate: float) -> list[torch.optim.Optimizer]:
    """The optimizers of a training run, with learning rate `rate` at their peak."""
    matrices, tables, vectors = [], [], []
    for name, weight in weights.items():
        if weight.ndim < 2:
            vectors.append(weight)
        elif "wte" in name or "wpe" in name or "embed_tokens" in name:
            tables.append(weight)
        else:
            matrices.append(weight)
    muon = torch.optim.Muon(
        matrices, lr=rate, momentum=0.95, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"
    )
    adam = torch.optim.AdamW(
        [{"params": tables, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}],
        lr=rate,
        betas=(0.9, 0.95),
        fused=True,
    )
    return [muon, adam]


def schedule(step: int, steps: int, warmup: int = 100) -> float:
    """The share of the peak learning rate at `step`: a short rise, then a straight line to zero.

    >>> [round(schedule(step, 1000), 2) for step in (0, 99, 100, 550, 999)]
    [0.01, 1.0, 1.0, 0.5, 0.0]
    """
    if step < warmup:
        return (step + 1) / warmup
    return (steps - step) / (steps - warmup)
