"""Weights manifests in one written form, whatever source they came from.

The published files, the copies in a registry package and a list of shapes differ in key order,
spaces and shard names, not in content. Writing the parsed content in one way gives the same bytes,
and so the same hash, from each of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from .errors import SourceError


def canonical_manifest(data: bytes, paths: Sequence[str]) -> bytes:
    """The manifest with these shard names, keys sorted, no spaces."""
    try:
        groups = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"not JSON ({error}); was a web page served instead?") from None
    if not (isinstance(groups, list) and len(groups) == 1 and isinstance(groups[0], dict)):
        raise SourceError("not a weights manifest: expected a list of one group")
    return _write([{**groups[0], "paths": list(paths)}])


def manifest_from_tensors(
    tensors: Iterable[tuple[str, Sequence[int]]], paths: Sequence[str]
) -> bytes:
    """The manifest of float32 tensors of these names and shapes, in storage order."""
    weights = [{"name": name, "shape": list(shape), "dtype": "float32"} for name, shape in tensors]
    return _write([{"paths": list(paths), "weights": weights}])


def _write(groups: list[dict[str, object]]) -> bytes:
    return json.dumps(groups, sort_keys=True, separators=(",", ":")).encode()
