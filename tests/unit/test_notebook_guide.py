"""docs/guides/notebook.md and the notebook beside it: their cells run as in Jupyter, and show."""

from __future__ import annotations

import ast
import asyncio
import json
import shutil
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.loaded_nets import published
from tests.samples import samples
from tools.assets import ROOT, path_of

GUIDE = ROOT / "docs" / "guides" / "notebook.md"
NOTEBOOK = ROOT / "docs" / "examples" / "notebooks" / "faces.ipynb"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    picture = Image.open(path_of("images/sample1.jpg"))
    picture.thumbnail((640, 640))
    picture.save(tmp_path / "photo.jpg")
    (tmp_path / "photos").mkdir()
    shutil.copy(tmp_path / "photo.jpg", tmp_path / "photos" / "a.jpg")
    monkeypatch.chdir(tmp_path)
    with published():
        yield


def shown_by(cells: list[str]) -> tuple[dict[str, Any], list[Any]]:
    """The names that cells leave, and what stands in the last line of each that ends so."""
    scope: dict[str, Any] = {"__name__": "__main__"}
    shown: list[Any] = []

    async def run() -> None:
        for cell in cells:
            tree = ast.parse(cell)
            last = tree.body[-1]
            if isinstance(last, ast.Expr):
                tree.body[-1] = ast.copy_location(
                    ast.Assign([ast.Name("_shown", ast.Store())], last.value), last
                )
            code = compile(
                ast.fix_missing_locations(tree), "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            )
            found = eval(code, scope)
            if isinstance(found, types.CoroutineType):
                await found
            shown.append(scope.pop("_shown", None))

    asyncio.run(run())
    return scope, [value for value in shown if value is not None]


def test_the_blocks_of_the_guide() -> None:
    scope, shown = shown_by([sample.code for sample in samples("python", documents=(GUIDE,))])
    assert len(scope["faces"]) == len(scope["crops"]) == len(scope["rows"]) == 3
    kinds = [hasattr(value, "_repr_html_") for value in shown]
    assert kinds == [True, False, False, True, True, False]
    images = [value for value in shown if isinstance(value, Image.Image)]
    assert [image.size for image in images] == [scope["image"].size] * 3
    pixels = np.asarray(images[1]).astype(int)
    lime = (pixels[..., 0] < 40) & (pixels[..., 1] > 215) & (pixels[..., 2] < 40)
    assert lime.sum() > 500  # the boxes


def test_the_notebook() -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells)
    scope, shown = shown_by(
        ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    )
    faces, image, crops, row = shown
    assert len(faces) == len(crops) == 3
    assert "3 faces" in faces._repr_html_() and crops._repr_html_().count("<img") == 3
    assert image.size == Image.open("photo.jpg").size
    assert row["gender"] in ("female", "male") and scope["models"] is None
