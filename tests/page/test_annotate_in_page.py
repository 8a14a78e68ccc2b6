"""The same faces drawn by a canvas and by Pillow, and elements of the page as pictures."""

from __future__ import annotations

from tests.pages import PyfacePage

_SETUP = """
import numpy as np
from js import document

canvas = faceapi.create_canvas(240, 160)
context = canvas.getContext("2d")
context.fillStyle = "white"
context.fillRect(0, 0, 240, 160)
angles = np.linspace(0, 2 * np.pi, 68)
points = np.stack([0.5 + 0.3 * np.cos(angles), 0.5 + 0.2 * np.sin(3 * angles)], 1)
box = faceapi.Rect(40.3, 30.6, 150.5, 99)
face = faceapi.FaceResult(
    faceapi.FaceDetection(0.9, box.rescale((1 / 240, 1 / 160)), (240, 160)),
    faceapi.FaceLandmarks68(points, (240, 160)),
)
"""
_WITHOUT_PILLOW = """
import sys
known = sys.modules.get("PIL.Image")
sys.modules["PIL.Image"] = None
found = await outcome(faceapi.annotate(canvas, face))
del sys.modules["PIL.Image"]
if known:
    sys.modules["PIL.Image"] = known
found
"""
_BOTH = """
of_box = {"line_width": 3, "box_color": "rgba(255, 0, 0, 0.5)"}
of_lines = {"line_width": 2, "point_size": 3, "point_color": "hsl(120 100% 25%)"}
image = await faceapi.annotate(
    canvas, face, label=lambda face: "", box=of_box, landmarks=of_lines, text=False
)
faceapi.DrawBox(face.detection.box, of_box).draw(canvas)
faceapi.DrawFaceLandmarks(face.landmarks, of_lines).draw(canvas)
data = context.getImageData(0, 0, 240, 160).data
shown = np.asarray(data.to_py(), np.uint8).reshape(160, 240, 4)[..., :3].astype(int)
drawn = np.asarray(image).astype(int)
apart = np.abs(shown - drawn).max(2)
[drawn.shape, float((drawn.min(2) < 255).mean()), float(apart.mean()), float((apart > 90).mean())]
"""


def test_a_canvas_and_pillow_show_the_same(free_page: PyfacePage) -> None:
    without = free_page.run(_SETUP + _WITHOUT_PILLOW)
    assert without["text"] == (
        "annotate: expected Pillow, which is not installed; "
        'await pyodide_js.loadPackage("pillow"), with import pyodide_js'
    )
    free_page.js("async () => { await pyface.pyodide.loadPackage('pillow'); }")
    shape, colored, mean, apart = free_page.run(_SETUP + _BOTH)
    assert shape == [160, 240, 3]
    assert colored > 0.05
    assert mean < 2, mean
    assert apart < 0.002, apart
