"""{op: node -> draw}: which shader computes an op, with which defines and sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pyface_web.engine.webgl.draws import (
    HALVES,
    MAX_ITEMS,
    PACKED,
    ROWS,
    SOURCE,
    Draw,
    Planner,
    Program,
    Source,
    Span,
)
from pyface_web.engine.webgl.layout import Layout
from pyface_web.graph import ops
from pyface_web.graph.node import Node, Outputs, macs
from pyface_web.graph.ops import LEAKY_SLOPE, Fused, Op, window

_SLOPES = {
    "none": (1.0, 3e38),
    "relu": (0.0, 3e38),
    "relu6": (0.0, 6.0),
    "leaky": (LEAKY_SLOPE, 3e38),
    "prelu": (1.0, 3e38),  # its slopes are in `channels`
}
_NO_LAYOUT = (1.0, 1.0, 1.0, 0.0)


def groups_per_tile(node: Node, planner: Planner) -> int:
    """Channel groups that a tile of this node's result holds.

    A convolution makes two where the device has eight targets, since each texel of x that it
    fetches then feeds eight outputs. Measured on SwiftShader, with one and with two, GMAC/s: 1x1 at
    32x32x512 -> 512 6.2 and 9.3; 3x3 at 16x16x64 -> 64, six items, 7.3 and 8.5. Depthwise
    convolutions gain nothing. A pool keeps what its input has, and so does a resized map.
    """
    if isinstance(node.op, ops.MaxPool | ops.ResizeBilinear):
        x = planner.tensors.get(planner.tensor(node.inputs[0]))
        return x.groups_per_tile if x else 1
    kernel = node.op.kernel if isinstance(node.op, Fused) else node.op
    convolution = isinstance(kernel, (ops.Conv2d, ops.Dense))
    return 2 if convolution and planner.targets >= 8 and node.shape[3] > 4 else 1


def _block(
    x: Layout,
    y: Layout,
    *,
    skip: Layout | None = None,
    computed: tuple[int, int] | None = None,
    rows: tuple[int, int] = (0, 0),
    activation: str = "none",
) -> tuple[float, ...]:
    """The Sizes block of lib/sizes.glsl. computed: height and width before padding."""
    height, width = computed or (y.height, y.width)
    return (
        *x.uniform,
        *y.uniform,
        *(skip.uniform if skip else _NO_LAYOUT),
        *(y.width, y.height, width, height),
        *(x.width, x.height, x.groups, 0),
        *(*rows, skip.groups if skip else 0, 0),
        *(*_SLOPES[activation], 0, 0),
    )


def _window_defines(
    x: Layout, kernel: int, stride: int, padding: ops.Padding
) -> list[tuple[str, int]]:
    return [
        ("KERNEL", kernel),
        ("STRIDE", stride),
        ("PAD_Y", window(x.height, kernel, stride, padding)[1]),
        ("PAD_X", window(x.width, kernel, stride, padding)[1]),
    ]


def _draw(
    node: Node,
    planner: Planner,
    program: Program,
    block: tuple[float, ...],
    inputs: Mapping[str, str],
) -> Draw:
    y = planner.layout(node)
    return Draw(
        program,
        tuple(inputs.items()),
        planner.tensor(node),
        block,
        y.texture_width,
        y.texture_rows,
        node.label,
        node.shape,
        macs(node),
    )


def _unroll(size: int, x: Layout) -> int:
    """Input groups per turn of the loop.

    Measured on SwiftShader at 32x32x512 -> 512: a 1x1 convolution takes 38.4 ms with one, 37.3 with
    two, 36.2 with four and with eight; a 3x3 has 36 products per group and only compiles slower.
    """
    return 4 if size == 1 and x.groups % 4 == 0 else 1


def _as_fused(op: Any) -> Fused:
    """An op as a fused one; those without filters are depthwise convolutions with equal ones."""
    match op:
        case Fused():
            return op
        case ops.Conv2d() | ops.DepthwiseConv2d() | ops.Dense():
            return Fused(op)
        case ops.Affine() | ops.BatchNorm() | ops.FoldedNorm():
            return Fused(_ONES, epilogue=(op,))
        case ops.Activation():
            return Fused(_ONES, activation=op.kind)
        case ops.PRelu():
            return Fused(_ONES, activation="prelu")
        case ops.Add():
            return Fused(_ONES, skip="add")
        case ops.Pad():
            return Fused(_ONES, pad=op)
    return Fused(ops.DepthwiseConv2d(op.size, op.stride, "valid"))  # AvgPool


_ONES = ops.DepthwiseConv2d(1, 1, "valid")


def _convolution(node: Node, planner: Planner) -> Draw:
    """Any convolution, dense layer, or op that counts as one; fused or bare."""
    fused = _as_fused(node.op)
    kernel = fused.kernel
    x, y = planner.layout(node.inputs[0]), planner.layout(node)
    skip = planner.layout(node.inputs[1]) if fused.skip != "none" else None
    size = x.height if isinstance(kernel, ops.Dense) else kernel.kernel
    stride = 1 if isinstance(kernel, ops.Dense) else kernel.stride
    padding: ops.Padding = "valid" if isinstance(kernel, ops.Dense) else kernel.padding
    paths = {role: param.path for role, param in node.params.items()}
    filters = paths.get("weights" if isinstance(kernel, ops.Dense) else "filters")
    if filters is None:  # a bare op of an epilogue
        paths = {role if role == "alpha" else f"0.{role}": path for role, path in paths.items()}
    inputs = {"x": planner.tensor(node.inputs[0]), "channels": "channels"}
    if skip is not None:
        inputs["skip"] = planner.tensor(node.inputs[1])
    defines: list[tuple[str, int | str]] = [
        *_window_defines(x, size, stride, padding),
        ("MASKED", int(padding == "same" and size > 1)),
        ("IN_GROUPS", x.groups_per_tile),
    ]
    row = 0
    if isinstance(kernel, ops.DepthwiseConv2d):
        shader = "depthwise"
        row = planner.add_depthwise(y, size, filters, x.channels, 1 / size**2)
        defines.append(("PRE", fused.pre))
        epilogue = planner.add_epilogue(y, fused, paths, None)
    else:
        assert filters is not None
        shader = "conv2d"
        role = "weights" if isinstance(kernel, ops.Dense) else "filters"
        shape = (size, size, x.channels, node.params[role].shape[-1])
        spec = planner.add_filters(filters, shape, y.groups_per_tile)
        inputs["filters"] = spec.name
        epilogue = planner.add_epilogue(y, fused, paths, filters)
        defines += [
            ("OUT_GROUPS", y.groups_per_tile),
            ("BITS", spec.bits),
            ("POOL", int(fused.top is not None)),
            ("IMAGE", int(x.channels <= 3)),
            ("UNROLL", _unroll(size, x)),
        ]
    defines += [
        ("SKIP", fused.skip),
        ("SKIP_GROUPS", skip.groups_per_tile if skip else 1),
        ("PADDED", int(bool(fused.pad.bottom or fused.pad.right))),
        ("PRELU", int(fused.activation == "prelu")),
    ]
    computed = kernel.out_shape(node.inputs[0].shape)  # before padding, or before the pool
    block = _block(
        x,
        y,
        skip=skip,
        computed=computed[1:3],
        rows=(epilogue, row),
        activation=fused.activation,
    )
    return _draw(node, planner, Program(shader, tuple(defines)), block, inputs)


def _max_pool(node: Node, planner: Planner) -> Draw:
    op: Any = node.op
    x, y = planner.layout(node.inputs[0]), planner.layout(node)
    defines = [
        *_window_defines(x, op.size, op.stride, op.padding),
        ("OUT_GROUPS", y.groups_per_tile),
    ]
    inputs = {"x": planner.tensor(node.inputs[0])}
    return _draw(node, planner, Program("max_pool", tuple(defines)), _block(x, y), inputs)


def _global_mean(node: Node, planner: Planner) -> Draw:
    x, y = planner.layout(node.inputs[0]), planner.layout(node)
    inputs = {"x": planner.tensor(node.inputs[0])}
    program = Program("mean", (("IN_GROUPS", x.groups_per_tile),))
    return _draw(node, planner, program, _block(x, y), inputs)


def _resize_bilinear(node: Node, planner: Planner) -> Draw:
    """From a tensor, or straight from the picture, which then never becomes a tensor."""
    image, y = node.inputs[0], planner.layout(node)
    picture = planner.source is not None and isinstance(image.op, ops.Input)
    transposed = picture and planner.source is not None and planner.source.transposed
    x = Layout.of(image.shape) if picture else planner.layout(image)
    inputs = {"source": SOURCE} if picture else {"x": planner.tensor(image)}
    defines = (
        ("PICTURE", int(picture)),
        ("TRANSPOSED", int(transposed)),
        ("GROUPS", y.groups_per_tile),
    )
    return _draw(node, planner, Program("resize", defines), _block(x, y), inputs)


def pack(
    outputs: Outputs,
    spans: Mapping[str, Span],
    size: tuple[int, int],
    place: tuple[int, int],
    planner: Planner,
) -> Draw:
    """One of the last draws of a plan: outputs into one plain texture, so that one read gets them.

    size: width of that texture, and rows of an item in it. place: the first row that this draw
    writes, and how many.
    """
    width, rows = size
    layouts = [planner.layout(node) for node in outputs.values()]
    program = Program(
        "pack",
        (
            ("OUTPUTS", len(outputs)),
            ("GROUPS", "".join(str(layout.groups_per_tile) for layout in layouts)),
            ("WIDTH", width),
        ),
    )
    block = [rows, 0.0, 0.0, 0.0]
    for layout in layouts:
        block += layout.uniform
    for span in (spans[key] for key in outputs):
        block += (span.first, span.texels, span.shape[1], span.groups)
    inputs = {f"x{i}": planner.tensor(node) for i, node in enumerate(outputs.values())}
    shape = (1, place[1], width, 4)
    return Draw(
        program, tuple(inputs.items()), PACKED, tuple(block), width, place[1], "pack", shape,
        top=place[0],
    )  # fmt: skip


def fit(image: Node, planner: Planner) -> Draw:
    """The first draw of a plan: the uploaded picture into the net's input."""
    layout = planner.layout(image)
    source = planner.source or Source()
    inputs = {"source": SOURCE}
    draw = _draw(image, planner, _fit_program(source), _block(layout, layout), inputs)
    return replace(draw, label="fit")


def fit_otherwise(draw: Draw, kind: str) -> Draw:
    """The draw that `fit` made, for crops with another kind of fit than the net's own."""
    transposed = bool(dict(draw.program.defines)["TRANSPOSED"])
    inputs = (("halves", HALVES),) if kind == "halved" else draw.inputs
    return replace(draw, program=_fit_program(Source(kind, transposed)), inputs=inputs)


def _fit_program(source: Source) -> Program:
    defines = (
        ("FIT", source.kind),
        ("VECTORS", MAX_ITEMS * ROWS[source.kind]),
        ("TRANSPOSED", int(source.transposed)),
    )
    return Program("fit", defines)


KERNELS: dict[type[Op], Callable[[Node, Planner], Draw]] = {
    ops.Fused: _convolution,
    ops.Conv2d: _convolution,
    ops.DepthwiseConv2d: _convolution,
    ops.Dense: _convolution,
    ops.Affine: _convolution,
    ops.BatchNorm: _convolution,
    ops.FoldedNorm: _convolution,
    ops.Activation: _convolution,
    ops.Add: _convolution,
    ops.AvgPool: _convolution,
    ops.Pad: _convolution,
    ops.PRelu: _convolution,
    ops.ResizeBilinear: _resize_bilinear,
    ops.MaxPool: _max_pool,
    ops.GlobalMean: _global_mean,
}
