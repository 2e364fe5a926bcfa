"""The one way to load a model: a bundled id, a Hub id, or a local folder.

Weights come as safetensors only, and no code of a checkpoint is ever run.
"""

import json
import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lab.errors import LabError
from lab.models import hub, native
from lab.models.catalog import bundled
from lab.models.config import FAMILIES, Config, parse_config
from lab.models.device import CPU
from lab.models.kernels import has_int8_kernels
from lab.models.memory import give_back
from lab.models.model import Model, Network, ReadableNetwork, Source
from lab.models.precision import place, precision
from lab.tokenizers import from_file

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)
_MASKS = re.compile(r"\.attn\.(masked_)?bias$")  # buffers that old GPT-2 checkpoints carry
DTYPES = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
    "int8": torch.int8,
}

TOLERANCE = 0.02
"""How far a probability on an accelerator may be from the processor's: what 16 bits account for."""


def load(model_id: str, *, dtype: str = "auto", revision: str | None = None) -> Model:
    """Load a model for inference.

    model_id: a bundled id (`mini-gpt2`), a Hub id (`gpt2`, `Qwen/Qwen3-0.6B`), or the path of a
        local folder in Hugging Face's format.
    dtype: of the weights with which it writes: "float32", "bfloat16", "float16", "int8"
        (what that costs say `lab.models.native.layout` and, without a C compiler,
        `lab.models.kernels.Int8`), or "auto": float32 for a small model, and for others what is
        quickest on this machine (`lab.models.precision`), however they are stored. What
        is shown of its inside is computed in bfloat16 for that, and else in float32.
    revision: a branch, tag or commit to pin a Hub model to.

    Raises `LabError` where the model cannot be had, is incomplete, or is not safe to load.

    >>> model = load("mini-gpt2")
    >>> model.source, model.dtype, model.context
    ('bundled', torch.float32, 512)
    >>> load("../secrets")
    Traceback (most recent call last):
    lab.errors.LabError: There is no model '../secrets'. ...
    """
    if dtype != "auto" and dtype not in DTYPES:
        raise LabError(
            f"There is no precision {dtype!r}.",
            f"Models are loaded as auto, {', '.join(DTYPES)}.",
            "Choose one of these.",
        )
    if dtype == "int8" and not (native.available() or has_int8_kernels()):
        raise LabError(
            "This machine cannot compute in int8.",
            "There is no C compiler for our own kernels, and the processor has no instructions for "
            "PyTorch's.",
            "Install a C compiler, or choose bfloat16 or float32.",
        )
    folder, source = _find(model_id, revision)
    folder = folder or hub.fetch(model_id, revision)
    values = _read_json(folder / "config.json", model_id)
    if not (folder / "tokenizer.json").is_file():
        raise LabError(
            f"{model_id} has no tokenizer.json.",
            "Without it there is no knowing which ids its text becomes.",
            "Choose a model that ships a fast tokenizer.",
        )
    tokenizer = from_file(folder / "tokenizer.json", name=model_id)
    network: Network
    config: Config | None
    if values.get("model_type") in FAMILIES:
        config = parse_config(values)
        parameters = _parameters(folder, model_id)
        device = CPU if dtype == "int8" else place(parameters)
        actual = _precision(dtype, parameters, device)
        read = partial(_map_tensors, folder, model_id)
        network = ReadableNetwork(config, actual, read, device)
        if device != CPU and not _computes_the_same(network):
            actual = _precision(dtype, parameters)
            network = ReadableNetwork(config, actual, read)
        network.memory  # noqa: B018 (lays the weights out, and finds what is wrong with them)
        give_back()
        context = config.context
    else:
        from lab.models.fallback import load_with_transformers

        if dtype == "int8":
            raise LabError(
                f"{model_id} cannot be loaded in int8.",
                "Its architecture is run by transformers, and only our own decoder has int8.",
                "Choose bfloat16 or float32.",
            )
        _weight_files(folder, model_id)
        config, actual = None, _precision(dtype, _parameters(folder, model_id))
        network, context = load_with_transformers(folder, model_id, actual)
    return Model(
        id=model_id,
        tokenizer=tokenizer,
        network=network,
        dtype=actual,
        source=source,
        folder=folder,
        context=context,
        end_ids=_end_ids(folder, values),
        config=config,
    )


def weight_bytes(model_id: str, *, dtype: str = "auto", revision: str | None = None) -> int:
    """What the weights of a model take in memory, in bytes, as told by their headers alone.

    Arguments and errors are those of `load`. Of a model that has yet to be downloaded, the Hub is
    asked (it also counts the buffers of old checkpoints, which are not loaded); where it does not
    know, the model is fetched first.

    >>> weight_bytes("mini-gpt2") == load("mini-gpt2").bytes
    True
    """
    folder, _ = _find(model_id, revision)
    parameters = None if folder else hub.parameters(model_id, revision)
    if parameters is None:
        parameters = _parameters(folder or hub.fetch(model_id, revision), model_id)
    return parameters * _precision(dtype, parameters).itemsize


