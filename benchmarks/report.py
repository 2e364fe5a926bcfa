"""What a benchmark says: a table for people, JSON for programs."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """A measured number, and what it should be at least or at most, if anything."""

    name: str
    value: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def verdict(self) -> str:
        """The limit, and whether it is kept."""
        if self.at_least is not None:
            return f">= {self.at_least:g}  {'yes' if self.value >= self.at_least else 'NO'}"
        if self.at_most is not None:
            return f"<= {self.at_most:g}  {'yes' if self.value <= self.at_most else 'NO'}"
        return ""


def report(title: str, figures: Sequence[Figure], path: Path | None = None) -> None:
    """Print the table; write the JSON too where a path is given."""
    print(title)
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        print(f"  {figure.name:{width}}  {figure.value:10,.2f}  {figure.verdict}".rstrip())
    if path is not None:
        record = {
            "title": title,
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
            "figures": [asdict(figure) for figure in figures],
        }
        path.write_text(json.dumps(record, indent=2) + "\n")
