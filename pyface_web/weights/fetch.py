"""Bytes from an address, with progress: fetch in the browser, files and urllib in CPython."""

from __future__ import annotations

import asyncio
import zlib
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any, TypeVar

from pyface_web.errors import FetchError
from pyface_web.host import IN_BROWSER, is_missing
from pyface_web.values.fields import checked_fields, count
from pyface_web.waits import get_waits, too_long
from pyface_web.weights.addresses import DiskPath, absolute, named, scheme_of

_LOOKS = 10  # whether something came, in the time that is waited for it
_CHUNK = 1 << 16
_BEGIN = 64  # bytes that tell what a file is
_PAGE = (b"<!doctype html", b"<html")
_ANY_HEADER = 47  # of zlib or of gzip
_SIGNS = "%/:=&?~#+!$,;'@()*[]"  # what is a sign of addresses stays
_GZIP = b"\x1f\x8b"

_T = TypeVar("_T")


@dataclass(frozen=True)
@checked_fields(loaded_bytes=count, total_bytes=count)
class Progress:
    """How far a download is. total_bytes is 0 while it is not known."""

    loaded_bytes: int
    total_bytes: int
    file: str


OnProgress = Callable[[Progress], object]
"""What is called with the `Progress` of a download, again and again."""


class TooLongError(FetchError):
    """A file that has more bytes than it can have; the rest was not downloaded."""


class Patience:
    """How long downloads wait for a byte of any of them: the limit "network".

    Together, since a browser asks a server for a few files at once only: the others wait although
    all is well. What counts is how often it looked in vain, not the time: a page that computes for
    long, or sleeps, hears nothing meanwhile.
    """

    def __init__(self) -> None:
        self._heard = 0

    async def wait(self, awaitable: Awaitable[_T]) -> _T:
        """What the awaitable gives; TimeoutError when nothing is heard for too long.

        It is not cancelled then: what it waits for has to be ended.
        """
        task = asyncio.ensure_future(_result(awaitable))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        heard, in_vain = self._heard, 0
        while in_vain < _LOOKS:
            await asyncio.wait((task,), timeout=get_waits().network / _LOOKS)
            if task.done():
                self._heard += 1
                return task.result()
            in_vain = in_vain + 1 if heard == self._heard else 0
            heard = self._heard
        raise TimeoutError


async def _result(awaitable: Awaitable[_T]) -> _T:
    return await awaitable


async def fetch_bytes(
    url: str,
    on_chunk: Callable[[int], object] | None = None,
    kind: str = "file",
    *,
    limit: int | None = None,
    patience: Patience | None = None,
) -> bytes:
    """As `Download.read`, for whoever can tell from the bytes alone whether they are right."""
    return await Download(url, kind, limit, patience or Patience()).read(on_chunk)


@dataclass
class Download:
    """A file that is asked for, how it is refused, and, from its answer on, what came of it.

    limit: bytes that it may have at most. patience: shared by downloads that wait for each other.
    status, content_type, begins: of the answer; begins is its first bytes.
    """

    url: str
    kind: str = "file"
    limit: int | None = None
    patience: Patience = field(default_factory=Patience)
    status: int = 0
    content_type: str = ""
    begins: bytes = b""

    async def read(self, on_chunk: Callable[[int], object] | None = None) -> bytes:
        """The body; on_chunk is called with the count of the bytes so far.

        Of what type the server says that it is does not matter: whether the bytes are right, only
        who asked for them can tell, and `instead` may tell why not.
        Raises FetchError for a network failure, a status of 400 or more, more bytes than the limit,
        or when nothing comes for too long.
        """
        if not IN_BROWSER:
            data = await asyncio.to_thread(_read, self)
        elif isinstance(self.url, DiskPath):  # Pyodide has no threads, and its files are in memory
            data = _read_file(self)
        else:
            data = await _fetch(self, on_chunk)
        self.begins = data[:_BEGIN]
        if on_chunk is not None:
            on_chunk(len(data))
        return data

    def instead(self) -> str:
        """What came in the place of bytes that proved wrong, and the remedy; "" if nobody knows."""
        begins = self.begins.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        if self.content_type.startswith("text/html") or begins.startswith(_PAGE):
            if not self.status:
                return "it is an HTML page; is the path right?"
            page = f"an HTML page, status {self.status}"
            return f"the server answered with {page}: is the path right?"
        if begins.startswith(b"version https://git-lfs"):
            return "it is a pointer of Git LFS; put the file itself there (git lfs pull)"
        if begins.startswith(_GZIP):
            return "it is packed by gzip; have the server send Content-Encoding: gzip, or unpack it"
        return ""

    def refuse(self, got: str, remedy: str) -> FetchError:
        return FetchError(f"{named(self.url)}: expected a {self.kind}, got {got}; {remedy}")

    def check(self, status: int, content_type: str) -> None:
        self.status, self.content_type = status, content_type
        if status >= 400:
            raise self.refuse(f"HTTP status {status}", _remedy_of(status, self.url))

    def came(self, data: bytes, count: int) -> None:
        """Note a part of the body, with which it has count bytes."""
        self.begins = self.begins or data[:_BEGIN]
        if self.limit is not None and count > self.limit:
            at_most = f"{self.kind} of at most {self.limit} bytes"
            remedy = self.instead() or "is it another file?"
            raise TooLongError(f"{named(self.url)}: expected a {at_most}, got more; {remedy}")

    def silent(self, got: str) -> FetchError:
        what = f"{named(self.url)}: expected a {self.kind}, got {got}"
        return FetchError(too_long("network", what, "is the network up, and the server?"))


