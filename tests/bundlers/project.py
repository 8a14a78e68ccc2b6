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


def copy(project: Path, *arguments: str, status: int = 0) -> str:
    """What `npx pyface-web copy` says in a project."""
    return pyface_web(project, "copy", *arguments, status=status)


def pyface_web(project: Path, *arguments: str, status: int = 0) -> str:
    """What `npx pyface-web` says in a project, by the file that npx would run."""
    command = str(project / "node_modules" / ".bin" / "pyface-web")
    return run(project, command, *arguments, status=status)


def run(folder: Path, *command: str, status: int = 0) -> str:
    """What a program prints; a failure of the test where it ends with another status."""
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert result.returncode == status, result.stdout + result.stderr
    return result.stderr if status else result.stdout
