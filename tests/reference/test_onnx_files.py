"""Nets as ONNX: valid files that compute what NumPy computes, op by op and as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

import pyface_web as faceapi
from pyface_web import errors
from pyface_web.engine.onnx.convert import CONVERTERS
from pyface_web.engine.onnx.export import OnnxFile, onnx_file
from pyface_web.engine.onnx.messages import OPSET
from pyface_web.engine.reference.run import run
from pyface_web.errors import NotLoadedError, ShapeError
from pyface_web.graph import nn, ops
from pyface_web.graph.fuse import fuse
from pyface_web.graph.node import Node, parameters
from pyface_web.models.architecture import Architecture, Pyramid
from pyface_web.models.mtcnn import PNET
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.weights.model import Model
from pyface_web.weights.shards import Tensor
from tests.reference.nets import ALL, name_of, weighted

# Sums of up to 9,216 products of float32, added in another order. Some nets give values of 100, of
# which 1e-4 is less than float32 knows of a sum that long.
TOLERANCE = {"atol": 1e-4, "rtol": 2e-6}
# Sides of tests that are not the net's own: odd maps in every layer, and fast.
SIDES = {"tiny_face_detector": 96, "tiny_yolov2": 96, "tiny_yolov2_regular": 96}
every_batch = pytest.mark.parametrize("batch", [1, 3])


def computed(file: OnnxFile, **given: np.ndarray) -> dict[str, np.ndarray]:
    """What onnxruntime makes of a file, after the checker of ONNX has looked at it."""
    onnx.checker.check_model(onnx.load_from_string(file.data), full_check=True)
    session = onnxruntime.InferenceSession(file.data, providers=["CPUExecutionProvider"])
    assert tuple(output.name for output in session.get_outputs()) == file.outputs
    return dict(zip(file.outputs, session.run(None, given), strict=True))


def pictures(batch: int, height: int, width: int) -> np.ndarray:
    """Pixels of noise, (batch, height, width, 3), 0 to 255."""
    random = np.random.default_rng([batch, height])
    return random.integers(0, 256, (batch, height, width, 3)).astype(np.float32)


def compare(got: Mapping[str, np.ndarray], want: Mapping[str, np.ndarray]) -> None:
    assert got.keys() == want.keys()
    for name, values in want.items():
        assert np.abs(values).max() > 1e-3, name
        shape = values.shape if got[name].ndim == 4 else (len(values), values.shape[3])
        assert got[name].shape == shape
        np.testing.assert_allclose(
            got[name].reshape(values.shape), values, err_msg=name, **TOLERANCE
        )


@every_batch
@pytest.mark.parametrize("network", [net for net in ALL if net is not PNET], ids=name_of)
def test_a_net_computes_what_numpy_computes(network: Architecture, batch: int) -> None:
    net, side = weighted(network), SIDES.get(network.name, network.size)
    image = pictures(batch, side, side)
    want = run(net.graph(side), network.entering(image), net.arrays)
    compare(computed(onnx_file(net, side), image=image), want)


@every_batch
@pytest.mark.parametrize(("height", "width"), [(47, 61), (12, 12), (30, 29)])
def test_a_level_of_a_pyramid(height: int, width: int, batch: int) -> None:
    net = weighted(PNET)
    image = pictures(batch, 55, 70)
    graph = net.graph(Pyramid((70, 55), ((width, height),)))
    want = run(graph, PNET.entering(image), net.arrays)
    file = onnx_file(net)
    assert file.is_free and file.outputs == ("scores", "regions")
    got = computed(file, image=image, level=np.array([height, width]))
    compare({f"{name}_0": values for name, values in got.items()}, want)


@every_batch
@pytest.mark.parametrize("name", faceapi.nets)
def test_export_of_every_net(name: str, batch: int, tmp_path: Path) -> None:
    """By the name of the file; a net of parts has one for each."""
    net = type(faceapi.nets[name])()
    net.set_tensors(weighted(net.architecture).tensors)
    files = faceapi.export_onnx(net, tmp_path / "net.onnx")
    assert sorted(tmp_path.iterdir()) == sorted(files)
    names = [file.name for file in files]
    if name == "mtcnn":
        assert names == ["net_pnet.onnx", "net_rnet.onnx", "net_onet.onnx"]
    else:
        assert names == ["net.onnx"]
    for file, part in zip(files, net.parts, strict=True):
        onnx.checker.check_model(file, full_check=True)
        session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        side = part.architecture.size
        given = {"image": pictures(batch, side, side)}
        if part.architecture is PNET:
            given["level"] = np.array([side, side])
        want = run(part.graph(side), part.architecture.entering(given["image"]), part.arrays)
        got = dict(zip(want, session.run(None, given), strict=True))
        compare(got, want)


def test_export_with_another_side(tmp_path: Path) -> None:
    net = faceapi.TinyFaceDetector()
    net.set_tensors(weighted(TINY_FACE_DETECTOR).tensors)
    (file,) = faceapi.export_onnx(net, str(tmp_path / "small.onnx"), size=160)
    image = pictures(1, 160, 160)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    assert session.run(["grid"], {"image": image})[0].shape == (1, 5, 5, 25)


def test_what_cannot_be_exported_says_why(tmp_path: Path) -> None:
    loaded = faceapi.Mtcnn()
    loaded.set_tensors(weighted(loaded.architecture).tensors)
    with pytest.raises(errors.NotLoadedError, match="tiny_face_detector has no weights"):
        faceapi.export_onnx(faceapi.TinyFaceDetector(), tmp_path / "net.onnx")
    with pytest.raises(errors.InputError, match="export_onnx: expected a path, got int"):
        faceapi.export_onnx(loaded, 3)  # type: ignore[arg-type]
    with pytest.raises(errors.InputError, match=r"export_onnx: .*x_pnet.onnx could not be written"):
        faceapi.export_onnx(loaded, tmp_path / "none" / "x.onnx")
    with pytest.raises(errors.InputError, match="export_onnx: expected a "):
        faceapi.export_onnx("mtcnn", tmp_path / "net.onnx")  # type: ignore[arg-type]
    with pytest.raises(errors.InputError, match="export_onnx: size"):
        faceapi.export_onnx(loaded, tmp_path / "net.onnx", size=0)
    with pytest.raises(errors.ShapeError, match="this net has one size, 24: leave size out"):
        faceapi.export_onnx(loaded, tmp_path / "net.onnx", size=32)
    assert list(tmp_path.iterdir()) == []


# --- ops, alone and fused; a graph of an image of 3 channels that gives "y"

SIDE = 7


def conv(x: Node, channels: int = 4, kernel: int = 3, stride: int = 1, pad: str = "same") -> Node:
    return nn.conv2d(x, "filters", channels, kernel, stride, pad)  # type: ignore[arg-type]


def norm(x: Node) -> Node:
    return nn.batch_norm(x, "gamma", "beta", "mean", "variance")


def residual(x: Node, channels: int) -> Node:
    """As in the recognition net: halved, with zeros for missing channels and for a missing row."""
    y = nn.bias(nn.conv2d(x, "down", channels, 3, 2, "valid"), "offset")
    pooled = nn.avg_pool(x, 2, 2)
    y = nn.pad(y, pooled.shape[1] - y.shape[1], pooled.shape[2] - y.shape[2])
    return nn.activation(nn.add(y, nn.pad(pooled, channels=channels - x.shape[3])), "relu")


def of_row(x: Node) -> Node:
    return nn.dense(nn.global_mean(x), "weights", 5)


GRAPHS: dict[str, Callable[[Node], Node]] = {
    "image": lambda x: x,
    **{
        f"conv k={kernel} s={stride} {padding}": lambda x, k=kernel, s=stride, p=padding: conv(
            x, 4, k, s, p
        )
        for kernel in (1, 2, 3, 7)
        for stride in (1, 2)
        for padding in ("same", "valid")
    },
    "depthwise s=1": lambda x: nn.depthwise(x, "filters"),
    "depthwise s=2": lambda x: nn.depthwise(x, "filters", stride=2),
    "dense of a map": lambda x: nn.dense(nn.max_pool(x, 3, 2), "weights", 5),
    "dense of a mean": of_row,
    "dense of dense": lambda x: nn.dense(nn.prelu(of_row(x), "alpha"), "more", 6),
    "dense, bias": lambda x: nn.bias(of_row(x), "bias"),
    "bias": lambda x: nn.bias(x, "bias"),
    "affine": lambda x: nn.affine(x, "scale", "offset"),
    "batch norm": norm,
    "folded norm": lambda x: nn.folded_norm(x, "sub", "truediv", "bias"),
    "conv, two per channel": lambda x: nn.affine(nn.bias(conv(x), "bias"), "scale", "offset"),
    "conv, batch norm": lambda x: norm(conv(x)),
    "depthwise, batch norm": lambda x: norm(nn.depthwise(x, "filters")),
    **{kind: lambda x, k=kind: nn.activation(x, k) for kind in ("relu", "relu6", "leaky")},
    "prelu": lambda x: nn.prelu(x, "alpha"),
    "conv, prelu": lambda x: nn.prelu(conv(x), "alpha"),
    "add": lambda x: nn.add(nn.bias(x, "bias"), x),
    "residual": lambda x: nn.activation(nn.add(nn.bias(conv(x, 3), "bias"), x), "relu"),
    "residual, halved": lambda x: residual(x, 6),
    "activation before depthwise": lambda x: (
        lambda y: nn.add(nn.depthwise(nn.activation(y, "relu"), "dw"), y)
    )(nn.bias(conv(x), "bias")),
    **{
        f"max pool {size} s={stride} {padding}": lambda x, k=size, s=stride, p=padding: nn.max_pool(
            x, k, s, p
        )
        for size, stride in ((2, 2), (3, 2), (2, 1))
        for padding in ("same", "valid")
    },
    "conv, max pool": lambda x: nn.max_pool(nn.activation(conv(x), "leaky"), 2, 2),
    "avg pool": lambda x: nn.avg_pool(x, 2, 2),
    "mean": nn.global_mean,
    "pad": lambda x: nn.pad(x, 1, 2, 3),
    "resize up": lambda x: nn.resize_bilinear(nn.bias(x, "bias"), 11, 20),
    "resize down": lambda x: nn.resize_bilinear(nn.bias(x, "bias"), 4, 3),
}


@every_batch
@pytest.mark.parametrize("fused", [False, True], ids=["alone", "fused"])
@pytest.mark.parametrize("title", GRAPHS)
@pytest.mark.parametrize("transposed", [False, True], ids=["", "transposed"])
def test_an_op_computes_what_numpy_computes(
    title: str, fused: bool, transposed: bool, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not fused:
        monkeypatch.setattr("pyface_web.engine.onnx.export.fuse", lambda outputs: outputs)
        monkeypatch.setattr("pyface_web.weights.model.fuse", lambda outputs: outputs)

    def build(image: Node) -> dict[str, Node]:
        return {"y": GRAPHS[title](image)}

    network = Architecture(
        "an op",
        "none",
        build,
        SIDE,
        (120.0, 110.0, 100.0),
        1 / 64,
        "stretch",
        transposed=transposed,
    )
    net = Model(network)
    random = np.random.default_rng(4)
    shapes = parameters(build(nn.image((1, SIDE, SIDE, 3))))
    net.set_tensors(
        {
            path: Tensor(path, random.uniform(0.2, 1, shape).astype(np.float32) / prod(shape[:3]))
            for path, shape in shapes.items()
        }
    )
    image = pictures(batch, SIDE, SIDE)
    want = run(net.graph(SIDE), network.entering(image), net.arrays)
    compare(computed(onnx_file(net), image=image), want)


def test_every_op_has_its_converter() -> None:
    assert set(CONVERTERS) == set(ops.ALL)


def test_normalisation_is_folded_into_the_layers() -> None:
    """A convolution and what follows it is one node, with its activation two."""
    for network in ALL:
        model = onnx.load_from_string(onnx_file(weighted(network)).data)
        kinds = [node.op_type for node in model.graph.node]
        assert "BatchNormalization" not in kinds
        assert kinds.count("Mul") <= 1 and kinds.count("Sub") <= 1  # of the pixels


# --- what a file says of itself


def test_a_file_says_what_it_is() -> None:
    model = onnx.load_from_string(onnx_file(weighted(TINY_FACE_DETECTOR)).data)
    (opset,) = model.opset_import
    assert (opset.domain, opset.version) == ("", OPSET)
    assert model.producer_name == "pyface_web"
    assert model.graph.name == "tiny_face_detector"
    facts = {entry.key: entry.value for entry in model.metadata_props}
    assert facts == {
        "net": "tiny_face_detector",
        "weights": "tiny_face_detector_model",
        "fit": "letterbox",
    }
    (image,) = model.graph.input
    assert "RGB), 0 to 255" in image.doc_string and image.doc_string in model.doc_string
    sides = [dim.dim_param or dim.dim_value for dim in image.type.tensor_type.shape.dim]
    assert sides == ["batch", 416, 416, 3]
    assert "(batch, height, width, channels)" in model.doc_string


def test_maps_of_mtcnn_are_transposed_and_the_file_says_so() -> None:
    model = onnx.load_from_string(onnx_file(weighted(PNET)).data)
    assert "(batch, width, height, channels)" in model.doc_string
    assert [value.name for value in model.graph.input] == ["image", "level"]


def test_a_net_without_weights_and_a_side_that_is_none() -> None:
    with pytest.raises(NotLoadedError, match="tiny_face_detector has no weights"):
        onnx_file(Model(TINY_FACE_DETECTOR))
    with pytest.raises(ShapeError, match="the side of a square input, got -32"):
        onnx_file(weighted(TINY_FACE_DETECTOR), -32)


def test_the_fused_graph_is_what_is_written() -> None:
    """Else a convolution would be followed by a product and a sum of its own."""
    net = weighted(TINY_FACE_DETECTOR)
    nodes = onnx.load_from_string(onnx_file(net).data).graph.node
    fused = fuse(TINY_FACE_DETECTOR.graph(416))
    assert sum(node.op_type == "Conv" for node in nodes) == 12 and fused.keys() == {"grid"}
