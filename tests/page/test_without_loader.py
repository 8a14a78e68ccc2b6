"""The wheel alone, in Pyodide as any page loads it: no pyface.js, all from the package."""

from __future__ import annotations

import json

import pytest

from tests.pages import Visitor

RUN = """async ([wheel, backend]) => {
  const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", document.baseURI));
  const pyodide = await loadPyodide({ packages: ["numpy"] });
  const response = await fetch(wheel);
  pyodide.unpackArchive(await response.arrayBuffer(), "wheel");
  return pyodide.runPythonAsync(`
import json
import pyface_web as faceapi
from js import document

document.body.insertAdjacentHTML("beforeend", "<img id=photo src='images/sample1.jpg'>")
if "${backend}":
    await faceapi.set_backend("${backend}")
await faceapi.load_tiny_face_detector_model("models")
faces = await faceapi.detect_all_faces("photo", faceapi.TinyFaceDetectorOptions())
canvas = faceapi.get_context2d_or_throw(await faceapi.create_canvas_from_media("photo")).canvas
faceapi.draw_detection(canvas, faces)
json.dumps([len(faces), await faceapi.get_backend(), canvas.width])
`);
}"""


@pytest.mark.parametrize("backend", ["", "webgl"])
def test_the_wheel_alone_detects(visitor: Visitor, backend: str) -> None:
    with visitor.visit() as page:
        wheel = page.evaluate("async () => (await (await fetch('files.json')).json()).wheel")
        assert json.loads(page.evaluate(RUN, [wheel, backend])) == [3, backend or "wasm", 1920]
