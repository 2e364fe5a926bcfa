"""Any other causal architecture, run by transformers as it is. Its inside stays closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lab.errors import LabError


@dataclass(frozen=True, eq=False)
class TransformersNetwork:
    """A transformers model as a `Network`."""

    module: Any

    def logits(self, ids: Tensor) -> Tensor:
        result: Tensor = self.module(ids, use_cache=False).logits
        return result

    def memory(self, slots: int, capacity: int) -> "TransformersMemory":
        return TransformersMemory(self.module)

    def parameters(self) -> Mapping[str, Tensor]:
        return dict(self.module.named_parameters())

    @property
    def bytes_per_token(self) -> int:
        # Full attention in every layer: what a model that saves memory stays below.
        config = self.module.config.get_text_config(decoder=True)
        layers, width = config.num_hidden_layers, config.hidden_size
        return int(2 * layers * width * self.module.dtype.itemsize)


class TransformersMemory:
    """transformers' own cache for each slot; texts are read one after another.

    A text's numbers thus depend on nothing but itself. The memory grows with the texts.
    """

    def __init__(self, module: Any) -> None:
        self._module = module
        self._past: dict[int, Any] = {}

    def read(self, slots: Sequence[int], pieces: Sequence[Sequence[int]]) -> Tensor:
        return torch.stack([self._read(*each) for each in zip(slots, pieces, strict=True)])

    def _read(self, slot: int, ids: Sequence[int]) -> Tensor:
        output = self._module(
            torch.tensor([ids]),
            past_key_values=self._past.get(slot),
            use_cache=True,
            logits_to_keep=1,
        )
        self._past[slot] = output.past_key_values
        logits: Tensor = output.logits[0, -1]
        return logits

    def clear(self, slot: int) -> None:
        self._past.pop(slot, None)


def load_with_transformers(
    folder: Path, model_id: str, dtype: torch.dtype
) -> tuple[TransformersNetwork, int]:
    """The model in `folder`, and how many tokens it can look at."""
    from transformers import AutoModelForCausalLM

    try:
        module = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=dtype,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
        ).eval()
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise LabError(
            f"{model_id} cannot be loaded.",
            "transformers does not know it as a causal language model, or its files do not fit.",
            "Choose a model of the GPT-2, Llama or Qwen family.",
        ) from error
    context = getattr(module.config, "max_position_embeddings", None) or 2048
    return TransformersNetwork(module), int(context)
