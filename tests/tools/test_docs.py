"""The pages of dist/docs/: what they hold, how they are linked, what happens without Zensical."""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import pytest

import pyface_web
from pyface_files.progress import Silent
from pyface_web import draw, errors
from pyface_web.compat import utils
from tools.assets import ROOT
from tools.docs import build
from tools.docs.differences import read_differences
from tools.docs.finish import finish_page
from tools.docs.own_docstrings import as_markdown
from tools.docs.replaced import read_replaced
from tools.errors import EnvironmentSetupError
from tools.integrity import Modules, source_of
from tools.pages.render import render_page

MODULES = {"": pyface_web, "draw.": draw, "compat.utils.": utils, "errors.": errors}
SITE = ROOT / "site"


@pytest.fixture(scope="module")
def files() -> dict[str, Path]:
    """Name in dist/ -> file."""
    return build.build_docs(ROOT, Silent())


@pytest.fixture(scope="module")
def pages(files) -> dict[str, str]:
    """Name in dist/ -> HTML, as the site gets them."""
    texts = {"as_file.js": (SITE / "as_file.js").read_text("utf-8")}
    return {
        name: finish_page(name, path.read_text("utf-8"), Modules(texts))
        for name, path in files.items()
        if name.endswith(".html")
    }


@pytest.fixture(scope="module")
def ids(pages) -> dict[str, list[str]]:
    """Name in dist/ -> ids of the places in it."""
    return {name: re.findall(r'\bid="([^"]+)"', html) for name, html in pages.items()}


@pytest.fixture(scope="module")
def reference(ids) -> list[str]:
    """Ids of all names of the package, on all pages."""
    return [place for found in ids.values() for place in found if place.startswith("pyface_web.")]


@pytest.mark.parametrize("prefix", MODULES)
def test_every_public_name_has_its_place(reference, prefix):
    module = MODULES[prefix]
    public = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if getattr(value, "__module__", "") == module.__name__ and name[0] != "_"
    ]
    known = {place.rpartition(".")[2] for place in reference}
    assert set(public) - {"draw", "errors", "utils", "__version__"} <= known
    assert len(reference) == len(set(reference)), "on one page each"


def test_members_and_types_have_their_place(pages, reference):
    types = "pyface_web.values.geometry.SizeLike"
    assert {"pyface_web.Box.rescale", "pyface_web.FaceMatcher.find_best_match", types} <= {
        *reference
    }
    assert not [place for place in reference if "._" in place]
    html = pages["docs/reference/detecting.html"]
    assert ">async</code>" in html and "&lt;memory at 0x" not in html


def test_parameters_are_a_list(pages):
    html = pages["docs/reference/drawing.html"]
    assert re.search(r"<li>\s*<code>element</code>: an img", html)


def test_every_decision_and_every_replaced_name_is_shown(ids):
    numbers = {row.number for part in read_differences(ROOT) for row in part.rows}
    assert numbers <= set(ids["docs/differences.html"])
    assert set(read_replaced(ROOT)) <= set(ids["docs/names.html"])


def test_no_page_needs_another_site_or_a_script_that_its_policy_does_not_name(pages):
    for html in pages.values():
        for address in re.findall(r'<(?:link|script|img)\b[^>]*\b(?:href|src)="([^"]*)"', html):
            assert not re.match(r"[a-z]+:|/", address), address
        assert not re.search(r"<style|\sstyle=|\son\w+=", html)
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
        assert policy is not None and policy[1].startswith("default-src 'self'; ")
        inline = re.findall(r"<script(?: data-root=\"[^\"]*\")?>(.*?)</script>", html, re.S)
        assert inline and all(source_of(script) in policy[1] for script in inline)


def test_no_link_leads_nowhere(files, pages, ids):
    for name, html in pages.items():
        for address in re.findall(r'<[^>]* (?:href|src)="([^"]*)"', html):
            target, _, anchor = unquote(address).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            target = normpath(join(dirname(name), target)) if target else name
            known = target in files or (SITE / target).exists()
            assert known or target == "docs/.", (name, address)
            if anchor and target in ids and not anchor.startswith("__"):
                assert anchor in ids[target], (name, address)


def test_ids_are_unique(ids):
    for name, found in ids.items():
        assert len(found) == len(set(found)), (name, {i for i in found if found.count(i) > 1})


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
    for name in ("pyface_web/a.py", "tools/docs/render.py", "docs/a.md", "site/docs/docs.css"):
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
    assert "No docs" in render_page("docs/index.html", made["docs/index.html"].read_text())
    assert "the site has no docs" in recorder.notes[-1]
    assert build.build_docs(tmp_path, recorder) == made, "and is tried again"
