"""A web server on loopback whose answers a test decides, and a reporter that remembers."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from pyface_files.progress import Progress


@dataclass
class Web:
    """A server. pages: path -> bytes. cut: path -> how many bytes to send before hanging up."""

    address: str = ""
    pages: dict[str, bytes] = field(default_factory=dict)
    cut: dict[str, list[int]] = field(default_factory=dict)
    ranges: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"{self.address}{path}"


def _handler(web: Web) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            web.asked.append((self.path, wanted))
            if self.path not in web.pages:
                self.send_error(404)
                return
            body = web.pages[self.path]
            start = int(wanted[len("bytes=") : -1]) if wanted and web.ranges else 0
            if start >= len(body) > 0:
                self.send_error(416)
                return
            rest = body[start:]
            self.send_response(206 if wanted and web.ranges else 200)
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            cuts = web.cut.get(self.path)
            self.wfile.write(rest[: cuts.pop(0)] if cuts else rest)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def web() -> Iterator[Web]:
    state = Web()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()


@dataclass
class Recorder:
    """A reporter that keeps what it was told."""

    notes: list[str] = field(default_factory=list)
    steps: list[Progress] = field(default_factory=list)
    on_step: Callable[[Progress], None] = lambda progress: None

    def note(self, text: str) -> None:
        self.notes.append(text)

    def step(self, progress: Progress) -> None:
        self.steps.append(progress)
        self.on_step(progress)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()
