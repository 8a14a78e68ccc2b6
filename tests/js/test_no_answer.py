"""Where fetch gives no answer, the message says why: browsers tell scripts nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.elsewhere import server_without_cors
from tests.pages import BLANK, DIST, built_site

ASK = """async (url) => {
  const { ask } = await import(new URL("load/network.js", document.baseURI));
  const { Patience } = await import(new URL("load/patience.js", document.baseURI));
  const asked = ask(url, "a file", { patience: new Patience(() => 20) });
  return asked.then(() => "", ({ message }) => message);
}"""
# A page of its own, at any address, with the files of the site.
SHOP = "https://shop.example/"
GUARDED = "https://guarded.example/"
POLICY = "default-src 'self' 'unsafe-inline'; connect-src 'self'; worker-src 'none'"


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """Address of a server of another origin, without CORS."""
    with server_without_cors() as url:
        yield url


def _answer(home: str, policy: str, route: Route) -> None:
    name = route.request.url.removeprefix(home)
    file = DIST / name
    if name and file.is_file():
        route.fulfill(path=file)
    else:
        headers = {"content-security-policy": policy} if policy else {}
        route.fulfill(body="<!doctype html>", content_type="text/html", headers=headers)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    assert built_site() == Path(DIST)
    with browser.new_context() as context:
        for home, policy in ((SHOP, ""), (GUARDED, POLICY)):
            context.route(f"{home}**", partial(_answer, home, policy))
        yield context.new_page()


def said(page: Page, home: str, url: str) -> str:
    page.goto(home)
    text: str = page.evaluate(ASK, url)
    return text


def test_a_server_without_cors_is_named_and_not_the_network(
    page: Page, site: str, elsewhere: str
) -> None:
    text = said(page, site + BLANK, f"{elsewhere}models/a.json")
    assert "no answer (the server is there, and does not let this page read it: CORS)" in text
    assert f"have it send Access-Control-Allow-Origin: {site.rstrip('/')}" in text
    assert "network" not in text.partition("expected")[2]


def test_a_server_that_is_not_there_is_asked_for(page: Page, site: str) -> None:
    text = said(page, site + BLANK, "http://nowhere.invalid/models/a.json")
    assert "does the server run at http://nowhere.invalid, and is that its name?" in text


def test_a_page_of_https_that_asks_for_http_is_told_so(page: Page) -> None:
    text = said(page, SHOP, "http://models.example/a.json")
    assert "may not ask for http:, mixed content); use an address that begins with https:" in text


def test_a_policy_that_blocks_is_named_with_what_to_add(page: Page) -> None:
    text = said(page, GUARDED, "https://models.example/a.json")
    assert "Content-Security-Policy does not allow it, by its connect-src" in text
    assert "add https://models.example to connect-src" in text


def test_a_device_that_is_offline_is_told_so(page: Page, site: str) -> None:
    page.goto(site + BLANK)
    page.evaluate(ASK, site + "files.json")  # the modules are here
    page.context.set_offline(True)
    try:
        text: str = page.evaluate(ASK, site + "nowhere.json")
    finally:
        page.context.set_offline(False)
    assert "got nothing: this device is offline; connect it and load again" in text


def test_fetch_image_says_the_same(page: Page, site: str, elsewhere: str) -> None:
    page.goto(site + BLANK)
    text: str = page.evaluate(
        """async (url) => {
          const module = new URL("faceapi/page/fetching.js", document.baseURI);
          const { fetchImage } = await import(module);
          return fetchImage(url).then(() => "", ({ message }) => message);
        }""",
        f"{elsewhere}photo.jpg",
    )
    assert "CORS" in text
    assert "Access-Control-Allow-Origin" in text


@pytest.mark.parametrize("address", ["import.meta.url", '"file:///home/me/pyface.js"', "undefined"])
def test_a_loader_without_an_address_says_what_to_copy(page: Page, site: str, address: str) -> None:
    """At blob:, and where a bundler puts its own file, or nothing, for import.meta.url."""
    page.goto(site + BLANK)
    name, text = page.evaluate(
        """async (address) => {
          const source = await (await fetch("pyface.js")).text();
          const absolute = source.replaceAll('"./', `"${new URL("./", document.baseURI)}`)
            .replaceAll("import.meta.url", address);
          const blob = URL.createObjectURL(new Blob([absolute], { type: "text/javascript" }));
          const { loadPyface } = await import(blob);
          return loadPyface().catch(({ name, message }) => [name, message]);
        }""",
        address,
    )
    assert name == "LoadError"
    begins = {"import.meta.url": "blob:", "undefined": "pyface_web, at no known address: "}
    assert text.startswith(begins.get(address, address.strip('"')))
    assert "none, as it is in a bundle or at blob:" in text
    assert "npx pyface-web copy public/pyface" in text and 'baseURL: "/pyface/"' in text


def test_a_policy_without_workers_is_named_and_not_the_network(page: Page) -> None:
    page.goto(GUARDED)
    name, text = page.evaluate(
        """async () => {
          const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
          const told = ({ name, message }) => [name, message];
          return loadPyface({ worker: true }).then(() => [], told);
        }"""
    )
    assert name == "WorkerError"
    assert "Content-Security-Policy" in text
    assert "worker-src" in text
    assert text.endswith("leave out `worker: true`, so that pyface_web runs in the page")
