"""A graph as draws: plain data that can be printed, compared, counted and replayed."""

from __future__ import annotations

from collections.abc import Collection

from pyface_web.engine.webgl.draws import MAX_OUTPUTS, Draw, Plan, Planner, Source, Span
from pyface_web.engine.webgl.kernels import KERNELS, fit, groups_per_tile, pack
from pyface_web.engine.webgl.layout import Layout
from pyface_web.errors import BackendError
from pyface_web.graph.node import Outputs, consumers, topological
from pyface_web.graph.ops import Input, ResizeBilinear

# Texels in a row of the texture that is read back: the smallest that keeps it below 2048 rows.
PACK_WIDTHS = (64, 512, 2048)
# Outputs of a level of a pyramid: each is packed by itself, so that the number of levels changes no
# program.
LEVEL_OUTPUTS = 2


def plan(
    name: str,
    outputs: Outputs,
    quantised: Collection[str],
    targets: int,
    source: Source | None = None,
) -> Plan:
    """Plan a (fused) graph.

    quantised: paths of the filters that are stored as uint8. targets: render targets of the
    device, at least 4; with 8 a 1x1 convolution writes two channel groups at once. source: how the
    input is drawn from the uploaded picture; None: it is filled in.
    """
    if source is None and len(outputs) > MAX_OUTPUTS:
        raise BackendError(f"{name}: {len(outputs)} outputs, at most {MAX_OUTPUTS} can be read")
    planner = Planner(quantised, targets, source)
    draws: list[Draw] = []
    image = ""
    order = topological(outputs.values())
    users = consumers(order)
    for i, node in enumerate(order):
        tensor = f"t{i}"
        planner.names[id(node)] = tensor
        if (
            isinstance(node.op, Input)
            and source
            and users[id(node)]
            and all(isinstance(user.op, ResizeBilinear) for user in users[id(node)])
        ):
            continue  # they read the picture itself
        planner.tensors[tensor] = Layout.of(node.shape, groups_per_tile(node, planner))
        if isinstance(node.op, Input):
            image = tensor
            if source:
                draws.append(fit(node, planner))
        else:
            draws.append(KERNELS[type(node.op)](node, planner))
    reads_picture = source is not None and not image
    per_pack = LEVEL_OUTPUTS if reads_picture else MAX_OUTPUTS
    names = list(outputs)
    groups = [names[i : i + per_pack] for i in range(0, len(names), per_pack)]
    spans, pack_size, tops = _spans(outputs, groups)
    for group, (top, rows) in zip(groups, tops, strict=True):
        part = {key: outputs[key] for key in group}
        draws.append(pack(part, spans, pack_size, (top, rows), planner))
    return Plan(
        name,
        image,
        planner.tensors,
        tuple(draws),
        spans,
        pack_size,
        len(groups),
        tuple(planner.filters),
        tuple(planner.epilogues),
        tuple(planner.depthwise),
        planner.channel_rows,
        planner.channel_width,
    )


def _spans(
    outputs: Outputs, groups: list[list[str]]
) -> tuple[dict[str, Span], tuple[int, int], list[tuple[int, int]]]:
    """Places in the packed texture, its width and rows, and first row and rows of each group."""
    total = sum(Span(0, node.shape[1:]).texels for node in outputs.values())
    width = next((w for w in PACK_WIDTHS if total <= w * 2048), PACK_WIDTHS[-1])
    spans: dict[str, Span] = {}
    tops: list[tuple[int, int]] = []
    row = 0
    for group in groups:
        first = row * width
        for key in group:
            spans[key] = Span(first, outputs[key].shape[1:])
            first += spans[key].texels
        rows = -(-first // width) - row
        tops.append((row, rows))
        row += rows
    return spans, (width, row), tops
