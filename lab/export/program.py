"""A record as a program that writes the same text again, with torch and transformers alone.

The program draws as `lab.sampling.draw` does: one number per token, looked up in the cumulative
distribution. What remains is rounding: another machine or precision can tip a near tie.
"""

import json
import textwrap
from collections.abc import Iterator, Sequence

from lab.errors import LabError
from lab.export.record import FOLDER, Record
from lab.sampling import Knob, Settings, describe, stage_names

PROCESSORS: dict[Knob, str] = {
    "repetition_penalty": "RepetitionPenaltyLogitsProcessor",
    "temperature": "TemperatureLogitsWarper",
    "top_k": "TopKLogitsWarper",
    "top_p": "TopPLogitsWarper",
    "min_p": "MinPLogitsWarper",
    "typical_p": "TypicalLogitsWarper",
}
"""transformers' names for the knobs."""


def as_script(record: Record) -> str:
    """A Python script that prints the text. Raises `LabError` for a draw without a seed."""
    head = "".join(f"# {line}".rstrip() + "\n" for line in _title(record).splitlines())
    return "\n".join([head, *(f"# {about}\n{code}" for about, code in _parts(record))])


def as_notebook(record: Record) -> str:
    """The same as a Jupyter notebook. Raises `LabError` for a draw without a seed."""
    cells = [_cell("markdown", _title(record))]
    for about, code in _parts(record):
        cells += [_cell("markdown", about), _cell("code", code.strip())]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells)],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _cell(kind: str, source: str) -> dict[str, object]:
    more: dict[str, object] = {}
    if kind == "code":
        more = {"execution_count": None, "outputs": []}
    return {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True), **more}


def _title(record: Record) -> str:
    return (
        f"Write again what {record.model_id} wrote, with torch and transformers alone.\n\n"
        + textwrap.fill(describe(record.settings), 96)
        + "\n"
    )


def _parts(record: Record) -> Iterator[tuple[str, str]]:
    """What each part of the program does, and its code."""
    settings = record.settings
    if settings.strategy == "sample" and settings.seed is None and settings.temperature != 0:
        raise LabError(
            "This text cannot be drawn again.",
            "It was drawn by chance and without a seed.",
            "Set a seed, and let the model write again.",
        )
    acting = _acting(settings)
    yield f"The model, in the precision it had.{_where(record)}", _load(record, acting)
    yield f"The prompt: {_one_line(record.prompt)}", f"prompt = {_listed(record.prompt_ids)}\n"
    if settings.strategy == "beam":
        yield "Beam search: every setting is named, so that no default acts.", _beams(record)
    else:
        yield "The settings, in the order in which they apply.", _processors(record, acting)
        yield "The loop: read, choose, append.", _loop(record)
    yield "The text, and whether each token is the one that was kept.", _check(record)


def _where(record: Record) -> str:
    """Where to run the program, if it has to be a certain folder."""
    if not record.location.startswith(FOLDER):
        return ""
    return f" It comes with the playground: run this where {FOLDER} lies, or name its folder."


def _acting(settings: Settings) -> list[Knob]:
    """The knobs that change anything; a temperature of 0 leaves nothing to those after it."""
    names = [name for name in stage_names(settings) if not _idle(settings, name)]
    if _draws(settings) or "temperature" not in names:
        return names
    return names[: names.index("temperature")]


def _idle(settings: Settings, name: Knob) -> bool:
    return name in ("top_p", "typical_p") and getattr(settings, name) == 1


def _draws(settings: Settings) -> bool:
    return settings.strategy == "sample" and settings.temperature != 0


def _load(record: Record, acting: Sequence[Knob]) -> str:
    names = ["AutoModelForCausalLM", "AutoTokenizer"]
    if record.settings.strategy == "beam":
        names.append("GenerationConfig")
    lines = ["import sys\n", "import torch", f"from transformers import {', '.join(names)}"]
    if acting and record.settings.strategy != "beam":
        lines.append("from transformers.generation.logits_process import (")
        lines += [f"    {name}," for name in sorted(PROCESSORS[each] for each in acting)]
        lines.append(")")
    pinned = f", revision={record.revision!r}" if record.revision else ""
    lines += [
        "",
        f"MODEL = {record.location!r}  # an id on the Hugging Face Hub, or a folder",
        f"tokenizer = AutoTokenizer.from_pretrained(MODEL{pinned})",
        f"precision = torch.{record.dtype}",
        f"model = AutoModelForCausalLM.from_pretrained(MODEL{pinned}, dtype=precision)",
    ]
    return "\n".join(lines) + "\n"


