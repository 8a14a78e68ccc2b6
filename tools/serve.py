"""A small static server: right MIME types, revalidation instead of stale caches, no listings."""

from __future__ import annotations

import email.utils
import errno
import http.server
import io
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from .errors import PortTakenError

HOST = "127.0.0.1"
REVALIDATE = "no-cache"  # a browser may keep a file, and asks each time whether it is still right
MIME_TYPES = {
    ".css": "text/css",
    ".frag": "text/plain",
    ".glsl": "text/plain",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".py": "text/x-python",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".vert": "text/plain",
    ".wasm": "application/wasm",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".whl": "application/octet-stream",
    ".zip": "application/zip",
}


def mime_type(path: str) -> str:
    """Content type of a file name; application/octet-stream for weight shards and the unknown.

    A table of our own: what the system's registry says differs between machines.
    """
    kind = MIME_TYPES.get(os.path.splitext(path)[1].lower(), "application/octet-stream")
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


class Handler(http.server.SimpleHTTPRequestHandler):
    """Answers of a folder's files; see `make_server`."""

    protocol_version = "HTTP/1.1"
    server_version = "pyface_web"
    path = ""  # of a request that could not be read

    def __init__(
        self,
        *args: Any,
        extra: Mapping[str, Path],
        caching: str,
        headers: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        self._extra, self._caching, self._headers = extra, caching, headers
        super().__init__(*args, **kwargs)

    def _extra_prefix(self, path: str) -> str | None:
        """The beginning of an address that is one of `extra`."""
        wanted = _path_of(path)
        return next((prefix for prefix in self._extra if wanted.startswith(prefix)), None)

    def translate_path(self, path: str) -> str:
        prefix = self._extra_prefix(path)
        if prefix is None:
            return super().translate_path(path)
        folder = self._extra[prefix]
        target = (folder / _path_of(path)[len(prefix) :]).resolve()
        inside = target.is_relative_to(folder.resolve())
        return str(target if inside else folder / "outside-of-this-folder")

    def guess_type(self, path: str | os.PathLike[str]) -> str:
        return mime_type(os.fspath(path))

    def list_directory(self, path: str | os.PathLike[str]) -> io.BytesIO | None:
        self.send_error(HTTPStatus.NOT_FOUND, "No index.html here")
        return None

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """Answer 304 when the browser's ETag is still the file's; otherwise the whole file."""
        try:
            return self._send_head()
        except (OSError, ValueError):  # too long for a name, or with a character that none has
            self.send_error(HTTPStatus.NOT_FOUND, "No file can have this name")
            return None

    def _send_head(self) -> io.BytesIO | BinaryIO | None:
        path = Path(self.translate_path(self.path))
        if path.is_dir() and _path_of(self.path).endswith("/"):
            path /= "index.html"
        if not path.is_file():
            return super().send_head()
        file = path.open("rb")
        self.found(path)
        status = os.fstat(file.fileno())
        tag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
        known = self.headers.get("If-None-Match", "")
        unchanged = tag in known or (
            not known and _not_newer(status.st_mtime, self.headers.get("If-Modified-Since"))
        )
        self.send_response(HTTPStatus.NOT_MODIFIED if unchanged else HTTPStatus.OK)
        self.send_header("ETag", tag)
        self.send_header("Last-Modified", self.date_time_string(int(status.st_mtime)))
        if not unchanged:
            self.send_header("Content-Type", self.guess_type(path))
            return self.send_file(path, file)
        self.end_headers()
        file.close()
        return None

    def found(self, path: Path) -> None:
        """Hears of each file that is asked for."""

    def send_file(self, path: Path, file: BinaryIO) -> io.BytesIO | BinaryIO:
        """End the headers; the body."""
        self.send_header("Content-Length", str(os.fstat(file.fileno()).st_size))
        self.end_headers()
        return file

    def end_headers(self) -> None:
        self.send_header("Cache-Control", self.caching())
        for name, value in self._headers.items():
            self.send_header(name, value)
        super().end_headers()

    def caching(self) -> str:
        """How long a browser may keep the answer."""
        is_extra = self._extra_prefix(self.path) is not None
        return REVALIDATE if is_extra else self._caching

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet: the browser's own tools show the requests."""


def _path_of(address: str) -> str:
    """The path of a request's address, decoded; "" of what is no address."""
    try:
        return unquote(urlsplit(address).path)
    except ValueError:
        return ""


def _not_newer(modified: float, since: str | None) -> bool:
    if since is None:
        return False
    try:
        return int(modified) <= email.utils.parsedate_to_datetime(since).timestamp()
    except (TypeError, ValueError):
        return False


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    # On Windows this option would let a second server take the same port.
    allow_reuse_address = os.name != "nt"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that closes a connection early is no error."""


def make_server(
    root: Path,
    port: int = 0,
    extra: Mapping[str, Path] | None = None,
    caching: str = REVALIDATE,
    headers: Mapping[str, str] | None = None,
    answers: type[Handler] = Handler,
) -> http.server.ThreadingHTTPServer:
    """A server of root, bound but not running.

    extra: address prefix ('/oracle/') -> folder, or address -> file; they are always asked
    for again. caching: the Cache-Control of all other answers. headers: more of all answers.
    answers: how it answers.
    """
    handler = partial(
        answers,
        directory=str(root),
        extra=dict(extra or {}),
        caching=caching,
        headers=dict(headers or {}),
    )
    return _Server((HOST, port), handler)


@contextmanager
def serve_folder(
    root: Path,
    port: int = 0,
    extra: Mapping[str, Path] | None = None,
    caching: str = REVALIDATE,
    headers: Mapping[str, str] | None = None,
    answers: type[Handler] = Handler,
) -> Iterator[str]:
    """Serve a folder while the block runs; gives its address, such as 'http://127.0.0.1:4321/'."""
    server = make_server(root, port, extra, caching, headers, answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def open_port(root: Path, port: int, *, exactly: bool) -> http.server.ThreadingHTTPServer:
    """A server on this port, or on the next free one unless the port was asked for exactly."""
    for candidate in range(port, port + (1 if exactly else 100)):
        try:
            return make_server(root, candidate)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    raise PortTakenError(
        f"Port {port} cannot be used: another program has it, or the system keeps it. "
        "Choose another one with --port, or leave --port out to get the next free one."
    )
