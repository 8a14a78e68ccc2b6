"""Apps of Vite, webpack and esbuild that have installed the package, with and without a worker."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.bundlers.project import Made, copy, pyface_web, run
from tests.pages import answer_with, open_page
from tools.assets import ROOT

BUNDLES = ("vite", "webpack-development", "webpack-production", "esbuild-iife", "esbuild-esm")
WITH_WORKER = ("vite", "webpack-production", "esbuild-iife")
BASE = {"baseURL": "/pyface/"}


@pytest.fixture(scope="module")
def page(browser: Browser, made: Made) -> Iterator[Page]:
    """A page with all bundles: their Python is one, by which most of the time is saved."""
    with open_page(browser, made.site) as page:
        yield page


def call(page: Page, bundle: str, function: str, options: dict[str, Any]) -> Any:
    """What a function of the app in a bundle gives."""
    return page.evaluate(
        """async ([bundle, name, options]) => {
          window.apps ??= {};
          if (!apps[bundle]) {
            const script = document.createElement("script");
            script.type = bundle === "esbuild-iife" ? "text/javascript" : "module";
            script.src = `/bundles/${bundle}/app.js`;
            document.head.append(script);
            await new Promise((done) => { script.onload = done; });
            apps[bundle] = app;
          }
          return apps[bundle][name](options);
        }""",
        [bundle, function, options],
    )


def test_both_packages_have_one_version(installed: Path) -> None:
    facts = json.loads((installed / "node_modules/pyface-web/package.json").read_text("utf-8"))
    found = {path.name for path in (installed / "packages").iterdir()}
    version = facts["version"]
    assert found == {f"pyface_web-{version}-py3-none-any.whl", f"pyface-web-{version}.tgz"}


def test_the_guide_says_how_large_the_package_is(installed: Path) -> None:
    (package,) = (installed / "packages").glob("*.tgz")
    guide = (ROOT / "docs" / "guides" / "bundlers.md").read_text("utf-8")
    said = re.search(r"^\| the package, packed \| ([\d.]+) \|$", guide, re.M)
    assert said
    assert abs(package.stat().st_size / (float(said[1]) * 1e6) - 1) < 0.02


def test_what_is_copied(installed: Path) -> None:
    """Only what is asked for, whatever of it changed, and nothing of an earlier version."""
    folder = installed / "copied"
    said = copy(installed, "copied", "--models", "")
    assert 'loadPyface({ baseURL: "/copied/" })' in said
    assert not (folder / "models").exists()
    listing = json.loads((folder / "files.json").read_text("utf-8"))
    assert listing["wheel"] in listing["files"]
    for name, file in listing["files"].items():
        assert (folder / name).stat().st_size == file["bytes"]
    listing["files"] |= {"models/old-shard1": {}, "../package.json": {}}
    (folder / "files.json").write_text(json.dumps(listing))
    (folder / "models").mkdir()
    for name in ("models/old-shard1", "own.txt", "pyface.js"):
        (folder / name).write_text("x")
    said = copy(installed, "copied", "--models", "face_landmark_68_tiny")
    assert ", 3 of them written" in said, "two files of the model, and what was spoilt"
    assert {path.name for path in (folder / "models").iterdir()} == {
        "face_landmark_68_tiny_model-shard1",
        "face_landmark_68_tiny_model-weights_manifest.json",
    }
    assert (folder / "own.txt").exists(), "what is not of the package stays"
    assert (installed / "package.json").exists(), "and whatever is not below the folder"
    said = copy(installed, "copied", "--models", "tiny", status=2)
    assert "expected some of ssd_mobilenetv1, tiny_face_detector" in said and "got tiny" in said
    assert "pyface-web copy FOLDER" in copy(installed, status=2)


def test_who_asks_for_help_gets_it(installed: Path) -> None:
    usage = pyface_web(installed, "--help")
    assert usage.startswith("pyface-web copy FOLDER") and "tiny_face_detector" in usage
    assert pyface_web(installed, "-h") == copy(installed, "public", "--help") == usage
    assert not (installed / "public" / "files.json").exists(), "and nothing is copied"
    assert pyface_web(installed, status=2) == usage, "to stderr, as a script has left it out"


def test_a_server_that_renders_pages_may_import_it(installed: Path) -> None:
    code = 'import { loadPyface, LoadError } from "pyface-web"; import "pyface-web/offline";'
    assert run(installed, "node", "--input-type=module", "-e", code) == ""


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_bundle_finds_three_faces(page: Page, bundle: str) -> None:
    assert call(page, bundle, "count", BASE) == 3


@pytest.mark.parametrize("bundle", WITH_WORKER)
def test_a_bundle_has_its_worker_from_the_folder_of_baseurl(page: Page, bundle: str) -> None:
    assert call(page, bundle, "count", {**BASE, "worker": True}) == 3


@pytest.mark.parametrize("bundle", BUNDLES)
def test_without_baseurl_it_says_what_to_copy_where(page: Page, bundle: str) -> None:
    """The file beside a bundle is not there, or the bundler has taken its address away."""
    is_class, message = call(page, bundle, "refusal", {})
    assert is_class
    assert "npx pyface-web copy public/pyface" in message
    assert 'baseURL: "/pyface/"' in message
    beside = f"/bundles/{bundle}/" in message and "HTTP status 404" in message
    assert beside or "none, as it is in a bundle" in message


def test_a_bundle_has_the_service_worker_of_the_folder_of_baseurl(page: Page, made: Made) -> None:
    scopes = call(page, "webpack-production", "offline", BASE)
    assert scopes == [[f"{made.site}pyface/"], []]


def test_vite_serves_it_while_it_is_written(browser: Browser, made: Made) -> None:
    with open_page(browser, made.dev, path="") as page:
        page.wait_for_function("() => window.app")
        assert page.evaluate("(base) => app.count(base)", BASE) == 3
        assert page.evaluate("(base) => app.count({ ...base, worker: true })", BASE) == 3
        is_class, message = page.evaluate("() => app.refusal({})")
        assert is_class and "npx pyface-web copy public/pyface" in message


def test_a_copy_of_another_version_than_the_bundle(browser: Browser, made: Made) -> None:
    """Also of what the bundle has itself, and the modules beside it import once more."""
    text = (made.work / "public/pyface/tables.js").read_text("utf-8")
    with open_page(browser, made.site) as page:
        page.route("**/pyface/tables.js", answer_with(f"{text}\n"))
        is_class, message = call(page, "vite", "refusal", BASE)
    assert is_class and message.startswith(f"{made.site}pyface/tables.js: ")
    assert "files of two versions" in message and "npx pyface-web copy" in message


_COUNT = """async () => {
  // Beside the bundle, with which it shares Python.
  const { loadPyface } = await import(new URL("pyface/pyface.js", document.baseURI));
  const { pyodide } = await loadPyface();
  const memory = pyodide._module.HEAP8.length;
  const id = (window.pythons ??= []).findIndex((one) => one.deref() === pyodide._module);
  if (id < 0) pythons.push(new WeakRef(pyodide._module));
  return { pythons: pythons.length, memory, canvases: document.querySelectorAll("canvas").length };
}"""


def test_a_component_of_react_comes_and_goes_and_nothing_grows(
    browser: Browser, made: Made
) -> None:
    """The example in docs/examples/react, in StrictMode: each mount is two."""
    said: list[str] = []
    with open_page(browser, made.site) as page:
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{made.site}bundles/react/index.html")
        found = []
        for _ in range(4):
            page.get_by_role("status").get_by_text("3 faces").wait_for()
            found.append(page.evaluate(_COUNT))
            page.get_by_role("button").click()
            assert page.locator("figure").count() == 0
            found.append(page.evaluate(_COUNT))
            page.get_by_role("button").click()
    assert {key: [row[key] for row in found] for key in found[0]} == {
        "pythons": [1] * 8,
        "memory": [found[0]["memory"]] * 8,
        "canvases": [1, 0] * 4,
    }
    assert not [text for text in said if "one more Python starts" in text]
