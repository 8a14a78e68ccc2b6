"""Loading a net from files: progress, what is refused, and that a failed load changes nothing."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from pyface_web import PyfaceError
from pyface_web.errors import (
    ExtraTensorError,
    FetchError,
    ManifestError,
    MissingTensorError,
    NotLoadedError,
    OptionsError,
    ShardError,
    TensorShapeError,
    WeightsError,
)
from pyface_web.models.face_recognition import FACE_RECOGNITION
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.pipeline.nets import NeuralNetwork
from pyface_web.weights.fetch import Progress
from tests.reference.nets import manifest_path

MANIFEST = "tiny_face_detector_model-weights_manifest.json"
SHARD = "tiny_face_detector_model-shard1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tiny face detector's files, for a test to spoil."""
    source = manifest_path(TINY_FACE_DETECTOR).parent
    for name in (MANIFEST, SHARD):
        shutil.copy(source / name, tmp_path / name)
    return tmp_path


def load(net: NeuralNetwork, source, **arguments) -> None:
    asyncio.run(net.load(source, **arguments))


def test_load_from_a_folder_and_from_a_manifest(folder):
    by_folder, by_manifest = NeuralNetwork(TINY_FACE_DETECTOR), NeuralNetwork(TINY_FACE_DETECTOR)
    load(by_folder, str(folder))
    load(by_manifest, str(folder / MANIFEST))
    assert by_folder.is_loaded
    assert set(by_folder.tensors) == set(by_manifest.tensors)
    for name, tensor in by_folder.tensors.items():
        np.testing.assert_array_equal(tensor.values, by_manifest.tensors[name].values)


def test_progress_ends_at_the_total(tmp_path):
    seen: list[Progress] = []
    net = NeuralNetwork(FACE_RECOGNITION)
    load(net, str(manifest_path(FACE_RECOGNITION)), on_progress=seen.append)
    assert {p.total_bytes for p in seen} == {6444032}
    assert seen[-1].loaded_bytes == 6444032
    counts = [p.loaded_bytes for p in seen]
    assert counts == sorted(counts)
    assert {p.file for p in seen} == {f"face_recognition_model-shard{i}" for i in (1, 2)}


def test_what_is_no_function_is_told_no_progress(folder):
    with pytest.raises(OptionsError, match="on_progress: expected a function, got 5"):
        load(NeuralNetwork(TINY_FACE_DETECTOR), str(folder), on_progress=5)


def test_a_net_without_weights_says_how_to_load_them():
    with pytest.raises(
        NotLoadedError, match=r"load it first: await faceapi.load_tiny_face_detector_model"
    ):
        _ = NeuralNetwork(TINY_FACE_DETECTOR).tensors


def edit(folder: Path, change) -> None:
    path = folder / MANIFEST
    groups = json.loads(path.read_text())
    change(groups[0])
    path.write_text(json.dumps(groups))


def without_a_tensor(folder: Path) -> None:
    edit(folder, lambda group: group["weights"].pop(3))


def with_one_more(folder: Path) -> None:
    edit(
        folder,
        lambda group: group["weights"].append({"name": "x", "shape": [1], "dtype": "float32"}),
    )


def with_another_shape(folder: Path) -> None:
    edit(folder, lambda group: group["weights"][0].update(shape=[3, 3, 16, 3]))


def with_unknown_quantisation(folder: Path) -> None:
    edit(folder, lambda group: group["weights"][0]["quantization"].update(dtype="int4"))


def with_a_page_as_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text("<!doctype html><title>Home</title>")


def with_binary_as_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(bytes(range(256)))


def without_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def without_shard(folder: Path) -> None:
    (folder / SHARD).unlink()


def with_a_shard_cut_short(folder: Path) -> None:
    (folder / SHARD).write_bytes((folder / SHARD).read_bytes()[:-1])


def with_a_shard_too_long(folder: Path) -> None:
    (folder / SHARD).write_bytes((folder / SHARD).read_bytes() + b"\0")


def with_nan(folder: Path) -> None:
    """The last tensor, 25 bytes of uint8, as floats of which one is NaN."""
    edit(folder, lambda group: group["weights"][-1].pop("quantization"))
    values = np.zeros(25, "<f4")
    values[7] = np.nan
    shard = (folder / SHARD).read_bytes()
    (folder / SHARD).write_bytes(shard[:-25] + values.tobytes())


SPOILT = [
    (without_manifest, FetchError, MANIFEST, "expected a weight manifest, got No such file"),
    (with_a_page_as_manifest, ManifestError, MANIFEST, "begins with '<!doctype html>"),
    (with_binary_as_manifest, ManifestError, MANIFEST, "expected JSON, got .*not UTF-8"),
    (without_a_tensor, MissingTensorError, MANIFEST, "conv1/pointwise_filter missing"),
    (with_one_more, ExtraTensorError, MANIFEST, "x not known to the net"),
    (with_another_shape, TensorShapeError, MANIFEST, r"\(3, 3, 16, 3\), expected \(3, 3, 3, 16\)"),
    (with_unknown_quantisation, ManifestError, MANIFEST, "stored as 'int4', expected uint8"),
    (without_shard, FetchError, SHARD, "expected a weight shard, got No such file"),
    (with_a_shard_cut_short, ShardError, SHARD, "need 193321 bytes, the shards have 193320"),
    (with_a_shard_too_long, ShardError, SHARD, "need 193321 bytes, the shards have more; is it"),
    (with_nan, ShardError, SHARD, "conv8/bias has values that are not finite"),
]


@pytest.mark.parametrize("before", ["empty", "loaded"])
@pytest.mark.parametrize(
    ("spoil", "error", "file", "message"),
    SPOILT,
    ids=[spoil.__name__.replace("_", " ") for spoil, *_ in SPOILT],
)
def test_a_spoilt_file_is_refused_and_the_net_stays_as_it_was(
    folder, spoil, error, file, message, before
):
    net = NeuralNetwork(TINY_FACE_DETECTOR)
    if before == "loaded":
        load(net, str(folder))
    version, loaded = net.version, net.is_loaded
    tensors = dict(net.tensors) if loaded else None
    spoil(folder)
    with pytest.raises(error, match=message) as caught:
        load(net, str(folder))
    assert type(caught.value) is error
    assert str(caught.value).startswith(f"{folder / file}: ")
    assert isinstance(caught.value, WeightsError)
    assert isinstance(caught.value, PyfaceError)
    assert (net.version, net.is_loaded) == (version, loaded)
    assert tensors is None or dict(net.tensors) == tensors


def test_another_nets_manifest_is_refused():
    with pytest.raises(MissingTensorError, match="Is it the manifest of another net"):
        load(NeuralNetwork(TINY_FACE_DETECTOR), str(manifest_path(FACE_RECOGNITION)))


def test_loading_again_replaces_the_weights(folder):
    net = NeuralNetwork(TINY_FACE_DETECTOR)
    load(net, str(folder))
    first, version = net.arrays["conv0/bias"], net.version
    load(net, np.zeros(193321, np.float32))
    assert net.version > version
    assert not net.arrays["conv0/bias"].any()
    assert first.any()


def test_dispose_forgets_the_weights(folder):
    net = NeuralNetwork(TINY_FACE_DETECTOR)
    load(net, str(folder))
    _ = net.arrays
    net.dispose()
    assert not net.is_loaded
    with pytest.raises(NotLoadedError):
        _ = net.arrays
