"""Pages that load again and again: components that are mounted and taken away, as React does it."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.pages import Visitor

# Python's memory, for a look whether it is still there.
_LOAD = """async (options) => {
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  const { faceapi, pyodide } = await loadPyface({ models: ["tiny_face_detector"], ...options });
  (window.memories ??= []).push(new WeakRef(pyodide._module.HEAPU8.buffer));
  await faceapi.detectAllFaces(new ImageData(64, 64), new faceapi.TinyFaceDetectorOptions());
  await faceapi.dispose();
}"""


def memories(page: Page) -> int:
    """How many of the Pythons still have their memory, once the garbage is collected."""
    tools = page.context.new_cdp_session(page)
    for _ in range(20):
        tools.send("HeapProfiler.collectGarbage")
        left: int = page.evaluate("() => memories.filter((kept) => kept.deref()).length")
        if not left:
            break
        page.wait_for_timeout(50)
    tools.detach()
    return left


def test_every_load_kept_57_mb_after_dispose_and_gc(visitor: Visitor) -> None:
    with visitor.visit() as page:
        for backend in ("webgl", "wasm"):
            page.evaluate(_LOAD, {"backend": backend})
            assert memories(page) == 0
