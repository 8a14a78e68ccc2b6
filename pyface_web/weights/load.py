"""Weights into a net: from an address, a flat float32 array, or bytes; checked first."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from functools import partial
from pathlib import PurePath
from typing import Any, NamedTuple, TypeVar, cast

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
from pyface_web.host import IN_BROWSER, kind_of
from pyface_web.models.architecture import Architecture
from pyface_web.values.arrays import array_of
from pyface_web.values.given import part, plain_text
from pyface_web.values.numeric import shown
from pyface_web.weights import manifest, shards
from pyface_web.weights.addresses import ModelFiles, is_address, named
from pyface_web.weights.fetch import Download, OnProgress, Patience, Progress, TooLongError
from pyface_web.weights.shards import Tensor
from pyface_web.wording import code, spoken

_T = TypeVar("_T")

RawWeights = NDArray[np.float32] | bytes | bytearray | memoryview
"""Weights in the order of face-api.js: a flat float32 array, or its bytes."""
Place = str | PurePath | Mapping[str, str] | None
"""Where a model is: the address of its folder, or of its weight manifest, which ends in .json; None
is the page's folder, and outside of browsers wherever they are found. Or the address of each file
by its name. A query goes to all of a folder. A path is of Python's file system, in pages, too."""
Weights = str | PurePath | Mapping[str, str] | RawWeights | None
"""`Place`, or `RawWeights`."""


async def load_tensors(
    architecture: Architecture, source: Weights, on_progress: OnProgress | None = None
) -> Mapping[str, Tensor]:
    """Checked tensors of an architecture.

    source: a `Place`, or the weights in the original's raw order as a float32 array or its bytes.
    None is the page's folder, and in CPython wherever `published.find` finds them.
    """
    if on_progress is not None and not callable(on_progress):
        raise OptionsError(f"on_progress: expected a function, got {shown(on_progress)}")
    if not (source is None or is_address(source)):
        return from_raw(architecture, cast(RawWeights, source))
    wanted = architecture.tensors(architecture.graph(architecture.size))
    if source is None and not IN_BROWSER:
        from pyface_web.weights import published

        on_progress = on_progress and _forward(on_progress)
        source = await published.find(architecture, on_progress)
    files = ModelFiles(source, architecture.model_name)
    return await _fetch_tensors(files, wanted, on_progress)


def _forward(on_progress: OnProgress) -> OnProgress:
    """It, told of no step back: what was downloaded is then read."""
    last = 0

    def told(step: Progress) -> None:
        nonlocal last
        if step.loaded_bytes >= last:
            last = step.loaded_bytes
            on_progress(step)

    return told


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
    files: ModelFiles, wanted: Mapping[str, Dims] | None, on_progress: OnProgress | None
) -> Mapping[str, Tensor]:
    """Tensors of a manifest; wanted: names and shapes that it must have, all others refused."""
    patience = Patience()
    parsed = await _fetch_manifest(files.manifest, patience)
    if wanted is not None:
        manifest.check(parsed, wanted, named(files.manifest))
    loaded = dict.fromkeys(parsed.paths, 0)  # each file once, however often it is named
    shard = partial(Download, kind="weight shard", limit=parsed.nbytes, patience=patience)
    downloads = {path: shard(files.file(path)) for path in loaded}
    where = manifest.some(named(one.url) for one in downloads.values())

    async def fetch(path: str) -> bytes:
        def report(count: int) -> None:
            loaded[path] = count
            total = sum(loaded.values())
            if total > parsed.nbytes:
                raise TooLongError(where)
            if on_progress is not None:
                on_progress(Progress(total, parsed.nbytes, path))

        return await downloads[path].read(report)

    try:
        parts = dict(zip(loaded, await all_of(map(fetch, loaded)), strict=True))
    except TooLongError as error:
        raise shards.wrong_length(parsed, "more", where, _instead(downloads.values())) from error
    found = b"".join(parts[path] for path in parsed.paths)
    if len(found) != parsed.nbytes:
        raise shards.wrong_length(parsed, len(found), where, _instead(downloads.values()))
    return shards.decode(parsed, found, where)


def _instead(downloads: Iterable[Download]) -> str:
    """What the first of them got that is not what it asked for, if that can be told."""
    found = ((f"{named(one.url)}: " if one.instead() else "") + one.instead() for one in downloads)
    return next(filter(None, found), "")


async def _fetch_manifest(url: str, patience: Patience) -> manifest.Manifest:
    limit = manifest.MAX_MANIFEST_BYTES
    asked = Download(url, "weight manifest", limit, patience)
    try:
        return manifest.parse(await asked.read(), named(url))
    except TooLongError as error:
        raise ManifestError(str(error)) from error
    except ManifestError as error:
        if not (came := asked.instead()):
            raise
        raise ManifestError(f"{error} {came[0].upper()}{came[1:]}") from error


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


async def load_weight_map(uri: Place, default_model_name: str) -> dict[str, NDArray[np.float32]]:
    """Name -> float32 array (any shape) of all tensors that a weight manifest describes.

    uri: a `Place`.
    default_model_name: in a folder, the manifest is DEFAULT_MODEL_NAME-weights_manifest.json.
    Raises a WeightsError that says what was wrong with which file.
    """
    tensors = await _fetch_tensors(ModelFiles(uri, _checked_name(default_model_name)), None, None)
    return {name: tensor.array() for name, tensor in tensors.items()}


class ModelUris(NamedTuple):
    """Where a model lies: the folder of its shards ("" for the page's), and its manifest."""

    model_base_uri: str
    manifest_uri: str


def get_model_uris(uri: Place, default_model_name: str) -> ModelUris:
    """Where `load(uri)` looks for the files of a model of this name.

    Raises a WeightsError for what is no address or name.
    """
    files = ModelFiles(uri, _checked_name(default_model_name))
    return ModelUris(files.folder, files.manifest)


def _checked_name(name: object) -> str:
    if not isinstance(name, str):
        raise WeightsError(f"expected the name of a model, got {shown(name)}")
    return plain_text(name)
