"""Write a trained model as a folder that `lab.models.load` and transformers both open.

    python -m training.export mini-gpt2 runs/gpt2

Weights go to half precision; the card is made from the run's log and, where there is one, the
evaluation's table.
"""

import argparse
import json
import math
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from lab.models.catalog import BUNDLED
from training import tokenizer as tokenizers
from training.architectures import CONFIGS, CONTEXT, END_OF_TEXT, END_OF_TURN
from training.card import CARDS, readme


def export(model_id: str, run: Path, tokenizer: Path, evaluation: Path) -> Path:
    """Write the folder of `model_id` from the weights in `run`; return it."""
    about = CARDS[model_id]
    folder = BUNDLED / model_id
    folder.mkdir(parents=True, exist_ok=True)
    weights = {n: w.to(torch.float16) for n, w in load_file(run / "weights.safetensors").items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    config = dict(CONFIGS[about.architecture])
    end = END_OF_TURN if about.tuned else END_OF_TEXT
    ends = [END_OF_TURN, END_OF_TEXT] if about.tuned else END_OF_TEXT
    _write(folder / "config.json", config | {"eos_token_id": end})
    special = {"bos_token_id": END_OF_TEXT, "eos_token_id": ends, "pad_token_id": END_OF_TEXT}
    _write(folder / "generation_config.json", special)
    loaded = Tokenizer.from_file(str(tokenizer))
    tokenizers.save(loaded, folder, CONTEXT, "<|im_end|>" if about.tuned else "<|endoftext|>")
    parameters = sum(math.prod(weight.shape) for weight in weights.values())
    card = {
        "id": model_id,
        "title": about.title,
        "parameters": parameters,
        "architecture": about.architecture,
        "tuned": about.tuned,
        "description": about.description,
    }
    _write(folder / "card.json", card)
    log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    facts = json.loads((run / "facts.json").read_text())
    scores = json.loads(evaluation.read_text()) if evaluation.is_file() else {}
    text = readme(model_id, parameters, log, facts, scores.get(model_id, {}))
    (folder / "README.md").write_text(text, encoding="utf-8")
    return folder


def _write(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=CARDS)
    parser.add_argument("run", type=Path)
    parser.add_argument("--tokenizer", type=Path, default=Path("runs/tokenizer/tokenizer.json"))
    parser.add_argument("--evaluation", type=Path, default=Path("runs/evaluation.json"))
    arguments = parser.parse_args()
    folder = export(arguments.model, arguments.run, arguments.tokenizer, arguments.evaluation)
    megabytes = (folder / "model.safetensors").stat().st_size / 1e6
    print(f"{folder.name}: {megabytes:.1f} MB")


if __name__ == "__main__":
    main()
