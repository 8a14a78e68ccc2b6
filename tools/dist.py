"""Builds dist/: everything a static host needs, with relative addresses only.

Only files that changed are written, files that no longer belong are removed, and dist/files.json
names the wheel, Python's image and every file with its size and SHA-256, for the loader's progress.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from pyface_files.disk import read_whole, remove, sha256, write_whole
from pyface_files.fetcher import Fetcher
from pyface_files.progress import Reporter

from .assets import SITE_FOLDERS, cache_folder, load_table
from .docs.build import build_docs
from .docs.finish import finish_page, is_made_here
from .environment import ensure_environment
from .errors import ToolError
from .image import IMAGE, build_image
from .integrity import FOR_AUTHORS, HASHES, Modules, is_module
from .lockfile import cut_lock
from .pages.render import render_page
from .pages.samples import read_samples
from .tables.build import build_tables
from .types.build import build_types
from .wheel import build_wheel
from .zstd import DECODER, decoder

MANIFEST = "files.json"
_NO_ADDRESS = re.compile(r"[%?#\\\x00-\x1f\x7f]")
THIRD_PARTY = ("pyodide/", "pyscript/")
LOCK = "pyodide/pyodide-lock.json"


@dataclass(frozen=True)
class Entry:
    """A file of dist/: where its bytes come from, or the bytes."""

    content: Path | bytes


def build_dist(root: Path, reporter: Reporter) -> Path:
    """Bring dist/ up to date, fetching and building what is missing; returns its folder."""
    python = ensure_environment(root, "build", reporter)
    table = load_table()
    fetched = Fetcher(table, cache_folder(), reporter=reporter, python=str(python)).ensure(
        [*table.names(*SITE_FOLDERS), DECODER]
    )
    entries = {name: Entry(path) for name, path in fetched.items() if name != DECODER}
    entries["zstd.wasm"] = Entry(decoder(fetched[DECODER].read_bytes()))
    entries[LOCK] = Entry(cut_lock(fetched[LOCK].read_bytes()))
    wheel = build_wheel(root, python, root / ".cache" / "wheel", reporter)
    entries[f"wheels/{wheel.name}"] = Entry(wheel)
    entries["tables.js"] = Entry(build_tables(root, python))
    for name, path in build_types(root, python).items():
        entries[name] = Entry(path)
    for script in ("engine/webgl/bridge.js", "engine/wasm/host.js", "video/clock.js"):
        path = root / "pyface_web" / script
        if path.exists():
            entries[path.name] = Entry(path)
    for path in sorted((root / "site").rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            entries[path.relative_to(root / "site").as_posix()] = Entry(path)
    made = build_image(root, fetched, wheel, python, reporter)
    for name, path in (*made.items(), *build_docs(root, reporter).items()):
        entries[name] = Entry(path)
    image = IMAGE if IMAGE in made else None
    modules = _modules(entries)
    entries[HASHES] = Entry(modules.hashes_js(image))
    modules = _modules(entries)
    entries[FOR_AUTHORS] = Entry(modules.for_authors())
    samples = {
        f"demos/{demo}/index.html": found for demo, found in read_samples(root, reporter).items()
    }
    for name, entry in entries.items():
        if name.endswith(".html") and isinstance(entry.content, Path):
            text = entry.content.read_text("utf-8")
            page = (
                finish_page(name, text, modules)
                if is_made_here(text)
                else render_page(name, text, modules, samples.get(name, ()))
            )
            entries[name] = Entry(page.encode())
    dist = root / "dist"
    written = write_tree(dist, entries, wheel=f"wheels/{wheel.name}", image=image)
    if written:
        reporter.note(f"Wrote {written} of {len(entries) + 1} files to {dist}")
    return dist


def _modules(entries: dict[str, Entry]) -> Modules:
    """The JavaScript among the entries."""
    texts, digests = {}, {}
    for name in filter(is_module, entries):
        content = entries[name].content
        data = content if isinstance(content, bytes) else content.read_bytes()
        digests[name] = sha256(data)
        if not name.startswith(THIRD_PARTY):
            texts[name] = data.decode()
    return Modules(texts, digests)


def write_tree(dist: Path, entries: dict[str, Entry], wheel: str, image: str | None = None) -> int:
    """Make dist hold exactly these files and files.json; returns how many files were written."""
    listing = {}
    written = 0
    for name in filter(_NO_ADDRESS.search, entries):
        raise ToolError(
            f"{name!r} cannot be a file of the site: an address would end, or mean something else, "
            "at one of %, ?, #, backslash or a control character. Rename it."
        )
    for name in sorted(entries):
        size, digest, changed = _place(dist / name, entries[name])
        listing[name] = {"bytes": size, "sha256": digest}
        written += changed
    manifest = {"format": 1, "wheel": wheel, "image": image, "files": listing}
    text = (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()
    written += _write_if_changed(dist / MANIFEST, text)
    _remove_others(dist, {*entries, MANIFEST})
    return written


def _place(target: Path, entry: Entry) -> tuple[int, str, bool]:
    """Put one file; its size, hash, and whether it had to be written."""
    content = entry.content if isinstance(entry.content, bytes) else entry.content.read_bytes()
    return len(content), sha256(content), _write_if_changed(target, content)


def _write_if_changed(target: Path, content: bytes) -> bool:
    if target.is_dir():
        remove(target)
    if read_whole(target) == content:
        return False
    write_whole(target, content)
    return True


def _remove_others(dist: Path, names: set[str]) -> None:
    for path in sorted(dist.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(dist).as_posix() not in names:
            path.unlink()