def _remedy_of(status: int, url: str) -> str:
    if status in (401, 403):
        return "the server wants to know who asks; does the address lack its token?"
    if status in (429, 500, 502, 503, 504):
        return "the server cannot answer for now; try again"
    name = url.partition("?")[0].rpartition("/")[2]
    return (
        f"is the address right? {name} has to be in that folder"
        if name
        else ("is the address right?")
    )


def way_to(url: str, reason: object = None) -> str:
    """What to look at where nothing answered, the likely cause first. reason: what Python says."""
    if IN_BROWSER:
        import js

        asked = js.URL.new(absolute(url))
        here, there = js.location.origin, asked.origin
        if asked.protocol not in ("http:", "https:"):
            return f"is there a file? The address is one of {asked.protocol}"
        if asked.username:
            return (
                "browsers ask for no address with a name and a password; put a token in its query"
            )
        if there == here:
            return f"does the server run at {there}?"
        return (
            f"does {there} allow pages of {here} to read it (CORS, the header "
            "Access-Control-Allow-Origin), and is it there? Or put the files beside the page"
        )
    kind = type(reason).__name__
    if kind == "gaierror":
        return "is the name of the server right, and the network up?"
    if kind.startswith("SSL"):
        return "its certificate is not trusted here; is the address right?"
    if isinstance(reason, ConnectionRefusedError):
        return "does the server run there, and at this port?"
    return "is the address right, and does the server run? Or is the network down"


async def _fetch(asked: Download, on_chunk: Callable[[int], object] | None) -> bytes:
    import js

    control = js.AbortController.new()
    try:
        return await _received(asked, on_chunk, control.signal)
    except BaseException:
        control.abort()
        raise


async def _received(
    asked: Download, on_chunk: Callable[[int], object] | None, signal: Any
) -> bytes:
    wait, url = asked.patience.wait, absolute(asked.url)
    try:
        prefetched = await _prefetched(url)  # the loader has a patience of its own
        response: Any = None if prefetched is not None else await wait(_open(url, signal))
    except TimeoutError as error:
        raise asked.silent("no answer") from error
    except Exception as error:
        message = getattr(error, "message", error)
        raise _load_error(error) or asked.refuse(
            f"no answer ({message})", way_to(asked.url)
        ) from error
    if prefetched is not None:
        asked.check(prefetched.status, prefetched.type)
        data = bytes(prefetched.bytes.to_py())
        asked.came(data, len(data))
        return data
    asked.check(response.status, response.headers.get("content-type") or "")
    parts: list[bytes] = []
    loaded = 0
    reader = None if is_missing(response.body) else response.body.getReader()
    while reader:
        try:
            chunk = await wait(reader.read())
        except TimeoutError as error:
            raise asked.silent(f"{loaded} bytes and then nothing") from error
        except Exception as error:
            raise _load_error(error) or asked.refuse(
                f"{loaded} bytes and then an error ({error})", "try again"
            ) from error
        if chunk.done:
            break
        parts.append(bytes(chunk.value.to_py()))
        loaded += len(parts[-1])
        asked.came(parts[-1], loaded)
        if on_chunk is not None:
            on_chunk(loaded)
    return b"".join(parts)


