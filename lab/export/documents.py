"""Records as documents: Markdown for people, JSON with every probability for programs."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict

from lab.export.record import Record
from lab.sampling import describe


def as_markdown(records: Sequence[Record]) -> str:
    """The texts to read, each with its prompt, its model and the settings in force."""
    return "\n".join(_section(each) for each in records)


def _section(record: Record) -> str:
    revision = f", revision {record.revision}" if record.revision else ""
    return f"""## {record.model_id}

Model: {record.location}{revision}, {record.dtype}

Settings: {describe(record.settings)}

Prompt, {len(record.prompt_ids)} tokens:

{fenced(record.prompt)}

Answer, {len(record.steps)} tokens:

{fenced(record.text)}
"""


def fenced(text: str) -> str:
    """The text as a block of code that no backtick in it can end.

    >>> print(fenced("a"))
    ```text
    a
    ```
    """
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def as_json(records: Sequence[Record]) -> str:
    """All that is known: ids, settings, and for every token its probabilities and rivals."""
    entries = [asdict(each) | {"text": each.text} for each in records]
    return json.dumps({"texts": entries}, ensure_ascii=False, indent=2) + "\n"
