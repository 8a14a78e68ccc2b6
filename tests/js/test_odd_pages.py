"""Pages whose own address is odd: with a login, of a frame that has none, of a blob."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route

from tests.pages import BLANK, SITE_CASES, open_page

# [an address, two folders of models, what `load` of a net asks for], or why not, in any document.
LOOK = """async (site) => {
  const { absolute, placeOf } = await import(`${site}load/addresses.js`);
  const { createFace } = await import(`${site}faceapi/face.js`);
  const { nets } = createFace(async (message) => ({ value: asked.push(message.uri), loaded: [] }));
  const asked = [];
  const told = ({ name }) => name;
  const made = (work) => { try { return work(); } catch (error) { return told(error); } };
  await nets.tinyFaceDetector.load("models").catch((error) => asked.push(told(error)));
  await nets.tinyFaceDetector.load(`${site}models`);
  const places = ["models", "?a=b"].map((given) => made(() => placeOf("modelsURL", given)));
  return [made(() => absolute("a#b").href), ...places, ...asked];
}"""


def as_html(route: Route) -> None:
    answer = route.fetch(url=route.request.url.replace("me:secret@", ""))
    route.fulfill(body=answer.body(), content_type="text/html; charset=utf-8")


def test_a_page_with_a_login_in_its_address_fetched_nothing(browser: Browser, site: str) -> None:
    """And a baseURL with a query: it goes to all that is asked for there. And files of data, and
    .mjs, come as text/html there, which their bytes are not."""
    asked: list[str] = []
    home = site.replace("http://", "http://me:secret@")
    with open_page(browser, home, path=BLANK) as page:
        page.on("request", lambda request: asked.append(request.url))
        for name in ("files.json", "python_stdlib.zip", "tiny_face_detector_model-*", "*.mjs"):
            page.route(f"**/{name}?v=1", lambda route: as_html(route))
        page.goto(f"{home}{SITE_CASES.name}/odd_address.html")
        page.wait_for_function("() => window.load")
        found = page.evaluate("() => load()")
        assert found == ["tinyFaceDetector", "faceLandmark68TinyNet", "faceExpressionNet"]
        said = page.evaluate(
            """(url) => pyface.faceapi.fetchNetWeights(url).catch(({ message }) => message)""",
            f"{home}models/none".replace("127.0.0.1", "localhost"),
        )
        assert "no address with a name and a password" in said
    names = [url.removeprefix(site) for url in asked if url.startswith(site)]
    queried = {name for name in names if name.endswith("?v=1")}
    data = {name for name in names if name.startswith(("files.json", "pyodide/", "python.image"))}
    assert data and data <= queried
    models = [name for name in names if name.startswith("models/")]
    assert len(models) == len(set(models)) == 6


def test_addresses_in_a_frame_without_one(browser: Browser, site: str) -> None:
    """about:srcdoc, about:blank: they are relative to the page around it."""
    with open_page(browser, site, path=f"{SITE_CASES.name}/odd_address.html") as page:
        for attribute in ("srcdoc", "name"):
            page.evaluate("""(name) => new Promise((onload) => {
              const frame = Object.assign(document.createElement("iframe"), { onload });
              frame[name] = "empty";
              document.body.append(frame);
            })""", attribute)  # fmt: skip
            home = f"{site}{SITE_CASES.name}/"
            found = page.frames[-1].evaluate(LOOK, site)
            places = [f"{home}a", f"{home}models/", f"{home}?a=b"]
            assert found == [*places, f"{home}models", f"{site}models"]


def test_addresses_where_none_can_be_relative(browser: Browser, site: str) -> None:
    """A page at blob:, and a worker that was made of a Blob."""
    with open_page(browser, site) as page:
        page.evaluate("""() => {
          const make = (text, type) => URL.createObjectURL(new Blob([text], { type }));
          window.worker = new Worker(make("0", "text/javascript"), { type: "module" });
          open(make("<!doctype html>", "text/html"));
        }""")
        page.wait_for_function("() => true")
        page.context.wait_for_event("page") if len(page.context.pages) < 2 else None
        blob = page.context.pages[1]
        blob.wait_for_load_state()
        assert blob.url.startswith("blob:")
        wrong = ["TypeError", "OptionsError", "OptionsError", "InputError", f"{site}models"]
        assert blob.evaluate(LOOK, site) == wrong
        (worker,) = page.workers
        assert worker.evaluate(LOOK, site) == wrong


@pytest.mark.parametrize("worker", [False, True])
def test_a_policy_without_webassembly_left_the_page_loading_for_ever(
    browser: Browser, site: str, worker: bool
) -> None:
    """As an extension has it that says nothing of it in its manifest."""
    with open_page(browser, site) as page:
        policy = {"content-security-policy": "script-src 'self'"}
        for name in (BLANK, "worker.js"):
            page.route(f"**/{name}", lambda route: guarded(route, policy))
        page.goto(site + BLANK)
        said = page.evaluate(
            """async (worker) => {
              const { loadPyface } = await import("/pyface.js");
              return loadPyface({ worker }).then(() => "loaded", String);
            }""",
            worker,
        )
    assert said.startswith("LoadError: ") and "add 'wasm-unsafe-eval' to its script-src" in said


def guarded(route: Route, policy: dict[str, str]) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, headers={**answer.headers, **policy})
