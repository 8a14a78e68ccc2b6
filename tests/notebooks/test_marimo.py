"""docs/examples/notebooks/faces_marimo.py as a page of marimo, and as a program of CPython."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.loaded_nets import published
from tests.notebooks.marimo_page import answers, export_page, run_with_marimo
from tests.notebooks.shown import Drawn
from tests.notebooks.still import still_page, wait_until
from tools.assets import ROOT
from tools.notebook_packages import NotebookPackages
from tools.serve import serve_folder

NOTEBOOK = ROOT / "docs" / "examples" / "notebooks" / "faces_marimo.py"
_IN_CPYTHON = f"""
import sys
sys.path.append({str(ROOT)!r})
from {NOTEBOOK.stem} import app
shown, names = app.run()
names["image"].save("image.png")
print(len(names["faces"]), len(names["crops"]), names["rows"][0]["gender"])
"""
_HAVE_RUN = """() => document.querySelectorAll("marimo-table").length
  && document.querySelectorAll("img[src^='data:']").length >= 4
  || document.querySelector("[role=alert]")"""


@pytest.fixture(scope="module")
def notebook(fill: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marimo")
    fill(folder / "public")
    return Path(shutil.copy(NOTEBOOK, folder))


def test_the_notebook_in_cpython(packages: NotebookPackages, notebook: Path, drawn: Drawn) -> None:
    with published():
        said = run_with_marimo(packages, notebook.parent, "-c", _IN_CPYTHON)
    assert said.split() == ["3", "3", "female"]
    drawn.check(Image.open(notebook.parent / "image.png"))


def test_the_notebook_in_a_page(
    browser: Browser, packages: NotebookPackages, notebook: Path, drawn: Drawn
) -> None:
    folder = notebook.parent / "page"
    export_page(folder, notebook, packages)
    headers = {"access-control-allow-origin": "*"}  # where a redirection came from is not told
    with serve_folder(folder, headers=headers) as site, still_page(browser) as page:
        page.route(lambda url: not url.startswith(site), answers(site))
        page.goto(site)
        wait_until(page, _HAVE_RUN)
        shown = page.inner_text("body")
        images = page.locator("img[src^='data:']").evaluate_all(
            "(all) => all.map((one) => one.src)"
        )
    assert "3 faces" in shown, shown
    image, *crops = images
    drawn.check_address(image)
    assert len(crops) == 3
