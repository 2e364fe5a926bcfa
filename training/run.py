"""The loop that both trainings share: batches in, trained weights out, resumable at any time."""

import json
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor

from lab.models.config import Config
from lab.models.decoder import forward
from lab.models.weights import assemble
from training import optimizer as optimizers

IGNORED = -100
"""A target that carries no loss."""


@dataclass(frozen=True)
class Plan:
    """What a run does. One step sees `micro_batches` batches before the weights move."""

    steps: int
    rate: float
    micro_batches: int = 1
    save_every: int = 100
    log_every: int = 10


def train(
    config: Config,
    weights: dict[str, Tensor],
    batches: Callable[[int], Iterator[tuple[Tensor, Tensor]]],
    plan: Plan,
    folder: Path,
    device: str,
) -> dict[str, Tensor]:
    """Train `weights` (by Hugging Face's names, float32) and return them.

    `batches(skip)` yields (inputs, targets) of shape (batch, tokens) from the skip-th on; targets
    equal to `IGNORED` carry no loss. In `folder` the run keeps `checkpoint.pt`, from which it
    resumes, and `log.jsonl`, a line per `log_every` steps.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: weight.to(device).requires_grad_() for name, weight in weights.items()}
    optimizer = optimizers.build(weights, plan.rate)
    step, tokens, seconds = _resume(folder, weights, optimizer, device)
    loss_of = torch.compile(_loss, dynamic=False)
    stream = batches(step * plan.micro_batches)
    running: list[float] = []
    while step < plan.steps:
        begin = time.perf_counter()
        share = optimizers.schedule(step, plan.steps)
        for one in optimizer:
            for group in one.param_groups:
                group["lr"] = plan.rate * share
        total = 0.0
        for _ in range(plan.micro_batches):
            inputs, targets = (part.to(device) for part in next(stream))
            loss = loss_of(config, weights, inputs, targets) / plan.micro_batches
            loss.backward()
            total += loss.item()
            tokens += int((targets != IGNORED).sum())
        torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
        for one in optimizer:
            one.step()
            one.zero_grad(set_to_none=True)
        step += 1
        seconds += time.perf_counter() - begin
        running.append(total)
        if not math.isfinite(total):
            raise RuntimeError(f"the loss is {total} at step {step}")
        if step % plan.log_every == 0:
            line = {
                "step": step,
                "loss": round(sum(running) / len(running), 4),
                "rate": float(f"{plan.rate * share:.2g}"),
                "tokens": tokens,
                "seconds": round(seconds, 1),
            }
            running.clear()
            print(json.dumps(line), flush=True)
            with (folder / "log.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
        if step % plan.save_every == 0 or step == plan.steps:
            _save(folder, weights, optimizer, step, tokens, seconds)
    return {name: weight.detach() for name, weight in weights.items()}


def _loss(config: Config, weights: dict[str, Tensor], inputs: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy in nats, worked out in bfloat16 with float32 master weights."""
    decoder = assemble(config, {name: weight.bfloat16() for name, weight in weights.items()})
    logits = forward(decoder, inputs).float()
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORED)


def _save(
    folder: Path,
    weights: dict[str, Tensor],
    optimizer: list[torch.optim.Optimizer],
    step: int,
    tokens: int,
    seconds: float,
) -> None:
    state = {"step": step, "tokens": tokens, "seconds": seconds}
    state["optimizer"] = [one.state_dict() for one in optimizer]
    torch.save(state, folder / "checkpoint.new")
    save_file({n: w.detach() for n, w in weights.items()}, folder / "weights.new")
    os.replace(folder / "weights.new", folder / "weights.safetensors")
    os.replace(folder / "checkpoint.new", folder / "checkpoint.pt")


def _resume(
    folder: Path,
    weights: dict[str, Tensor],
    optimizer: list[torch.optim.Optimizer],
    device: str,
) -> tuple[int, int, float]:
    if not (folder / "checkpoint.pt").exists():
        return 0, 0, 0.0
    state = torch.load(folder / "checkpoint.pt", map_location=device, weights_only=True)
    with torch.no_grad():
        for name, saved in load_file(folder / "weights.safetensors", device=device).items():
            weights[name].copy_(saved)
    for one, saved in zip(optimizer, state["optimizer"], strict=True):
        one.load_state_dict(saved)
    return state["step"], state["tokens"], state["seconds"]


def note_facts(folder: Path, **facts: object) -> None:
    """Keep `facts.json` beside the log: what the model card says of the run."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "facts.json").write_text(json.dumps(facts, indent=2) + "\n")


def hardware(device: str) -> str:
    """What the run used, for the model card."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    return f"{torch.get_num_threads()} CPU cores"
