"""The weight manifest: its JSON, and whether it belongs to a net.

Format: TensorFlow.js weight manifests as face-api.js publishes them. They come from outside, so all
of one is checked before the first shard is asked for. The loader, which asks for shards before
Python is up, does the same in site/load/manifest.js, with the limits of this file; what both must
say of a manifest is in tests/cases/manifests.json.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from pyface_web.errors import ExtraTensorError, ManifestError, MissingTensorError, TensorShapeError
from pyface_web.graph.ops import Dims
from pyface_web.values import outside
from pyface_web.values.numeric import as_number, as_whole, shown

SIZES = {"uint8": 1, "uint16": 2, "float32": 4, "int32": 4}
"""Bytes of a number by the dtype it is stored in."""
LARGEST = {"uint8": 255, "uint16": 65535}
"""Dtypes of quantised tensors, and the largest number of each."""
UNQUANTISED = ("float32", "int32")
"""What the dtype of a quantised tensor says it was."""
FLOAT32_MAX = float.fromhex("0x1.fffffep+127")

# Far above what any net of face-api.js needs (256 tensors, 16 shards, 63 MB), and what a page can
# still take.
MAX_MANIFEST_BYTES = 2**20
MAX_SHARDS = 64
MAX_TENSORS = 4096
MAX_WEIGHT_BYTES = 2**28
MAX_AXES = 8
MAX_CHARACTERS = 250  # of a tensor's name, and of a shard's path

# Control characters and halves of surrogate pairs, which no name has.
UNPRINTABLE = r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]"
# What could lead a shard's path, once decoded, out of the manifest's folder or to another answer of
# its server: those, what has a meaning in addresses or file systems, and segments that are empty or
# only dots, or begin or end with a space, which both strip.
UNSAFE_PATH = r'[\x00-\x1f\x7f-\x9f\ud800-\udfff\\:;?#%*"<>|]|(^|/)[. ]*(/|$)|(^|/) | (/|$)'

_UNPRINTABLE, _UNSAFE_PATH = re.compile(UNPRINTABLE), re.compile(UNSAFE_PATH)


def are_bytes(storage: str, scale: float, minimum: float) -> bool:
    """Whether a tensor is bytes with the value 0 not far outside their range.

    The GPU computes with q + minimum / scale in float32, in which a large quotient would swallow q.
    """
    return storage == "uint8" and abs(minimum) < 4096 * scale


@dataclass(frozen=True)
class Entry:
    """One tensor of the manifest. `storage` is the dtype of its bytes; value = q * scale + min."""

    name: str
    shape: Dims
    storage: str
    scale: float = 1.0
    minimum: float = 0.0

    @property
    def nbytes(self) -> int:
        return prod(self.shape) * SIZES[self.storage]

    @property
    def quantised(self) -> bool:
        """Whether the GPU takes the stored numbers as they are."""
        return are_bytes(self.storage, self.scale, self.minimum)


@dataclass(frozen=True)
class Manifest:
    """Tensors in the order of their bytes, and the shard files that hold them."""

    entries: tuple[Entry, ...]
    paths: tuple[str, ...]

    @property
    def nbytes(self) -> int:
        """Bytes that all shards together must have."""
        return sum(entry.nbytes for entry in self.entries)


def parse(text: str | bytes, url: str = "manifest") -> Manifest:
    """Manifest from its JSON text, or its UTF-8; ManifestError says what is wrong with it."""
    groups = _json(text, url)
    if not isinstance(groups, list) or not groups:
        raise ManifestError(
            f"{url}: expected a JSON array of weight groups, got {_kind(groups)}; "
            "is this the *-weights_manifest.json file?"
        )
    items = [item for group in groups for item in _list(group, "weights", url)]
    paths = [path for group in groups for path in _list(group, "paths", url)]
    _at_most(MAX_TENSORS, len(items), "tensors", url)
    _at_most(MAX_SHARDS, len(paths), "shards", url)
    found = Manifest(
        tuple(_entry(item, url) for item in items), tuple(_path(path, url) for path in paths)
    )
    counted = Counter(entry.name for entry in found.entries)
    if twice := [name for name, count in counted.items() if count > 1]:
        raise ManifestError(f"{url}: tensors listed twice: {some(sorted(twice))}")
    _at_most(MAX_WEIGHT_BYTES, found.nbytes, "bytes of weights", url)
    if found.nbytes and not paths:
        raise ManifestError(
            f"{url}: it names no shards for the {found.nbytes} bytes of its tensors"
        )
    return found


def _json(given: str | bytes, url: str) -> Any:
    begins = repr(given[:40]).removeprefix("b")
    return outside.parse(
        given,
        url,
        error=ManifestError,
        max_bytes=MAX_MANIFEST_BYTES,
        remedy=f"it begins with {begins}; does the server answer with a page instead of the file?",
    )


def _kind(value: object) -> str:
    return "an empty one" if value == [] else shown(value)


def _at_most(limit: int, count: int, what: str, url: str) -> None:
    if count > limit:
        raise ManifestError(f"{url}: {count} {what}, expected at most {limit}")


def _list(group: object, key: str, url: str) -> list[object]:
    found = group.get(key) if isinstance(group, dict) else None
    if not isinstance(found, list):
        got = found if isinstance(group, dict) else group
        raise ManifestError(
            f"{url}: not a weight manifest, the list {key!r} of a group is missing or of the wrong "
            f"type ({shown(got)}); expected groups of 'paths' and 'weights'"
        )
    return found


def _path(path: object, url: str) -> str:
    if isinstance(path, str) and is_below(path):
        return path
    raise ManifestError(
        f"{url}: the shard {shown(path)} is not below the folder of its manifest; expected a path "
        "such as 'net-shard1', without a scheme, '..', '?' or control characters"
    )


def is_below(path: str) -> bool:
    """Whether a shard's path, put behind the address of a folder, names a file below that folder.

    Also for servers that decode %2e, or take one character that stands for two dots for "..".
    """
    if not 0 < len(path) <= MAX_CHARACTERS:
        return False
    if "%" in path:
        from urllib.parse import unquote

        try:
            path = unquote(path, errors="strict")
        except UnicodeDecodeError:
            return False
    if not path.isascii():
        from unicodedata import normalize

        path = normalize("NFKC", path)
    return not _UNSAFE_PATH.search(path)


def _entry(item: object, url: str) -> Entry:
    if not isinstance(item, dict):
        raise ManifestError(f"{url}: not a weight manifest, {shown(item)} stands for a tensor")
    name = item.get("name")
    if (
        not isinstance(name, str)
        or not 0 < len(name) <= MAX_CHARACTERS
        or _UNPRINTABLE.search(name)
    ):
        raise ManifestError(
            f"{url}: not a weight manifest, the name of a tensor is missing or of the wrong type "
            f"({shown(name)})"
        )
    where = f"{url}: {name}"
    shape = _shape(item.get("shape"), where)
    dtype, quantization = item.get("dtype"), item.get("quantization")
    if quantization is None:
        return Entry(name, shape, _dtype(dtype, SIZES, where))
    if not isinstance(quantization, dict):
        raise ManifestError(
            f"{where} is quantised with {shown(quantization)}, expected an object with 'dtype', "
            "'scale' and 'min'"
        )
    _dtype(dtype, UNQUANTISED, where)
    storage = _dtype(quantization.get("dtype"), LARGEST, where)
    scale, minimum = (as_number(quantization.get(key)) for key in ("scale", "min"))
    if scale is None or minimum is None or scale <= 0:
        raise ManifestError(
            f"{where} is quantised with scale {shown(quantization.get('scale'))} and min "
            f"{shown(quantization.get('min'))}; expected two finite numbers, the scale above 0"
        )
    # Not `>`, which NaN would pass.
    if not max(abs(minimum), abs(LARGEST[storage] * scale + minimum)) <= FLOAT32_MAX:
        raise ManifestError(
            f"{where} is quantised with scale {scale} and min {minimum}, which gives values that "
            "are not finite in float32; the file is corrupted"
        )
    return Entry(name, shape, storage, scale, minimum)


def _shape(shape: object, where: str) -> Dims:
    sides = [as_whole(n) for n in shape] if isinstance(shape, list) else [None]
    found = tuple(n for n in sides if n is not None and 0 <= n <= MAX_WEIGHT_BYTES)
    if len(found) != len(sides) or len(found) > MAX_AXES:
        raise ManifestError(
            f"{where} has the shape {_brief(shape)}, expected a list of at most {MAX_AXES} whole "
            f"numbers up to {MAX_WEIGHT_BYTES}"
        )
    return found


def _brief(shape: object) -> str:
    """A shape for a message; a long one is only counted."""
    if not isinstance(shape, list):
        return shown(shape)
    if len(shape) > MAX_AXES:
        return f"of {len(shape)} axes"
    return f"[{', '.join(map(shown, shape))}]"


def _dtype(dtype: object, known: Collection[str], where: str) -> str:
    if not isinstance(dtype, str) or dtype not in known:
        raise ManifestError(f"{where} is stored as {shown(dtype)}, expected {', '.join(known)}")
    return dtype


def check(manifest: Manifest, tensors: Mapping[str, Dims], url: str = "manifest") -> None:
    """Raise unless the manifest holds exactly the tensors of the net, in their shapes."""
    shapes = {entry.name: entry.shape for entry in manifest.entries}
    missing = [name for name in tensors if name not in shapes]
    if missing:
        raise MissingTensorError(
            f"{url}: {some(missing)} missing; the net needs {len(tensors)} tensors, the file has "
            f"{len(shapes)}. Is it the manifest of another net?"
        )
    extra = [name for name in shapes if name not in tensors]
    if extra:
        raise ExtraTensorError(
            f"{url}: {some(extra)} not known to the net, which has {len(tensors)} tensors. "
            "Is it the manifest of another net?"
        )
    for name, shape in tensors.items():
        if shapes[name] != tuple(shape):
            raise TensorShapeError(
                f"{url}: {name} has the shape {shapes[name]}, expected {tuple(shape)}"
            )


def some(names: Iterable[str]) -> str:
    """Names for a message: three of them, and how many more there are."""
    names = list(names)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
