"""docs/examples/notebooks/faces.ipynb in the real JupyterLite: all cells run, and show faces."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.notebooks.jupyterlite import build_site
from tests.notebooks.shown import Drawn
from tests.notebooks.still import still_page, wait_until
from tools.assets import ROOT
from tools.notebook_packages import NotebookPackages
from tools.serve import serve_folder

NOTEBOOK = ROOT / "docs" / "examples" / "notebooks" / "faces.ipynb"
_IS_OPEN = """(count) => window.jupyterapp
  && document.querySelectorAll(".jp-CodeCell").length === count"""
_RUN = """async () => {
  await jupyterapp.restored;
  jupyterapp.commands.execute("notebook:run-all-cells");
}"""
_HAVE_RUN = """(count) => {
  const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
  return prompts.filter(({ textContent }) => /\\d/.test(textContent)).length === count
    || document.querySelector("[data-mime-type*=stderr], [data-mime-type*=error]");
}"""
_SHOWN = """() => [...document.querySelectorAll(".jp-CodeCell")].map((cell) => {
  const outputs = [...cell.querySelectorAll(".jp-OutputArea-output")];
  const images = [...cell.querySelectorAll(".jp-OutputArea-output img")];
  return [outputs.map(({ textContent }) => textContent).join(""), images.map(({ src }) => src)];
})"""


@pytest.fixture
def site(packages: NotebookPackages, fill: Callable[[Path], None], tmp_path: Path) -> Iterator[str]:
    fill(tmp_path / "work")
    shutil.copy(NOTEBOOK, tmp_path / "work")
    build_site(tmp_path / "site", tmp_path / "work", packages)
    with serve_folder(tmp_path / "site") as address:
        yield address


def test_the_notebook_in_jupyterlite(browser: Browser, site: str, drawn: Drawn) -> None:
    count = sum(
        cell["cell_type"] == "code" for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    )
    elsewhere: list[str] = []
    with still_page(browser) as page:
        page.on("request", lambda request: elsewhere.append(request.url))
        page.goto(f"{site}notebooks/index.html?path={NOTEBOOK.name}")
        wait_until(page, _IS_OPEN, count)
        page.evaluate(_RUN)
        wait_until(page, _HAVE_RUN, count)
        shown = page.evaluate(_SHOWN)
    (installed, _), (loaded, _), (faces, _), (_, image), (_, crops), (row, _) = shown
    assert installed == loaded == "", "nothing is said, no errors"
    assert faces.startswith("3 faces")
    assert len(image) == 1
    drawn.check_address(image[0])
    assert len(crops) == 3
    assert "'gender': 'female'" in row
    assert not [url for url in elsewhere if not url.startswith((site, "data:", "blob:"))]
