"""Weights as one flat array in the order of face-api.js; written down here once more, by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import numpy as np
import pytest

from pyface_web import TinyFaceDetector
from pyface_web.errors import ShardError, WeightsError
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.weights.load import load_tensors
from pyface_web.weights.shards import to_array
from tests.reference.nets import FILES, name_of, weighted

Arrays = dict[str, np.ndarray]
FLOATS = {
    "tiny_face_detector": 193321,
    "ssd_mobilenetv1": 5555519,
    "face_landmark68_net": 356840,
    "face_landmark68_tiny_net": 77224,
    "face_recognition_net": 5614592,
    "face_expression_net": 323687,
    "age_gender_net": 421731,
    "mtcnn": 495850,
}


def separable(a: Arrays, name: str) -> Iterator[np.ndarray]:
    for part in ("depthwise_filter", "pointwise_filter", "bias"):
        yield a[f"{name}/{part}"]


def tiny_face_detector(a: Arrays) -> Iterator[np.ndarray]:
    yield from (a["conv0/filters"], a["conv0/bias"])
    for i in range(1, 6):
        yield from separable(a, f"conv{i}")
    yield from (a["conv8/filters"], a["conv8/bias"])


def landmarks(a: Arrays, blocks: int, convs: int) -> Iterator[np.ndarray]:
    for block in range(blocks):
        for i in range(convs):
            name = f"dense{block}/conv{i}"
            if (block, i) == (0, 0):
                yield from (a[f"{name}/filters"], a[f"{name}/bias"])
            else:
                yield from separable(a, name)
    yield from (a["fc/weights"], a["fc/bias"])


def face_recognition(a: Arrays) -> Iterator[np.ndarray]:
    def conv(name: str) -> Iterator[np.ndarray]:
        yield a[f"{name}/conv/filters"].transpose(3, 2, 0, 1)  # stored (out, in, height, width)
        for part in ("conv/bias", "scale/weights", "scale/biases"):
            yield a[f"{name}/{part}"]

    yield from conv("conv32_down")
    names = "conv32_1 conv32_2 conv32_3 conv64_down conv64_1 conv64_2 conv64_3 conv128_down"
    names += " conv128_1 conv128_2 conv256_down conv256_1 conv256_2 conv256_down_out"
    for name in names.split():
        yield from conv(f"{name}/conv1")
        yield from conv(f"{name}/conv2")
    yield a["fc"].T  # stored (128, 256)


def ssd_mobilenetv1(a: Arrays) -> Iterator[np.ndarray]:
    def pointwise(name: str) -> Iterator[np.ndarray]:
        yield from (a[f"{name}/weights"], a[f"{name}/convolution_bn_offset"])

    yield from pointwise("MobilenetV1/Conv2d_0_pointwise")
    for i in range(1, 14):
        name = f"MobilenetV1/Conv2d_{i}_depthwise"
        yield a[f"{name}/depthwise_weights"]
        for part in ("gamma", "beta", "moving_mean", "moving_variance"):
            yield a[f"{name}/BatchNorm/{part}"]
        yield from pointwise(f"MobilenetV1/Conv2d_{i}_pointwise")
    for i in range(8):
        yield from pointwise(f"Prediction/Conv2d_{i}_pointwise")
    for p in range(6):
        for head in ("BoxEncodingPredictor", "ClassPredictor"):
            name = f"Prediction/BoxPredictor_{p}/{head}"
            yield from (a[f"{name}/weights"], a[f"{name}/biases"])
    yield a["Output/extra_dim"]


def age_gender(a: Arrays) -> Iterator[np.ndarray]:
    def reduction(name: str) -> Iterator[np.ndarray]:
        yield from separable(a, f"{name}/separable_conv0")
        yield from separable(a, f"{name}/separable_conv1")
        yield from (a[f"{name}/expansion_conv/filters"], a[f"{name}/expansion_conv/bias"])

    yield from (a["entry_flow/conv_in/filters"], a["entry_flow/conv_in/bias"])
    yield from reduction("entry_flow/reduction_block_0")
    yield from reduction("entry_flow/reduction_block_1")
    for block in (0, 1):
        for i in range(3):
            yield from separable(a, f"middle_flow/main_block_{block}/separable_conv{i}")
    yield from reduction("exit_flow/reduction_block")
    yield from separable(a, "exit_flow/separable_conv")
    for name in ("age", "gender"):
        yield from (a[f"fc/{name}/weights"], a[f"fc/{name}/bias"])


def mtcnn(a: Arrays) -> Iterator[np.ndarray]:
    layers = {
        "pnet": "conv1 1 conv2 2 conv3 3 conv4_1 conv4_2",
        "rnet": "conv1 1 conv2 2 conv3 3 fc1 4 fc2_1 fc2_2",
        "onet": "conv1 1 conv2 2 conv3 3 conv4 4 fc1 5 fc2_1 fc2_2 fc2_3",
    }
    for net, names in layers.items():
        for name in names.split():
            if name.isdecimal():
                yield a[f"{net}/prelu{name}_alpha"]
            else:
                yield from (a[f"{net}/{name}/weights"], a[f"{net}/{name}/bias"])


ORDERS = {
    "tiny_face_detector": tiny_face_detector,
    "ssd_mobilenetv1": ssd_mobilenetv1,
    "face_landmark68_net": lambda a: landmarks(a, 4, 4),
    "face_landmark68_tiny_net": lambda a: landmarks(a, 3, 3),
    "face_recognition_net": face_recognition,
    "face_expression_net": lambda a: landmarks(a, 4, 4),
    "age_gender_net": age_gender,
    "mtcnn": mtcnn,
}
every_net = pytest.mark.parametrize("network", FILES, ids=name_of)


def flat_array(network) -> np.ndarray:
    parts = ORDERS[network.name](weighted(network).arrays)
    return np.concatenate([np.ascontiguousarray(part).reshape(-1) for part in parts])


@every_net
def test_raw_array_gives_the_tensors_of_the_manifest(network):
    flat = flat_array(network)
    assert flat.size == FLOATS[network.name]
    tensors = asyncio.run(load_tensors(network, flat))
    want = {k: v for k, v in weighted(network).arrays.items() if k not in network.unused}
    assert set(tensors) == set(want)
    for name, array in want.items():
        np.testing.assert_array_equal(tensors[name].array(), array, err_msg=name)
        assert not tensors[name].quantised
    again = to_array(tensors, network.raw_order(), network.raw_layouts)
    np.testing.assert_array_equal(again, flat)


@every_net
@pytest.mark.parametrize("change", [-1, 1], ids=["one less", "one more"])
def test_raw_array_of_another_length_is_refused(network, change):
    count = FLOATS[network.name]
    message = f"the net has {count} values, the array has {count + change}"
    with pytest.raises(ShardError, match=message):
        asyncio.run(load_tensors(network, np.zeros(count + change, np.float32)))


def test_bytes_of_a_raw_array():
    flat = flat_array(TINY_FACE_DETECTOR)
    want = asyncio.run(load_tensors(TINY_FACE_DETECTOR, flat))
    for source in (flat.tobytes(), bytearray(flat.tobytes()), memoryview(flat)):
        got = asyncio.run(load_tensors(TINY_FACE_DETECTOR, source))
        for name in want:
            np.testing.assert_array_equal(got[name].values, want[name].values)


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (np.zeros(193321), ShardError, "flat float32 array, got float64"),
        (np.zeros((1, 193321), np.float32), ShardError, r"of shape \(1, 193321\)"),
        (b"12345", WeightsError, "5 bytes are not a whole number of float32"),
        (12, WeightsError, "cannot load weights from int; expected an address"),
        ([0.0], WeightsError, "cannot load weights from list"),
    ],
    ids=["float64", "two axes", "odd bytes", "number", "list"],
)
def test_what_is_not_a_raw_array_is_refused(source, error, message):
    with pytest.raises(error, match=message):
        asyncio.run(load_tensors(TINY_FACE_DETECTOR, source))


@pytest.mark.parametrize("value", [np.nan, np.inf], ids=str)
def test_raw_array_with_a_value_that_is_not_finite_is_refused(value):
    flat = np.zeros(FLOATS["tiny_face_detector"], np.float32)
    flat[440] = value
    with pytest.raises(ShardError, match="conv0/bias has values that are not finite"):
        asyncio.run(load_tensors(TINY_FACE_DETECTOR, flat))


def test_weights_stay_whatever_becomes_of_the_array_they_came_in():
    """The device would have the old ones, and nothing would tell it of the new."""
    net, flat = TinyFaceDetector(), flat_array(TINY_FACE_DETECTOR)
    net.extract_weights(flat)
    before = net.serialize_params()
    arrays = {name: array.copy() for name, array in net.arrays.items()}
    flat[:] = np.nan
    np.testing.assert_array_equal(net.serialize_params(), before)
    net.load_from_weight_map(arrays)
    for array in arrays.values():
        array[...] = np.nan
    np.testing.assert_array_equal(net.serialize_params(), before)
