"""Where the files of a model are, by the rules of URLs in every scheme.

The query of a folder's address is that of each file in it, since a server that wants a token wants
it for all of them. Nothing is resolved here: what is relative is so to the page, or to the working
folder of CPython, for whoever asks. Its counterpart is site/load/addresses.js; what both must say
is in tests/cases/addresses.json.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any, NamedTuple, TypeGuard

from pyface_web.errors import FetchError, ManifestError, WeightsError
from pyface_web.host import IN_BROWSER, js_class, kind_of
from pyface_web.values.given import plain_text
from pyface_web.values.numeric import shown
from pyface_web.wording import spoken

# One letter before a colon is a drive of Windows.
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.I)
_START = re.compile(r"(?:[a-z][a-z0-9+.-]+:)?(?://[^/]*)?", re.I)
_AROUND = "".join(map(chr, range(33)))  # what browsers leave out at both ends
_WITH_HOST = ("http", "https", "ws", "wss")
_SPECIAL = (*_WITH_HOST, "file")  # schemes in which a backslash is a slash
_WITHOUT_SLASHES = ("data", "blob", "about")
_LONGEST = 300


class DiskPath(str):
    """A path of Python's file system, in a page too, where another text is an address."""


class _Parts(NamedTuple):
    """An address: scheme and host, path, query with its mark; no fragment."""

    start: str
    path: str
    query: str


def scheme_of(address: str) -> str:
    """The scheme of an address in small letters; "" where it is relative, or a path."""
    if isinstance(address, DiskPath):
        return ""
    address = address.lstrip(_AROUND)
    found = _SCHEME.match(address)
    scheme = found[1].lower() if found else ""
    if found and not IN_BROWSER and scheme not in (*_SPECIAL, *_WITHOUT_SLASHES):
        return scheme if address.startswith("//", found.end()) else ""  # a file may be named so
    return scheme


def _split(address: str) -> _Parts:
    if isinstance(address, DiskPath):
        return _Parts("", address, "")
    if not (IN_BROWSER or scheme_of(address)):
        path, _, query = address.partition("?")  # a # may be part of a file's name
        return _Parts("", path, query and f"?{query}")
    address = re.sub(r"[\t\n\r]", "", address.strip(_AROUND)).partition("#")[0]
    address, _, query = address.partition("?")
    scheme = scheme_of(address)
    if scheme in _SPECIAL:
        rest = address[len(scheme) + 1 :].replace("\\", "/")
        address = f"{scheme}:" + (f"//{rest.lstrip('/')}" if scheme in _WITH_HOST else rest)
    start = _START.match(address)
    end = start.end() if start else 0
    return _Parts(address[:end], address[end:], query and f"?{query}")


def _has_folders(parts: _Parts) -> bool:
    return "//" in parts.start or not parts.start or parts.path.startswith("/")


def _end_of_folder(path: str) -> int:
    """Where the name of a file begins in a path."""
    last = path.rfind("/")
    return 1 + (last if IN_BROWSER or os.name != "nt" else max(last, path.rfind("\\")))


def file_in(folder: str, name: str) -> str:
    """The address of a file in a folder, below which it is; the folder's query goes with it.

    folder: with or without a slash at its end; "" is where relative addresses begin.
    """
    if isinstance(folder, DiskPath):
        return DiskPath(Path(folder, name))
    start, path, query = _split(folder)
    if (start or path) and _end_of_folder(path) < max(len(path), 1):
        path += "/"
    return f"{start}{path}{name}{query}"


def named(address: str) -> str:
    """An address for a message: a data: address is as long as its file."""
    return address if len(address) <= _LONGEST else f"{address[:_LONGEST]}..."


def checked_address(url: object) -> str:
    """An address as text, from text, a path or a URL object of the page; else FetchError."""
    if isinstance(url, str):
        return url if isinstance(url, DiskPath) else plain_text(url)
    if isinstance(url, PurePath):
        # marimo's `notebook_location()` is a path with an address as its text, in pages.
        return str(url) if "://" in str(url) else DiskPath(url)
    if js_class(url) == "URL":
        return str(url)
    raise FetchError(f"expected an address as text, got {kind_of(url)}")


