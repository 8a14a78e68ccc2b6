"""Shard bytes to tensors, by manifest or in the raw order of face-api.js."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyface_web.errors import ShardError
from pyface_web.graph.ops import Dims
from pyface_web.weights.manifest import Manifest, are_bytes


@dataclass(frozen=True, eq=False)
class Tensor:
    """A parameter as it was stored: value = values * scale + minimum.

    values: uint8 or uint16 where the file was quantised, float32 (scale 1, minimum 0) otherwise.
    """

    name: str
    values: NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32]
    scale: float = 1.0
    minimum: float = 0.0

    @property
    def quantised(self) -> bool:
        """Whether the GPU takes the stored numbers as they are."""
        return are_bytes(self.values.dtype.name, self.scale, self.minimum)

    def array(self) -> NDArray[np.float32]:
        """The dequantised values; computed in float64 and rounded once, as face-api.js does."""
        if self.values.dtype == np.float32:
            return np.asarray(self.values, np.float32)
        return (self.values.astype(np.float64) * self.scale + self.minimum).astype(np.float32)


def decode(manifest: Manifest, data: bytes | memoryview, url: str = "shards") -> dict[str, Tensor]:
    """Name -> tensor for the concatenated shards of a manifest."""
    buffer = memoryview(data)
    if len(buffer) != manifest.nbytes:
        raise wrong_length(manifest, len(buffer), url)
    tensors: dict[str, Tensor] = {}
    cursor = 0
    for entry in manifest.entries:
        # tensors are not aligned, so the bytes are copied before they are viewed
        raw = bytes(buffer[cursor : cursor + entry.nbytes])
        cursor += entry.nbytes
        values = np.frombuffer(raw, np.dtype(entry.storage).newbyteorder("<"))
        if entry.storage in ("float32", "int32"):
            values = values.astype(np.float32, copy=False)
        tensor = Tensor(entry.name, values.reshape(entry.shape), entry.scale, entry.minimum)
        check_finite(tensor, url)
        tensors[entry.name] = tensor
    return tensors


def wrong_length(manifest: Manifest, count: int | str, url: str, instead: str = "") -> ShardError:
    """The error for shards of so many bytes; count: or "more". instead: what came, if known."""
    less = isinstance(count, int) and count < manifest.nbytes
    return ShardError(
        f"{url}: the manifest's {len(manifest.entries)} tensors need {manifest.nbytes} bytes, "
        f"the shards have {count}; "
        + (instead or ("was a file cut short?" if less else "is it the shard of another model?"))
    )


def check_finite(tensor: Tensor, url: str) -> None:
    """Raise ShardError where a tensor holds NaN or infinite values."""
    values: NDArray[Any] = tensor.values
    if values.dtype != np.float32 and values.size:
        # q * scale + minimum grows, or falls, with q, so all lie between two of them.
        values = np.array([values.min(), values.max()], np.float64) * tensor.scale + tensor.minimum
    with np.errstate(over="ignore"):
        finite = np.isfinite(values.astype(np.float32)).all()
    if not (finite and np.isfinite(tensor.scale) and np.isfinite(tensor.minimum)):
        raise ShardError(
            f"{url}: {tensor.name} has values that are not finite; the file is corrupted"
        )


def from_array(
    values: NDArray[np.float32],
    tensors: Mapping[str, Dims],
    layouts: Mapping[str, str] | None = None,
) -> dict[str, Tensor]:
    """Name -> tensor from one flat float32 array in the original's order.

    `tensors` is in that order. `layouts` names those stored in another axis order: "oihw" for
    filters stored as (out, in, height, width), "oi" for weights stored as (out, in).
    """
    flat = np.asarray(values)
    if flat.dtype != np.float32 or flat.ndim != 1:
        raise ShardError(
            f"raw weights: expected a flat float32 array, got {flat.dtype} of shape {flat.shape}"
        )
    wanted = sum(prod(shape) for shape in tensors.values())
    if flat.size != wanted:
        raise ShardError(
            f"raw weights: the net has {wanted} values, the array has {flat.size}; is it "
            "of another net?"
        )
    found: dict[str, Tensor] = {}
    cursor = 0
    for name, shape in tensors.items():
        part = flat[cursor : cursor + prod(shape)]
        cursor += prod(shape)
        layout = (layouts or {}).get(name)
        if layout == "oihw":
            h, w, i, o = shape
            part = part.reshape(o, i, h, w).transpose(2, 3, 1, 0)
        elif layout == "oi":
            part = part.reshape(shape[::-1]).T
        # a copy, whatever becomes of the array that was given
        tensor = Tensor(name, np.array(part.reshape(shape), order="C"))
        check_finite(tensor, "raw weights")
        found[name] = tensor
    return found


def to_array(
    found: Mapping[str, Tensor],
    tensors: Mapping[str, Dims],
    layouts: Mapping[str, str] | None = None,
) -> NDArray[np.float32]:
    """The inverse of `from_array`."""
    parts = []
    for name in tensors:
        part = found[name].array()
        layout = (layouts or {}).get(name)
        if layout == "oihw":
            part = part.transpose(3, 2, 0, 1)
        elif layout == "oi":
            part = part.T
        parts.append(part.reshape(-1))
    return np.concatenate(parts)
