"""What docs/differences.toml says: how pyface_web differs from face-api.js, row by row."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = "docs/differences.toml"


@dataclass(frozen=True)
class Row:
    """One surprise of face-api.js; texts are Markdown, tests are named as in the file."""

    number: str
    title: str
    original: str
    verdict: str
    here: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """Rows of one subject."""

    title: str
    rows: tuple[Row, ...]


def read_differences(root: Path) -> list[Part]:
    """All parts, in order."""
    data = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
    return [
        Part(
            part["title"],
            tuple(Row(**{**row, "tests": tuple(row["tests"])}) for row in part["row"]),
        )
        for part in data["part"]
    ]
