"""The wheel alone, in Pyodide as any page loads it: no pyface.js, the bridge from the package."""

from __future__ import annotations

import json

from playwright.sync_api import Browser

BLANK = "<!doctype html><title>blank</title><link rel=icon href=data:,><img id=photo>"

RUN = """async (wheel) => {
  const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", document.baseURI));
  const pyodide = await loadPyodide({ packages: ["numpy"] });
  const response = await fetch(wheel);
  pyodide.unpackArchive(await response.arrayBuffer(), "wheel");
  return pyodide.runPythonAsync(`
import json
import pyface_web as faceapi
from js import document

document.getElementById("photo").src = "images/sample1.jpg"
await faceapi.load_tiny_face_detector_model("models")
faces = await faceapi.detect_all_faces("photo", faceapi.TinyFaceDetectorOptions())
canvas = faceapi.get_context2d_or_throw(await faceapi.create_canvas_from_media("photo")).canvas
faceapi.draw_detection(canvas, faces)
json.dumps([len(faces), await faceapi.get_backend(), canvas.width])
`);
}"""


def test_the_wheel_alone_detects_on_webgl(browser: Browser, site: str) -> None:
    page = browser.new_page()
    try:
        page.route(
            "**/blank.html", lambda route: route.fulfill(body=BLANK, content_type="text/html")
        )
        page.goto(site + "blank.html")
        wheel = page.evaluate("async () => (await (await fetch('files.json')).json()).wheel")
        assert json.loads(page.evaluate(RUN, wheel)) == [3, "webgl", 1920]
    finally:
        page.close()