def absolute(url: str) -> str:
    """The whole of an address, relative to the page as it is now; in CPython the address itself.

    Raises FetchError where it is none, or where none can be relative, as in pages at blob:.
    """
    if not IN_BROWSER:
        return url
    import js

    document = getattr(js, "document", None)  # in a worker of PyScript that of the page, or none
    base = js.location.href if document is None else document.baseURI
    try:
        found = js.URL.new(url, base)
    except Exception as error:
        raise FetchError(
            f"{named(url)}: expected an address, got none by the rules of URLs at {named(base)}; "
            f"{_whole(url, base)}"
        ) from error
    # A page that was opened by an address with a name and a password has both in its own, by which
    # no browser fetches. It sends them anyway.
    if found.username and js.URL.new(base).host == found.host:
        found.username = found.password = ""
    return str(found.href)


def _whole(url: str, base: str) -> str:
    if not base.startswith("blob:http"):
        return "is a whole one needed?"
    origin = "/".join(base.removeprefix("blob:").split("/")[:3])  # what is not the page's folder
    return f"a worker that was made of a text does not know its page; pass {origin}/..., the whole"


def is_address(value: object) -> TypeGuard[str | PurePath | Mapping[str, str]]:
    """Whether a value says where the files of a model are: an address, or one for each name."""
    return isinstance(value, str | PurePath | Mapping) or js_class(value) == "URL"


def _addresses_of(place: Mapping[str, Any]) -> dict[str, str]:
    try:
        return {str(name): _address_of(name, url) for name, url in place.items()}
    except FetchError:
        raise
    except Exception as error:
        raise FetchError(
            f"expected an address for each file by its name, got {kind_of(place)}, which cannot be "
            "read"
        ) from error


def _address_of(name: object, url: object) -> str:
    try:
        return checked_address(url)
    except FetchError as error:
        raise FetchError(
            f"{shown(name)}: {error}; weights by their names are for "
            + spoken("load_from_weight_map", "loadFromWeightMap")
        ) from None


def _is_on_disk(place: str, manifest: str) -> bool:
    """Whether a text names a folder, or a manifest, of the file system that a page's Python has."""
    if scheme_of(place):
        return False
    path = Path(place)
    try:
        return (path if place.endswith(".json") else path / manifest).is_file()
    except (OSError, ValueError):  # nothing that can be a path
        return False


class ModelFiles:
    """Where the files of a model are: its manifest, and the shards that this names.

    place: address of the folder, or of the manifest, which ends in .json; or an address for each
    file by its name, as where every file's address is signed. None is the page's own folder.
    Raises a WeightsError where there is no address for a file, FetchError for what is none.
    """

    manifest: str

    def __init__(self, place: str | PurePath | Mapping[str, Any] | None, model_name: str) -> None:
        name = f"{model_name}-weights_manifest.json"
        self._given: dict[str, str] | None = None
        self.folder = ""
        if isinstance(place, Mapping):
            self._given = _addresses_of(place)
            self.manifest = self.file(name)
            return
        if IN_BROWSER and isinstance(place, str) and _is_on_disk(place, name):
            place = Path(place)
        address = "" if place is None else checked_address(place)
        parts = _split(address)
        if not _has_folders(parts):  # such as data: and blob:, so it is a file
            self.manifest = address
        elif parts.path.endswith(".json"):
            path = parts.path[: _end_of_folder(parts.path)]
            if isinstance(address, DiskPath):
                self.manifest, self.folder = address, DiskPath(path)
            else:
                self.manifest = "".join(parts)
                self.folder = f"{parts.start}{path}{parts.query}"
        else:
            self.folder = file_in(address, "")
            self.manifest = file_in(address, name)

    def file(self, name: str) -> str:
        """The address of a file of the model by its name, which lies below the folder."""
        if self._given is not None:
            if name in self._given:
                return self._given[name]
            known = ", ".join(map(shown, list(self._given)[:4])) or "none"
            raise WeightsError(
                f"expected an address for {shown(name)} among those of the model's files, got "
                f"those of {known}; add one for each file, by the name that the manifest has for it"
            )
        if not self.folder and not _has_folders(_split(self.manifest)):
            raise ManifestError(
                f"{named(self.manifest)}: its shard {shown(name)} has no address, as an address of "
                f"the scheme {scheme_of(self.manifest)}: has no folder; pass an address for each "
                "file by its name"
            )
        return file_in(self.folder, name)
