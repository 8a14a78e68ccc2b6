"""What computes in a page: by itself, by name, and as the fastest that was measured.

No GPU draws here. Where one is needed, a script gives the renderer another name, or has the browser
refuse what others refuse.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.pages import AS_ON_A_GPU, BLANK, launch_without_webgl, prepare

# Counts what WebGL costs.
COUNT = """
globalThis.counted = { asked: 0, linked: 0, made: [] };
for (const { prototype } of [OffscreenCanvas, HTMLCanvasElement]) {
  const { getContext } = prototype;
  prototype.getContext = function (kind, ...given) {
    const context = getContext.call(this, kind, ...given);
    counted.asked += /webgl/.test(kind);
    if (/webgl/.test(kind) && context) counted.made.push(context);
    return context;
  };
}
const { linkProgram } = WebGL2RenderingContext.prototype;
WebGL2RenderingContext.prototype.linkProgram = function (program) {
  counted.linked++;
  return linkProgram.call(this, program);
};
"""
DRAWS_NOTHING = "WebGL2RenderingContext.prototype.drawArrays = () => {};"
# A browser that makes no context in software for whoever wants a fast one.
HEARS_OF_SPEED = """
for (const { prototype } of [OffscreenCanvas, HTMLCanvasElement]) {
  const { getContext } = prototype;
  prototype.getContext = function (kind, options) {
    return options?.failIfMajorPerformanceCaveat ? null : getContext.call(this, kind, options);
  };
}
"""
NO_WEBGL = """
for (const { prototype } of [OffscreenCanvas, HTMLCanvasElement]) {
  const { getContext } = prototype;
  prototype.getContext = function (kind, options) {
    return kind === "webgl2" ? null : getContext.call(this, kind, options);
  };
}
"""
# Python asks for other things with modules of a few bytes.
NO_SIMD = """
const { validate } = WebAssembly;
WebAssembly.validate = (bytes) => bytes.byteLength < 1000 && validate(bytes);
"""

_LOOK = """async (options) => {
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  const { faceapi } = await loadPyface({ models: ["tiny_face_detector"], ...options });
  globalThis.faceapi = faceapi;
  const photo = Object.assign(new Image(), { src: "images/sample1.jpg" });
  await photo.decode();
  const found = await faceapi.detectAllFaces(photo, new faceapi.TinyFaceDetectorOptions());
  const asked = performance.getEntriesByType("resource").map(({ name }) => name);
  const { counted } = globalThis;
  return {
    faces: found.length,
    name: await faceapi.getBackend(),
    said: await faceapi.describeBackend(),
    label: await faceapi.backendLabel(),
    contexts: counted.asked,
    alive: counted.made.filter((gl) => !gl.isContextLost()).length,
    linked: counted.linked,
    lists: asked.filter((name) => /shaders\\/\\d/.test(name)).length,
    hosts: asked.filter((name) => /\\/host.js/.test(name)).length,
  };
}"""


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=site)
    yield made
    made.close()


def arrive(context: BrowserContext, script: str = "") -> Page:
    page = context.new_page()
    prepare(page, COUNT + script)
    page.goto(BLANK)
    return page


def look(page: Page, **options: Any) -> dict[str, Any]:
    """What a page that loads with these options says, after it has found the faces."""
    found: dict[str, Any] = page.evaluate(_LOOK, options)
    assert found["faces"] == 3
    return found


def cost(found: dict[str, Any]) -> dict[str, int]:
    return {key: found[key] for key in ("contexts", "alive", "linked", "lists", "hosts")}


# --- by itself


def test_where_no_gpu_draws_webassembly_computes_and_webgl_costs_one_look(
    context: BrowserContext,
) -> None:
    page = arrive(context)
    found = look(page)
    assert (found["name"], found["label"]) == ("wasm", "WebAssembly")
    assert "webgl is not used: no GPU draws here, the processor does (" in found["said"]
    once = {"contexts": 1, "alive": 0, "linked": 0, "lists": 0, "hosts": 1}
    assert cost(found) == once
    again = page.evaluate(
        """async () => {
          await faceapi.dispose();
          return [await faceapi.getBackend(), counted.asked];
        }"""
    )
    assert again == ["wasm", 1]


def test_where_a_gpu_draws_it_computes_with_the_context_that_was_looked_at(
    context: BrowserContext,
) -> None:
    found = look(arrive(context, AS_ON_A_GPU))
    assert found["said"].startswith("WebGL2, float32, A fine GPU: it passed its self-test")
    assert found["label"] == "WebGL2"
    assert found.pop("linked") == found.pop("lists") * 4 == 8
    assert (found["contexts"], found["alive"], found["hosts"]) == (1, 1, 0)


def test_a_gpu_that_draws_wrongly_is_not_used(context: BrowserContext) -> None:
    found = look(arrive(context, AS_ON_A_GPU + DRAWS_NOTHING))
    assert found["name"] == "wasm"
    assert "webgl is not used: " in found["said"] and "the self-test deviates" in found["said"]
    assert found["alive"] == 0


def test_a_browser_that_refuses_slow_contexts_makes_none(context: BrowserContext) -> None:
    found = look(arrive(context, HEARS_OF_SPEED))
    assert found["name"] == "wasm" and "no WebGL2 on a GPU" in found["said"]
    assert cost(found) == {"contexts": 0, "alive": 0, "linked": 0, "lists": 0, "hosts": 1}
    assert look(arrive(context, HEARS_OF_SPEED), backend="webgl")["name"] == "webgl"


def test_without_simd_even_webgl_in_software_is_faster_than_numpy(context: BrowserContext) -> None:
    found = look(arrive(context, NO_SIMD))
    assert found["name"] == "webgl" and found["said"].startswith("WebGL2, float32, ")
    assert "webgl is not used: no GPU draws here" in found["said"]
    assert "; wasm is not used: this browser's WebAssembly has no SIMD" in found["said"]


def test_without_both_numpy_computes_and_a_warning_says_so(context: BrowserContext) -> None:
    page = arrive(context, NO_SIMD + NO_WEBGL)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    found = look(page)
    assert (found["name"], found["label"]) == ("reference", "NumPy, slow")
    assert any("RuntimeWarning" in text and "no WebGL2" in text for text in said)


# --- by name


@pytest.mark.parametrize(("name", "contexts"), [("webgl", 1), ("wasm", 0), ("reference", 0)])
def test_by_name(context: BrowserContext, name: str, contexts: int) -> None:
    page = arrive(context)
    found = look(page, backend=name)
    assert found["name"] == name
    assert found["said"].endswith(": asked for when the page was loaded")
    assert (found["contexts"], found["alive"]) == (contexts, contexts)
    assert found["hosts"] == (name == "wasm")
    again = page.evaluate(
        """async () => {
          await faceapi.setBackend("reference");
          await faceapi.dispose();
          return faceapi.getBackend();
        }"""
    )
    assert again == name, "for the whole visit"


@pytest.mark.parametrize(("script", "name"), [(NO_WEBGL, "webgl"), (NO_SIMD, "wasm")])
def test_what_cannot_be_had_is_an_error(context: BrowserContext, script: str, name: str) -> None:
    page = arrive(context, script)
    said = page.evaluate(
        """async (backend) => {
          const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
          const told = ({ name, message }) => `${name}: ${message}`;
          return loadPyface({ backend }).then(() => "loaded", told);
        }""",
        name,
    )
    assert said.startswith("BackendError: ")


# --- in a worker


def test_a_worker_chooses_as_a_page_does(context: BrowserContext) -> None:
    found = look(arrive(context), worker=True)
    assert found["name"] == "wasm"
    assert "no GPU draws here, the processor does" in found["said"]
    assert look(arrive(context), worker=True, backend="webgl")["name"] == "webgl"


# --- the fastest


def measured(found: dict[str, Any]) -> str:
    """How it says that it knows."""
    assert found["name"] in ("webgl", "wasm")
    return str(found["said"]).split(": ")[-2]


def test_the_fastest_is_measured_once_and_kept_for_later_visits(context: BrowserContext) -> None:
    first = look(arrive(context), backend="fastest")
    assert measured(first) == "measured"
    assert " for tiny_face_detector" in first["said"]
    assert first["alive"] == (first["name"] == "webgl")

    page = arrive(context)
    second = look(page, backend="fastest")
    assert measured(second) == "measured on an earlier visit"
    assert second["said"].split(": ")[-1] == first["said"].split(": ")[-1]
    won = second["name"] == "webgl"  # its lists of shaders are kept, too
    assert cost(second) == {
        "contexts": 1 + won, "alive": won, "linked": 8 * won, "lists": 0, "hosts": not won,
    }  # fmt: skip

    # Another version of the package, another renderer.
    name = "measured/backends"
    key = page.evaluate(
        """async (name) => {
          for (const box of await caches.keys()) {
            const cache = await caches.open(box);
            const [found] = (await cache.keys()).filter(({ url }) => url.endsWith(name));
            if (!found) continue;
            const kept = await (await cache.match(found)).json();
            await cache.put(found, new Response(JSON.stringify({ ...kept, of: "another" })));
            return JSON.stringify(kept);
          }
        }""",
        name,
    )
    kept = json.loads(json.loads(key)["measured"])
    assert set(kept) == {"renderer", "nets", "milliseconds", "winner"}
    assert measured(look(arrive(context), backend="fastest")) == "measured"
    assert measured(look(arrive(context, AS_ON_A_GPU), backend="fastest")) == "measured"


def test_what_may_not_be_kept_is_measured_in_each_visit_once(context: BrowserContext) -> None:
    for _ in range(2):
        page = arrive(context)
        assert measured(look(page, backend="fastest", cache=False)) == "measured"
    again = page.evaluate(
        """async () => {
          await faceapi.setBackend("reference");
          await faceapi.setBackend("fastest");
          return faceapi.describeBackend();
        }"""
    )
    assert ": measured before: " in again


def test_the_fastest_in_a_worker(context: BrowserContext) -> None:
    assert measured(look(arrive(context), worker=True, backend="fastest")) == "measured"
    later = look(arrive(context), worker=True, backend="fastest")
    assert measured(later) == "measured on an earlier visit"


# --- a browser without WebGL2


def test_a_browser_without_webgl2(browser: Browser, site: str) -> None:
    """In the page and in a worker, and on a page of the site."""
    without = launch_without_webgl(browser)
    try:
        context = without.new_context(base_url=site)
        page = arrive(context)
        there = """async () => {
          const code = `postMessage(new OffscreenCanvas(1, 1).getContext("webgl2") === null)`;
          const worker = new Worker(URL.createObjectURL(new Blob([code])));
          const answer = await new Promise((done) => { worker.onmessage = done; });
          return [document.createElement("canvas").getContext("webgl2"), answer.data];
        }"""
        assert page.evaluate(there) == [None, True]
        for worker in (False, True):
            found = look(page, worker=worker)
            assert found["name"] == "wasm" and "no WebGL2" in found["said"]
    finally:
        without.close()
