"""Models on servers of others, where people have them: signed, at addresses of any form, served as
what they are not. In the page and in the worker."""

from __future__ import annotations

import asyncio
import gzip
import http.server
import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

import pyface_web as faceapi
from pyface_web.errors import ShardError
from tests.pages import SITE_CASES, open_page
from tools.assets import path_of

NAME = "tiny_face_detector_model"
MANIFEST, SHARD = f"{NAME}-weights_manifest.json", f"{NAME}-shard1"
OTHER = [f"face_landmark_68_tiny_model-{end}" for end in ("weights_manifest.json", "shard1")]
FILES = {f"/{n}": path_of(f"models/{n}").read_bytes() for n in (MANIFEST, SHARD, *OTHER)}
INDEX = b"<!doctype html><title>My app</title><div id=root></div>"
TOKEN = "token=a/b.json%2F%3D"
# The same in a folder of its own, as converters write it.
GROUPS = json.loads(FILES[f"/{MANIFEST}"])
GROUPS[0]["paths"] = [f"group 1/{SHARD}"]
SUBFOLDER = json.dumps(GROUPS).encode()


class Server(http.server.ThreadingHTTPServer):
    """A CDN; asked: what it was asked for, since the last `take`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def take(self) -> list[str]:
        asked, self.asked = self.asked, []
        return sorted(asked)


class Handler(http.server.BaseHTTPRequestHandler):
    """/signed wants the token; the other folders answer as their names say."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        place = urlsplit(self.path)
        folder, _, rest = place.path[1:].partition("/")
        name = f"/{rest.rpartition('/')[2]}"
        body, kind, status = FILES.get(name, b""), "application/octet-stream", 200
        if folder == "signed" and place.query != TOKEN:
            body, status = b"no token", 403
        elif folder == "each" and place.query != f"signature={len(name)}":
            body, status = b"not signed", 403
        elif folder == "html":
            kind = "text/html; charset=utf-8"
        elif folder == "mark" and name.endswith(".json"):
            body, kind = b"\xef\xbb\xbf" + body, "text/plain"
        elif folder == "sub":
            body = SUBFOLDER if name.endswith(".json") else body
            body, status = (body, 200) if "group%201/" in rest or body is SUBFOLDER else (b"", 404)
        elif folder == "spa" and not name.endswith(".json"):
            body, kind = INDEX, "text/html"
        elif folder == "spa_manifest":
            body, kind = INDEX * 99, "text/html"
        elif folder == "lfs" and not name.endswith(".json"):
            body = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Access-Control-Allow-Origin", "*")
        if folder == "gzip":
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Connection", "close")
            self.close_connection = True
            body = gzip.compress(body)
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def cdn() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _nothing_asked_before(cdn: Server) -> Iterator[None]:
    yield
    cdn.take()


@pytest.fixture(scope="module", params=["page", "worker"])
def page(
    request: pytest.FixtureRequest, browser: Browser, site: str, cdn: Server
) -> Iterator[Page]:
    """A page that has loaded a model from behind a token, with one request for each file."""
    path = f"{SITE_CASES.name}/model_addresses.html"
    with open_page(browser, site, path=path + ("?worker=1" * (request.param == "worker"))) as page:
        page.wait_for_function("() => window.load")
        assert page.evaluate("(url) => load(url)", f"{cdn.url}/signed?{TOKEN}") == "loaded"
        yield page


def both(folder: str, query: str = "") -> list[str]:
    return sorted(f"{folder}/{name}{query}" for name in (MANIFEST, SHARD))


def load(page: Page, place: Any) -> str:
    return str(page.evaluate("(place) => net(place)", place))


def test_models_behind_a_token_asked_for_shards_without_it_and_for_the_manifest_twice(
    page: Page, cdn: Server
) -> None:
    assert cdn.take() == both("/signed", f"?{TOKEN}")
    for place in (f"/signed/?{TOKEN}#x", f"/signed/{MANIFEST}?{TOKEN}"):
        assert load(page, cdn.url + place) == "loaded"
        assert cdn.take() == both("/signed", f"?{TOKEN}")


def test_each_file_has_a_signed_address_of_its_own(page: Page, cdn: Server) -> None:
    signed = {n: f"{cdn.url}/each/{n}?signature={len(n) + 1}" for n in (MANIFEST, SHARD)}
    assert load(page, signed) == "loaded"
    assert len(cdn.take()) == 2
    said = load(page, {MANIFEST: signed[MANIFEST]})
    assert f'WeightsError: expected an address for "{SHARD}" among' in said
    assert load(page, {MANIFEST: 5}).startswith("InputError: load: ")


