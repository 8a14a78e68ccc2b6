"""Makes the pictures of the demos index: each demo with a result, 480 x 300 pixels.

`python3 -m tools.screenshot --demos [NAME ...]` runs this in the environment that has Playwright.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from .assets import ROOT, path_of
from .browser import camera_arguments, launch
from .serve import serve_folder

FOLDER = ROOT / "site" / "demos"
SIZE = (480, 300)
PATIENCE = 240_000  # milliseconds


@dataclass(frozen=True)
class Shot:
    """What is shown: from the top of an element, after a sample is chosen or a button pressed."""

    element: str = ".work"
    sample: int | None = None
    press: str | None = None
    live: bool = False


SHOTS = {
    "landmarks": Shot("#stage", sample=3),
    "detection": Shot("#stage", sample=4),
    "expressions": Shot("#stage", sample=6),
    "age-gender": Shot("#stage", sample=5),
    "extraction": Shot("#faces", sample=5),
    "batch": Shot("#pictures-done"),
    "calibration": Shot(".threshold"),
    "webcam": Shot(".stage", live=True, press="#start"),
    "recognition": Shot("#begun", press="#agree"),
    "video": Shot(".stage", live=True),
    "pyscript": Shot("#stage", sample=2),
}


def take_demos(names: Sequence[str]) -> None:
    """Take the pictures of these demos, or of all; dist/ must be there."""
    known = sorted(path.parent.name for path in FOLDER.glob("*/index.html"))
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        film = Path(scratch) / "camera.mjpeg"  # a film of one frame
        with Image.open(path_of("images/sample3.jpg")) as picture:
            picture.crop((480, 250, 1560, 1060)).resize((640, 480)).save(film, "JPEG")
        browser = launch(playwright, arguments=camera_arguments(film))
        with serve_folder(ROOT / "dist", caching="max-age=600") as url:
            for name in names or known:
                target = FOLDER / "shots" / f"{name}.jpg"
                target.parent.mkdir(exist_ok=True)
                _take(browser, f"{url}demos/{name}/", SHOTS.get(name, Shot()), target)
                print(target)
        browser.close()


def _take(browser: Browser, url: str, shot: Shot, target: Path) -> None:
    context = browser.new_context(
        viewport={"width": 1000, "height": 900}, color_scheme="light", permissions=["camera"]
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    expect(page.locator("html")).to_have_attribute("data-ready", "yes", timeout=PATIENCE)
    if shot.sample is not None:
        page.locator(".thumb").nth(shot.sample - 1).click()
    if shot.press is not None:
        page.locator(shot.press).click()
    if shot.live:
        expect(page.locator("#found")).to_contain_text(re.compile("[1-9] face"), timeout=PATIENCE)
    page.wait_for_timeout(300)  # work begins a moment after the wish
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=PATIENCE)
    page.mouse.move(0, 0)
    box = page.locator(shot.element).first.bounding_box()
    assert box is not None
    height = box["width"] * SIZE[1] / SIZE[0]
    clip = {"x": box["x"], "y": box["y"], "width": box["width"], "height": height}
    png = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
    context.close()
    Image.open(io.BytesIO(png)).convert("RGB").resize(SIZE).save(target, quality=80, optimize=True)
