"""Bytes from an address, with progress: fetch in the browser, files and urllib in CPython."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyface_web.errors import FetchError
from pyface_web.host import IN_BROWSER


@dataclass(frozen=True)
class Progress:
    """How far a download is. total_bytes is 0 while it is not known."""

    loaded_bytes: int
    total_bytes: int
    file: str


OnProgress = Callable[[Progress], object]
"""What is called with the `Progress` of a download, again and again."""


async def fetch_bytes(
    url: str, on_chunk: Callable[[int], object] | None = None, kind: str = "file"
) -> bytes:
    """The body of a URL; on_chunk is called with the bytes so far.

    Raises FetchError for a network failure, a status of 400 or more, or an HTML page.
    """
    data = await (
        _fetch(url, on_chunk, kind) if IN_BROWSER else asyncio.to_thread(_read, url, kind)
    )
    if on_chunk is not None:
        on_chunk(len(data))
    return data


def _refuse(url: str, kind: str, got: str, remedy: str) -> FetchError:
    return FetchError(f"{url}: expected a {kind}, got {got}; {remedy}")


def _check(url: str, kind: str, status: int, content_type: str) -> None:
    if status >= 400:
        raise _refuse(url, kind, f"HTTP status {status}", "is the address right?")
    if content_type.startswith("text/html"):
        raise _refuse(
            url, kind, "an HTML page", "does the server answer unknown addresses with its index?"
        )


async def _fetch(url: str, on_chunk: Callable[[int], object] | None, kind: str) -> bytes:
    try:
        prefetched = await _prefetched(url)
        response: Any = None if prefetched is not None else await _open(url)
    except Exception as error:
        message = getattr(error, "message", error)
        raise _load_error(error) or _refuse(
            url, kind, f"no answer ({message})", "is the network up?"
        ) from error
    if prefetched is not None:
        _check(url, kind, prefetched.status, prefetched.type)
        return bytes(prefetched.bytes.to_py())
    _check(url, kind, response.status, response.headers.get("content-type") or "")
    parts: list[bytes] = []
    loaded = 0
    reader = response.body.getReader()
    try:
        while not (chunk := await reader.read()).done:
            parts.append(bytes(chunk.value.to_py()))
            loaded += len(parts[-1])
            if on_chunk is not None:
                on_chunk(loaded)
    except Exception as error:
        raise _load_error(error) or _refuse(
            url, kind, f"{loaded} bytes and then an error ({error})", "try again"
        ) from error
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


async def _open(url: str) -> Any:
    """The Response: from pyface.js, which checks and keeps files of the site, else the browser."""
    try:
        import pyface_prefetch
    except ImportError:
        import js

        return await js.fetch(url)
    return await pyface_prefetch.open(url)


def _read(url: str, kind: str) -> bytes:
    if not url.startswith(("http://", "https://")):
        try:
            return Path(url.partition("?")[0]).read_bytes()
        except OSError as error:
            raise _refuse(url, kind, error.strerror or str(error), "is the path right?") from error
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError
    from urllib.request import urlopen

    try:
        with urlopen(url, timeout=30) as response:
            _check(url, kind, response.status, response.headers.get_content_type())
            return bytes(response.read())
    except HTTPError as error:
        raise _refuse(url, kind, f"HTTP status {error.code}", "is the address right?") from error
    except URLError as error:
        raise _refuse(url, kind, f"no answer ({error.reason})", "is the network up?") from error
    except (HTTPException, OSError) as error:  # cut off, timed out, not an address
        raise _refuse(url, kind, f"an answer that broke off ({error})", "try again") from error
