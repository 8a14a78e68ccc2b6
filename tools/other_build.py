"""`python -m build` in this folder: the package of that name, which build.py hides."""

from __future__ import annotations

import importlib.util
import runpy
import sys
from pathlib import Path
from typing import NoReturn

_HERE = Path(__file__).resolve().parent.parent


def hand_over() -> NoReturn:
    """Run the package in place of build.py, and end as it does."""
    sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != _HERE]
    sys.path_importer_cache.clear()
    if importlib.util.find_spec("build") is None:
        sys.exit(
            "python -m build makes the wheel with the package of that name, which is not installed "
            "(pip install build). Looking for the commands of build.py? python3 build.py --help"
        )
    runpy.run_module("build", run_name="__main__", alter_sys=True)
    sys.exit(0)
