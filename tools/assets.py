"""The third-party files of the site and its tests: their table, and where downloads are kept."""

from __future__ import annotations

import os
from pathlib import Path

from pyface_files.disk import read_whole, write_whole
from pyface_files.fetcher import Fetcher
from pyface_files.table import MODELS_FILE, Table, read_table

ROOT = Path(__file__).resolve().parent.parent
TABLE_FILE = Path(__file__).with_name("assets.json")
SITE_FOLDERS = ("pyodide", "pyscript", "models", "images")


def load_table() -> Table:
    """All files: the weights, which the package knows too, and the others."""
    return read_table(MODELS_FILE, TABLE_FILE)


def cache_folder() -> Path:
    """Where downloads are kept: $PYFACE_CACHE, or .cache/assets beside build.py."""
    return Path(os.environ.get("PYFACE_CACHE") or ROOT / ".cache" / "assets").absolute()


def path_of(name: str) -> Path:
    """Path of one file of the table ('oracle/face-api.min.js'), fetched if it is missing.

    The file's own name is the last part of the path, so that its folder can be served.
    """
    content = Fetcher(load_table(), cache_folder()).ensure([name])[name].read_bytes()
    named = cache_folder() / "named" / name
    if read_whole(named) != content:
        write_whole(named, content)
    return named