def _processors(record: Record, acting: Sequence[Knob]) -> str:
    settings = record.settings
    calls = []
    for name in acting:
        arguments = repr(getattr(settings, name))
        if name == "repetition_penalty" and settings.penalty_skips_prompt:
            arguments += ", prompt_ignore_length=len(prompt)"
        calls.append(f"    {PROCESSORS[name]}({arguments}),\n")
    code = f"processors = [\n{''.join(calls)}]\n" if calls else "processors = []  # none is set\n"
    if not _draws(settings):
        return code + "\n\ndef choose(logits):\n    return int(logits.argmax())\n\n"
    return code + textwrap.dedent(
        f"""\
        generator = torch.Generator().manual_seed({settings.seed})


        def choose(logits):
            cumulative = logits.softmax(-1)[0].double().cumsum(-1)
            number = torch.rand(1, generator=generator, dtype=torch.float64) * cumulative[-1]
            return int(torch.searchsorted(cumulative, number, right=True))

        """
    )


def _loop(record: Record) -> str:
    return textwrap.dedent(
        f"""\
        ids, past, new = list(prompt), None, prompt
        with torch.inference_mode():
            for _ in range({len(record.steps)}):
                output = model(torch.tensor([new]), past_key_values=past, use_cache=True)
                logits, past = output.logits[:, -1].float(), output.past_key_values
                for processor in processors:
                    logits = processor(torch.tensor([ids]), logits)
                new = [choose(logits)]
                ids += new
                if new[0] in {_listed(record.end_ids)}:  # the model ends its text
                    break
        """
    )


def _beams(record: Record) -> str:
    settings = record.settings
    options: dict[str, object] = {
        "num_beams": settings.num_beams,
        "length_penalty": settings.length_penalty or 0.0,
        "early_stopping": settings.early_stopping,
        "repetition_penalty": settings.repetition_penalty or 1.0,
        "max_new_tokens": settings.max_new_tokens,
        "do_sample": False,
        "eos_token_id": list(record.end_ids) or None,
        "pad_token_id": record.end_ids[0] if record.end_ids else 0,
    }
    if settings.stop:
        options["stop_strings"] = list(settings.stop)
    listed = "".join(f"    {name}={value!r},\n" for name, value in options.items())
    return (
        f"config = GenerationConfig(\n{listed})\n"
        "with torch.inference_mode():\n"
        "    output = model.generate(\n"
        "        torch.tensor([prompt]), generation_config=config, tokenizer=tokenizer\n"
        "    )\n"
        "ids = output[0].tolist()\n"
    )


def _check(record: Record) -> str:
    stops = "".join(f"text = text.partition({stop!r})[0]\n" for stop in record.settings.stop)
    kept = [step.token_id for step in record.steps]
    return (
        f"kept = {_listed(kept)}\n"
        "answer = ids[len(prompt) :]\n"
        f"shown = [each for each in answer if each not in {_listed(record.end_ids)}]\n"
        "before, whole = (\n"
        "    tokenizer.decode(each, clean_up_tokenization_spaces=False)\n"
        "    for each in (prompt, prompt + shown)\n"
        ")\n"
        "text = whole[len(before) :]\n"
        f"{stops}"
        "print(text)\n"
        'same = "the same" if answer == kept else "other"\n'
        'print(f"These are {same} tokens.", file=sys.stderr)\n'
    )


def _listed(ids: Sequence[int]) -> str:
    """A list as code, in lines of a hundred characters at most."""
    line = f"[{', '.join(map(str, ids))}]"
    if len(line) <= 72:
        return line
    inside = textwrap.fill(f"{line[1:-1]},", 96)
    return f"[\n{textwrap.indent(inside, '    ')}\n]"


def _one_line(text: str) -> str:
    shown = repr(text)
    return shown if len(shown) <= 80 else f"{shown[:79]}…"
