"""Pages elsewhere than on a server: docs/examples/, and pages that were opened as files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.pages import built_site, prepare, until
from tools.assets import ROOT
from tools.browser import launch_profile
from tools.serve import serve_folder

EXAMPLES = ROOT / "docs" / "examples"
PHOTO = "pyface_web/images/sample1.jpg"


def copied(example: str, folder: Path) -> Path:
    """An example with dist/ beside it, as its readme says."""
    shutil.copytree(EXAMPLES / example, folder)
    copy = os.link if os.stat(built_site()).st_dev == os.stat(folder).st_dev else shutil.copy2
    shutil.copytree(built_site(), folder / "pyface_web", copy_function=copy)
    return folder


@pytest.fixture(scope="module")
def page_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied("page", tmp_path_factory.mktemp("my faces") / "ä")


def finds_three_faces(page: Page, folder: Path) -> None:
    until(page, "#status", "(status) => status.textContent !== 'Loading'")
    assert page.text_content("#status") == "Ready"
    page.set_input_files("#file", folder / PHOTO)
    until(page, "#status", "(status) => status.textContent !== 'Ready'")
    assert page.text_content("#status") == "3 faces"


def test_an_extension_asked_for_its_models_at_its_own_id_twice(
    playwright: Playwright, tmp_path: Path
) -> None:
    """chrome-extension://ID/ID/models/..., and no worker either. No request leaves it."""
    folder = copied("extension", tmp_path / "extension")
    with launch_profile(playwright, str(tmp_path / "profile"), extension=folder) as context:
        workers = context.service_workers or [context.wait_for_event("serviceworker")]
        home = workers[0].url.removesuffix("background.js")
        assert home.startswith("chrome-extension://")
        for query in ("", "?worker=1"):
            asked: list[str] = []
            page = context.new_page()
            prepare(page)
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto(f"{home}faces.html{query}")
            finds_three_faces(page, folder)
            elsewhere = [url for url in asked if not url.startswith((home, "blob:", "data:"))]
            assert not elsewhere
            if not query:
                models = [url for url in asked if "_model-" in url]
                assert len(models) == len(set(models)) == 4
            page.close()


@pytest.fixture(scope="module")
def file_page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    prepare(page)
    yield page
    page.close()


@pytest.mark.parametrize(
    "name",
    ["", "demos/", "demos/webcam/", "demos/pyscript/", "docs/", "ops/"],
)
def test_a_page_of_the_site_opened_as_a_file_stayed_at_loading(file_page: Page, name: str) -> None:
    check_words(file_page, built_site(), f"{name}index.html")
    assert set(file_page.locator("#badge").all_text_contents()) <= {"Not loaded"}


def test_a_page_of_others_opened_as_a_file_said_nothing(
    file_page: Page, browser: Browser, page_example: Path
) -> None:
    """And it works as it is told to be served."""
    check_words(file_page, page_example, "index.html")
    with serve_folder(page_example) as url:
        page = browser.new_page()
        prepare(page)
        page.goto(url)
        assert page.locator("[role=alert]").count() == 0
        finds_three_faces(page, page_example)
        page.close()


def check_words(page: Page, folder: Path, name: str) -> None:
    page.goto((folder / name).as_uri())
    until(page, "[role=alert]", "(it) => it.textContent.includes('opened as a file')")
    words = page.locator("[role=alert]", has_text="opened as a file")
    command, address = words.locator("code"), words.locator("a")
    assert command.text_content() == f'cd "{folder}" && python3 -m http.server'
    assert address.get_attribute("href") == f"http://localhost:8000/{name}"
    assert words.is_visible()


ASK = """
import { answer } from "./files.js";
const found = [];
for (const url of %s) {
  const response = await answer(url);
  const { byteLength } = await response.arrayBuffer();
  found.push([response.status, response.headers.get("content-type"), byteLength]);
}
console.log(JSON.stringify(found));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node")
def test_an_electron_app_answers_for_its_own_folder_only(tmp_path: Path) -> None:
    """Electron's own part comes from no registry; of its example this is what can go wrong."""
    folder = tmp_path / "app"
    shutil.copytree(EXAMPLES / "electron", folder)
    (folder / "pyface_web").mkdir()
    for name in ("a b.mjs", "python.wasm", "net-shard1"):
        (folder / "pyface_web" / name).write_bytes(b"abc")
    (tmp_path / "secret.json").write_text("{}")
    asked = {
        "app://faces/pyface_web/a%20b.mjs?v=1#x": [200, "text/javascript", 3],
        "app://faces/pyface_web/python.wasm": [200, "application/wasm", 3],
        "app://faces/pyface_web/net-shard1?token=a": [200, "application/octet-stream", 3],
        "app://faces/package.json": [200, "application/json", None],
        "app://faces/..%2fsecret.json": [403, None, None],
        "app://faces/nothing.js": [404, None, None],
        "app://faces/%zz": [404, None, None],
    }
    (folder / "ask.mjs").write_text(ASK % json.dumps(list(asked)))
    said = subprocess.run(
        ["node", "ask.mjs"], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    for (url, wanted), found in zip(asked.items(), json.loads(said.stdout), strict=True):
        for want, got in zip(wanted, found, strict=True):
            assert want in (None, got), (url, found)
    subprocess.run(["node", "--check", "main.js"], cwd=folder, check=True, timeout=60)
