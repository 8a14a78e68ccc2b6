"""An image of Python's memory for a quick start of pages, and lists of their shaders.

Made by running the page's own Pyodide under Node, where there is one. Without Node dist/ has
neither; pages then start Python from scratch and compile shaders when Python is up.

python.image is what the first face needs, python.rest the files of packages that can come later.
Both are compressed here, as few hosts compress files of an unknown type, and those that do find
nothing left.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pyface_files.disk import files_of, is_intact, on_disk, only, remove, seal
from pyface_files.progress import Reporter

from .zstd import SCRIPT as COMPRESSION, compress

VARIABLE = "PYFACE_NODE"
SECONDS = 300
OLDEST = 18  # the first Node with what Pyodide needs
_SCRIPT = Path(__file__).with_name("image.mjs")
_MADE_BY = (
    _SCRIPT,
    _SCRIPT.with_name("memory.mjs"),
    _SCRIPT.parent.parent / "site" / "load" / "remade.js",
    COMPRESSION,
)
_RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
IMAGE, REST = "python.image", "python.rest"


def build_image(
    root: Path, files: Mapping[str, Path], wheel: Path, python: Path, reporter: Reporter
) -> dict[str, Path]:
    """{name in dist/: file}: the image and the shader lists; empty where they cannot be made.

    files: third-party files by their names in dist/. python: that of the environment, whose
    Playwright may have a Node.
    """
    out = root / ".cache" / "image" / _key(files, wheel)
    if not is_intact(out):
        node = find_node(python)
        if node is None:
            reporter.note(
                "Node was not found, so pages start without an image of Python: a second or two "
                f"later. Install Node {OLDEST} or newer, or name it in {VARIABLE}."
            )
            return {}
        reporter.note("Making the image of Python that pages start from")
        said = _make(node, out, files, wheel, python)
        if said is not None:
            reporter.note(f"  that did not work, so pages start without it ({said})")
            return {}
    return {path.relative_to(out).as_posix(): path for path in files_of(out)}


def find_node(python: Path) -> Path | None:
    """$PYFACE_NODE -> the system's -> the one in the environment's Playwright."""
    named = os.environ.get(VARIABLE)
    candidates = [named] if named else [shutil.which("node"), _playwright_node(python)]
    return next((Path(path) for path in candidates if path and _is_new_enough(path)), None)


def _playwright_node(python: Path) -> str | None:
    places = python.parent.parent.glob("**/playwright/driver/node*")
    return next((str(path) for path in places if path.is_file()), None)


def _is_new_enough(node: str) -> bool:
    try:
        result = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30)
        return int(result.stdout.strip().removeprefix("v").partition(".")[0]) >= OLDEST
    except (OSError, ValueError, subprocess.SubprocessError):
        return False


def _key(files: Mapping[str, Path], wheel: Path) -> str:
    """Hash over everything that the image is made of."""
    total = hashlib.sha256(b"".join(path.read_bytes() for path in (*_MADE_BY, wheel)))
    for name in sorted(files):
        if name.startswith("pyodide/") or name.endswith("manifest.json"):
            status = files[name].stat()
            total.update(f"{name} {status.st_size} {status.st_mtime_ns}".encode())
    return total.hexdigest()[:16]


def _make(
    node: Path, out: Path, files: Mapping[str, Path], wheel: Path, python: Path
) -> str | None:
    """Run Node; None when it worked, else its last words."""
    work = out.with_name(f"{out.name}.new")
    remove(work)
    runtime = work / "runtime"
    runtime.mkdir(parents=True)
    for name in _RUNTIME:
        shutil.copy2(files[f"pyodide/{name}"], runtime / name)
    shutil.copy2(files["pyodide/pyodide-lock.json"], runtime / "pyodide-lock.json")
    job = {
        "runtime": str(runtime),
        "numpy": str(next(p for n, p in files.items() if n.startswith("pyodide/numpy-"))),
        "wheel": str(wheel),
        "wheelHash": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "manifests": {
            Path(name).name.removesuffix("-weights_manifest.json"): path.read_text("utf-8")
            for name, path in files.items()
            if name.endswith("-weights_manifest.json")
        },
        "out": str(work / "out"),
    }
    (work / "out").mkdir()
    (work / "job.json").write_text(json.dumps(job), encoding="utf-8")
    try:
        result = subprocess.run(
            [str(node), str(_SCRIPT), str(work / "job.json")],
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"not done after {SECONDS} s"
    if result.returncode != 0 or not (work / "out" / IMAGE).exists():
        lines = [line.strip() for line in result.stderr.splitlines()]
        return next((line[:300] for line in lines if "Error" in line[:200]), "no message")
    compress(python, [work / "out" / name for name in (IMAGE, REST)])
    remove(out)
    seal(work / "out")
    with on_disk(out):
        (work / "out").replace(out)
    only(out)
    return None
