"""The model cards: what each bundled model is, how it came to be, and what it is not."""

from dataclasses import dataclass
from typing import Any

from training.instructions.mix import SKILLS


@dataclass(frozen=True)
class About:
    """What is said of a model whatever its figures turn out to be."""

    title: str
    architecture: str
    tuned: bool
    description: str


CARDS = {
    "mini-gpt2": About(
        "Mini GPT-2",
        "gpt2",
        False,
        "Continues children's stories. GPT-2's architecture at a twentieth of its size; "
        "it knows nothing but the stories and answers no questions.",
    ),
    "mini-qwen3-base": About(
        "Mini Qwen3, base",
        "qwen3",
        False,
        "Continues children's stories. Qwen3's architecture at a hundredth of its size; "
        "it knows nothing but the stories and answers no questions.",
    ),
    "mini-qwen3-instruct": About(
        "Mini Qwen3, instruction-tuned",
        "qwen3",
        True,
        "Mini Qwen3 after fine-tuning on questions and answers. It answers within the few things "
        "it was taught, mostly by heart.",
    ),
}

_DATA = """## Data

{data}

The stories are 145 children's books, 22 million characters, all first published before 1930 and in
the public domain in the United States, in the texts of Project Gutenberg. They are of their time,
and so is what the model writes. The books themselves are not part of this repository.
"""
_TUNING = (
    "Fine-tuned from mini-qwen3-base on conversations that the project generates itself "
    "(`training/instructions`, MIT licence); the loss counts only the assistant's words."
)
_PLAIN = "Trained on children's stories and on nothing else."


def readme(
    model_id: str,
    parameters: int,
    log: list[dict[str, Any]],
    facts: dict[str, Any],
    scores: dict[str, Any],
) -> str:
    """The folder's README, from the run's log (`training.run`) and facts and the evaluation."""
    about = CARDS[model_id]
    last = log[-1]
    part = max(1, len(log) // 12)
    curve = "\n".join(
        f"| {line['step']:,} | {line['tokens']:,} | {line['rate']} | {line['loss']:.3f} |"
        for line in [*log[: -part // 2 : part], last]
    )
    limits = (
        "It answers what it was taught in words like those it was taught in; sums beyond twenty, "
        "other facts and other tasks come out wrong, and sound just as sure."
        if about.tuned
        else "It follows no instructions, knows no facts, and loses its thread after a few "
        "sentences. Ask it a question and it goes on with a story."
    )
    table = "\n".join(
        f"| {name} | {_shown(name, value)} |"
        for name, value in scores.items()
        if name.partition(", ")[0] not in SKILLS  # the whole table would drown the card
    )
    return f"""---
license: mit
language: en
library_name: transformers
pipeline_tag: text-generation
---

# {about.title}

{about.description}

**This is not {"GPT-2" if about.architecture == "gpt2" else "Qwen3"}.** It has that model's
architecture, but it was trained from scratch by this project, with {parameters:,} parameters.
It exists so that every page of the playground works at once, without a network.

{_DATA.format(data=_TUNING if about.tuned else _PLAIN)}
## Training

{last["step"]:,} steps, {last["tokens"]:,} tokens{" that carried loss" if about.tuned else ""},
{last["seconds"] / 60:.0f} minutes on {facts["hardware"]}.
Muon and AdamW, peak learning rate {facts["rate"]}, bfloat16 with float32 master weights, seed
{facts["seed"]}. `training/README.md` has the commands.

| step | tokens | learning rate | loss (nats per token) |
|-:|-:|-:|-:|
{curve}

## Evaluation

{"| what | figure |" if scores else "Not evaluated yet."}
{"|-|-:|" if scores else ""}
{table}

## What it cannot do

{limits}
"""


def _shown(name: str, value: float | str) -> str:
    if isinstance(value, str):
        return "“" + " ".join(value.replace("|", "\\|").split()) + "”"
    return f"{value:.3f}" if name.startswith("bits") else f"{value:.1%}"
