"""A page that marimo made of a notebook, whose addresses on the web are answered from a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Route

from tests.notebooks.runtime import write_runtime
from tests.pages import built_site
from tools.assets import path_of
from tools.notebook_packages import NotebookPackages

RUNTIME = "runtime/"
_OWN = ("pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")  # of the version it asks for
_PACKAGE = "pyface-web"


def export_page(folder: Path, notebook: Path, packages: NotebookPackages) -> None:
    """Write what `marimo export html-wasm` makes, and runtime/ with all that it loads."""
    export = ["export", "html-wasm", str(notebook), "-o", str(folder), "--no-sandbox"]
    run_with_marimo(packages, notebook.parent, "-m", "marimo", "-y", *export)
    own = [path_of(f"marimo/{name}") for name in _OWN]
    ours = [path for path in (built_site() / "pyodide").iterdir() if path.name not in _OWN]
    write_runtime(folder / RUNTIME, [*own, *ours], packages.wheels)
    (wheel,) = (built_site() / "wheels").glob("pyface_web-*.whl")
    (folder / RUNTIME / wheel.name).write_bytes(wheel.read_bytes())
    (folder / RUNTIME / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')


def run_with_marimo(packages: NotebookPackages, folder: Path, *arguments: str) -> str:
    """What our Python prints that has marimo, too."""
    environment = {**os.environ, "PYTHONPATH": str(packages.installed)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def answers(site: str) -> Callable[[Route], None]:
    """What is asked of a CDN, or of PyPI's list of our wheels, comes from runtime/ by its name."""

    def answer(route: Route) -> None:
        name = urlsplit(route.request.url).path.rstrip("/").rpartition("/")[2]
        target = f"{site}{RUNTIME}{'' if name == _PACKAGE else name}"
        headers = {"location": target, "access-control-allow-origin": "*"}
        route.fulfill(status=307, headers=headers)

    return answer
