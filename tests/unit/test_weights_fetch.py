"""Bytes from files and servers in CPython; what does not answer rightly is a FetchError."""

from __future__ import annotations

import asyncio
import gzip
import http.server
import os
import threading
from base64 import b64encode
from collections.abc import Iterator

import pytest

from pyface_web.errors import FetchError, WeightsError
from pyface_web.waits import set_waits
from pyface_web.weights.fetch import Download, Patience, fetch_bytes

PAGES = {
    "/weights": (200, "application/octet-stream", b"12345"),
    "/page": (200, "text/html; charset=utf-8", b"<!doctype html>"),
    "/weights_as_page": (200, "text/html; charset=utf-8", b"12345"),
    "/a%20b/%C3%A4?token=a/b%3D": (200, "text/plain", b"signed"),
    "/empty": (200, "application/octet-stream", b""),
    "/gone": (410, "application/octet-stream", b"no"),
    "/broken": (500, "text/plain", b"no"),
}


OVER = threading.Event()  # for what keeps silent


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, kind, body = PAGES.get(self.path, (404, "text/html", b"<!doctype html>"))
        if self.path in ("/silent", "/stall"):
            if self.path == "/stall":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"12345")
            OVER.wait(60)
            return
        cut = self.path == "/cut"
        if self.path == "/packed":
            status, body = 200, gzip.compress(b"12345")
        if self.path == "/login":
            status, body = 200, self.headers["Authorization"].encode()
        self.send_response(200 if cut else status)
        if self.path == "/packed":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", "application/octet-stream" if cut else kind)
        self.send_header("Content-Length", "1000" if cut else str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    OVER.set()
    running.shutdown()
    running.server_close()


def fetch(url: str, **arguments) -> bytes:
    return asyncio.run(fetch_bytes(url, **arguments))


def test_file(tmp_path):
    path = tmp_path / "shard1"
    path.write_bytes(b"abc")
    seen: list[int] = []
    assert fetch(str(path), on_chunk=seen.append) == b"abc"
    assert seen[-1] == 3


def test_a_query_is_no_part_of_a_file_name(tmp_path):
    (tmp_path / "x.json").write_bytes(b"[]")
    assert fetch(f"{tmp_path}/x.json?v=2") == b"[]"


def test_address(server):
    seen: list[int] = []
    assert fetch(f"{server}/weights", on_chunk=seen.append) == b"12345"
    assert seen[-1] == 5
    assert fetch(f"{server}/empty") == b""


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/nothing", "expected a weight shard, got HTTP status 404; is the address right"),
        ("/gone", "got HTTP status 410"),
        ("/broken", "got HTTP status 500"),
        ("/cut", "expected a weight shard, got .* try again"),
    ],
)
def test_what_is_not_the_file_is_refused(server, path, message):
    with pytest.raises(FetchError, match=message) as caught:
        fetch(server + path, kind="weight shard")
    assert str(caught.value).startswith(f"{server}{path}: ")
    assert isinstance(caught.value, WeightsError)


def test_the_bytes_decide_whatever_type_the_server_says(server):
    assert fetch(f"{server}/weights_as_page") == b"12345"
    page = Download(f"{server}/page")
    assert asyncio.run(page.read()) == b"<!doctype html>"
    assert page.instead() == "the server answered with an HTML page, status 200: is the path right?"
    with pytest.raises(FetchError, match="at most 3 bytes, got more; the server answered with an"):
        fetch(f"{server}/page", limit=3)


def test_a_file_that_is_packed_on_its_way(server):
    assert fetch(f"{server}/packed") == b"12345"


def test_addresses_as_browsers_take_them(server, tmp_path):
    host = server.removeprefix("http://")
    assert fetch(f" HTTP://{host}/a b/ä?token=a/b%3D#part ") == b"signed"
    assert fetch(f"http://me:a%40b@{host}/login") == b"Basic " + b64encode(b"me:a@b")
    (tmp_path / "ä #1").write_bytes(b"abc")
    assert fetch((tmp_path / "ä #1").as_uri()) == fetch(str(tmp_path / "ä #1")) == b"abc"
    assert fetch("data:application/octet-stream;base64,YWJj") == b"abc"
    with pytest.raises(FetchError, match="an address of the scheme capacitor:, which only some"):
        fetch("capacitor://localhost/shard1")


@pytest.mark.parametrize(
    ("path", "got"), [("/silent", "no answer"), ("/stall", "an answer and then nothing")]
)
def test_a_server_that_falls_silent_is_not_waited_for_for_ever(server, path, got):
    before = set_waits(network=0.2)
    try:
        with pytest.raises(FetchError, match=rf"got {got} within 0.2 s; .* set_waits\(network=0.4"):
            fetch(server + path)
    finally:
        set_waits(before)


def test_no_more_is_read_than_a_file_may_have(server, tmp_path):
    (tmp_path / "shard1").write_bytes(b"12345")
    for place in (f"{server}/weights", str(tmp_path / "shard1")):
        assert fetch(place, limit=5) == b"12345"
        with pytest.raises(FetchError, match="expected a file of at most 4 bytes, got more; is it"):
            fetch(place, limit=4)


def test_downloads_wait_together():
    """A browser asks a server for a few files at once; the turn of another is no silence."""

    async def load() -> list[str]:
        patience = Patience()
        over = asyncio.Event()

        async def waits_for_its_turn() -> str:
            await over.wait()
            return "last"

        async def comes_in_parts() -> str:
            for _ in range(6):
                await patience.wait(asyncio.sleep(0.1))
            over.set()
            return "first"

        return await asyncio.gather(patience.wait(waits_for_its_turn()), comes_in_parts())

    before = set_waits(network=0.3)
    try:
        assert asyncio.run(load()) == ["last", "first"]
    finally:
        set_waits(before)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_what_is_no_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FetchError, match="got something that is no file; is the path right"):
        fetch(str(tmp_path / "pipe"))


def test_a_server_that_is_not_there():
    with pytest.raises(FetchError, match=r"got no answer .*does the server run"):
        fetch("http://127.0.0.1:9/shard1")


def test_an_address_that_is_none():
    with pytest.raises(FetchError, match="got no answer"):
        fetch("http:///shard1")


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(FetchError, match=r"expected a file, got No such file.* is the path right"):
        fetch(str(tmp_path / "nothing"))
    with pytest.raises(FetchError, match="is the path right"):
        fetch(str(tmp_path))
