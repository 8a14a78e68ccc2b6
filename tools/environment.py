"""The virtual environment beside build.py: made when missing, filled once per list of packages."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pyface_files.disk import check_space, write_whole
from pyface_files.progress import Reporter

from .errors import EnvironmentSetupError

_EXTRAS = re.compile(r"pyface_web\[([\w,]+)\]")  # its own, in a list of packages


def requirements(root: Path, group: str) -> list[str]:
    """Packages of a group in pyproject.toml: build makes the wheel, what is written
    from it, and dist/, docs its pages, dev tests."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    packages = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *_joined(extras, "build"),
        *_joined(extras, group),
    ]
    return list(dict.fromkeys(packages))


def _joined(extras: Mapping[str, Sequence[str]], group: str) -> Iterator[str]:
    """The packages of a group, and in place of `pyface_web[a,b]` in it those of a and b."""
    for package in extras[group]:
        found = _EXTRAS.fullmatch(package)
        if found is None:
            yield package
        else:
            for other in found[1].split(","):
                yield from _joined(extras, other)


def ensure_environment(root: Path, group: str, reporter: Reporter) -> Path:
    """The environment's Python, with the packages of the group installed.

    A stamp file holds the hash of what was installed, so that the next start does nothing.
    """
    folder = root / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    made = folder / "pyface-made.stamp"
    # Made anew when it is missing or half made, and when the Python it was made from is gone.
    if not (made.exists() and python.exists()):
        reporter.note(f"Making a virtual environment in {folder}")
        shutil.rmtree(folder, ignore_errors=True)
        _run(
            [sys.executable, "-m", "venv", str(folder)],
            "The virtual environment could not be made. On Debian and Ubuntu, install the package "
            "python3-venv; then run the same command again.",
            root,
        )
        write_whole(made, b"")
    packages = requirements(root, group)
    stamp = folder / f"pyface-{group}.stamp"
    want = hashlib.sha256("\n".join(packages).encode()).hexdigest()
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != want:
        reporter.note(f"Installing {', '.join(packages)}")
        # Without a wheel of NumPy pip would compile it, for a quarter of an hour if at all.
        run_pip(python, ["install", "--only-binary=numpy", *packages], folder)
        write_whole(stamp, want.encode())
    return python


def run_pip(python: Path, arguments: Sequence[str], folder: Path) -> None:
    """Have an environment's pip do something that needs the network, and room in the folder."""
    _run(
        [str(python), "-m", "pip", "--disable-pip-version-check", "-qq", *arguments],
        "The packages could not be installed. Check the network connection, then run the same "
        "command again.",
        folder,
    )


def _run(command: Sequence[str], remedy: str, folder: Path) -> None:
    status = subprocess.run(command, stdin=subprocess.DEVNULL).returncode
    if status != 0:
        check_space(folder)  # before anybody looks at the network
        raise EnvironmentSetupError(f"{remedy} ({' '.join(command)} ended with status {status})")
