"""The pages of dist/docs/: what they hold, how they are linked, and what happens without pdoc."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

import pyface_web
from pyface_files.progress import Silent
from pyface_web import draw, errors
from pyface_web.compat import utils
from tools.assets import ROOT
from tools.docs import build
from tools.docs.differences import read_differences
from tools.docs.docstrings import as_markdown
from tools.docs.replaced import read_replaced
from tools.errors import EnvironmentSetupError
from tools.pages.render import render_page

MODULES = {"index.html": pyface_web, "draw.html": draw, "utils.html": utils, "errors.html": errors}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """File name -> HTML, as the site gets them."""
    found = build.build_docs(ROOT, Silent())
    return {path.name: render_page(name, path.read_text("utf-8")) for name, path in found.items()}


@pytest.fixture(scope="module")
def ids(pages) -> dict[str, list[str]]:
    """File name -> ids of the places in it."""
    return {file: re.findall(r'\bid="([^"]+)"', html) for file, html in pages.items()}


@pytest.mark.parametrize("file", MODULES)
def test_every_public_name_has_its_place(ids, file):
    module = MODULES[file]
    public = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if getattr(value, "__module__", "") == module.__name__ and name[0] != "_"
    ]
    modules = {"draw", "errors", "utils"}
    assert set(public) - modules - {"__version__"} <= set(ids[file])


def test_members_and_types_have_their_place(pages, ids):
    places = set(ids["index.html"])
    assert {"Box.rescale", "FaceMatcher.find_best_match", "SizeLike", "Descriptor"} <= places
    assert "DetectAllFacesTask.with_face_landmarks" in places, "from a base that is not public"
    assert "NetInput._at" not in places
    assert "async</span>" in pages["index.html"] and "<memory at 0x" not in pages["index.html"]


def test_every_decision_and_every_replaced_name_is_shown(ids):
    numbers = {row.number for part in read_differences(ROOT) for row in part.rows}
    assert numbers <= set(ids["differences.html"])
    assert set(read_replaced(ROOT)) <= set(ids["names.html"])


def test_no_page_needs_another_site_or_an_inline_script(pages):
    for html in pages.values():
        for address in re.findall(r'\b(?:href|src)="([^"]*)"', html):
            assert not re.match(r"[a-z]+:|/", address), address
        assert not re.search(r"<style|\sstyle=|<script(?![^>]* src=)|\son\w+=", html)
        assert "default-src 'self'" in html


def test_no_link_leads_nowhere(pages, ids):
    beside = {"docs.css", "docs.js"}
    places = {file: set(found) for file, found in ids.items()}
    for file, html in pages.items():
        for target, anchor in re.findall(r'href="([^"#]*)#?([^"]*)"', html):
            if target.startswith("../"):
                name = target[3:] + "index.html" if target.endswith("/") else target[3:]
                assert (ROOT / "site" / name).is_file(), target
            elif target not in beside:
                assert target == "" or target in pages, target
                assert anchor == "" or unquote(anchor) in places[target or file], (file, anchor)


def test_ids_are_unique(ids):
    for file, found in ids.items():
        assert len(found) == len(set(found)), (file, [i for i in found if found.count(i) > 1])


def test_entries_of_a_docstring_become_a_list():
    lines = [
        "What it does: this.",
        "",
        "size: side of the square,",
        "    in pixels.",
        "width, height: of the picture;",
        "both positive.",
        "",
        "note: that is prose.",
        "Raises InputError.",
    ]
    made = as_markdown("\n".join(lines), {"size", "width", "height"}).splitlines()
    assert [line for line in made if line] == [
        "What it does: this.",
        "- `size`: side of the square,",
        "  in pixels.",
        "- `width`, `height`: of the picture;",
        "  both positive.",
        "note: that is prose.",
        "Raises InputError.",
    ]
    assert made[made.index("Raises InputError.") - 1] == "", "a paragraph of its own"


def test_hash_follows_what_pages_are_made_of(tmp_path):
    for name in ("pyface_web/a.py", "tools/docs/render.py", "docs/differences.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    first = build.docs_hash(tmp_path)
    (tmp_path / "pyface_web" / "a.pyc").write_text("compiled")
    assert build.docs_hash(tmp_path) == first
    (tmp_path / "pyface_web" / "a.py").write_text("other")
    assert build.docs_hash(tmp_path) != first


@pytest.mark.parametrize("failure", ["no package index", "a broken template"])
def test_a_site_without_reference_says_so(tmp_path, monkeypatch, recorder, failure):
    def python(root: Path, group: str, reporter: object) -> Path:
        if failure == "no package index":
            raise EnvironmentSetupError("The packages could not be installed.")
        return Path("/bin/false")

    monkeypatch.setattr(build, "ensure_environment", python)
    monkeypatch.setattr(build, "docs_hash", lambda root: "0" * 64)
    made = build.build_docs(tmp_path, recorder)
    assert list(made) == ["docs/index.html"]
    assert "No API reference" in render_page("docs/index.html", made["docs/index.html"].read_text())
    assert "the site has no API reference" in recorder.notes[-1]
    assert build.build_docs(tmp_path, recorder) == made, "and is tried again"
