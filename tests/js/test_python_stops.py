"""Where Python dies all that waits for it is told, nothing is left of it, and it can start anew."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages import DIST, WORKER_TEST, Visitor, change_module, open_page, until_ready

# What WebAssembly does not survive; a full stack would end the browser without windows, too.
KILL = "import ctypes; ctypes.string_at(0xfffffff0, 1000)"
WHY = "Python has stopped, and what it was doing is lost (memory access out of bounds)"

# `made` is what loadPyface gives, `kill` ends its Python.
SETUP = """
window.contexts = [];
const { getContext } = OffscreenCanvas.prototype;
OffscreenCanvas.prototype.getContext = function (...given) {
  const context = getContext.apply(this, given);
  if (given[0] === "webgl2") contexts.push(context);
  return context;
};
window.stopped = [];
window.onStopped = ({ name, message }) => stopped.push([name, message]);
window.within = (promise) => Promise.race([
  promise, new Promise((done) => setTimeout(done, 20000, ["hung"])),
]);
window.die = async ({ faceapi: face, terminate }, kill) => {
  const picture = await image("images/sample3.jpg");
  const options = new face.TinyFaceDetectorOptions();
  const detect = () => outcome(face.detectAllFaces(picture, options).run());
  const { canvas } = await swinging();
  const frames = face.track(canvas);
  await frames.next();
  const watching = outcome((async () => { for await (const _ of frames); })());
  const calls = [detect(), detect(), outcome(face.computeFaceDescriptor([picture, picture]))];
  kill();
  const found = await within(Promise.all([...calls, watching]));
  found.push(await within(detect()), await within(outcome(face.setWaits({ media: 30 }))));
  return { found, reason: frames.reason, isLoaded: face.nets.tinyFaceDetector.isLoaded };
};
window.begin = async (options) => {
  const { faceapi: face, ...made } = await loadPyface({
    models: ["tiny_face_detector"], backend: "webgl", onStopped, ...options,
  });
  const picture = await image("images/sample3.jpg");
  const faces = await face.detectAllFaces(picture, new face.TinyFaceDetectorOptions());
  return { faceapi: face, count: faces.length, ...made };
};
"""


def check(found: dict[str, Any], words: str = WHY) -> None:
    assert [name for name, _ in found["found"]] == ["PythonStoppedError"] * 6, found
    for _, message in found["found"]:
        assert words in message and "call loadPyface again, or reload the page" in message
    assert words in found["reason"]
    assert not found["isLoaded"]


def test_in_a_page(visitor: Visitor) -> None:
    errors: list[str] = []
    with visitor.visit(WORKER_TEST, script=SETUP, errors=errors) as page:
        found = page.evaluate(
            """async (code) => {
              const made = await begin();
              const kill = () => { try { made.pyodide.runPython(code) } catch {} };
              const found = await die(made, kill);
              const left = contexts.filter((context) => !context.isContextLost()).length;
              const { count, terminate } = await begin({ worker: true }); // in the same page
              terminate();
              return { ...found, left, count, stopped };
            }""",
            KILL,
        )
    check(found)
    assert found["left"] == 0
    assert found["count"] == 3
    assert [name for name, _ in found["stopped"]] == ["PythonStoppedError"]
    assert not [error for error in errors if error.startswith("uncaught")]


def change(page: Page, file: str, old: str, new: str) -> None:
    """Let the page get another text of a module of the loader, from its beginning."""
    body = (DIST / file).read_text("utf-8")
    assert old in body
    change_module(page.context, file, body.replace(old, new))
    page.reload()


def test_in_a_worker(browser: Browser, site: str) -> None:
    ready = "    postMessage({ ready: python.loaded });"
    dies = f"""addEventListener("message", ({{ data }}) => {{
      if (data.message?.call === "memory") try {{ pyodide.runPython("{KILL}") }} catch {{}}
    }});"""
    with open_page(browser, site, SETUP, WORKER_TEST) as page:
        change(page, "worker/worker.js", ready, dies + ready)
        found = page.evaluate(
            """async () => {
              const made = await begin({ worker: true });
              const found = await die(made, () => made.faceapi.memory().catch(() => {}));
              made.terminate(); // may be called
              return { ...found, stopped };
            }"""
        )
        check(found)
        assert [name for name, _ in found["stopped"]] == ["PythonStoppedError"]
        while page.workers:
            page.wait_for_timeout(20)


@pytest.mark.parametrize("worker", [False, True], ids=["page", "worker"])
def test_while_it_loads(browser: Browser, site: str, worker: bool) -> None:
    with open_page(browser, site, SETUP, WORKER_TEST) as page:
        load = "await loadNets(pyodide, models, place, asked);"
        dies = f'try {{ pyodide.runPython("{KILL}") }} catch {{}}\n  {load}'
        change(page, "load/start.js", load, dies)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        name, message = page.evaluate("(worker) => within(outcome(begin({ worker })))", worker)
        assert (name, WHY in message) == ("PythonStoppedError", True)
        assert page.evaluate("() => stopped") == []
        assert errors == []


def test_the_page_says_so_and_starts_again(visitor: Visitor) -> None:
    errors: list[str] = []
    end = f"\nimport js, pyodide.ffi; js.die = pyodide.ffi.create_proxy(lambda: exec({KILL!r}))"
    code = (DIST / "demos/detection/detection.py").read_text("utf-8") + end
    with visitor.visit(errors=errors) as page:
        page.route("**/detection.py", lambda route: route.fulfill(body=code))
        page.goto("demos/detection/")
        until_ready(page)
        page.evaluate("() => { try { die() } catch {} }")
        expect(page.locator("#status")).to_have_text("Stopped")
        expect(page.locator("#badge")).to_have_text("Stopped")
        alert = page.locator("#alert")
        expect(alert).to_contain_text("Python has stopped")
        expect(alert).to_contain_text("What it was doing is lost (memory access out of bounds).")
        expect(page.locator("main")).to_have_attribute("aria-busy", "false")
        with page.expect_navigation():
            alert.get_by_role("button", name="Start again").click()
