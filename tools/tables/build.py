"""Makes dist/tables.js, and only when the package changed: in the environment, which has NumPy."""

from __future__ import annotations

from pathlib import Path

from pyface_files.disk import is_intact

from ..errors import ModuleFailedError, TablesError
from ..made import keep_text, output_of
from ..wheel import hash_of_files, source_hash

FILE = "tables.js"


def build_tables(root: Path, python: Path) -> Path:
    """The module as a file of the cache. python: that of the environment."""
    out = root / ".cache" / "tables"
    own = sorted(Path(__file__).parent.glob("*.py"))
    folder = out / hash_of_files(root, own, also=source_hash(root))[:16]
    if not is_intact(folder):
        try:
            text = output_of(root, python, "tools.tables.render")
        except ModuleFailedError as error:
            raise TablesError(f"{FILE} could not be written from pyface_web: {error}") from None
        keep_text(folder, FILE, text)
    return folder / FILE
