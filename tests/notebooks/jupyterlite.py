"""A site of JupyterLite with a notebook and files beside it, all of it local."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.notebooks.runtime import write_runtime
from tests.pages import built_site
from tools.notebook_packages import NotebookPackages

_KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
_SETTINGS = {"pyodideUrl": "./pyodide/pyodide.mjs", "disablePyPIFallback": True}
_WHEN = "2026-01-01T00:00:00Z"


def build_site(folder: Path, files: Path, packages: NotebookPackages) -> None:
    """Write a site with a copy of these files, with our wheel and our Pyodide."""
    (wheel,) = (built_site() / "wheels").glob("pyface_web-*.whl")
    given = folder.parent / "jupyterlite"
    given.mkdir()
    config: dict[str, Any] = {"litePluginSettings": {_KERNEL: _SETTINGS}}
    (given / "jupyter-lite.json").write_text(json.dumps({"jupyter-config-data": config}))
    extensions = packages.installed / "share" / "jupyter" / "labextensions"
    command = [
        *[sys.executable, "-m", "jupyterlite_core", "build", "--ignore-sys-prefix"],
        *["--no-unused-shared-packages", "--no-sourcemaps", "--apps=notebooks"],
        f"--lite-dir={given}",
        f"--output-dir={folder}",
        f"--piplite-wheels={wheel}",
        f"--FederatedExtensionAddon.extra_labextensions_path={extensions}",
    ]
    environment = {**os.environ, "PYTHONPATH": str(packages.installed)}
    done = subprocess.run(command, cwd=given, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    write_runtime(folder / "pyodide", (built_site() / "pyodide").iterdir(), packages.wheels)
    shutil.copytree(files, folder / "files")
    _list_contents(folder / "files", folder / "api" / "contents")
    file = folder / "jupyter-lite.json"
    whole = json.loads(file.read_text("utf-8"))
    whole["jupyter-config-data"] |= {"exposeAppInBrowser": True, "contentsAllJsonFile": "all.json"}
    file.write_text(json.dumps(whole), "utf-8")


def _list_contents(root: Path, api: Path) -> None:
    """Tell what there is, as `--contents` does where Jupyter's server is installed as well."""
    for place in (root, *(path for path in root.rglob("*") if path.is_dir())):
        listed = api / place.relative_to(root)
        listed.mkdir(parents=True, exist_ok=True)
        items = [_entry(root, path) for path in sorted(place.iterdir())]
        (listed / "all.json").write_text(json.dumps({**_entry(root, place), "content": items}))


def _entry(root: Path, path: Path) -> dict[str, Any]:
    within = "" if path == root else path.relative_to(root).as_posix()
    kind = "notebook" if path.suffix == ".ipynb" else "file"
    return {
        "name": within and path.name,
        "path": within,
        "type": "directory" if path.is_dir() else kind,
        "format": "json" if path.is_dir() else None,
        "content": None,
        "mimetype": None,
        "size": None if path.is_dir() else path.stat().st_size,
        "created": _WHEN,
        "last_modified": _WHEN,
        "writable": True,
    }
