"""Makes the pages of dist/docs/: `python -m tools.docs.render FOLDER`.

Runs in the environment, which has Zensical and mkdocstrings, in the root of the repository. FOLDER
gets `text/`, which is docs/ with the pages added that are made of code and tables, and `pages/`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from .reference import write_reference
from .tables import differences_page, names_page

SETTINGS = Path(__file__).with_name("zensical.toml")
THEME = Path(__file__).with_name("theme")
MADE = "mkdocs.yml"
SOURCE = Path("docs")
NO_PAGES = ("*.toml", "examples", "index.png")  # which the README shows
LOOKS = Path("site/docs")
REFERENCE = "reference"
# Neither has its place on a site that may lie in any folder of a host.
NOT_NEEDED = ("404.html", "sitemap.xml", "assets/images/favicon.png", "assets/stylesheets/classic")


def render(root: Path, folder: Path) -> None:
    """Write all pages into a folder."""
    text = folder / "text"
    shutil.copytree(root / SOURCE, text, ignore=shutil.ignore_patterns(*NO_PAGES))
    shutil.copy(root / LOOKS / "docs.css", text)
    shutil.copytree(THEME, folder / "theme")
    (text / "names.md").write_text(names_page(root), "utf-8")
    (text / "differences.md").write_text(differences_page(root), "utf-8")
    pages = write_reference(text / REFERENCE)
    settings = tomllib.loads(SETTINGS.read_text("utf-8"))
    python = settings["plugins"]["mkdocstrings"]["handlers"]["python"]
    python["paths"] = [str(root)]
    python["options"]["docstring_style"] = None  # which TOML cannot say
    for part in settings["nav"]:
        for rows in part.values():
            if REFERENCE in rows:
                at = rows.index(REFERENCE)
                rows[at : at + 1] = [
                    {title: f"{REFERENCE}/{file}"} for title, file in pages.items()
                ]
    # JSON is YAML, too, which Zensical reads as mkdocs did.
    (folder / MADE).write_text(json.dumps(settings, indent=1), "utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "-f", MADE],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(root)},  # it names tools.docs.own_docstrings
        capture_output=True,
        text=True,
    )
    if result.returncode != 0:
        raise SystemExit(result.stdout + result.stderr)
    for name in NOT_NEEDED:
        unwanted = folder / "pages" / name
        shutil.rmtree(unwanted) if unwanted.is_dir() else unwanted.unlink(missing_ok=True)


def main(arguments: Sequence[str]) -> None:
    render(Path.cwd(), Path(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
