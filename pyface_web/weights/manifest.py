"""The weight manifest: its JSON, the URL it lies at, and whether it belongs to a net.

Format: TensorFlow.js weight manifests as face-api.js publishes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from pyface_web.errors import ExtraTensorError, ManifestError, MissingTensorError, TensorShapeError
from pyface_web.graph.ops import Dims

_SIZES = {"uint8": 1, "uint16": 2, "float32": 4, "int32": 4}


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
        return prod(self.shape) * _SIZES[self.storage]

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


def parse(text: str, url: str = "manifest") -> Manifest:
    """Manifest from its JSON text; ManifestError says what is wrong with it."""
    try:
        groups = json.loads(text)
        if not isinstance(groups, list) or not groups:
            raise ManifestError(
                f"{url}: expected a JSON array of weight groups, got {type(groups).__name__}; "
                "is this the *-weights_manifest.json file?"
            )
        entries = tuple(_entry(item, url) for group in groups for item in group["weights"])
        paths = tuple(str(path) for group in groups for path in group["paths"])
    except json.JSONDecodeError as error:
        raise ManifestError(
            f"{url}: not JSON ({error}); it begins with {text[:40]!r}. "
            "Does the server answer with a page instead of the file?"
        ) from error
    except (KeyError, TypeError, ValueError) as error:
        raise ManifestError(
            f"{url}: not a weight manifest, {error} is missing or of the wrong type; expected "
            "groups of 'paths' and 'weights'"
        ) from error
    names = [entry.name for entry in entries]
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ManifestError(f"{url}: tensors listed twice: {', '.join(twice)}")
    return Manifest(entries, paths)


def _entry(item: Mapping[str, Any], url: str) -> Entry:
    name, shape = str(item["name"]), tuple(item["shape"])
    if not all(isinstance(n, int) and n >= 0 for n in shape):
        raise ManifestError(f"{url}: {name} has the shape {list(shape)}, expected whole numbers")
    quantization = item.get("quantization")
    storage = quantization["dtype"] if quantization else item["dtype"]
    if storage not in _SIZES or (quantization and storage not in ("uint8", "uint16")):
        raise ManifestError(f"{url}: {name} is stored as {storage!r}, expected {', '.join(_SIZES)}")
    if not quantization:
        return Entry(name, shape, storage)
    return Entry(name, shape, storage, float(quantization["scale"]), float(quantization["min"]))


def check(manifest: Manifest, tensors: Mapping[str, Dims], url: str = "manifest") -> None:
    """Raise unless the manifest holds exactly the tensors of the net, in their shapes."""
    shapes = {entry.name: entry.shape for entry in manifest.entries}
    missing = [name for name in tensors if name not in shapes]
    if missing:
        raise MissingTensorError(
            f"{url}: {_some(missing)} missing; the net needs {len(tensors)} tensors, the file has "
            f"{len(shapes)}. Is it the manifest of another net?"
        )
    extra = [name for name in shapes if name not in tensors]
    if extra:
        raise ExtraTensorError(
            f"{url}: {_some(extra)} not known to the net, which has {len(tensors)} tensors. "
            "Is it the manifest of another net?"
        )
    for name, shape in tensors.items():
        if shapes[name] != tuple(shape):
            raise TensorShapeError(
                f"{url}: {name} has the shape {shapes[name]}, expected {tuple(shape)}"
            )


def _some(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def locate(uri: str | None, model_name: str) -> tuple[str, str]:
    """(manifest URL, folder of the shards) for the argument of `load`, by face-api.js's rules.

    A URI that ends in .json is the manifest, any other the folder it lies in. Beyond the
    original: a query string stays on the manifest, and an empty URI is the page's own folder for
    the shards too.
    """
    name = f"{model_name}-weights_manifest.json"
    uri, mark, query = (uri or "").partition("?")
    query = mark + query
    protocol = next((p for p in ("http://", "https://") if uri.startswith(p)), "")
    rest = uri[len(protocol) :]
    parts = [part for part in rest.split("/") if part]
    if rest.endswith(".json"):
        name = parts.pop()
    base = protocol + ("/" if rest.startswith("/") and not protocol else "") + "/".join(parts)
    folder = base if not base or base.endswith("/") else base + "/"
    return folder + name + query, folder
