"""Makes dist/tables.js, and only when the package changed: in the environment, which has NumPy."""

from __future__ import annotations

import subprocess
from pathlib import Path

from pyface_files.disk import is_intact, only, remove, seal, write_whole

from ..errors import TablesError
from ..wheel import hash_of_files, source_hash

FILE = "tables.js"


def build_tables(root: Path, python: Path) -> Path:
    """The module as a file of the cache. python: that of the environment."""
    out = root / ".cache" / "tables"
    own = sorted(Path(__file__).parent.glob("*.py"))
    folder = out / hash_of_files(root, own, also=source_hash(root))[:16]
    if not is_intact(folder):
        result = subprocess.run(
            [str(python), "-m", "tools.tables.render"], cwd=root, capture_output=True, text=True
        )
        if result.returncode != 0:
            said = (result.stderr.strip().splitlines() or ["no message"])[-1]
            raise TablesError(f"{FILE} could not be written from pyface_web: {said}")
        remove(folder)
        write_whole(folder / FILE, result.stdout.encode())
        seal(folder)
        only(folder)
    return folder / FILE
