"""Fusion: what is folded, what is not, and that the numbers stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pyface_web.engine.reference.kernels import KERNELS
from pyface_web.engine.reference.run import run
from pyface_web.graph import nn, ops
from pyface_web.graph.fuse import fuse
from pyface_web.graph.node import Node, parameters, topological

# Folding changes no operation on the reference, so nothing is lost but the order of nodes.
EXACT = 0.0


def image(channels: int = 3, size: int = 8) -> Node:
    return nn.image((1, size, size, channels))


def conv(x: Node, name: str = "conv", channels: int = 4) -> Node:
    return nn.bias(nn.conv2d(x, f"{name}/filters", channels, kernel=3), f"{name}/bias")


def random_params(outputs: dict[str, Node]) -> dict[str, np.ndarray]:
    random = np.random.default_rng(3)
    return {
        path: np.abs(random.normal(size=dims)).astype(np.float32)
        if path.endswith("variance")
        else random.normal(size=dims).astype(np.float32)
        for path, dims in parameters(outputs).items()
    }


def ops_of(outputs: dict[str, Node]) -> list[str]:
    return [type(node.op).__name__ for node in topological(outputs.values())]


def only_fused(outputs: dict[str, Node]) -> ops.Fused:
    (op,) = [n.op for n in topological(outputs.values()) if isinstance(n.op, ops.Fused)]
    return op


def check_same(outputs: dict[str, Node]) -> dict[str, Node]:
    """Fused and unfused give the same numbers and declare the same parameters."""
    fused = fuse(outputs)
    params = random_params(outputs)
    assert parameters(fused) == parameters(outputs)
    (x,) = [n for n in topological(outputs.values()) if isinstance(n.op, ops.Input)]
    picture = np.random.default_rng(4).normal(size=(2, *x.shape[1:])).astype(np.float32)
    want, got = run(outputs, picture, params), run(fused, picture, params)
    for key in outputs:
        assert got[key].shape[1:] == fused[key].shape[1:] == outputs[key].shape[1:]
        np.testing.assert_allclose(got[key], want[key], rtol=0, atol=EXACT, err_msg=key)
    return fused


@pytest.mark.parametrize("kind", ["none", "relu", "relu6", "leaky"])
def test_bias_and_activation_fold(kind):
    fused = check_same({"y": nn.activation(conv(image()), kind)})
    assert ops_of(fused) == ["Input", "Fused"]
    assert only_fused(fused) == ops.Fused(
        ops.Conv2d(4, 3), epilogue=(ops.Affine(),), activation=kind
    )


def test_batch_norm_and_scale_layer_fold_in_order():
    x = nn.affine(conv(image()), "scale/weights", "scale/biases")
    x = nn.batch_norm(x, "gamma", "beta", "mean", "variance")
    fused = check_same({"y": nn.activation(x, "relu6")})
    steps = only_fused(fused).epilogue
    assert steps == (ops.Affine(), ops.Affine(scale=True), ops.BatchNorm())


def test_folded_norm_activation_and_pool_fold():
    x = nn.folded_norm(nn.conv2d(image(), "conv", 4, kernel=3), "sub", "truediv", "bias")
    fused = check_same({"y": nn.max_pool(nn.activation(x, "leaky"), 2, 2, "same")})
    assert only_fused(fused) == ops.Fused(
        ops.Conv2d(4, 3), (ops.FoldedNorm(),), activation="leaky", top=ops.MaxPool(2, 2, "same")
    )


def test_prelu_and_pool_fold():
    x = nn.prelu(conv(image()), "alpha")
    fused = check_same({"y": nn.max_pool(x, 2, 2, "same")})
    assert only_fused(fused) == ops.Fused(
        ops.Conv2d(4, 3), (ops.Affine(),), activation="prelu", top=ops.MaxPool(2, 2, "same")
    )


def test_dense_folds_its_bias():
    x = nn.bias(nn.dense(nn.global_mean(image()), "fc", 5), "fc/bias")
    assert ops_of(check_same({"y": x})) == ["Input", "GlobalMean", "Fused"]


def test_residual_folds_as_skip():
    x = image(4)
    fused = check_same({"y": nn.activation(nn.add(conv(x), x), "relu")})
    assert only_fused(fused).skip == "add"
    assert ops_of(fused) == ["Input", "Fused"]


def test_of_two_added_convolutions_one_takes_the_other_in():
    x = image(4)
    fused = check_same({"y": nn.add(conv(x, "a"), conv(x, "b"))})
    assert sorted(n.op.skip for n in topological(fused.values()) if n.params) == ["add", "none"]


@pytest.mark.parametrize("size", [8, 7])
def test_pooled_residual_with_pad_and_more_channels_folds(size):
    x = image(3, size)
    y = nn.conv2d(x, "conv", 5, kernel=3, stride=2, padding="valid")
    y = nn.bias(y, "bias")
    pooled = nn.avg_pool(x, 2, stride=2)
    y = nn.pad(y, bottom=pooled.shape[1] - y.shape[1], right=pooled.shape[2] - y.shape[2])
    fused = check_same({"y": nn.activation(nn.add(y, nn.pad(pooled, channels=2)), "relu")})
    assert ops_of(fused) == ["Input", "Fused"]
    assert only_fused(fused).skip == "pool"
    assert only_fused(fused).pad == (ops.Pad(1, 1) if size == 8 else ops.Pad())


def test_a_pooled_map_that_others_need_is_not_folded():
    x = image(4)
    pooled = nn.avg_pool(x, 2, stride=2)
    y = nn.add(nn.conv2d(x, "conv", 4, kernel=3, stride=2), pooled)
    fused = check_same({"y": y, "pooled": pooled})
    assert only_fused(fused).skip == "add"


def test_what_two_nodes_read_is_not_folded():
    raw = conv(image(4))
    fused = check_same({"y": nn.add(nn.activation(raw, "relu6"), raw)})
    assert ops_of(fused) == ["Input", "Fused", "Activation", "Add"]


def test_an_output_is_not_folded():
    raw = conv(image())
    fused = check_same({"raw": raw, "y": nn.activation(raw, "relu")})
    assert ops_of(fused) == ["Input", "Fused", "Activation"]


def test_relu_that_others_see_unrectified_goes_into_the_depthwise_convolutions():
    x = image(4)
    raw = conv(x)
    y = nn.depthwise(nn.activation(raw, "relu"), "depthwise")
    fused = check_same({"y": nn.add(y, raw)})
    assert [n.op.pre for n in topological(fused.values()) if n.params] == ["none", "relu"]
    assert ops_of(fused) == ["Input", "Fused", "Fused"]


def test_adding_a_map_to_itself():
    x = conv(image())
    check_same({"y": nn.add(x, x)})


def test_channel_padding_is_not_folded():
    x = nn.pad(conv(image()), channels=2)
    assert ops_of(check_same({"y": x})) == ["Input", "Fused", "Pad"]


PARTS = [
    ops.Fused(ops.Conv2d(5, 3), (ops.Affine(),), activation="relu"),
    ops.Fused(ops.Conv2d(5, 1), (ops.Affine(), ops.Affine(scale=True)), activation="leaky"),
    ops.Fused(ops.Conv2d(5, 3, 2, "valid"), pad=ops.Pad(1, 1), skip="pool", activation="relu"),
    ops.Fused(ops.Conv2d(5, 3), (ops.BatchNorm(),), skip="add", activation="relu6"),
    ops.Fused(ops.Conv2d(5, 3), (ops.FoldedNorm(),), activation="leaky"),
    ops.Fused(ops.DepthwiseConv2d(3), (ops.BatchNorm(),), pre="relu", activation="relu6"),
    ops.Fused(ops.DepthwiseConv2d(3), pre="leaky", skip="add"),
    ops.Fused(ops.Dense(5), (ops.Affine(),)),
    ops.Fused(ops.Conv2d(5, 3), (ops.Affine(),), skip="add", activation="prelu"),
]


def part_id(op: ops.Fused) -> str:
    steps = [op.pre, type(op.kernel).__name__, *(type(s).__name__ for s in op.epilogue)]
    steps += ["Pad" if op.pad != ops.Pad() else "none", f"skip={op.skip}", op.activation]
    return " ".join(step for step in steps if step not in ("none", "skip=none"))


@pytest.mark.parametrize("op", PARTS, ids=part_id)
def test_fused_is_its_parts_one_after_the_other(op):
    random = np.random.default_rng(5)
    x_shape = (1, 1, 1, 4) if isinstance(op.kernel, ops.Dense) else (1, 8, 6, 4)
    x = random.normal(size=x_shape).astype(np.float32)
    params = {
        role: np.abs(random.normal(size=dims)).astype(np.float32)
        for role, dims in op.param_shapes(x_shape).items()
    }
    y = KERNELS[ops.Activation](ops.Activation(op.pre), [x], {})
    y = KERNELS[type(op.kernel)](op.kernel, [y], params)
    for i, step in enumerate(op.epilogue):
        y = KERNELS[type(step)](
            step, [y], {k: params[f"{i}.{k}"] for k in step.param_shapes(y.shape)}
        )
    y = KERNELS[ops.Pad](op.pad, [y], {})
    inputs = [x]
    if op.skip == "add":
        inputs.append(random.normal(size=y.shape).astype(np.float32))
        y = y + inputs[1]
    elif op.skip == "pool":
        inputs.append(random.normal(size=x_shape).astype(np.float32))
        pooled = KERNELS[ops.AvgPool](ops.AvgPool(2, 2), [inputs[1]], {})
        missing = y.shape[3] - pooled.shape[3]
        y = y + KERNELS[ops.Pad](ops.Pad(channels=missing), [pooled], {})
    if op.activation == "prelu":
        y = KERNELS[ops.PRelu](ops.PRelu(), [y], params)
    else:
        y = KERNELS[ops.Activation](ops.Activation(op.activation), [y], {})
    got = KERNELS[ops.Fused](op, inputs, params)
    assert got.shape == op.out_shape(*(i.shape for i in inputs))
    np.testing.assert_array_equal(got, y)


def test_fused_declares_the_parameters_of_its_parts():
    op = replace(PARTS[1], kernel=ops.Conv2d(5, 1))
    assert op.param_shapes((1, 8, 6, 4)) == {
        "filters": (1, 1, 4, 5),
        "0.offset": (5,),
        "1.scale": (5,),
        "1.offset": (5,),
    }


@pytest.mark.parametrize("size", [8, 9], ids=["even", "odd"])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_a_2x2_pool_behind_a_convolution_folds(size, padding):
    x = nn.conv2d(nn.image((1, size, size, 3)), "filters", 5, 3)
    x = nn.max_pool(nn.activation(nn.bias(x, "bias"), "leaky"), 2, 2, padding)
    made = fuse({"y": x})["y"]
    assert isinstance(made.op, ops.Fused)
    assert made.op.top == ops.MaxPool(2, 2, padding)
    assert made.shape == x.shape


@pytest.mark.parametrize("size, stride", [(2, 1), (3, 2)])
def test_a_pool_that_needs_neighbours_is_not_folded(size, stride):
    x = nn.conv2d(nn.image((1, 9, 9, 3)), "filters", 5, 3)
    made = fuse({"y": nn.max_pool(x, size, stride)})["y"]
    assert made.op == ops.MaxPool(size, stride)
