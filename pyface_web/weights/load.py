"""Weights into a net: from an address, a flat float32 array, or bytes; checked first."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

from pyface_web.errors import (
    ManifestError,
    MissingTensorError,
    OptionsError,
    TensorShapeError,
    WeightsError,
)
from pyface_web.graph.ops import Dims
from pyface_web.host import kind_of
from pyface_web.models.architecture import Architecture
from pyface_web.values.arrays import array_of
from pyface_web.values.given import part, plain_text
from pyface_web.values.numeric import shown
from pyface_web.weights import manifest, shards
from pyface_web.weights.fetch import (
    OnProgress,
    Patience,
    Progress,
    TooLongError,
    checked_address,
    fetch_bytes,
)
from pyface_web.weights.shards import Tensor
from pyface_web.wording import code, spoken

_T = TypeVar("_T")

RawWeights = NDArray[np.float32] | bytes | bytearray | memoryview
"""Weights in the order of face-api.js: a flat float32 array, or its bytes."""
Weights = str | RawWeights | None
"""Address of a weight manifest or of its folder (None: the page's folder), or `RawWeights`."""


async def load_tensors(
    architecture: Architecture, source: Weights, on_progress: OnProgress | None = None
) -> Mapping[str, Tensor]:
    """Checked tensors of an architecture.

    source: address of the manifest or of its folder (None: the page's own folder), or the
    weights in the original's raw order as a float32 array or its bytes.
    """
    if on_progress is not None and not callable(on_progress):
        raise OptionsError(f"on_progress: expected a function, got {shown(on_progress)}")
    if source is None or isinstance(source, str):
        wanted = architecture.tensors(architecture.graph(architecture.size))
        uri = None if source is None else checked_address(source)
        return await _fetch_tensors(uri, architecture.model_name, wanted, on_progress)
    return from_raw(architecture, source)


def from_raw(architecture: Architecture, source: RawWeights) -> Mapping[str, Tensor]:
    """Checked tensors from a flat float32 array, or its bytes, in the original's raw order."""
    if isinstance(source, bytes | bytearray | memoryview):
        data = memoryview(source).tobytes()
        if len(data) % 4:
            raise WeightsError(
                f"{_named(architecture)}: {len(data)} bytes are not a whole number of "
                "float32 values"
            )
        source = np.frombuffer(data, "<f4")
    if isinstance(source, np.ndarray):
        return shards.from_array(source, architecture.raw_order(), architecture.raw_layouts)
    raise WeightsError(
        f"{_named(architecture)}: cannot load weights from {kind_of(source)}; expected an address, "
        + spoken("a flat float32 array, or bytes", "a Float32Array, or an ArrayBuffer of one")
    )


def _named(architecture: Architecture) -> str:
    return code(f"nets.{architecture.name}")


def from_values(
    architecture: Architecture, values: Mapping[str, npt.ArrayLike]
) -> Mapping[str, Tensor]:
    """Checked tensors from arrays by their names in the weight manifest; others are left out."""
    if not isinstance(values, Mapping):
        raise WeightsError(
            f"{_named(architecture)}: cannot load weights from {kind_of(values)}; expected a "
            "mapping from names in the weight manifest to arrays"
        )
    wanted = architecture.tensors(architecture.graph(architecture.size))
    found: dict[str, Tensor] = {}
    for name, shape in wanted.items():
        if name in architecture.unused:
            continue
        given = part(values, name)
        if given is None:
            raise MissingTensorError(
                f"{_named(architecture)}: the weight map lacks {name}; is it that of another net?"
            )
        array = _numbers(given, f"{_named(architecture)}: {name}")
        if array.shape != tuple(shape):
            raise TensorShapeError(
                f"{_named(architecture)}: {name} has the shape {array.shape}, expected "
                f"{tuple(shape)}; is it of another net?"
            )
        # a copy, whatever becomes of the array that was given
        found[name] = Tensor(name, np.array(array, order="C"))
        shards.check_finite(found[name], "the weight map")
    return found


def _numbers(values: npt.ArrayLike, what: str) -> NDArray[np.float32]:
    """values as float32; what is too large for it is infinite."""
    found: NDArray[Any] = array_of(values, what, "an array of numbers", error=TensorShapeError)
    with np.errstate(over="ignore"):
        return found.astype(np.float32)


async def _fetch_tensors(
    uri: str | None,
    model_name: str,
    wanted: Mapping[str, Dims] | None,
    on_progress: OnProgress | None,
) -> Mapping[str, Tensor]:
    """Tensors of a manifest; wanted: names and shapes that it must have, all others refused."""
    url, folder = manifest.locate(uri, model_name)
    patience = Patience()
    parsed = await _fetch_manifest(url, patience)
    if wanted is not None:
        manifest.check(parsed, wanted, url)
    loaded = dict.fromkeys(parsed.paths, 0)  # each file once, however often it is named
    where = manifest.some(folder + path for path in loaded)

    async def fetch(path: str) -> bytes:
        def report(count: int) -> None:
            loaded[path] = count
            total = sum(loaded.values())
            if total > parsed.nbytes:
                raise shards.wrong_length(parsed, "more", where)
            if on_progress is not None:
                on_progress(Progress(total, parsed.nbytes, path))

        return await fetch_bytes(
            folder + path, report, "weight shard", limit=parsed.nbytes, patience=patience
        )

    try:
        parts = dict(zip(loaded, await all_of(map(fetch, loaded)), strict=True))
    except TooLongError as error:
        raise shards.wrong_length(parsed, "more", where) from error
    return shards.decode(parsed, b"".join(parts[path] for path in parsed.paths), where)


async def _fetch_manifest(url: str, patience: Patience) -> manifest.Manifest:
    limit = manifest.MAX_MANIFEST_BYTES
    try:
        data = await fetch_bytes(url, kind="weight manifest", limit=limit, patience=patience)
    except TooLongError as error:
        raise ManifestError(str(error)) from error
    return manifest.parse(data, url)


async def all_of(work: Iterable[Coroutine[Any, Any, _T]]) -> list[_T]:
    """What all give, side by side; where one fails the others end before its error goes on."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def load_weight_map(
    uri: str | None, default_model_name: str
) -> dict[str, NDArray[np.float32]]:
    """Name -> float32 array (any shape) of all tensors that a weight manifest describes.

    uri: address of the manifest or of the folder it lies in (None: the page's own folder).
    default_model_name: in a folder, the manifest is DEFAULT_MODEL_NAME-weights_manifest.json.
    Raises a WeightsError that says what was wrong with which file.
    """
    uri = None if uri is None else checked_address(uri)
    tensors = await _fetch_tensors(uri, _checked_name(default_model_name), None, None)
    return {name: tensor.array() for name, tensor in tensors.items()}


class ModelUris(NamedTuple):
    """Where a model lies: the folder of its shards, and its manifest."""

    model_base_uri: str
    manifest_uri: str


def get_model_uris(uri: str | None, default_model_name: str) -> ModelUris:
    """Where `load(uri)` looks for the files of a model of this name.

    Raises a WeightsError for what is no address or name.
    """
    uri = None if uri is None else checked_address(uri)
    manifest_uri, folder = manifest.locate(uri, _checked_name(default_model_name))
    return ModelUris(folder, manifest_uri)


def _checked_name(name: object) -> str:
    if not isinstance(name, str):
        raise WeightsError(f"expected the name of a model, got {shown(name)}")
    return plain_text(name)
