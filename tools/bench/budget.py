"""How many bytes a first visit may take to its first face: counted, kept, and held by the tests.

`build.py bench --budget` makes the visits and keeps what they took. From then on the bytes are
counted without a browser: of the same files, as dist/ has them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pyface_files.disk import sha256, write_whole

from ..assets import ROOT
from ..errors import ToolError
from ..integrity import HASHES
from .cases import OURS
from .compression import ENCODINGS, NAMES, sent
from .host import open_host
from .network import count_visit
from .network_report import bytes_table, total
from .page import Lab
from .progress import note

FILE = ROOT / "tests" / "records" / "first_visit.json"
GROWTH = 1.01  # times what is kept
COMMAND = "python3 build.py bench --budget"
# Pages start from an image of Python's memory, or from scratch where a build had no Node.
STARTS = ("image", "scratch")
_SIDE = OURS["wasm"]  # what a page chooses where no GPU is


def measure_budget(lab: Lab) -> dict[str, list[dict[str, Any]]]:
    """The files that a first visit of each kind takes, which are kept. Raises ToolError where dist/
    has no image."""
    listing = json.loads((ROOT / "dist" / "files.json").read_text("utf-8"))
    if not listing["image"]:
        raise ToolError(f"dist/ was built without Node. Install it; then run {COMMAND} again")
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        without = {}
        for name, text in _without_image(listing).items():
            path = without[f"/{name}"] = Path(folder) / name
            path.write_text(text, encoding="utf-8")
        for start in STARTS:
            note(f"bytes of a first visit, {start}")
            with open_host("gzip", without if start == "scratch" else {}) as host:
                found[start] = count_visit(lab, host, _SIDE)
    kept = {start: {file["name"]: _row(file) for file in files} for start, files in found.items()}
    write_whole(FILE, _text(kept).encode())
    return found


def _without_image(listing: Mapping[str, Any]) -> dict[str, str]:
    """Name -> text of the files that name an image, as they are without Node."""
    text = (ROOT / "dist" / HASHES).read_text("utf-8")
    before, after = (f"IMAGE = {json.dumps(name)};" for name in (listing["image"], None))
    if before not in text:
        raise ToolError(f"dist/{HASHES} has no {before} Run {COMMAND} again")
    listed = json.dumps({**listing, "image": None})
    return {"files.json": listed, HASHES: text.replace(before, after)}


def budget_report(found: Mapping[str, list[dict[str, Any]]]) -> str:
    """Them as text."""
    texts = [
        "\n".join([f"from {start}", *bytes_table(files), *_sums(files)])
        for start, files in found.items()
    ]
    return "\n\n".join([*texts, f"kept in {FILE.relative_to(ROOT)}"])


def _row(file: Mapping[str, Any]) -> dict[str, Any]:
    digest = sha256((ROOT / "dist" / file["name"]).read_bytes())
    return {"sha256": digest, **{key: file[key] for key in ENCODINGS}}


def _sums(files: list[dict[str, Any]]) -> Iterable[str]:
    return (f"{name}: {total(files, key):,} bytes" for key, name in NAMES.items())


def _text(kept: Mapping[str, Mapping[str, Any]]) -> str:
    """JSON with a line for each file, as git shows best."""
    parts = []
    for start, files in kept.items():
        lines = (f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in sorted(files.items()))
        parts.append(f" {json.dumps(start)}: {{\n" + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def allowed(start: str, encoding: str) -> int:
    """The bytes that were kept."""
    return sum(row[encoding] for row in _kept()[start].values())


def counted(start: str, encoding: str, dist: Path) -> int:
    """The bytes of the same files in dist/ now. A file that is what it was counts as it did then:
    what compresses differs a little between machines.

    Raises ToolError for a file that is no longer there.
    """
    return sum(_now(dist / name, row, encoding, start) for name, row in _kept()[start].items())


def _now(path: Path, row: Mapping[str, Any], encoding: str, start: str) -> int:
    if not path.is_file():
        raise ToolError(
            f"dist/ has no {path.name}, which a first visit from {start} took when its bytes were "
            f"counted. {COMMAND} counts anew"
        )
    if sha256(path.read_bytes()) == row["sha256"]:
        known: int = row[encoding]
        return known
    return len(sent(path, encoding))


def names(start: str) -> set[str]:
    """The files that were asked for."""
    return set(_kept()[start])


def _kept() -> dict[str, dict[str, dict[str, Any]]]:
    kept: dict[str, dict[str, dict[str, Any]]] = json.loads(FILE.read_text("utf-8"))
    return kept
