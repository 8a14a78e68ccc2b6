"""A static host of dist/ that compresses, and remembers what it was asked for and when."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from ..assets import ROOT
from ..serve import Handler, serve_folder
from .compression import is_compressed, sent
from .page import CACHING, beside


@dataclass
class Request:
    """One answer. name: as its address has it, from the host's root. is_known: the browser had the
    file, and was told that it is still right (304)."""

    name: str
    path: Path
    when: float
    is_known: bool = False


@dataclass
class Host:
    """Its address, and all answers so far in their order."""

    url: str
    requests: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sent_until(self, when: float, start: int = 0) -> list[Request]:
        """The answers from `start` on that had a body, and were asked for before this time (as
        time.time has it)."""
        with self.lock:
            return [r for r in self.requests[start:] if r.when <= when and not r.is_known]


@contextmanager
def open_host(encoding: str, changed: Mapping[str, Path] | None = None) -> Iterator[Host]:
    """Serve dist/ and the bench's pages. encoding: of compression.ENCODINGS.

    changed: files that take the place of others, by their addresses such as "/files.json".
    """
    host = Host("")

    class Answers(Handler):
        """Compresses, remembers, and has the browser keep everything."""

        def found(self, path: Path) -> None:
            request = Request(self.path.partition("?")[0].lstrip("/"), path, time.time())
            with host.lock:
                host.requests.append(request)
            self.request_made = request

        def send_response(self, code: int, message: str | None = None) -> None:
            if code == 304:
                self.request_made.is_known = True
            super().send_response(code, message)

        def send_file(self, path: Path, file: BinaryIO) -> io.BytesIO:
            file.close()
            body = sent(path, encoding)
            if is_compressed(path.name):
                self.send_header("Content-Encoding", encoding)
            self.send_header("Vary", "Accept-Encoding")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            return io.BytesIO(body)

        def caching(self) -> str:
            return CACHING

    extra: dict[str, Any] = {**(changed or {}), **beside()}
    with serve_folder(ROOT / "dist", extra=extra, answers=Answers) as url:
        host.url = url
        yield host
