"""Bytes from an address, with progress: fetch in the browser, files and urllib in CPython."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from stat import S_ISDIR, S_ISREG
from typing import Any, TypeVar

from pyface_web.errors import FetchError
from pyface_web.host import IN_BROWSER, is_missing, js_class, kind_of
from pyface_web.values.fields import checked_fields, count
from pyface_web.values.given import plain_text
from pyface_web.waits import get_waits, too_long

_LOOKS = 10  # whether something came, in the time that is waited for it
_CHUNK = 1 << 16

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


def checked_address(url: object) -> str:
    """An address as text, from text, a path or a URL object of the page; else FetchError."""
    if isinstance(url, str):
        return plain_text(url)
    if isinstance(url, PurePath) or js_class(url) == "URL":
        return str(url)
    raise FetchError(f"expected an address as text, got {kind_of(url)}")


async def fetch_bytes(
    url: str,
    on_chunk: Callable[[int], object] | None = None,
    kind: str = "file",
    *,
    limit: int | None = None,
    patience: Patience | None = None,
) -> bytes:
    """The body of a URL; on_chunk is called with the bytes so far.

    limit: bytes that it may have at most. patience: shared by downloads that wait for each other.
    Raises FetchError for a network failure, a status of 400 or more, an HTML page, more bytes than
    that, or when nothing comes for too long.
    """
    asked = _Asked(url, kind, limit, patience or Patience())
    data = await (_fetch(asked, on_chunk) if IN_BROWSER else asyncio.to_thread(_read, asked))
    if on_chunk is not None:
        on_chunk(len(data))
    return data


@dataclass(frozen=True)
class _Asked:
    """What was asked for, and how it is refused."""

    url: str
    kind: str
    limit: int | None
    patience: Patience

    def refuse(self, got: str, remedy: str) -> FetchError:
        url = self.url if len(self.url) <= 300 else f"{self.url[:300]}..."
        return FetchError(f"{url}: expected a {self.kind}, got {got}; {remedy}")

    def check(self, status: int, content_type: str) -> None:
        if status >= 400:
            raise self.refuse(f"HTTP status {status}", "is the address right?")
        if content_type.startswith("text/html"):
            raise self.refuse(
                "an HTML page", "does the server answer unknown addresses with its index?"
            )

    def check_length(self, count: int) -> None:
        if self.limit is not None and count > self.limit:
            raise TooLongError(
                f"{self.url}: expected a {self.kind} of at most {self.limit} bytes, got more; "
                "is it another file?"
            )

    def silent(self, got: str) -> FetchError:
        what = f"{self.url}: expected a {self.kind}, got {got}"
        return FetchError(too_long("network", what, "is the network up, and the server?"))


async def _fetch(asked: _Asked, on_chunk: Callable[[int], object] | None) -> bytes:
    import js

    control = js.AbortController.new()
    try:
        return await _received(asked, on_chunk, control.signal)
    except BaseException:
        control.abort()
        raise


async def _received(asked: _Asked, on_chunk: Callable[[int], object] | None, signal: Any) -> bytes:
    wait = asked.patience.wait
    try:
        prefetched = await _prefetched(asked.url)  # the loader has a patience of its own
        response: Any = None if prefetched is not None else await wait(_open(asked.url, signal))
    except TimeoutError as error:
        raise asked.silent("no answer") from error
    except Exception as error:
        message = getattr(error, "message", error)
        raise _load_error(error) or asked.refuse(
            f"no answer ({message})", "is the network up?"
        ) from error
    if prefetched is not None:
        asked.check(prefetched.status, prefetched.type)
        asked.check_length(prefetched.bytes.length)
        return bytes(prefetched.bytes.to_py())
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
        asked.check_length(loaded)
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


def _read(asked: _Asked) -> bytes:
    if not asked.url.startswith(("http://", "https://")):
        return _read_file(asked)
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError
    from urllib.parse import quote
    from urllib.request import urlopen

    got = "no answer"
    try:
        # As browsers do; what is a sign of addresses stays.
        url = quote(asked.url, safe="%/:=&?~#+!$,;'@()*[]")
        with urlopen(url, timeout=get_waits().network) as response:
            got = "an answer and then nothing"
            asked.check(response.status, response.headers.get_content_type())
            return _body(response, asked)
    except HTTPError as error:
        raise asked.refuse(f"HTTP status {error.code}", "is the address right?") from error
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise asked.silent(got) from error
        raise asked.refuse(f"no answer ({error.reason})", "is the network up?") from error
    except TimeoutError as error:
        raise asked.silent(got) from error
    except (HTTPException, OSError, ValueError, OverflowError) as error:  # cut off, no address
        raise asked.refuse(f"an answer that broke off ({error})", "try again") from error


def _body(response: Any, asked: _Asked) -> bytes:
    parts: list[bytes] = []
    loaded = 0
    while part := response.read(_CHUNK):
        parts.append(part)
        loaded += len(part)
        asked.check_length(loaded)
    if response.length:  # such reads do not say that more was announced
        raise asked.refuse(
            f"an answer that broke off ({loaded} bytes, {response.length} missing)", "try again"
        )
    return b"".join(parts)


def _read_file(asked: _Asked) -> bytes:
    path = Path(asked.url.partition("?")[0])
    try:
        mode = path.stat().st_mode
        if not (S_ISREG(mode) or S_ISDIR(mode)):  # such as a pipe, whose end may never come
            raise asked.refuse("something that is no file", "is the path right?")
        with path.open("rb") as file:
            data = file.read(-1 if asked.limit is None else asked.limit + 1)
    except (OSError, ValueError) as error:
        got = getattr(error, "strerror", None) or str(error)
        raise asked.refuse(got, "is the path right?") from error
    asked.check_length(len(data))
    return data
