"""Shape rules of ops, and what they refuse."""

from __future__ import annotations

import pytest

from pyface_web.errors import ShapeError
from pyface_web.graph import nn, ops
from pyface_web.graph.node import apply, parameters, topological


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "out", "before"),
    [
        (416, 3, 1, "valid", 414, 0),
        (512, 3, 2, "same", 256, 0),  # even: the odd cell goes to the end
        (35, 3, 2, "same", 18, 1),
        (35, 3, 2, "valid", 17, 0),
        (150, 7, 2, "valid", 72, 0),
        (13, 2, 1, "same", 13, 0),
        (207, 2, 2, "same", 104, 0),
        (1, 3, 2, "same", 1, 1),
        (7, 1, 2, "same", 4, 0),
        (2, 3, 1, "valid", 0, 0),
    ],
    ids=lambda value: str(value),
)
def test_window(size, kernel, stride, padding, out, before):
    assert ops.window(size, kernel, stride, padding) == (out, before)


@pytest.mark.parametrize(
    ("op", "inputs", "out"),
    [
        (ops.Conv2d(8, 3, 2), [(2, 7, 6, 3)], (2, 4, 3, 8)),
        (ops.Conv2d(8, 3, 1, "valid"), [(2, 7, 6, 3)], (2, 5, 4, 8)),
        (ops.DepthwiseConv2d(3, 2), [(1, 7, 6, 3)], (1, 4, 3, 3)),
        (ops.Dense(9), [(4, 1, 1, 3)], (4, 1, 1, 9)),
        (ops.Dense(9), [(4, 3, 3, 5)], (4, 1, 1, 9)),
        (ops.PRelu(), [(1, 4, 4, 4)], (1, 4, 4, 4)),
        (ops.ResizeBilinear(9, 5), [(1, 4, 4, 3)], (1, 9, 5, 3)),
        (ops.MaxPool(3, 2), [(1, 72, 72, 32)], (1, 35, 35, 32)),
        (ops.AvgPool(2, 2), [(1, 35, 35, 32)], (1, 17, 17, 32)),
        (ops.GlobalMean(), [(3, 7, 5, 2)], (3, 1, 1, 2)),
        (ops.Pad(1, 2, 3), [(1, 4, 4, 4)], (1, 5, 6, 7)),
        (ops.Add(), [(1, 4, 4, 4), (1, 4, 4, 4)], (1, 4, 4, 4)),
        (ops.Activation("relu"), [(1, 4, 4, 4)], (1, 4, 4, 4)),
        (ops.Fused(ops.Conv2d(8, 3, 2, "valid"), pad=ops.Pad(1, 1)), [(1, 8, 8, 3)], (1, 4, 4, 8)),
    ],
    ids=lambda value: str(value),
)
def test_out_shape(op, inputs, out):
    assert op.out_shape(*inputs) == out


@pytest.mark.parametrize(
    ("op", "inputs", "message"),
    [
        (ops.Conv2d(8, 3, 1, "valid"), [(1, 2, 9, 3)], "smaller than the 3x3 window"),
        (ops.DepthwiseConv2d(3, 2, "valid"), [(1, 9, 2, 3)], "smaller than the 3x3 window"),
        (ops.MaxPool(3, 2), [(1, 2, 2, 3)], "smaller than the 3x3 window"),
        (ops.AvgPool(2, 2), [(1, 1, 4, 3)], "smaller than the 2x2 window"),
        (ops.Dense(9), [(1, 2, 1, 3)], r"expected an input of \(batch, side, side, channels\)"),
        (ops.ResizeBilinear(0, 4), [(1, 2, 2, 3)], "expected a size of at least 1x1"),
        (ops.Add(), [(1, 4, 4, 4), (1, 4, 4, 5)], r"got \(1, 4, 4, 4\) and \(1, 4, 4, 5\)"),
        (ops.Input(), [], "nn.image"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, ops.Op) else "",
)
def test_refused(op, inputs, message):
    with pytest.raises(ShapeError, match=message):
        op.out_shape(*inputs)


def test_parameters_are_declared_with_their_shapes():
    x = nn.image((1, 8, 8, 3))
    y = nn.depthwise(nn.conv2d(x, "a/filters", 5, kernel=3), "b/filters", kernel=3)
    y = nn.batch_norm(nn.bias(y, "b/bias"), "g", "b", "m", "v")
    y = nn.folded_norm(y, "n/sub", "n/truediv", "n/bias")
    y = nn.dense(nn.global_mean(y), "fc", 7)
    assert parameters({"y": y}) == {
        "a/filters": (3, 3, 3, 5),
        "b/filters": (3, 3, 5, 1),
        "b/bias": (5,),
        "g": (5,),
        "b": (5,),
        "m": (5,),
        "v": (5,),
        "n/bias": (5,),
        "n/sub": (5,),
        "n/truediv": (5,),
        "fc": (5, 7),
    }


def test_a_path_with_two_shapes_is_refused():
    x = nn.image((1, 8, 8, 3))
    y = nn.conv2d(nn.conv2d(x, "same", 5, kernel=3), "same", 5, kernel=3)
    with pytest.raises(ShapeError, match=r"same is declared as \(3, 3, 3, 5\) and as"):
        parameters({"y": y})


def test_a_node_without_its_paths_is_refused():
    with pytest.raises(ShapeError, match=r"declares \['filters'\], got paths for \[\]"):
        apply(ops.Conv2d(4, 3), nn.image((1, 8, 8, 3)), label="conv")


def test_inputs_come_before_their_users_and_once():
    x = nn.image((1, 8, 8, 3))
    a = nn.conv2d(x, "a", 3, kernel=1)
    b = nn.add(a, x)
    c = nn.add(b, a)
    assert topological([c, b]) == [x, a, b, c]
