"""Model folders with a chat template of the tests' own, and models that carry them."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

from transformers import AutoTokenizer

from lab.models import Model
from lab.models.catalog import bundled
from lab.tokenizers import from_file
from tests.random_models import random_pair

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _words():
    """The bundled tokenizer with two more control tokens, not marked special: as Qwen3 has them."""
    tokenizer = AutoTokenizer.from_pretrained(bundled()[0].folder)
    tokenizer.add_tokens(["<think>", "</think>"])
    return tokenizer


def folder_with(template: str | None, folder: Path, **config) -> Path:
    """A folder with a tokenizer and the template of that name; more `tokenizer_config` besides."""
    _words().save_pretrained(folder)
    file = folder / "tokenizer_config.json"
    values = json.loads(file.read_text()) | {"bos_token": "<|endoftext|>"}
    values.pop("chat_template", None)
    file.write_text(json.dumps(values | config))
    (folder / "chat_template.jinja").unlink(missing_ok=True)
    if template is not None:
        text = (TEMPLATES / f"{template}.jinja").read_text()
        (folder / "chat_template.jinja").write_text(text)
    return folder


def model_in(folder: Path, **changes) -> Model:
    """A small random model that takes its words and its template from a folder."""
    model = random_pair("qwen3")[1]
    tokenizer = from_file(folder, name=folder.name)
    changes = {"id": folder.name, "context": 100_000} | changes
    return replace(model, folder=folder, tokenizer=tokenizer, **changes)
