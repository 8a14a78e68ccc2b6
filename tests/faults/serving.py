"""Odd requests to the server of build.py: an answer, or a closed connection, and nothing outside.

After each a proper request gets its file, and the server has seen no error that it did not expect.
"""

from __future__ import annotations

import http.client
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.figures import Try, worst
from tools.serve import make_server

SECRET = b"what nobody may get"
CONTENT = bytes(range(256)) * 400
LIMIT = 20.0  # seconds; only what hangs takes so long
CLOSED = (ConnectionError, TimeoutError, BrokenPipeError)


@contextmanager
def watched_server(folder: Path) -> Iterator[tuple[int, list[str]]]:
    """A server of a folder beside which lies a secret: its port, and errors that it saw."""
    root, extra = folder / "root", folder / "extra"
    for place in (root, extra, root / "sub"):
        place.mkdir(parents=True, exist_ok=True)
    (folder / "secret").write_bytes(SECRET)
    (root / "index.html").write_bytes(b"<p>home")
    (root / "file.bin").write_bytes(CONTENT)
    (extra / "file.bin").write_bytes(CONTENT)
    server = make_server(root, extra={"/extra/": extra})
    errors: list[str] = []

    def note(request: Any, client: Any) -> None:
        kind, error, _ = sys.exc_info()
        if kind and not issubclass(kind, CLOSED):
            errors.append(f"{kind.__name__}: {error}")

    server.handle_error = note  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_port, errors
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def serving(random: Random, folder: Path) -> Iterator[Try]:
    """Each try: one odd request on a socket of its own, then a proper one."""
    with watched_server(folder) as (port, errors):
        while True:
            sent, leave = odd_request(random), random.choice((None, None, None, 0, 1, 999))
            what = f"{sent[:200]!r}{'' if leave is None else f', leaving after {leave} bytes'}"
            found = [answer_to(port, sent, leave, what), proper(port)]
            found += [Try("other", f"{what}: {error}") for error in errors]
            errors.clear()
            verdict = worst(found)
            yield Try(verdict.verdict, verdict.what or what)


def answer_to(port: int, sent: bytes, leave: int | None, what: str) -> Try:
    """leave: bytes of the answer after which the connection is closed."""
    received = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while leave is None or len(received) < leave:
                part = connection.recv(65536)
                if not part:
                    break
                received += part
    except TimeoutError:
        return Try("hung", what)
    except OSError:
        return Try("right", what)  # refused in the middle of what was sent
    if SECRET in received:
        return Try("wrong", f"{what}: gave the secret")
    if b"Traceback" in received or b" 500 " in received[:20]:
        return Try("other", f"{what}: {received[:200]!r}")
    return Try("right", what)


def proper(port: int) -> Try:
    """A file that is there."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
        connection.request("GET", "/file.bin")
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
    except TimeoutError:
        return Try("hung", "a proper request")
    except OSError as error:
        return Try("crashed", f"a proper request: {error}")
    is_right = (answer.status, body) == (200, CONTENT)
    return Try("right") if is_right else Try("wrong", f"a proper request: status {answer.status}")


def odd_request(random: Random) -> bytes:
    """One that no browser sends, or no polite one."""
    path = random.choice(PATHS)
    if random.random() < 0.3:
        at = random.randrange(len(path) + 1)
        path = path[:at] + random.choice(PIECES) + path[at:]
    method = random.choice(
        ("GET", "GET", "GET", "HEAD", "POST", "PUT", "OPTIONS", "get", "", "G\tET")
    )
    version = random.choice(
        ("HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "", "HTTP/9.9", "HTTP/x", "HTTP/2")
    )
    line = b" ".join([method.encode(), path, version.encode()])
    headers = [b"Host: localhost"]
    headers += [random.choice(HEADERS) for _ in range(random.randint(0, 3))]
    text = b"\r\n".join([line, *headers, b"Connection: close", b"", b""])
    kind = random.random()
    if kind < 0.1:
        return random.randbytes(random.randint(0, 400))
    if kind < 0.2:
        return text[: random.randrange(len(text))]
    if kind < 0.3:
        return text.replace(b"Connection: close\r\n", b"") * random.randint(2, 5)
    if kind < 0.35:
        return text.replace(b"\r\n", b"\n")
    return text


PIECES = (
    b"../",
    b"%2e%2e/",
    b"..\\",
    b"%00",
    b"\0",
    b"%",
    b"%zz",
    b"//",
    b"\xff",
    b"%c0%ae",
    b";",
    b"?",
    b"#",
    b"%0d%0a",
)
PATHS = (
    b"/", b"/file.bin", b"/none", b"/sub", b"/sub/", b"/sub/.", b"/../secret", b"/%2e%2e/secret",
    b"/%2e%2e%2fsecret", b"/..%5csecret", b"/sub/../../secret", b"/sub/%2e%2e/%2e%2e/secret",
    b"/extra/../secret", b"/extra/../../secret", b"/extra/%2e%2e/secret", b"/extra//secret",
    b"/extra/file.bin", b"/extra/file.bin/", b"/extra", b"/extra/", b"//secret", b"///etc/passwd",
    b"/file.bin%00.html", b"/%00", b"/\x00", b"/file.bin?" + b"a" * 3000, b"/" + b"a" * 300,
    b"/" + b"a/" * 3000, b"/" + b"x" * 70_000, b"/\xff\xfe", b"/%ff%fe", b"*",
    b"http://[",
    b"//[/file.bin", b"http://other/file.bin",
    b"//other/file.bin", b"/file.bin#part", b"/%", b"/%zz", b"/.", b"/..", b"/...", b"\\..\\secret",
    b"/file.bin ", b"/con", b"/sub\r\nX: y",
)  # fmt: skip
HEADERS = (
    b"Range: bytes=0-9",
    b"Range: bytes=9-0",
    b"Range: bytes=-1",
    b"Range: bytes=999999999-",
    b"Range: lines=1-2",
    b"Range: bytes=0-0,5-9",
    b"Range: " + b"9" * 5000,
    b"Range:",
    b"If-None-Match: *",
    b'If-None-Match: "',
    b'If-None-Match: W/"x"',
    b"If-None-Match: " + b"\xff" * 50,
    b"If-Modified-Since: yesterday",
    b"If-Modified-Since: Thu, 99 Foo 9999 99:99:99 GMT",
    b"If-Modified-Since: Fri, 31 Dec 9999 23:59:59 -9999",
    b"If-Modified-Since: Mon, 01 Jan 0001 00:00:00 +2359",
    b"If-Modified-Since: 0",
    b"If-Modified-Since:",
    b"Content-Length: 10",
    b"Content-Length: -1",
    b"Content-Length: x",
    b"Transfer-Encoding: chunked",
    b"Expect: 100-continue",
    b"Connection: keep-alive",
    b"Upgrade: websocket",
    b"X: " + b"y" * 70_000,
    b"no colon",
    b": empty",
    b"\xff\xfe: a",
    b"Host: other",
    b" folded",
)
