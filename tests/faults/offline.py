"""The service worker, while the server answers wrongly: wrong, cut, redirected, opaque, of no use.

Whatever a page gets for a file of the site is what its version has, or an error; when the server is
well again, so is everything.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, Error as PlaywrightError, Page

from tests.faults.figures import Try, worst
from tests.pages import built_site, end_with
from tools.serve import make_server

PAGE = "docs/differences.html"  # has the service worker, and no Python
LIMIT = 150_000.0  # milliseconds; only what hangs takes so long
WAYS = (
    "missing", "broken", "page", "other", "cut", "empty", "redirect", "away", "away with CORS",
    "partial", "closed",
)  # fmt: skip

# Status and SHA-256 of each file, as the page gets it; and what its version says.
_FETCH = """async (names) => {
  const digits = (byte) => byte.toString(16).padStart(2, "0");
  const hex = (bytes) => Array.from(new Uint8Array(bytes), digits).join("");
  const get = async (name) => {
    try {
      const response = await fetch(new URL(`/${name}`, location.href));
      const bytes = await response.arrayBuffer();
      return [response.status, hex(await crypto.subtle.digest("SHA-256", bytes))];
    } catch (error) {
      return [0, String(error)];
    }
  };
  let files;
  try {
    files = (await (await fetch(new URL("/files.json", location.href))).json()).files;
  } catch (error) {
    files = null;
  }
  const found = {};
  for (const name of names) found[name] = await get(name);
  return { files, found, controlled: Boolean(navigator.serviceWorker.controller) };
}"""
_READY = """async () => {
  if (!(await navigator.serviceWorker.getRegistration())?.active) return false;
  const [name] = await caches.keys();
  if (!name) return false;
  return (await (await caches.open(name)).match(new URL("/current", location.href))) !== undefined;
}"""


class OddSite:
    """A copy of the built site, of which some files are answered oddly."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.odd: dict[str, str] = {}  # name -> one of WAYS
        shutil.copytree(built_site(), folder, copy_function=os.link)
        self.elsewhere = ""
        self.server = self._started()
        self.other = self._started()
        self.elsewhere = f"http://127.0.0.1:{self.other.server_port}/"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"

    def _started(self) -> Any:
        server = make_server(self.folder)
        plain: Any = server.RequestHandlerClass
        site = self

        class Odd(plain.func):  # type: ignore[misc, name-defined]
            def do_GET(self) -> None:  # noqa: N802
                name = self.path.partition("?")[0].lstrip("/")
                way = site.odd.get(name) if self.server is site.server else "cors"
                if way is None or (way == "cors" and not site.answers_elsewhere(self, name)):
                    super().do_GET()
                elif way != "cors":
                    site.answer(self, way)

        server.RequestHandlerClass = partial(Odd, **plain.keywords)  # type: ignore[assignment]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return server

    def answers_elsewhere(self, request: Any, name: str) -> bool:
        """The other origin: what it has is something else, with CORS headers where asked so."""
        self._send(request, 200, b"of another origin", cors=name.startswith("cors/"))
        return True

    def answer(self, request: Any, way: str) -> None:
        if way == "missing":
            self._send(request, 404, b"no such file")
        elif way == "broken":
            self._send(request, 500, b"no")
        elif way == "page":
            self._send(request, 200, b"<!doctype html><p>Log in", kind="text/html")
        elif way == "other":
            self._send(request, 200, b"export const something = 'else';\n")
        elif way == "cut":
            self._send(request, 200, b"export", length=5000)
        elif way == "empty":
            self._send(request, 200, b"")
        elif way == "partial":
            self._send(request, 206, b"exp")
        elif way == "redirect":
            self._send(request, 302, b"", location="/offline.js?instead")
        elif way.startswith("away"):
            place = "cors/" if way.endswith("CORS") else ""
            self._send(request, 302, b"", location=f"{self.elsewhere}{place}file")
        else:
            request.close_connection = True

    def _send(
        self,
        request: Any,
        status: int,
        body: bytes,
        *,
        kind: str = "text/javascript",
        length: int | None = None,
        location: str = "",
        cors: bool = False,
    ) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body) if length is None else length))
        if location:
            request.send_header("Location", location)
        if cors:
            request.send_header("Access-Control-Allow-Origin", "*")
        request.end_headers()
        request.wfile.write(body)
        request.close_connection = length is not None

    def listing(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "files.json").read_text("utf-8"))
        return found

    def publish(self, names: list[str], comment: str) -> None:
        """A new version in which these files end with a comment."""
        listing = self.listing()
        for name in names:
            content = (self.folder / name).read_bytes() + comment.encode()
            row = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            listing["files"][name] = row
            self._write(name, content)
        self._write("files.json", json.dumps(listing).encode())

    def _write(self, name: str, content: bytes) -> None:
        (self.folder / name).unlink()  # else the one that was copied changes, too
        (self.folder / name).write_bytes(content)

    def stop(self) -> None:
        for server in (self.server, self.other):
            server.shutdown()
            server.server_close()


