"""A project that has installed the npm package, and what runs in it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Made:
    """Addresses, each with pyface/ and images/ in its folder, and the folder of the project."""

    work: Path
    site: str  # with bundles/, by a server that only hands out files
    dev: str  # of the app, by Vite


def copy(project: Path, *arguments: str) -> str:
    """What `npx pyface-web copy` says in a project."""
    return run(project, "npx", "--offline", "pyface-web", "copy", *arguments)


def run(folder: Path, *command: str) -> str:
    """What a program prints; a failure of the test where it fails."""
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout
