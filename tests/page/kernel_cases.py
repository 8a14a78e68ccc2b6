"""The matrix of op_cases.py and graphs that are dangerous for the kernels of WebAssembly: whose
steps compute strips of rows, blocks of pixels and tiles of four, in memory that tensors share.

Imported as op_cases.py is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyface_web.graph import nn
from pyface_web.graph.node import Node
from pyface_web.graph.ops import Padding
from tests.page.op_cases import CASES, Case


@dataclass(frozen=True)
class Graph(Case):
    """A graph on one shape; `build` gives its outputs by name."""

    build: Callable[[Node], dict[str, Node]]

    def outputs(self) -> dict[str, Node]:
        return self.build(nn.image((1, *self.shape[1:])))


def _separable(x: Node, channels: int, stride: int = 1, kernel: int = 3, to: str = "") -> Node:
    x = nn.bias(nn.depthwise(x, f"depthwise{to}", kernel, stride), f"between{to}")
    return nn.conv2d(nn.activation(x, "relu6"), f"filters{to}", channels, kernel=1)


def _separables() -> Iterator[Graph]:
    """A depthwise convolution before a 1x1 one never becomes a tensor: strips of it do."""

    def case(shape, rest, build, uint8=True) -> Graph:
        return Graph("separable", shape, rest, lambda x: {"y": build(x)}, uint8=uint8)

    tall, wide = (2, 301, 7, 12), (2, 5, 203, 12)  # several strips; several blocks
    for shape in (tall, wide, (7, 13, 9, 33), (3, 1, 1, 5), (1, 2, 65, 8), (3, 64, 1, 4)):
        for stride in (1, 2):
            name = f"s={stride}"
            yield case(shape, name, lambda x, s=stride: _separable(x, 12, s))
            yield case(
                shape,
                f"{name} bias relu6",
                lambda x, s=stride: nn.activation(nn.bias(_separable(x, 25, s), "offset"), "relu6"),
                uint8=False,
            )
            for padding in ("same", "valid") if shape[1] > 2 and shape[2] > 2 else ("same",):
                yield case(
                    shape,
                    f"{name} leaky max_pool={padding}",
                    lambda x, s=stride, p=padding: nn.max_pool(
                        nn.activation(nn.bias(_separable(x, 9, s), "offset"), "leaky"), 2, 2, p
                    ),
                )
        yield case(
            shape,
            "skip prelu",
            lambda x: nn.prelu(nn.add(nn.bias(_separable(x, x.shape[3]), "offset"), x), "alpha"),
        )
    # 25 rows of 96 channels are more than a strip; with 192, one row of 203 pixels is
    yield case((3, 25, 21, 96), "strips of part of an item", lambda x: _separable(x, 8))
    yield case((2, 4, 203, 192), "strips of one row", lambda x: _separable(x, 8))
    yield case(
        (2, 5, 203, 192),
        "strips of one row max_pool=same",
        lambda x: nn.max_pool(_separable(x, 8), 2, 2, "same"),
    )
    for kernel in (1, 2, 5):
        yield case((3, 9, 11, 8), f"k={kernel}", lambda x, k=kernel: _separable(x, 12, 1, k))
    yield case((3, 9, 11, 8), "relu before", lambda x: _separable(_shifted_relu(x), 12))
    yield case(
        (1, 9, 11, 8),
        "pad behind",
        lambda x: nn.activation(nn.pad(nn.bias(_separable(x, 12), "offset"), 1, 2), "relu"),
    )
    yield case((3, 19, 17, 8), "twice", lambda x: _separable(_separable(x, 12, 2), 20, to="2"))


def _shifted_relu(x: Node) -> Node:
    return nn.activation(nn.bias(x, "shift"), "relu")


def _blocks() -> Iterator[Graph]:
    """The product takes 64 pixels at a time, in tiles of four, and eight channels at once."""

    def case(op, shape, rest, build, uint8=True) -> Graph:
        return Graph(op, shape, rest, lambda x: {"y": build(x)}, uint8=uint8)

    for shape in ((1, 3, 64, 5), (1, 2, 65, 4), (3, 1, 129, 3), (7, 3, 3, 8), (3, 5, 13, 9)):
        for kernel, stride in ((1, 1), (3, 1), (3, 2), (5, 1), (2, 2)):
            for channels in (4, 9):
                yield case(
                    "conv2d",
                    shape,
                    f"out={channels} k={kernel} s={stride} blocks",
                    lambda x, k=kernel, s=stride, n=channels: nn.conv2d(x, "filters", n, k, s),
                )
        yield case(
            "conv2d",
            shape,
            "skip relu blocks",
            lambda x: nn.activation(
                nn.add(nn.bias(nn.conv2d(x, "filters", x.shape[3], 3), "offset"), x), "relu"
            ),
        )
        yield case(
            "conv2d",
            shape,
            "prelu max_pool blocks",
            lambda x: nn.max_pool(
                nn.prelu(nn.bias(nn.conv2d(x, "filters", 12, 3), "offset"), "alpha"), 2, 2, "same"
            ),
        )


def _shared() -> Iterator[Graph]:
    """Tensors that several ops read, each of which wants other margins, and outputs among them."""

    def case(shape, rest, build, **more) -> Graph:
        return Graph("shared", shape, rest, build, **more)

    def residual(x: Node) -> dict[str, Node]:
        first = nn.activation(nn.bias(nn.conv2d(x, "a", 12, 3), "b"), "relu")
        second = nn.bias(nn.conv2d(first, "c", 12, 3), "d")
        return {"y": nn.activation(nn.add(second, first), "relu")}

    def readers(x: Node) -> dict[str, Node]:
        made = nn.bias(nn.conv2d(x, "first", 12, 3), "offset")
        return {
            "made": made,
            "wide": nn.conv2d(made, "a", 5, kernel=7),
            "one": nn.conv2d(made, "b", 9, kernel=1),
            "down": nn.conv2d(made, "c", 4, kernel=3, stride=2),
            "depthwise": nn.depthwise(made, "depthwise"),
            "separable": nn.conv2d(nn.depthwise(made, "depthwise2"), "d", 8, kernel=1),
            "pool": nn.max_pool(made, 3, 2, "same"),
            "small": nn.max_pool(made, 2, 2, "same"),
            "mean": nn.global_mean(made),
            "sum": nn.add(nn.activation(made, "leaky"), made),
            "resized": nn.resize_bilinear(made, 5, 9),
            "scaled": nn.affine(made, "scale", "offset2"),
        }

    def dense(x: Node) -> dict[str, Node]:
        made = nn.bias(nn.conv2d(x, "first", 12, 3), "offset")
        return {"map": nn.conv2d(made, "a", 5, 3), "dense": nn.dense(made, "weights", 25)}

    def image(x: Node) -> dict[str, Node]:
        return {"image": x, "conv": nn.conv2d(x, "a", 9, 3), "sum": nn.add(x, _shifted_relu(x))}

    def depthwise_of_image(x: Node) -> dict[str, Node]:
        return {"conv": nn.conv2d(x, "a", 9, 3), "y": _separable(x, 5)}

    def down(x: Node) -> dict[str, Node]:
        made = nn.activation(nn.bias(nn.conv2d(x, "first", 12, 3), "offset"), "relu")
        y = nn.bias(nn.conv2d(made, "a", 25, 3, 2, "valid"), "b")
        pooled = nn.pad(nn.avg_pool(made, 2, 2), channels=13)
        bottom, right = (p - q for p, q in zip(pooled.shape[1:3], y.shape[1:3], strict=True))
        y = nn.activation(nn.add(nn.pad(y, bottom, right), pooled), "relu")
        return {"y": nn.conv2d(y, "c", 5, 3)}

    def two_names(x: Node) -> dict[str, Node]:
        y = nn.conv2d(x, "a", 5, 3)
        return {"one": y, "other": y}

    def long(x: Node) -> dict[str, Node]:
        """Many tensors one after the other, in memory that was used before."""
        first = x
        for i in range(12):
            x = nn.activation(nn.conv2d(x, f"f{i}", 5 + i % 3 * 4, 1 + i % 2 * 2), "leaky")
        return {"y": nn.conv2d(x, "last", first.shape[3], 3), "first": nn.conv2d(first, "l", 4, 7)}

    for shape in ((3, 9, 8, 5), (1, 8, 7, 12), (7, 3, 3, 3), (2, 33, 70, 4)):
        yield case(shape, "3x3 and skip", residual, uint8=True)
        yield case(shape, "12 readers and outputs", readers)
        yield case(shape, "the image", image, uint8=True)
        yield case(shape, "the image by a depthwise", depthwise_of_image)
        yield case(shape, "residual-down", down)
        yield case(shape, "two names", two_names, uint8=True)
        yield case(shape, "a long chain", long, uint8=True)
    for shape in ((3, 3, 3, 5), (7, 1, 1, 33), (1, 5, 5, 8)):
        yield case(shape, "dense on a map with margins", dense, uint8=True)
    yield case((3, 5, 4, 7), "only the image", lambda x: {"y": x}, moves=True)


def squares() -> Iterator[Graph]:
    """Convolutions with channels and sides such that they are computed by squares of 2x2 or 4x4
    pixels, 64 or 32 at a time."""

    def case(shape, rest, build, uint8=True) -> Graph:
        return Graph("squares", shape, rest, lambda x: {"y": build(x)}, uint8=uint8)

    def conv(x: Node, channels: int, padding: Padding = "same", path: str = "filters") -> Node:
        return nn.bias(nn.conv2d(x, path, channels, 3, 1, padding), f"{path} offset")

    def down(x: Node) -> Node:
        made = conv(x, x.shape[3] + 5, "valid")
        pooled = nn.pad(nn.resize_bilinear(x, *made.shape[1:3]), 1, 2, 5)
        return nn.activation(nn.add(nn.pad(made, 1, 2), pooled), "relu")

    for shape in (
        (1, 4, 4, 16), (7, 10, 8, 20), (3, 7, 12, 36), (2, 17, 19, 16), (1, 16, 65, 32),
        (1, 35, 12, 64), (6, 4, 4, 132),
    ):  # fmt: skip
        for channels in (16, 25):
            for padding in ("same", "valid") if shape[1] > 6 else ("same",):
                yield case(
                    shape,
                    f"out={channels} {padding} relu6",
                    lambda x, n=channels, p=padding: nn.activation(conv(x, n, p), "relu6"),
                    uint8=channels == 16,
                )
                if min(shape[1:3]) < 6:
                    continue
                yield case(
                    shape,
                    f"out={channels} {padding} leaky max_pool",
                    lambda x, n=channels, p=padding: nn.max_pool(
                        nn.activation(conv(x, n, p), "leaky"), 2, 2, p
                    ),
                )
        yield case(shape, "prelu", lambda x: nn.prelu(conv(x, 28), "alpha"))
        yield case(
            shape,
            "skip relu",
            lambda x: nn.activation(nn.add(conv(x, x.shape[3]), x), "relu"),
        )
        if shape[1] > 6:
            yield case(shape, "pad skip relu", down)
        yield case(shape, "twice", lambda x: conv(conv(x, 24), 16, path="second"))


def _more() -> Iterator[Graph]:
    yield from _separables()
    yield from _blocks()
    yield from squares()
    yield from _shared()


def _all() -> dict[str, Case]:
    """Those of op_cases.py, except for the ones that only concern textures, and those of here."""
    found = {name: case for name, case in CASES.items() if not case.wide}
    for case in _more():
        assert case.name not in found, f"two cases are called {case.name}"
        found[case.name] = case
    return found


KERNEL_CASES = _all()