@contextmanager
def odd_site(folder: Path) -> Iterator[OddSite]:
    site = OddSite(folder / "odd_site")
    try:
        yield site
    finally:
        site.stop()


def offline(random: Random, browser: Browser, folder: Path) -> Iterator[Try]:
    """Each try: a page while one to six files are answered oddly, and one when they are not."""
    with odd_site(folder) as site:
        context, number = browser.new_context(), 0
        settle(context, site)
        # Files of the shell that may end with a comment, and some that are kept when they are used.
        scripts = [name for name in site.listing()["files"] if name.endswith(".js")]
        shell = [name for name in scripts if name not in ("sw.js", "load/cache.js")]
        used = [name for name in site.listing()["files"] if name.endswith("manifest.json")]
        # What the page imports it names with a hash, which only the build can change.
        free = [name for name in shell if name not in imported_by(site.folder / PAGE)]
        while True:
            number += 1
            asked = [*random.sample(shell, 6), *random.sample(used, 2)]
            odd = random.sample(asked, random.randint(1, 6))
            if random.random() < 0.3:
                odd.append("files.json")
            ways = {name: random.choice(WAYS) for name in odd}
            published = random.sample(free, 3) if random.random() < 0.5 else []
            what = f"{ways}{f', published {published}' if published else ''}"
            if published:
                site.publish(published, f"\n// {number}\n")
            site.odd = ways
            found = visit(context, site, asked, must_be_right=False)
            site.odd = {}
            found += visit(context, site, asked, must_be_right=True)
            verdict = worst(found)
            if not verdict.is_good:
                context.close()
                context = browser.new_context()
                settle(context, site)
            yield Try(verdict.verdict, f"{what}: {verdict.what}")


def imported_by(page: Path) -> set[str]:
    """Names of the modules in a page's import map."""
    found = re.search(r'<script type="importmap">(.*?)</script>', page.read_text("utf-8"), re.S)
    assert found, "the page has no import map"
    addresses = json.loads(found[1])["integrity"]
    return {urljoin(PAGE, address).lstrip("/") for address in addresses}


def settle(context: BrowserContext, site: OddSite) -> None:
    """A first visit, until the service worker has the site's shell."""
    page = opened(context)
    page.goto(site.url + PAGE)
    for _ in range(600):
        if page.evaluate(_READY):
            break
        page.wait_for_timeout(100)
    else:
        raise AssertionError("the service worker was not installed")
    page.close()


def opened(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(LIMIT)
    end_with(page)
    return page


def visit(
    context: BrowserContext, site: OddSite, names: list[str], *, must_be_right: bool
) -> list[Try]:
    """What a page gets of these files."""
    page = opened(context)
    try:
        page.goto(site.url + PAGE)
        answer = page.evaluate(_FETCH, names)
    except PlaywrightError as error:
        kind = "hung" if "Timeout" in error.message else "wrong"
        return [Try(kind, f"the page: {error.message[:300]}")]
    finally:
        page.close()
    files = answer["files"]
    if files is None or not answer["controlled"]:
        return [Try("wrong", "a page without the service worker, or without its list of files")]
    tries = []
    for name, (status, found) in answer["found"].items():
        if status == 200 and found == files[name]["sha256"]:
            tries.append(Try("right"))
        elif status == 200 or must_be_right:
            tries.append(Try("wrong", f"{name}: status {status}, {found[:60]}"))
        else:
            tries.append(Try("typed", f"{name}: status {status}"))
    return tries