async def _prefetched(url: str) -> Any:
    """What pyface.js downloaded ahead, or None."""
    try:
        import pyface_prefetch
    except ImportError:
        return None
    return await pyface_prefetch.take(url)


def _load_error(error: Exception) -> FetchError | None:
    """A LoadError of pyface.js as ours: it says already what was expected and got."""
    message = getattr(error, "message", str(error))
    return FetchError(message) if getattr(error, "name", "") == "LoadError" else None


async def _open(url: str, signal: Any) -> Any:
    """The Response: from pyface.js, which checks and keeps files of the site, else the browser."""
    try:
        import pyface_prefetch
    except ImportError:
        import js

        return await js.fetch(url, signal=signal)
    return await pyface_prefetch.open(url, signal)


def _read(asked: Download) -> bytes:
    scheme = scheme_of(asked.url)
    if scheme in ("http", "https", "data"):
        return _read_url(asked)
    if scheme in ("", "file"):
        return _read_file(asked)
    raise asked.refuse(
        f"an address of the scheme {scheme}:, which only some browser can ask for",
        "here an address begins with https:, http: or file:, or is a path",
    )


def _read_url(asked: Download) -> bytes:
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError
    from urllib.request import urlopen

    got = "no answer"
    try:
        with urlopen(_request(asked.url), timeout=get_waits().network) as response:
            got = "an answer and then nothing"
            asked.check(response.status or 200, response.headers.get_content_type())
            return _body(response, asked)
    except HTTPError as error:
        raise asked.refuse(f"HTTP status {error.code}", "is the address right?") from error
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise asked.silent(got) from error
        raise asked.refuse(
            f"no answer ({error.reason})", way_to(asked.url, error.reason)
        ) from error
    except TimeoutError as error:
        raise asked.silent(got) from error
    except (HTTPException, OSError, ValueError, OverflowError, zlib.error) as error:
        raise asked.refuse(f"an answer that broke off ({error})", "try again") from error


def _request(url: str) -> Any:
    """As browsers ask: a host of any letters, a path of any characters, no fragment.

    A name and a password in the address are sent as curl does, where browsers refuse them.
    """
    from urllib.parse import quote, unquote, urlsplit
    from urllib.request import Request

    url = url.strip()
    if scheme_of(url) == "data":
        return Request(url)
    parts = urlsplit(url)
    login, _, place = parts.netloc.rpartition("@")
    if not place.isascii():
        host, colon, port = place.partition(":")
        place = f"{host.encode('idna').decode()}{colon}{port}"
    request = Request(quote(parts._replace(netloc=place, fragment="").geturl(), safe=_SIGNS))
    if login:
        packed = b64encode(unquote(login).encode()).decode()
        request.add_header("Authorization", f"Basic {packed}")
    return request


def _body(response: Any, asked: Download) -> bytes:
    packing = response.headers.get("Content-Encoding", "identity").lower()
    if packing not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise asked.refuse(f"one packed by {packing}", "have the server use gzip, or nothing")
    unpack = zlib.decompressobj(_ANY_HEADER) if packing not in ("identity", "") else None
    parts: list[bytes] = []
    loaded = 0
    while part := response.read(_CHUNK):
        part = part if unpack is None else unpack.decompress(part)
        parts.append(part)
        loaded += len(part)
        asked.came(part, loaded)
    if unpack is not None and not unpack.eof:
        raise asked.refuse(f"an answer that broke off ({loaded} bytes)", "try again")
    if getattr(response, "length", None):  # such reads do not say that more was announced
        raise asked.refuse(
            f"an answer that broke off ({loaded} bytes, {response.length} missing)", "try again"
        )
    return b"".join(parts)


def _path(url: str) -> Path:
    if isinstance(url, DiskPath):
        return Path(url)
    url = url.partition("?")[0]
    if not scheme_of(url):
        return Path(url)
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    return Path(url2pathname(urlsplit(url).path))


def _read_file(asked: Download) -> bytes:
    try:
        path = _path(asked.url)
        mode = path.stat().st_mode
        if not (S_ISREG(mode) or S_ISDIR(mode)):  # such as a pipe, whose end may never come
            raise asked.refuse("something that is no file", "is the path right?")
        with path.open("rb") as file:
            data = file.read(-1 if asked.limit is None else asked.limit + 1)
    except (OSError, ValueError) as error:
        got = getattr(error, "strerror", None) or str(error)
        raise asked.refuse(got, "is the path right?") from error
    asked.came(data, len(data))
    return data