def _computes_the_same(network: ReadableNetwork) -> bool:
    """Whether a model's probabilities on its device are those of the processor, but for rounding.

    Kernels for accelerators are many, and not all of them are there or right everywhere.
    """
    ids = list(range(min(8, network.config.vocab_size, network.config.context)))
    with torch.inference_mode():
        try:
            found = network.memory(1, len(ids)).read([0], [ids])[0].float().cpu()
        except RuntimeError:  # no kernel for something, or no memory
            return False
        wanted = replace(network, device=CPU).logits(torch.tensor([ids]))[0, -1]
    difference = found.softmax(-1) - wanted.float().softmax(-1)
    return bool(difference.abs().max() < TOLERANCE)


def _precision(dtype: str, parameters: int, device: torch.device = CPU) -> torch.dtype:
    return precision(parameters, device) if dtype == "auto" else DTYPES[dtype]


def _parameters(folder: Path, model_id: str) -> int:
    """How many numbers a checkpoint holds, as told by its headers alone."""
    return sum(
        math.prod(part.get_shape())
        for opened in _opened(folder, model_id)
        for name in opened.keys()  # noqa: SIM118 (not a dict)
        if not _MASKS.search(name)
        for part in [opened.get_slice(name)]
    )


def _find(model_id: str, revision: str | None) -> tuple[Path | None, Source]:
    """The folder with a model's files, None if they have yet to be fetched, and their source."""
    for card in bundled():
        if card.id == model_id:
            return card.folder, "bundled"
    if ".." not in Path(model_id).parts:
        path = Path(model_id)
        if os.path.isdir(path) and (path.is_absolute() or (path / "config.json").is_file()):
            return path, "folder"
        if _HUB_ID.fullmatch(model_id):
            return hub.cached(model_id, revision), "hub"
    raise LabError(
        f"There is no model {model_id!r}.",
        "It is neither a bundled model, nor a folder here, nor a name that the Hugging Face Hub "
        "could have.",
        f"Choose {bundled()[0].id}, a Hub id such as gpt2, or the path of a model's folder.",
    )


def _read_json(path: Path, model_id: str) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LabError(
            f"{model_id} cannot be loaded.",
            f"Its {path.name} is missing or unreadable.",
            "Choose a folder in Hugging Face's format, or fetch the model again.",
        ) from error
    return values if isinstance(values, dict) else {}


def _weight_files(folder: Path, model_id: str) -> list[Path]:
    """The safetensors files of a model, whole or in shards."""
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        names = sorted(set(_read_json(index, model_id).get("weight_map", {}).values()))
        files = [folder / Path(name).name for name in names]
    else:
        files = [folder / "model.safetensors"]
    if files and all(file.is_file() for file in files):
        return files
    pickles = [*folder.glob("*.bin"), *folder.glob("*.pt"), *folder.glob("*.pth")]
    if pickles:
        raise LabError(
            f"The weights of {model_id} are refused: {pickles[0].name} is a pickle.",
            "Loading a pickle can run any code that its author put into it.",
            "Use a checkpoint with model.safetensors.",
        )
    raise LabError(
        f"{model_id} has no weights.",
        "There is no model.safetensors in its folder, or a part of it is missing.",
        "Fetch the model again, or choose another one.",
    )


def _map_tensors(folder: Path, model_id: str) -> dict[str, Tensor]:
    """The tensors by name as they are stored, mapped from their files: read when first used."""
    return {
        name: opened.get_tensor(name)
        for opened in _opened(folder, model_id)
        for name in opened.keys()  # noqa: SIM118 (not a dict)
        if not _MASKS.search(name)
    }


def _opened(folder: Path, model_id: str) -> Iterator[Any]:
    """The weights' files one after another, open."""
    from safetensors import SafetensorError, safe_open

    try:
        for file in _weight_files(folder, model_id):
            with safe_open(file, framework="pt") as opened:
                yield opened
    except SafetensorError as error:
        raise LabError(
            f"The weights of {model_id} cannot be read.",
            "The file is not valid safetensors; a download may have broken off.",
            "Fetch the model again, or choose another one.",
        ) from error


def _end_ids(folder: Path, values: Mapping[str, Any]) -> frozenset[int]:
    """The ids that end a text, as the model's generation settings (else its config) name them."""
    path = folder / "generation_config.json"
    settings = _read_json(path, folder.name) if path.is_file() else {}
    ends = settings.get("eos_token_id", values.get("eos_token_id"))
    if ends is None:
        return frozenset()
    return frozenset(ends if isinstance(ends, list) else [ends])
