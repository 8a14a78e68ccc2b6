"""Downloads one URL into a part file, going on where an earlier try stopped."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from .disk import on_disk, remove
from .errors import SourceError

TIMEOUT_SECONDS = 6.0  # for the connection, and for each wait for more bytes
TIME_LIMIT_SECONDS = 1800.0  # for one try of one file
_CHUNK = 1 << 16

OnBytes = Callable[[int, int | None], None]


class Downloader:
    """Downloads over HTTP; a host that cannot be reached is asked once and then left alone."""

    def __init__(self, timeout: float = TIMEOUT_SECONDS) -> None:
        self._timeout = timeout
        self._unreachable: dict[str, str] = {}

    def fetch(self, url: str, part: Path, on_bytes: OnBytes, limit: int | None = None) -> bytes:
        """All bytes of url. What came before an interruption stays in part for the next try.

        limit: bytes that it may have at most. on_bytes(loaded, total) is called as bytes arrive;
        total is None if the server is silent.
        The caller removes part once the bytes have been judged.
        """
        host = urlsplit(url).netloc
        if host in self._unreachable:
            raise SourceError(f"{host} was not reachable earlier in this run")
        for tries_left in (1, 0):
            with self._open(url, host, part) as response:
                try:
                    return _receive(response, part, on_bytes, limit)
                except _CutShortError as error:
                    if not tries_left:
                        raise SourceError(str(error)) from None
        raise AssertionError("unreachable: the last try returns or raises")

    def _open(self, url: str, host: str, part: Path) -> http.client.HTTPResponse:
        with on_disk(part):
            have = part.stat().st_size if part.exists() else 0
        request = urllib.request.Request(url, headers={"User-Agent": "pyface_web"})
        if have:
            request.add_header("Range", f"bytes={have}-")
        try:
            response: http.client.HTTPResponse = urllib.request.urlopen(
                request, timeout=self._timeout
            )
            return response
        except urllib.error.HTTPError as error:
            if error.code == 416 and have:  # nothing left, or an old part of another file
                remove(part)
                return self._open(url, host, part)
            raise SourceError(f"HTTP {error.code} {error.reason}") from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            self._unreachable[host] = str(reason)
            raise SourceError(f"{host} is not reachable: {reason}") from None


class _CutShortError(Exception):
    """The connection broke, or the server closed it before the length it had named."""


def _receive(
    response: http.client.HTTPResponse, part: Path, on_bytes: OnBytes, limit: int | None
) -> bytes:
    goes_on = response.status == 206
    deadline = time.monotonic() + TIME_LIMIT_SECONDS
    with on_disk(part):
        part.parent.mkdir(parents=True, exist_ok=True)
        loaded = part.stat().st_size if goes_on and part.exists() else 0
        total = None if response.length is None else loaded + response.length
        with part.open("ab" if goes_on else "wb") as file:
            while chunk := _chunk(response):
                file.write(chunk)
                loaded += len(chunk)
                if limit is not None and loaded > limit:
                    break
                on_bytes(loaded, total)
                if time.monotonic() > deadline:
                    raise SourceError(f"not done within {TIME_LIMIT_SECONDS / 60:.0f} minutes")
    if limit is not None and loaded > limit:
        remove(part)  # of another file
        raise SourceError(f"more than {limit} bytes came, which it cannot have")
    if total is not None and loaded < total:
        raise _CutShortError(f"the connection ended after {loaded} of {total} bytes")
    with on_disk(part):
        return part.read_bytes()


def _chunk(response: http.client.HTTPResponse) -> bytes:
    """The next bytes; a broken connection is no trouble of the disk."""
    try:
        return response.read(_CHUNK)
    except (OSError, http.client.HTTPException) as error:
        raise _CutShortError(f"the connection broke: {error}") from None
