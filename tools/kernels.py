"""`build.py kernels`: compiles the C of the WebAssembly backend.

The modules are kept in the repository with what they were made of, in modules.json, so that nobody
needs the compiler but who changes the kernels. A test holds them together.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyface_files.disk import sha256, write_whole
from pyface_files.progress import Reporter

from .environment import ensure_environment
from .errors import KernelsError
from .wheel import hash_of_files

FOLDER = Path("pyface_web/engine/wasm/kernels")
RECORD = "modules.json"
MAX_BYTES = 40_000
"""Of a module: it is loaded by everybody."""

_FLAGS = (
    "-target", "wasm32-freestanding", "-O3", "-ffreestanding", "-nostdlib",
    "-Wall", "-Wextra", "-Werror",
    "-Wl,--no-entry", "-Wl,--import-memory", "-Wl,--strip-all",
    "-Wl,-z,stack-size=32768", "-Wl,--export=__heap_base",
)  # fmt: skip
# Name of a module -> flags of its own.
KINDS = {
    "plain": ("-mcpu=generic+simd128",),
    "relaxed": ("-mcpu=generic+simd128+relaxed_simd", "-DRELAXED"),
}


def build_kernels(root: Path, reporter: Reporter) -> Path:
    """Compile the kernels of a checkout; returns their folder. KernelsError where C is wrong."""
    python = ensure_environment(root, "kernels", reporter)
    folder = root / FOLDER
    compiler = [str(python), "-m", "ziglang"]
    version = _output([*compiler, "version"], root)
    modules: dict[str, Any] = {}
    for name, own in KINDS.items():
        reporter.note(f"Compiling {name}.wasm")
        made = folder / f"{name}.wasm.new"
        source = (FOLDER / "kernels.c").as_posix()
        _output([*compiler, "cc", *_FLAGS, *own, source, "-o", str(made)], root)
        content = made.read_bytes()
        made.unlink()
        if len(content) > MAX_BYTES:
            raise KernelsError(
                f"{name}.wasm has {len(content)} bytes, at most {MAX_BYTES} are meant"
            )
        write_whole(folder / f"{name}.wasm", content)
        modules[name] = {"sha256": sha256(content), "flags": [*_FLAGS, *own]}
    record = {"compiler": f"zig {version}", "source": source_hash(root), "modules": modules}
    write_whole(folder / RECORD, (json.dumps(record, indent=1) + "\n").encode())
    return folder


def source_hash(root: Path) -> str:
    """Hash of all C that goes into the modules."""
    return hash_of_files(root, _sources(root))


def record_of(root: Path) -> dict[str, Any]:
    """What the modules of a checkout were made of."""
    found: dict[str, Any] = json.loads((root / FOLDER / RECORD).read_text("utf-8"))
    return found


def flags_of(name: str) -> list[str]:
    """The flags of a module as they are meant now."""
    return [*_FLAGS, *KINDS[name]]


def _sources(root: Path) -> Iterator[Path]:
    yield from sorted(path for path in (root / FOLDER).iterdir() if path.suffix in (".c", ".h"))


def _output(command: list[str], root: Path) -> str:
    result = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if result.returncode != 0:
        said = re.sub(r"\n{2,}", "\n", (result.stderr or result.stdout).strip())
        raise KernelsError(f"the kernels were not compiled:\n{said}")
    return result.stdout.strip()
