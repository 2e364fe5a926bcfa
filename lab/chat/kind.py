"""Base or tuned: what kind of model this is, and how one can tell.

Checkpoints of both kinds are mixed up all the time: `Qwen3-0.6B` is tuned, `Qwen3-0.6B-Base` and
`Qwen2.5-0.5B` are not, and all three carry a chat template.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from lab.chat.template import find_template
from lab.errors import LabError
from lab.models import Model
from lab.models.catalog import bundled

BASE_WORDS = frozenset({"base", "pt", "pretrained"})
TUNED_WORDS = frozenset({"instruct", "chat", "it", "sft", "dpo", "thinking"})


@dataclass(frozen=True)
class Kind:
    """Whether a model was tuned to answer, and the reason to think so, as a sentence."""

    tuned: bool
    reason: str


def kind(model: Model) -> Kind:
    """Tell a base model from a tuned one by its card, its name, and how its texts end.

    >>> from lab.models import load
    >>> kind(load("mini-gpt2"))
    Kind(tuned=False, reason='Its card says so.')
    """
    for card in bundled():
        if card.id == model.id:
            return Kind(card.tuned, "Its card says so.")
    name = re.split(r"[\\/]", model.id.rstrip("\\/"))[-1]
    words = re.split(r"[^a-z0-9]+", name.lower())
    for known, tuned in ((BASE_WORDS, False), (TUNED_WORDS, True)):
        found = next((each for each in words if each in known), None)
        if found:
            return Kind(tuned, f"Its name says “{found}”.")
    return _by_its_end(model)


def _by_its_end(model: Model) -> Kind:
    """By whether the model ends its texts with the token that closes a turn of its template."""
    closing = _closing_token(model)
    if closing is None:
        return Kind(False, "It comes without a usable chat template.")
    token_id = model.tokenizer.special_tokens[closing]
    if token_id in model.end_ids:
        return Kind(True, f"It ends its texts with {closing}, which closes a turn of its template.")
    return Kind(
        False,
        f"It has a chat template, but does not end its texts with {closing}, which closes a turn "
        "of it.",
    )


def _closing_token(model: Model) -> str | None:
    """The control token that the template writes right after an assistant's message."""
    template = find_template(model.folder)
    if template is None:
        return None
    answer = "42"
    turns = [{"role": "user", "content": "?"}, {"role": "assistant", "content": answer}]
    try:
        text = template.write(turns, open_answer=False)
    except LabError:
        return None
    after = text.rpartition(answer)[2].lstrip()
    names = [each for each in model.tokenizer.special_tokens if after.startswith(each)]
    return max(names, key=len, default=None)


def own_defaults(model: Model) -> dict[str, Any]:
    """The sampling settings that a checkpoint ships; transformers would use them unasked.

    >>> from lab.models import load
    >>> own_defaults(load("mini-gpt2"))
    {}
    """
    path = model.folder / "generation_config.json"
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {name: values[name] for name in _KNOBS if name in values}


_KNOBS = (
    "do_sample",
    "temperature",
    "top_k",
    "top_p",
    "min_p",
    "typical_p",
    "repetition_penalty",
    "num_beams",
    "length_penalty",
)
