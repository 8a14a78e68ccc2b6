"""Makes the declarations in dist/, and only when something that they are made of changed."""

from __future__ import annotations

from pathlib import Path

from pyface_files.disk import files_of, is_intact

from ..errors import ModuleFailedError, TypesError
from ..made import keep_written
from ..wheel import hash_of_files, source_hash

_MADE_OF = (
    "tools/types",
    "site/faceapi",
    "site/load",
    "site/worker",
    "site/pyface.js",
    "site/offline.js",
)


def build_types(root: Path, python: Path) -> dict[str, Path]:
    """{name in dist/: file of the cache}. python: that of the environment, which has NumPy."""
    out = root / ".cache" / "types"
    folder = out / types_hash(root)[:16]
    if not is_intact(folder):
        try:
            keep_written(root, python, "tools.types.render", folder)
        except ModuleFailedError as error:
            said = f"the declarations for TypeScript could not be written: {error}"
            raise TypesError(said) from None
    return {path.name: path for path in files_of(folder)}


def types_hash(root: Path) -> str:
    """Hash over everything that the declarations are made of."""
    files = [
        path
        for name in _MADE_OF
        for path in sorted([root / name, *(root / name).rglob("*")])
        if path.is_file() and path.suffix != ".pyc"
    ]
    return hash_of_files(root, files, also=source_hash(root))
