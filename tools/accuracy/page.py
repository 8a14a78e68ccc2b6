"""The browser in which all sides look at the same pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Error as PlaywrightError, Page, sync_playwright

from ..assets import ROOT, path_of
from ..browser import launch_fast
from ..errors import ToolError
from ..serve import serve_folder
from .sides import Side

_FILES = Path(__file__).parent
_TIMEOUT_MS = 600_000


@dataclass(frozen=True)
class Found:
    """A face that was found. box: x, y, width, height; landmarks (68, 2): pixels of the picture."""

    box: NDArray[np.float64]
    landmarks: NDArray[np.float64]
    descriptor: NDArray[np.float64]


class Looks:
    """A page with face-api.js and pyface_web in it."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self._page, self._picture = page, pictures / "picture.png"

    def show(self, picture: Image.Image) -> None:
        """What is looked at from now on."""
        file = io.BytesIO()
        picture.save(file, "PNG", compress_level=1)
        self._picture.write_bytes(file.getvalue())
        self._page.evaluate("looks.show()")

    def faces(self, side: Side) -> list[Found]:
        """What a side finds in the picture that is shown."""
        options = [side.detector, side.landmarks, side.descriptors]
        found = self._page.evaluate(
            "([name, options]) => looks.faces(name, ...options)", [side.name, options]
        )
        return [_read(face) for face in found]


def _read(face: dict[str, Any]) -> Found:
    return Found(
        np.array(face["box"], np.float64),
        np.array(face["landmarks"], np.float64).reshape(-1, 2),
        np.array(face["descriptor"], np.float64),
    )


@contextmanager
def open_looks(pictures: Path) -> Iterator[Looks]:
    """A page of its own, which ends with the block. pictures: an empty folder."""
    oracle = path_of("oracle/face-api.min.js").parent
    extra = {"/oracle/": oracle, "/accuracy/": _FILES, "/pictures/": pictures}
    with serve_folder(ROOT / "dist", extra=extra) as url, sync_playwright() as playwright:
        try:
            with closing(launch_fast(playwright)) as browser:
                page = browser.new_page()
                page.set_default_timeout(_TIMEOUT_MS)
                page.goto(url + "accuracy/looks.html")
                page.evaluate(
                    "async () => { window.looks = await (await import('./looks.js')).begin(); }"
                )
                yield Looks(page, pictures)
        except PlaywrightError as error:
            raise ToolError(f"The browser stopped it: {error.message}") from None
