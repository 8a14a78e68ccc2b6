"""Makes the pages of dist/docs/, and only when something that they are made of changed.

Zensical makes them, in the environment beside build.py. Where that does not work, a page that says
so takes their place: a site without its docs is better than none.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from pyface_files.disk import files_of, is_intact, on_disk, only, remove, seal
from pyface_files.progress import Reporter

from ..environment import ensure_environment, requirements
from ..errors import EnvironmentSetupError
from ..wheel import hash_of_files

FOLDER = "docs"
_MADE_OF = ("pyface_web", "tools/docs", "docs", "site/docs/docs.css")
_MISSING = Path(__file__).with_name("missing.html")


def build_docs(root: Path, reporter: Reporter) -> dict[str, Path]:
    """{name in dist/: file} of all pages."""
    out = root / ".cache" / FOLDER
    folder = out / docs_hash(root)[:16]
    if not is_intact(folder):
        failure = _make(root, folder, reporter)
        if failure is not None:
            reporter.note(f"  that did not work, so the site has no docs ({failure})")
            return {f"{FOLDER}/index.html": _MISSING}
        only(folder)
    pages = folder / "pages"
    return {
        f"{FOLDER}/{path.relative_to(pages).as_posix()}": path
        for path in files_of(folder)
        if path.is_relative_to(pages)
    }


def _make(root: Path, folder: Path, reporter: Reporter) -> str | None:
    """Make the pages; None when it worked, else what went wrong."""
    try:
        python = ensure_environment(root, FOLDER, reporter)
    except EnvironmentSetupError as error:
        return str(error)
    reporter.note("Making the docs")
    work = folder.with_name(f"{folder.name}.new")
    for old in (folder, work):
        remove(old)
    work.mkdir(parents=True)
    result = subprocess.run(
        [str(python), "-m", "tools.docs.render", str(work)],
        cwd=root,
        capture_output=True,
        text=True,
    )
    if result.returncode != 0:
        return (result.stderr.strip().splitlines() or ["no message"])[-1]
    seal(work)
    with on_disk(folder):
        work.replace(folder)
    return None


def docs_hash(root: Path) -> str:
    """Hash over names and contents of everything that the pages are made of."""
    return hash_of_files(root, _sources(root), also="\n".join(requirements(root, "docs")))


def _sources(root: Path) -> Iterator[Path]:
    for name in _MADE_OF:
        place = root / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and path.suffix not in (".pyc", ".js"):
                yield path
