"""Whether a page shows boxes where faces are, by what a screenshot shows with and without them.

assert boxes_drawn(page, "#photo", boxes) == ""
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

import pyface_web.sync as faceapi
from pyface_web import Box, FaceDetection, SsdMobilenetv1Options, TinyFaceDetectorOptions
from tests.pages import SECONDS, built_site, until

_NEAR = 5  # pixels of the screen, of a line from where it is expected
_POINTS = 12  # of a side that are looked at
_ENOUGH = 0.9  # of the points of all sides of a box
_AROUND = 0.6  # of a box's size, where its landmarks may be: jaws are wide
_LABEL = 40  # pixels of the screen, where its label may be
_STEP = 250  # milliseconds between two looks
# Hides what is drawn over pictures until it is shown again; no style sheet can overrule its styles.
_HIDE = """async () => {
  const { requestAnimationFrame } = window;
  const waiting = [];
  window.requestAnimationFrame = (call) => waiting.push(call);
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const canvases = [...document.querySelectorAll("canvas")];
  const styles = canvases.map((canvas) => canvas.getAttribute("style") ?? "");
  const hidden = "visibility: hidden !important";
  canvases.forEach((canvas, i) => canvas.setAttribute("style", `${styles[i]}; ${hidden}`));
  window.showAgain = () => {
    canvases.forEach((canvas, i) => canvas.setAttribute("style", styles[i]));
    window.requestAnimationFrame = requestAnimationFrame;
    for (const call of waiting) requestAnimationFrame(call);
  };
}"""
# A film's controls show how far it has played, and go after a while: between two looks they change.
_WITHOUT_CONTROLS = "video::-webkit-media-controls { visibility: hidden !important }"
_SIZES = "(shown) => [shown.naturalWidth || shown.videoWidth, shown.clientWidth]"


def faces_in(
    picture: Any, options: SsdMobilenetv1Options | TinyFaceDetectorOptions
) -> list[FaceDetection]:
    """The faces that CPython finds, from left to right."""
    is_tiny = isinstance(options, TinyFaceDetectorOptions)
    net = faceapi.nets.tiny_face_detector if is_tiny else faceapi.nets.ssd_mobilenetv1
    net.load(built_site() / "models")
    try:
        found = list(faceapi.detect_all_faces(picture, options))
    finally:
        faceapi.dispose()
        net.dispose()
    return sorted(found, key=lambda face: face.box.left)


def until_drawn(page: Page, selector: str, boxes: Iterable[Box]) -> None:
    """Wait until these boxes are drawn over an img or a video, and nothing elsewhere.

    boxes: in pixels of the picture. AssertionError, with what is wrong, after SECONDS.
    """
    until(page, "canvas", "() => true")  # nothing is drawn without one
    boxes = list(boxes)
    wrong = "nothing was looked at"
    for _ in range(SECONDS * 1000 // _STEP):
        if not (wrong := wrong_with(page, selector, boxes)):
            return
        page.wait_for_timeout(_STEP)
    raise AssertionError(f"{selector}: {wrong}")


def wrong_with(page: Page, selector: str, boxes: list[Box]) -> str:
    """What is wrong with the boxes over an img or video, "" if nothing: each has to be drawn along
    its sides, and nothing far from all of them."""
    shown = page.locator(selector).first
    shown.scroll_into_view_if_needed()
    natural, width = shown.evaluate(_SIZES)
    if not natural:
        return "no picture is there"
    changed = _changed(page, selector)
    allowed = np.zeros_like(changed)
    wrong = []
    for box in boxes:
        left, top, right, bottom = (value * width / natural for value in box.xyxy)
        x, y = np.linspace(left, right, _POINTS), np.linspace(top, bottom, _POINTS)
        sides = [*((each, top) for each in x), *((each, bottom) for each in x)]
        sides += [*((left, each) for each in y), *((right, each) for each in y)]
        seen = [_part(changed, a - _NEAR, b - _NEAR, a + _NEAR, b + _NEAR).any() for a, b in sides]
        if np.mean(seen) < _ENOUGH:
            wrong.append(f"{np.mean(seen):.0%} of the sides of {box} are drawn")
        more = _AROUND * max(right - left, bottom - top) + _LABEL
        _part(allowed, left - more, top - more, right + more, bottom + more)[...] = True
    outside = int((changed & ~allowed).sum())
    return "; ".join([*wrong, *([f"{outside} pixels drawn far from all boxes"] if outside else [])])


def _changed(page: Page, selector: str) -> NDArray[np.bool_]:
    """(height, width): which pixels the drawing changes."""
    shown = page.locator(selector).first
    shots = [shown.screenshot(style=_WITHOUT_CONTROLS)]
    page.evaluate(_HIDE)
    shots.append(shown.screenshot(style=_WITHOUT_CONTROLS))
    page.evaluate("showAgain()")
    seen = [np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), np.int16) for shot in shots]
    found: NDArray[np.bool_] = np.abs(seen[0] - seen[1]).max(axis=2) > 24
    return found


def _part(
    mask: NDArray[np.bool_], left: float, top: float, right: float, bottom: float
) -> NDArray[np.bool_]:
    a, b, c, d = (max(0, round(value)) for value in (left, top, right, bottom))
    return mask[b : d + 1, a : c + 1]