def test_loadpyface_takes_signed_addresses(page: Page, cdn: Server) -> None:
    """A call that adds a net to the Python of the page; in a worker it would be another worker."""
    if "worker" in page.url:
        return
    names = {name: f"{cdn.url}/each/{name}?signature={len(name) + 1}" for name in OTHER}
    more = {"models": ["face_landmark_68_tiny"]}
    assert page.evaluate("(given) => load(...given)", [names, more]) == "loaded"
    assert cdn.take() == sorted(url.removeprefix(cdn.url) for url in names.values())
    said = page.evaluate("() => load({ some: '/a' }, { models: ['mtcnn'] })")
    assert 'expected an address of "mtcnn_model-weights_manifest.json" among' in said
    assert 'got those of "some"' in said and said.startswith("OptionsError: ")


def test_cpython_asks_as_browsers_do(cdn: Server) -> None:
    net = faceapi.TinyFaceDetector()
    with ThreadPoolExecutor(1) as pool:  # Playwright has the loop of this thread
        pool.submit(asyncio.run, load_all(net, cdn)).result()


async def load_all(net: faceapi.TinyFaceDetector, cdn: Server) -> None:
    for place in (f"/signed?{TOKEN}", "/gzip/", "/html#x", "/mark", "/sub"):
        await net.load(cdn.url + place)
        assert len(cdn.take()) == 2
    await net.load({n: f"{cdn.url}/each/{n}?signature={len(n) + 1}" for n in (MANIFEST, SHARD)})
    with pytest.raises(ShardError, match="HTML page, status 200: is the path right"):
        await net.load(f"{cdn.url}/spa")


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("/plain#x", "/plain"),
        ("/plain", "/plain"),
        ("/plain/?v=1", "/plain"),
        ("/a//b/../plain/", "/a//plain"),
        ("/my models/ä", "/my%20models/%C3%A4"),
        ("/my%20models/%C3%A4/", "/my%20models/%C3%A4"),
        ("\\plain\\", "/plain"),
    ],
)
def test_addresses_that_were_put_together_as_text(
    page: Page, cdn: Server, given: str, asked: str
) -> None:
    assert load(page, cdn.url + given) == "loaded"
    assert cdn.take() == both(asked, "?v=1" if "?" in given else "")


def test_what_is_relative_to_the_page(page: Page, cdn: Server) -> None:
    """Its <base> and its history count, as they are at the time."""
    page.evaluate("() => history.pushState({}, '', '/some/route/12?x#y')")
    for given in ("../../models", "/models/", f"../../models/{MANIFEST}?v=1"):
        assert load(page, given) == "loaded", given
    page.evaluate("""(href) => {
      document.head.append(Object.assign(document.createElement("base"), { href }));
    }""", f"{cdn.url}/base/")  # fmt: skip
    assert load(page, "models?x") == load(page, f"//{urlsplit(cdn.url).netloc}/other") == "loaded"
    assert cdn.take() == sorted(both("/base/models", "?x") + both("/other"))
    page.evaluate("() => document.querySelector('base').remove()")
    page.evaluate("() => history.back()")


@pytest.mark.parametrize("how", ["html", "mark", "gzip", "sub"])
def test_right_bytes_that_were_refused_for_how_they_are_served(
    page: Page, cdn: Server, how: str
) -> None:
    assert load(page, f"{cdn.url}/{how}") == "loaded"
    assert len(cdn.take()) == 2


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("spa", "ShardError: .*HTML page, status 200: is the path right"),
        ("spa_manifest", "ManifestError: .*HTML page, status 200: is the path right"),
        ("lfs", "ShardError: .*pointer of Git LFS"),
        ("signed", "FetchError: .*HTTP status 403"),
    ],
)
def test_an_app_that_answers_every_address_with_its_index(
    page: Page, cdn: Server, how: str, said: str
) -> None:
    assert re.search(said, load(page, f"{cdn.url}/{how}"))


@pytest.mark.parametrize("scheme", ["data", "blob"])
def test_a_manifest_that_is_in_no_folder(page: Page, cdn: Server, scheme: str) -> None:
    """Its shards are somewhere, if one is told where."""
    addresses = page.evaluate(
        """async ([scheme, manifest, shard]) => {
          const blob = async (url) => (await fetch(url)).blob();
          if (scheme === "blob") {
            return [await blob(manifest), await blob(shard)].map((it) => URL.createObjectURL(it));
          }
          return [`data:,${encodeURIComponent(await (await blob(manifest)).text())}`, shard];
        }""",
        [scheme, f"{cdn.url}/plain/{MANIFEST}", f"{cdn.url}/plain/{SHARD}"],
    )
    said = load(page, addresses[0])
    assert f"has no address, as an address of the scheme {scheme}: has no folder" in said
    assert len(said) < 900
    assert load(page, dict(zip((MANIFEST, SHARD), addresses, strict=True))) == "loaded"
