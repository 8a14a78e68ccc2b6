"""What a static host sends of a file: compressed by its type, as GitHub Pages, Cloudflare and an
nginx that is set up do. What has no type of its own (images of memory, weights) goes as it is.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import brotli

from ..serve import mime_type

# Hosts that compress while they send take levels about these, and not the highest.
_LEVEL = 6
ENCODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, _LEVEL, mtime=0),
    "br": lambda data: brotli.compress(data, quality=_LEVEL),
}
NAMES = {"gzip": "gzip", "br": "Brotli"}
_COMPRESSED = (
    "text/",
    "application/json",
    "application/manifest+json",
    "application/wasm",
    "image/svg+xml",
)


def is_compressed(name: str) -> bool:
    """Whether hosts compress a file of this name."""
    return mime_type(name).startswith(_COMPRESSED)


def sent(path: Path, encoding: str) -> bytes:
    """The body of the answer. encoding: of ENCODINGS, for files that hosts compress."""
    return _sent(path, path.stat().st_mtime_ns, encoding)


@cache
def _sent(path: Path, changed: int, encoding: str) -> bytes:
    data = path.read_bytes()
    return ENCODINGS[encoding](data) if is_compressed(path.name) else data
