"""Makes the pages of dist/docs/, and only when something that they are made of changed.

Zensical makes them, in the environment beside build.py. Where that does not work, a page that says
so takes their place: a site without its docs is better than none.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyface_files.disk import files_of, is_intact
from pyface_files.progress import Reporter

from ..environment import ensure_environment, requirements
from ..errors import EnvironmentSetupError, ModuleFailedError
from ..made import keep_written
from ..wheel import hash_of_files

FOLDER = "docs"
_MADE_OF = ("pyface_web", "tools/docs", "docs", "site/docs/docs.css")
_MISSING = Path(__file__).with_name("missing.html")


def build_docs(root: Path, reporter: Reporter) -> dict[str, Path]:
    """{name in dist/: file} of all pages."""
    out = root / ".cache" / FOLDER
    folder = out / docs_hash(root)[:16]
    if not is_intact(folder):
        try:
            python = ensure_environment(root, FOLDER, reporter)
            reporter.note("Making the docs")
            keep_written(root, python, "tools.docs.render", folder)
        except (EnvironmentSetupError, ModuleFailedError) as error:
            reporter.note(f"  that did not work, so the site has no docs ({error})")
            return {f"{FOLDER}/index.html": _MISSING}
    pages = folder / "pages"
    return {
        f"{FOLDER}/{path.relative_to(pages).as_posix()}": path
        for path in files_of(folder)
        if path.is_relative_to(pages)
    }


def docs_hash(root: Path) -> str:
    """Hash over names and contents of everything that the pages are made of."""
    return hash_of_files(root, _sources(root), also="\n".join(requirements(root, "docs")))


def _sources(root: Path) -> Iterator[Path]:
    for name in _MADE_OF:
        place = root / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and path.suffix not in (".pyc", ".js"):
                yield path
