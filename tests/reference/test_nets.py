"""The published nets: they declare what their manifests hold, and fusing changes no result."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pyface_web.engine.reference.run import run
from pyface_web.errors import ShapeError
from pyface_web.graph import nn, ops
from pyface_web.graph.fuse import fuse
from pyface_web.graph.node import topological
from pyface_web.models.face_recognition import FACE_RECOGNITION
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from tests.reference.nets import FILES, NETWORKS, PARTS, manifest_path, name_of, weighted

# Sides that keep every kind of layer (odd maps, padded residuals) and run in a second.
SIDES = {"tiny_face_detector": 96, "ssd_mobilenetv1": 128, "mtcnn/pnet": 37}
SHAPES = {
    "tiny_face_detector": {"grid": (1, 13, 13, 25)},
    "ssd_mobilenetv1": {
        f"{kind}_{p}": (1, side, side, anchors * width)
        for kind, width in (("boxes", 4), ("classes", 3))
        for p, (side, anchors) in enumerate([(32, 3), (16, 6), (8, 6), (4, 6), (2, 6), (1, 6)])
    },
    "face_landmark68_net": {"points": (1, 1, 1, 136)},
    "face_landmark68_tiny_net": {"points": (1, 1, 1, 136)},
    "face_recognition_net": {"descriptor": (1, 1, 1, 128)},
    "face_expression_net": {"expressions": (1, 1, 1, 7)},
    "age_gender_net": {"age": (1, 1, 1, 1), "gender": (1, 1, 1, 2)},
    "mtcnn/pnet": {"scores_0": (1, 1, 1, 2), "regions_0": (1, 1, 1, 4)},
    "mtcnn/rnet": {"scores": (1, 1, 1, 2), "regions": (1, 1, 1, 4)},
    "mtcnn/onet": {"scores": (1, 1, 1, 2), "regions": (1, 1, 1, 4), "points": (1, 1, 1, 10)},
}
RGB = np.array([122.782, 117.001, 104.298])
every_net = pytest.mark.parametrize("network", (*NETWORKS, *PARTS), ids=name_of)


# What becomes of a white pixel, red, green and blue. The fork of face-api.js divides by 255 where
# the original divides by 256, and SSD's factor is not exactly 1 / 127.5.
WHITE = {
    "tiny_face_detector": (255 - np.array([117.001, 114.697, 97.404])) / 256,
    "ssd_mobilenetv1": 255 * 0.007843137718737125 - 1,
    "face_landmark68_net": (255 - RGB) / 255,
    "face_landmark68_tiny_net": (255 - RGB) / 255,
    "face_recognition_net": (255 - RGB) / 256,
    "face_expression_net": (255 - RGB) / 255,
    "age_gender_net": (255 - RGB) / 256,
    **dict.fromkeys(("mtcnn/pnet", "mtcnn/rnet", "mtcnn/onet"), 127.5 / 128),
}


@every_net
def test_pixels_enter_a_net_as_in_the_original(network):
    entered = (255 - np.array(network.mean)) * network.scale
    np.testing.assert_allclose(entered, np.broadcast_to(WHITE[network.name], 3), rtol=1e-6)


@pytest.mark.parametrize("network", FILES, ids=name_of)
def test_tensors_are_those_of_the_manifest(network):
    groups = json.loads(manifest_path(network).read_text())
    want = {w["name"]: tuple(w["shape"]) for group in groups for w in group["weights"]}
    outputs = network.build(nn.image((1, network.size, network.size, 3)))
    assert network.tensors(outputs) == want
    assert network.tensors(fuse(outputs)) == want


@every_net
def test_output_shapes(network):
    outputs = network.build(nn.image((1, network.size, network.size, 3)))
    assert {key: node.shape for key, node in outputs.items()} == SHAPES[network.name]


@every_net
def test_unfused_is_fused(network):
    side = SIDES.get(network.name, network.size)
    outputs = network.build(nn.image((1, side, side, 3)))
    random = np.random.default_rng(6)
    picture = random.uniform(-0.5, 0.5, (2, side, side, 3)).astype(np.float32)
    arrays = weighted(network).arrays
    want, got = run(outputs, picture, arrays), run(fuse(outputs), picture, arrays)
    for key in outputs:
        scale = np.abs(want[key]).max()
        assert scale > 1e-3, key
        np.testing.assert_allclose(got[key], want[key], rtol=0, atol=1e-6 * scale, err_msg=key)


@every_net
def test_every_kernel_takes_in_what_follows_it(network):
    """After fusing, no elementwise op is left that would cost a draw of its own."""
    kinds = {type(n.op) for n in topological(weighted(network).graph(network.size).values())}
    assert kinds <= {ops.Input, ops.Fused, ops.MaxPool, ops.GlobalMean, ops.ResizeBilinear}


def test_a_batch_is_its_items():
    arrays, graph = weighted(FACE_RECOGNITION).arrays, weighted(FACE_RECOGNITION).graph(150)
    pictures = np.random.default_rng(7).uniform(-0.5, 0.5, (2, 150, 150, 3)).astype(np.float32)
    both = run(graph, pictures, arrays)["descriptor"]
    for i in range(2):
        alone = run(graph, pictures[i : i + 1], arrays)["descriptor"]
        np.testing.assert_allclose(both[i : i + 1], alone, rtol=0, atol=1e-5)


def test_a_picture_of_another_size_is_refused():
    graph = weighted(TINY_FACE_DETECTOR).graph(96)
    with pytest.raises(ShapeError, match=r"takes images \(96, 96, 3\), got \(1, 64, 96, 3\)"):
        run(graph, np.zeros((1, 64, 96, 3), np.float32), {})


def test_watch_sees_every_node_in_order():
    graph = weighted(TINY_FACE_DETECTOR).graph(96)
    seen = []
    picture = np.zeros((1, 96, 96, 3), np.float32)
    run(graph, picture, weighted(TINY_FACE_DETECTOR).arrays, lambda node, _: seen.append(node))
    assert seen == topological(graph.values())
