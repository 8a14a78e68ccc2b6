"""PyScript with the wheel: the demo. No request leaves the origin."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from tests.pages import ON_WEBGL, built_site, collect_errors, serve_site
from tests.samples import samples
from tests.site.looks import ARRIVING, PHONE, look
from tools.assets import ROOT

PATIENCE = 120_000  # milliseconds; WebGL2 in software on a busy machine is slow
DEMO = ROOT / "site" / "demos" / "pyscript"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page that must ask no other origin for anything, and report no error."""
    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    asked: list[str] = []
    collect_errors(page, errors)
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert errors == []
    assert [url for url in asked if not url.startswith((site, "blob:", "data:"))] == []


def test_demo(page: Page, site: str) -> None:
    held: list[Route] = []
    page.route("**/numpy-*.whl", lambda route: held.append(route))
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    page.add_init_script(ARRIVING["script"])
    page.goto(f"demos/pyscript/{ON_WEBGL}")
    status = page.locator("#status")
    expect(status).to_have_text("Downloading NumPy", timeout=PATIENCE)
    expect(page.locator("#amount")).to_have_text(re.compile(r"^1[34]\.\d of 17\.\d MB$"))
    held[0].continue_()
    expect(status).to_have_text("3 faces", timeout=PATIENCE)
    look(page, "demos/pyscript/")
    expect(page.locator("#badge")).to_have_text("WebGL2")
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    scripts = re.search(
        r"script-src 'self'( 'sha256-[\w+/=]+'){2} 'wasm-unsafe-eval';", policy or ""
    )
    assert scripts, "what stands in the page is named by its hash"
    expect(page.locator(".sample pre code")).to_contain_text("import pyface_web")

    page.locator("input[type=file]").set_input_files(ROOT / "dist" / "images" / "sample6.jpg")
    expect(status).to_have_text("4 faces", timeout=PATIENCE)
    expect(page.locator("#stage img")).to_have_attribute("alt", "sample6.jpg")
    not_a_picture = {"name": "no.png", "mimeType": "image/png", "buffer": b"words"}
    page.locator("input[type=file]").set_input_files(not_a_picture)
    expect(page.get_by_role("alert")).to_contain_text("could not be used", timeout=PATIENCE)
    page.locator(".thumb").nth(2).click()
    expect(status).to_have_text("3 faces", timeout=PATIENCE)
    expect(page.get_by_role("alert")).to_be_empty()


# What a page of PyScript shares with its worker.
_BOTH = """
import js
import pyface_web as faceapi
from pyface_web.errors import PyfaceError

options = faceapi.TinyFaceDetectorOptions()

def refusal(call):
    try:
        call()
    except PyfaceError as error:
        return str(error)

async def refused(awaitable):
    try:
        await awaitable
    except PyfaceError as error:
        return str(error)

async def count(source):
    return len(await faceapi.detect_all_faces(source, options))

def painted():
    canvas = document.getElementById("overlay")
    data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
    return any(bytes(data.to_py())[3::4])
"""
_IN_PAGE = """
from pyscript.web import page
document = js.document
await faceapi.load_tiny_face_detector_model("../models")
one, some = page["#photo"], page.find("#photo")
faces = await faceapi.detect_all_faces(some, options)
overlay = faceapi.draw_on(one, faces)
faceapi.draw_detection(page.find("#overlay"), faces)
[cut] = await faceapi.extract_faces(one, faces[:1])
found = dict(
    one=await count(one), some=len(faces), painted=painted(),
    track=type(faceapi.track(page["#overlay"])).__name__,
    size=faceapi.create_canvas(some).width, over=bool(overlay.canvas.isConnected),
)
print("page", found)
"""
_IN_WORKER = """
from pyscript import document
from pyscript.web import page
await faceapi.load_tiny_face_detector_model("../models")
one = page["#photo"]
faces = await faceapi.detect_all_faces(one, options)
faceapi.draw_detection("overlay", faces)
[cut] = await faceapi.extract_faces(one, [(780, 447, 300, 248)])
found = dict(
    one=len(faces), id=await count("photo"), canvas=await count(page.find("#large")),
    fetched=await count(await faceapi.fetch_image("../images/sample1.jpg")),
    painted=painted(), cut=[int(cut.width), int(cut.height)],
    draw_on=refusal(lambda: faceapi.draw_on(one, faces)),
    track=refusal(lambda: faceapi.track("large")),
)
print("worker", found)
"""
_ALONE = """
found = dict(
    models=await refused(faceapi.load_tiny_face_detector_model("../models")),
    photo=await refused(faceapi.detect_all_faces("photo", options)),
    draw=refusal(lambda: faceapi.draw_detection("overlay", [])),
)
await faceapi.load_tiny_face_detector_model(js.location.origin + "/models")
photo = await faceapi.fetch_image(js.location.origin + "/images/sample1.jpg")
found["fetched"] = await count(photo)
print("worker", found)
"""
ISOLATED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


