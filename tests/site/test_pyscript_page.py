"""PyScript with the wheel: the demo. No request leaves the origin."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.pages import ON_WEBGL, collect_errors
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
    expect(page.locator("pre[data-source='faces.py']")).to_contain_text("import pyface_web")

    page.locator("input[type=file]").set_input_files(ROOT / "dist" / "images" / "sample6.jpg")
    expect(status).to_have_text("4 faces", timeout=PATIENCE)
    expect(page.locator("#stage img")).to_have_attribute("alt", "sample6.jpg")
    not_a_picture = {"name": "no.png", "mimeType": "image/png", "buffer": b"words"}
    page.locator("input[type=file]").set_input_files(not_a_picture)
    expect(page.get_by_role("alert")).to_contain_text("could not be used", timeout=PATIENCE)
    page.locator(".thumb").nth(2).click()
    expect(status).to_have_text("3 faces", timeout=PATIENCE)
    expect(page.get_by_role("alert")).to_be_empty()


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
