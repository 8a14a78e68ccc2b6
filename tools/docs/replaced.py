"""What docs/replaced.toml says: names of face-api.js that are not here, and what to use instead."""

from __future__ import annotations

import tomllib
from pathlib import Path

FILE = "docs/replaced.toml"


def read_replaced(root: Path) -> dict[str, str]:
    """Name of face-api.js -> what to use instead, in Markdown."""
    data = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
    return {name: row["use"] for row in data["replaced"] for name in row["names"]}
