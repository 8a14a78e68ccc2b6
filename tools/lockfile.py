"""Our own lock file of Pyodide: the official one cut down to the packages that dist/ holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .errors import ToolError

PACKAGES = ("numpy", "pillow")


def cut_lock(official: bytes, packages: Sequence[str] = PACKAGES) -> bytes:
    """The lock file with these packages and what they depend on; file names stay relative."""
    lock: dict[str, Any] = json.loads(official)
    kept: dict[str, Any] = {}
    waiting = list(packages)
    while waiting:
        name = waiting.pop()
        if name in kept:
            continue
        if name not in lock["packages"]:
            raise ToolError(
                f"Pyodide's lock file has no package {name!r}; packages and the version of "
                "Pyodide in tools/assets.json must belong together"
            )
        kept[name] = lock["packages"][name]
        waiting.extend(kept[name]["depends"])
    cut = {"info": lock["info"], "packages": {name: kept[name] for name in sorted(kept)}}
    return (json.dumps(cut, indent=1, sort_keys=True) + "\n").encode()
