"""JupyterLite and marimo for tests/notebooks: what is installed, and the wheels that they load.

In a folder beside the environment, as they want other versions of packages than zensical does.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from pyface_files.disk import on_disk, remove, sha256, write_whole
from pyface_files.progress import Reporter, Silent

from .assets import ROOT, cache_folder
from .environment import run_pip

_LISTS = ROOT / "tests" / "notebooks"
_PYODIDE = ("--platform=pyemscripten_2026_0_wasm32", "--python-version=3.14", "--implementation=cp")
_DONE = "installed.stamp"


@dataclass(frozen=True)
class NotebookPackages:
    """What the tests of notebooks need, each a folder."""

    installed: Path  # for PYTHONPATH
    wheels: Path


def notebook_packages(
    python: Path | None = None, reporter: Reporter | None = None
) -> NotebookPackages:
    """Both, in the cache; fetched once for each state of the two lists.

    python: the environment's, whose pip fetches; this one by default.
    Raises EnvironmentSetupError.
    """
    installed, wheels = (_LISTS / name for name in ("installed.txt", "wheels.txt"))
    key = f"{installed.read_text('utf-8')}{wheels.read_text('utf-8')}{sys.version_info[:2]}"
    place = cache_folder() / "notebooks" / sha256(key.encode())[:16]
    found = NotebookPackages(place / "installed", place / "wheels")
    if (place / _DONE).exists():
        return found
    (reporter or Silent()).note("Installing JupyterLite and marimo for the tests of notebooks")
    with on_disk(place):
        remove(place)
        place.mkdir(parents=True)
    pip = python or Path(sys.executable)
    beside = ("--target", str(found.installed), "--no-compile", "--no-warn-conflicts")
    run_pip(pip, ["install", *beside, "-r", str(installed)], place)
    exactly = ("--no-deps", "--only-binary=:all:", "--require-hashes", *_PYODIDE)
    run_pip(pip, ["download", "-d", str(found.wheels), *exactly, "-r", str(wheels)], place)
    write_whole(place / _DONE, b"")
    return found
