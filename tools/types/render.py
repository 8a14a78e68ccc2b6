"""Writes the declarations: `python -m tools.types.render FOLDER`. Runs in the environment."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from . import facts, options
from .loader import loader, offline
from .module import Module
from .sources import Sources

_HEAD = (
    "// TypeScript's declarations of {}, written by build.py from pyface_web; see tools/types/.\n"
)


def declarations(root: Path) -> Mapping[str, str]:
    """Name in dist/ -> text of each file."""
    sources = Sources(root)
    sources.types |= {*facts.TYPES, *options.TYPES}
    module = Module(sources)
    found = {
        "faceapi.d.ts": ("the namespace that loadPyface gives", module.text()),
        "pyface.d.ts": ("pyface.js", loader(root / "site", module)),
        "offline.d.ts": ("offline.js", offline(root / "site")),
    }
    return {name: f"{_HEAD.format(what)}\n{text}" for name, (what, text) in found.items()}


if __name__ == "__main__":
    for name, text in declarations(Path()).items():
        (Path(sys.argv[1]) / name).write_text(text, encoding="utf-8")
