"""The matrix of ops and shapes on which shaders are compared with the NumPy reference.

Imported by the tests for the names of the cases, and by the page that compares. So it needs nothing
but NumPy and pyface_web.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import prod, sqrt

import numpy as np

from pyface_web.graph import nn, ops
from pyface_web.graph.node import Node, apply, parameters
from pyface_web.weights.shards import Tensor


@dataclass(frozen=True)
class Case:
    """An op on one shape. moves: whether it only moves or compares values, so must be exact."""

    op: str
    shape: tuple[int, int, int, int]
    rest: str
    build: Callable[[Node], Node]
    uint8: bool = False
    moves: bool = False
    shift: float = 0.0
    wide: bool = False  # the op reads tiles of two channel groups, as behind a 1x1 convolution

    @property
    def name(self) -> str:
        parts = [self.op, "x=" + "x".join(map(str, self.shape)), self.rest]
        parts += ["uint8"] * self.uint8 + ["tiles of 2"] * self.wide
        return " ".join(part for part in parts if part)

    def outputs(self) -> dict[str, Node]:
        """The graph. Its image has one item; the batch is only in `shape`."""
        x = nn.image((1, *self.shape[1:]))
        if self.wide:
            x = nn.conv2d(x, "first/filters", x.shape[3], kernel=1)
        return {"y": self.build(x)}

    def image(self) -> np.ndarray:
        random = np.random.default_rng([1, *self.shape])
        return (random.normal(size=self.shape) + self.shift).astype(np.float32)

    def tensors(self) -> dict[str, Tensor]:
        """Parameters such that results are of order 1."""
        random = np.random.default_rng([2, *self.shape])
        made = {}
        for path, dims in parameters(self.outputs()).items():
            depthwise = len(dims) == 4 and dims[3] == 1 and path.startswith("depthwise")
            fan_in = prod(dims[:2]) if depthwise else prod(dims[:-1])
            reach = 1.7 / sqrt(fan_in) if len(dims) > 1 else 1.5
            low = 0.1 if "variance" in path else -0.9 * reach
            if self.uint8:
                values = random.integers(0, 256, dims).astype(np.uint8)
                made[path] = Tensor(path, values, (reach - low) / 255, low)
            else:
                made[path] = Tensor(path, random.uniform(low, reach, dims).astype(np.float32))
        return made


def _convolutions() -> Iterator[Case]:
    def case(shape, out, kernel, stride, padding, uint8=True, wide=False) -> Case:
        return Case(
            "conv2d",
            shape,
            f"out={out} k={kernel} s={stride} {padding}",
            lambda x: nn.conv2d(x, "filters", out, kernel, stride, padding),
            uint8=uint8,
            wide=wide,
        )

    for uint8 in (True, False):
        for kernel, stride in ((1, 1), (1, 2), (3, 1), (3, 2), (7, 1), (7, 2)):
            for padding in ("same", "valid"):
                yield case((1, 9, 8, 5), 12, kernel, stride, padding, uint8)
        for channels, out in ((3, 33), (5, 25), (12, 3), (25, 5), (33, 12)):
            for kernel in (1, 3):
                yield case((1, 6, 5, channels), out, kernel, 1, "same", uint8)
    for batch in (3, 7):
        yield case((batch, 5, 7, 5), 12, 3, 2, "same")
        yield case((batch, 5, 7, 5), 12, 1, 1, "same")
        yield case((batch, 9, 7, 3), 5, 3, 1, "valid", uint8=False)
    # maps of at most 16 rows lie otherwise in the texture than larger ones
    for size in ((16, 16), (17, 17), (18, 5), (35, 3), (1, 40)):
        for stride in (1, 2):
            yield case((2, *size, 12), 25, 3, stride, "same")
    for kernel in (1, 3, 7):
        yield case((1, 1, 1, 5), 12, kernel, 1, "same")
        yield case((7, 1, 1, 12), 33, kernel, 2, "same")
    for shape in ((1, 6, 5, 12), (3, 7, 9, 33), (1, 1, 1, 25), (2, 18, 19, 8)):
        for kernel, stride in ((1, 1), (3, 1), (3, 2)):
            yield case(shape, 12, kernel, stride, "same", wide=True)
    yield case((1, 4, 4, 300), 260, 1, 1, "same")


def _depthwise() -> Iterator[Case]:
    def case(shape, kernel, stride, padding, uint8=True, wide=False) -> Case:
        return Case(
            "depthwise",
            shape,
            f"k={kernel} s={stride} {padding}",
            lambda x: nn.depthwise(x, "depthwise", kernel, stride, padding),
            uint8=uint8,
            wide=wide,
        )

    for stride in (1, 2):
        for padding in ("same", "valid"):
            for shape in ((1, 9, 8, 5), (3, 8, 7, 12), (1, 19, 21, 33)):
                yield case(shape, 3, stride, padding)
        yield case((7, 5, 5, 25), 3, stride, "same", uint8=False)
        yield case((1, 1, 1, 3), 3, stride, "same")
        for shape in ((1, 6, 7, 12), (3, 18, 17, 33)):
            yield case(shape, 3, stride, "same", wide=True)
    yield case((1, 6, 5, 3), 1, 1, "same")
    yield case((1, 9, 9, 4), 7, 2, "same")


def _pools() -> Iterator[Case]:
    kinds = ((2, 2, "same"), (2, 1, "same"), (3, 2, "valid"), (3, 2, "same"))
    for size, stride, padding in kinds:
        shapes = [(1, 9, 7, 5), (3, 8, 6, 12), (1, 35, 18, 33), (7, 3, 3, 25)]
        for shape in shapes:
            for wide in (False, True):
                yield Case(
                    "max_pool",
                    shape,
                    f"k={size} s={stride} {padding} negative",
                    lambda x, a=(size, stride, padding): nn.max_pool(x, *a),
                    moves=not wide,
                    shift=-6.0,
                    wide=wide,
                )
    yield Case("max_pool", (1, 1, 1, 5), "k=2 s=2 same", lambda x: nn.max_pool(x, 2, 2, "same"))
    for shape in ((1, 8, 6, 5), (3, 9, 7, 12), (1, 35, 35, 3)):
        yield Case("avg_pool", shape, "k=2 s=2", lambda x: nn.avg_pool(x, 2, 2))
    for shape in ((1, 7, 7, 25), (3, 5, 4, 12), (7, 1, 1, 3), (1, 20, 3, 33), (2, 18, 18, 5)):
        for wide in (False, True):
            yield Case("mean", shape, "", nn.global_mean, wide=wide)


def _small() -> Iterator[Case]:
    shapes = ((1, 5, 4, 3), (3, 18, 7, 12), (7, 1, 1, 25))
    for shape in shapes:
        for wide in (False, True):
            moves = not wide
            for kind in ("relu", "relu6", "leaky"):
                yield Case(
                    "activation",
                    shape,
                    kind,
                    lambda x, k=kind: nn.activation(x, k),
                    moves=moves,
                    wide=wide,
                    shift=2.0,
                )
            yield Case("add", shape, "x + relu", _add_relu, moves=moves, wide=wide)
            yield Case("bias", shape, "", lambda x: nn.bias(x, "offset"), uint8=True, wide=wide)
            yield Case("affine", shape, "", lambda x: nn.affine(x, "scale", "offset"), wide=wide)
            yield Case(
                "batch_norm",
                shape,
                "",
                lambda x: nn.batch_norm(x, "gamma", "beta", "mean", "variance"),
                uint8=True,
                wide=wide,
            )
            yield Case(
                "folded_norm",
                shape,
                "",
                lambda x: nn.folded_norm(x, "sub", "truediv", "bias"),
                uint8=True,
                wide=wide,
            )
            for bottom, right, channels in ((1, 1, 0), (0, 0, 5), (1, 0, 13), (2, 3, 4)):
                yield Case(
                    "pad",
                    shape,
                    f"bottom={bottom} right={right} channels={channels}",
                    lambda x, a=(bottom, right, channels): nn.pad(x, *a),
                    moves=moves,
                    wide=wide,
                )
            yield Case("prelu", shape, "", lambda x: nn.prelu(x, "alpha"), uint8=True, wide=wide)
            for height, width in ((1, 1), (3, 9), (23, 4)):
                yield Case(
                    "resize_bilinear",
                    shape,
                    f"to {height}x{width}",
                    lambda x, a=(height, width): nn.resize_bilinear(x, *a),
                    wide=wide,
                )
    for side, channels, units in ((2, 5, 12), (3, 33, 25), (3, 64, 128)):
        for uint8 in (True, False):
            for wide in (False, True):
                yield Case(
                    "dense",
                    (3, side, side, channels),
                    f"out={units}",
                    lambda x, u=units: nn.dense(x, "weights", u),
                    uint8=uint8,
                    wide=wide,
                )
    for batch, channels, units in ((1, 5, 12), (3, 33, 25), (7, 256, 136), (7, 12, 3)):
        for uint8 in (True, False):
            yield Case(
                "dense",
                (batch, 1, 1, channels),
                f"out={units}",
                lambda x, u=units: nn.dense(x, "weights", u),
                uint8=uint8,
            )


def _add_relu(x: Node) -> Node:
    return nn.add(x, nn.activation(x, "relu"))


def _fused(name: str, op: ops.Fused, shape, skip=None, uint8=True, wide=False) -> Case:
    """skip: what is made of x as the second input."""

    def build(x: Node) -> Node:
        inputs = [x] if skip is None else [x, skip(x)]
        shapes = [node.shape for node in inputs]
        roles = op.param_shapes(*shapes)
        depthwise = isinstance(op.kernel, ops.DepthwiseConv2d)
        paths = {role: "depthwise" if depthwise and role == "filters" else role for role in roles}
        return apply(op, *inputs, paths=paths)

    return Case("fused", shape, name, build, uint8=uint8, wide=wide)


def _fusions() -> Iterator[Case]:
    bias, scale, norm = ops.Affine(), ops.Affine(scale=True), ops.BatchNorm()
    folded = ops.FoldedNorm()
    conv, depthwise = ops.Conv2d(12, 3), ops.DepthwiseConv2d(3)
    for kind in ("none", "relu", "relu6", "leaky"):
        op = ops.Fused(conv, (bias,), activation=kind)
        yield _fused(f"conv bias {kind}", op, (3, 7, 6, 5))
        yield _fused(f"conv bias {kind}", replace(op, kernel=ops.Conv2d(25, 1)), (1, 5, 5, 12))
    for uint8 in (True, False):
        op = ops.Fused(conv, (bias, scale), activation="relu")
        yield _fused("conv bias scale relu", op, (1, 9, 8, 5), uint8=uint8)
        op = ops.Fused(ops.Conv2d(33, 1), (norm, bias), activation="relu6")
        yield _fused("conv1x1 norm bias relu6", op, (1, 9, 8, 5), uint8=uint8)
        op = ops.Fused(conv, (folded,), activation="leaky")
        yield _fused("conv folded norm leaky", op, (1, 9, 8, 5), uint8=uint8)
        op = ops.Fused(conv, (bias,), activation="prelu")
        yield _fused("conv bias prelu", op, (3, 9, 8, 5), uint8=uint8, wide=uint8)
        op = ops.Fused(ops.Conv2d(10, 3, padding="valid"), (bias,), activation="prelu")
        op = replace(op, top=ops.MaxPool(2, 2, "same"))
        yield _fused("conv valid bias prelu top=same", op, (3, 9, 8, 3), uint8=uint8)
        yield _fused("conv valid bias prelu top=same", op, (1, 12, 11, 12), uint8=uint8)
        op = ops.Fused(ops.Conv2d(33, 2, padding="valid"), (bias,), activation="prelu")
        yield _fused("conv k=2 valid bias prelu", op, (3, 4, 4, 12), uint8=uint8, wide=uint8)
        op = ops.Fused(ops.Dense(25), (bias,), activation="prelu")
        yield _fused("dense bias prelu", op, (7, 3, 3, 12), uint8=uint8, wide=uint8)
        op = ops.Fused(conv, (folded,), activation="leaky", top=ops.MaxPool(2, 2, "same"))
        yield _fused("conv folded norm leaky top", op, (3, 9, 8, 3), uint8=uint8)
        yield _fused("dense bias", ops.Fused(ops.Dense(25), (bias,)), (7, 1, 1, 33), uint8=uint8)
    for shape in ((1, 7, 6, 12), (3, 18, 17, 12), (7, 1, 1, 12)):
        for wide in (False, True):
            op = ops.Fused(conv, (bias, scale), skip="add", activation="relu")
            yield _fused("conv skip=add relu", op, shape, lambda x: x, wide=wide)
            op = ops.Fused(ops.Conv2d(12, 1), (bias,), skip="add", activation="relu")
            yield _fused("conv1x1 skip=add relu", op, shape, lambda x: x, wide=wide)
            op = ops.Fused(depthwise, (norm,), skip="add", activation="relu6")
            yield _fused("depthwise skip=add relu6", op, shape, lambda x: x, wide=wide)
            op = ops.Fused(depthwise, (norm,), pre="relu", activation="relu6")
            yield _fused("relu depthwise norm relu6", op, shape, wide=wide)
    for shape in ((1, 8, 8, 5), (3, 7, 6, 12), (1, 13, 11, 33), (7, 2, 2, 3), (1, 1, 1, 5)):
        for padding in ("same", "valid") if shape[1] > 1 else ("same",):
            for kernel, channels in ((3, 12), (1, 25)):
                for uint8 in (True, False):
                    op = ops.Fused(
                        ops.Conv2d(channels, kernel),
                        (bias,),
                        activation="leaky",
                        top=ops.MaxPool(2, 2, padding),
                    )
                    name = f"conv k={kernel} leaky top={padding}"
                    yield _fused(name, op, shape, uint8=uint8, wide=uint8)
    # the residual-down block of the recognition net: even sides are padded by one
    for side in (8, 9, 35, 36):
        for channels in (5, 12, 25):
            for wide in (False, True):
                pad = ops.Pad(1, 1) if side % 2 == 0 else ops.Pad()
                op = ops.Fused(
                    ops.Conv2d(25, 3, 2, "valid"), (bias,), pad, skip="pool", activation="relu"
                )
                name = "conv s=2 valid skip=pool relu" + (" pad" if pad.bottom else "")
                yield _fused(name, op, (2, side, side, channels), lambda x: x, wide=wide)


def _chains() -> Iterator[Case]:
    """Cells of the last block beyond an odd side must be zero for whoever reads them next."""

    def biased(x: Node) -> Node:
        return nn.bias(x, "offset")

    def fused(
        x: Node, kernel: ops.Conv2d | ops.DepthwiseConv2d, top: ops.MaxPool | None = None
    ) -> Node:
        paths = {"filters": "made", "0.offset": "offset"}
        return apply(ops.Fused(kernel, (ops.Affine(),), top=top), x, paths=paths)

    makers: dict[str, Callable[[Node], Node]] = {
        "bias": biased,
        "conv bias": lambda x: fused(x, ops.Conv2d(x.shape[3], 3)),
        "conv1x1 bias": lambda x: fused(x, ops.Conv2d(x.shape[3], 1)),
        "conv bias top": lambda x: fused(x, ops.Conv2d(x.shape[3], 3), ops.MaxPool(2, 2, "same")),
        "depthwise bias": lambda x: fused(x, ops.DepthwiseConv2d(3)),
        "bias pad": lambda x: nn.pad(biased(x), bottom=1, right=1),
        "bias max_pool": lambda x: nn.max_pool(biased(x), 2, 2, "same"),
    }
    readers: dict[str, Callable[[Node], Node]] = {
        "conv": lambda x: nn.conv2d(x, "filters", 5, 3),
        "conv s=2": lambda x: nn.conv2d(x, "filters", 5, 3, stride=2),
        "depthwise": lambda x: nn.depthwise(x, "depthwise"),
        "mean": nn.global_mean,
    }
    for made, make in makers.items():
        for read, reader in readers.items():
            for shape in ((3, 7, 9, 8), (1, 1, 1, 5), (2, 18, 17, 5)):
                yield Case(
                    "chain",
                    shape,
                    f"{made} -> {read}",
                    lambda x, make=make, reader=reader: reader(make(x)),
                )


def _all() -> dict[str, Case]:
    found: dict[str, Case] = {}
    for part in (_convolutions, _depthwise, _pools, _small, _fusions, _chains):
        for case in part():
            assert case.name not in found, f"two cases are called {case.name}"
            found[case.name] = case
    return found


CASES = _all()