def with_scripts(wheel: str, codes: dict[str, str]) -> str:
    """A page in a folder of its own, with a picture, two canvases, and Python."""
    config = {"interpreter": "../pyodide/pyodide.mjs", "packages_cache": "passthrough"}
    said = json.dumps({**config, "packages": ["numpy", f"../{wheel}"]})
    scripts = "".join(
        f"<script type=py {'worker' if name == 'worker' else ''} config='{said}'>"
        f"{_BOTH}{code}</script>"
        for name, code in codes.items()
    )
    return f"""<!doctype html><title>PyScript</title><link rel=icon href=data:,>
      <img id=photo src=../images/sample1.jpg width=300>
      <canvas id=overlay width=1920 height=1280></canvas>
      <canvas id=large width=1920 height=1280></canvas>
      <script>
        photo.decode().then(() => large.getContext("2d").drawImage(photo, 0, 0))
      </script>
      <script type=module src=../pyscript/core.js></script>{scripts}"""


def said_by(browser: Browser, headers: dict[str, str], **codes: str) -> dict[str, Any]:
    """What the scripts of a page found, by their name."""
    wheel = json.loads((built_site() / "files.json").read_text("utf-8"))["wheel"]
    said: dict[str, Any] = {}

    def hear(message: ConsoleMessage) -> None:
        print("console:", message.text[:2000])
        name, _, text = message.text.partition(" ")
        if name in codes:
            said[name] = ast.literal_eval(text)

    def answer(route: Route) -> None:
        body = with_scripts(wheel, codes)
        route.fulfill(body=body, content_type="text/html", headers=headers)

    with serve_site(headers) as url:
        page = browser.new_page()
        page.on("console", hear)
        page.route("**/own/page.html", answer)
        page.goto(url + "own/page.html")
        for _ in range(PATIENCE // 100):
            if len(said) == len(codes):
                break
            page.wait_for_timeout(100)
        page.close()
    return said


def test_elements_of_pyscript_in_a_page_and_its_worker(browser: Browser) -> None:
    """Where the page is isolated, a worker sees its elements."""
    said = said_by(browser, ISOLATED, page=_IN_PAGE, worker=_IN_WORKER)
    found = {"one": 3, "some": 3, "painted": True, "track": "Frames", "size": 300, "over": True}
    assert said["page"] == found
    refused = "of the page, seen from a worker (do this in the page)"
    worker = said["worker"]
    assert f"HTMLImageElement {refused}" in worker.pop("draw_on")
    assert f"HTMLCanvasElement {refused}" in worker.pop("track")
    found = {"one": 3, "id": 3, "canvas": 3, "fetched": 3, "painted": True, "cut": [300, 248]}
    assert worker == found


def test_a_worker_of_pyscript_that_sees_no_page(browser: Browser) -> None:
    said = said_by(browser, {}, worker=_ALONE)["worker"]
    assert re.search(
        r"does not know its page; pass http://[\w.:]+/\.\.\., the whole", said["models"]
    )
    assert "no page here" in said["photo"]
    assert "fetch_image" in said["photo"]
    assert "there is no page here" in said["draw"]
    assert said["fetched"] == 3


def test_a_file_that_is_missing(browser: Browser, site: str) -> None:
    """Two are missing, then one, and at last none."""
    missing = {
        "pyodide.asm.wasm": "expected Python, got HTTP status 404; was dist/ copied whole?",
        "numpy-*.whl": "Python stopped; what it said is at the end of this page",
    }
    page = browser.new_page()
    for file in missing:
        page.route(f"**/{file}", lambda route: route.fulfill(status=404, body="none"))
    page.goto(site + "demos/pyscript/")
    for file, says in missing.items():
        expect(page.get_by_role("alert")).to_contain_text(says, timeout=PATIENCE)
        expect(page.locator("#status")).to_have_text("Not loaded")
        expect(page.locator("#badge")).to_have_text("Not loaded")
        page.unroute(f"**/{file}")
        page.get_by_role("button", name="Try again").click()
    expect(page.locator("#status")).to_have_text("3 faces", timeout=PATIENCE)
    page.close()


def test_the_wheel_is_the_one_that_is_built() -> None:
    wheel = json.loads((ROOT / "dist" / "files.json").read_text("utf-8"))["wheel"]
    packages = json.loads((DEMO / "pyscript.json").read_text("utf-8"))["packages"]
    assert packages == ["numpy", f"../../{wheel}"]
    named = [sample for sample in samples("html", "json", "toml") if "pyface_web-" in sample.code]
    assert named
    assert [str(sample) for sample in named if Path(wheel).name not in sample.code] == []
