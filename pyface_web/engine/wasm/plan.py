"""A graph as a plan: steps in order, and where in the arena each tensor lies. Plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pyface_web.engine.wasm import winograd
from pyface_web.engine.wasm.arena import Life, places
from pyface_web.engine.wasm.constants import Bias, Constant, Depthwise, Fold, Panels, Scale, Slopes
from pyface_web.engine.wasm.layout import Layout, Margins
from pyface_web.engine.wasm.steps import DepthwiseStage, Range, Step, Window
from pyface_web.graph import ops
from pyface_web.graph.node import Node, Outputs, consumers, macs, topological
from pyface_web.graph.ops import Fused, Op, window

_STRIP = 16 * 1024  # floats between x and y that stay in the cache
_MOST_ROWS = 4096
_RANGES = {"none": Range(), "relu": Range(low=0.0), "relu6": Range(0.0, 6.0)}
_PER_CHANNEL = (ops.Affine, ops.BatchNorm, ops.FoldedNorm)


@dataclass(frozen=True)
class Plan:
    """Steps for any number of items.

    images: where pictures are filled in, the input itself or the levels of a pyramid. outputs: name
    -> where it lies. floats: of the arena, for an item. scratch: floats, for any number of them.
    """

    steps: tuple[Step, ...]
    images: tuple[Layout, ...]
    outputs: Mapping[str, Layout]
    floats: int
    scratch: int

    @property
    def numbers(self) -> range:
        """Of the images among the tensors that steps read and write."""
        return range(len(self.images))

    @property
    def constants(self) -> list[Constant]:
        """What the steps read besides tensors, each once."""
        return list(dict.fromkeys(c for step in self.steps for c in step.constants))

    @property
    def macs(self) -> int:
        """Multiply-adds of an item."""
        return sum(step.macs * step.rows for step in self.steps)


def plan(outputs: Outputs, pyramid: bool = False) -> Plan:
    """The plan of a fused graph. pyramid: whether what resizes the input is filled in itself."""
    return _Planner(outputs, pyramid).result()


def _fused(op: Op) -> Fused | None:
    """A convolution, alone or with what follows it, as a fused one; None for other ops."""
    if isinstance(op, Fused):
        return op
    return Fused(op) if isinstance(op, (ops.Conv2d, ops.DepthwiseConv2d, ops.Dense)) else None


def _window(op: Any, x: Layout) -> Window:
    """Of a convolution or a pool over a map."""
    if isinstance(op, ops.Dense):
        return Window(x.height, 1, 0, 0)
    size = op.size if isinstance(op, (ops.MaxPool, ops.AvgPool)) else op.kernel
    padding: ops.Padding = "valid" if isinstance(op, ops.AvgPool) else op.padding
    before = (window(side, size, op.stride, padding)[1] for side in (x.height, x.width))
    return Window(size, op.stride, *before)


def _margins(op: Any, x: Node) -> Margins:
    """The zeros around x that a convolution reads."""
    if isinstance(op, ops.Dense):
        return Margins()
    sides = []
    for side in x.shape[1:3]:
        out, before = window(side, op.kernel, op.stride, op.padding)
        sides.append((before, max((out - 1) * op.stride + op.kernel - side - before, 0)))
    (top, bottom), (left, right) = sides
    return Margins(top, left, bottom, right)


class _Planner:
    def __init__(self, outputs: Outputs, pyramid: bool) -> None:
        self.outputs = outputs
        order = topological(outputs.values())
        self.users = consumers(order)
        self.kept = {id(node) for node in outputs.values()}
        self.filled = [node for node in order if self._is_filled(node, pyramid)]
        unseen = [node for node in order if isinstance(node.op, ops.Input)] if pyramid else []
        skipped = {id(node) for node in [*self.filled, *unseen]}
        # of a product, the depthwise convolution before it that nobody else reads
        self.stages = {id(node): x for node in order if (x := self._stage(node)) is not None}
        skipped |= {id(x) for x in self.stages.values()}
        self.order = [node for node in order if id(node) not in skipped]
        self.layouts: dict[int, Layout] = {}
        self.floats = 0

    def result(self) -> Plan:
        self._lay_out()
        numbers = {id(node): i for i, node in enumerate([*self.filled, *self.order])}
        steps = tuple(step for node in self.order for step in self._numbered(node, numbers))
        return Plan(
            steps,
            tuple(self.layouts[id(node)] for node in self.filled),
            {name: self.layouts[id(node)] for name, node in self.outputs.items()},
            self.floats,
            max((_scratch(step) for step in steps), default=0),
        )

    @staticmethod
    def _is_filled(node: Node, pyramid: bool) -> bool:
        if pyramid:
            return isinstance(node.op, ops.ResizeBilinear) and isinstance(
                node.inputs[0].op, ops.Input
            )
        return isinstance(node.op, ops.Input)

    def _stage(self, node: Node) -> Node | None:
        fused = _fused(node.op)
        kernel = fused.kernel if fused is not None else None
        if not isinstance(kernel, ops.Conv2d) or (kernel.kernel, kernel.stride) != (1, 1):
            return None
        x = node.inputs[0]
        before = _fused(x.op)
        alone = id(x) not in self.kept and len(self.users[id(x)]) == 1
        if before is None or not alone or not isinstance(before.kernel, ops.DepthwiseConv2d):
            return None
        plain = before.skip == "none" and before.pad == ops.Pad() and before.activation in _RANGES
        return x if plain else None

    # --- where tensors lie

    def _reads(self, node: Node) -> tuple[Node, ...]:
        """The tensors that a node's steps read."""
        stage = self.stages.get(id(node))
        return node.inputs if stage is None else (stage.inputs[0], *node.inputs[1:])

    def _lay_out(self) -> None:
        needed: dict[int, list[Margins]] = {}
        plain: dict[int, bool] = {}  # whether only products read it
        last: dict[int, int] = {}
        for i, node in enumerate(self.order):
            fused = _fused(self.stages[id(node)].op if id(node) in self.stages else node.op)
            reads = self._reads(node)
            if fused is not None:
                needed.setdefault(id(reads[0]), []).append(_margins(fused.kernel, reads[0]))
            for k, x in enumerate(reads):
                product = k == 0 and fused and not isinstance(fused.kernel, ops.DepthwiseConv2d)
                plain[id(x)] = plain.get(id(x), True) and bool(product)
                last[id(x)] = i
        end = len(self.order)
        lives: dict[int, Life] = {}
        for i, node in [*((-1, node) for node in self.filled), *enumerate(self.order)]:
            margins = Margins.around(needed.get(id(node), ()))
            is_image = i < 0 and plain.get(id(node), False) and id(node) not in self.kept
            layout = Layout.of(node.shape, margins, is_image)
            self.layouts[id(node)] = layout
            until = end if id(node) in self.kept else last.get(id(node), i)
            lives[id(node)] = Life(layout.item, i, until)
        found, self.floats = places(lives)
        for key, at in found.items():
            self.layouts[key] = replace(self.layouts[key], at=at)

    # --- what is computed

    def _numbered(self, node: Node, numbers: Mapping[int, int]) -> Iterator[Step]:
        """The steps of a node, with the numbers of their tensors."""
        x, *rest = (numbers[id(read)] for read in self._reads(node))
        own = numbers[id(node)]
        for step in self._steps(node):
            skips = rest if step.skips != "none" else ()
            yield replace(step, reads=(x, *skips), writes=own)
            x = own  # of the steps that follow

    def _steps(self, node: Node) -> list[Step]:
        fused = _fused(node.op)
        if fused is not None:
            return self._convolution(node, fused)
        return [_OTHERS[type(node.op)](self, node)]

    def _convolution(self, node: Node, fused: Fused) -> list[Step]:
        reads = self._reads(node)
        x, y = self.layouts[id(reads[0])], self.layouts[id(node)]
        kernel = fused.kernel
        _, height, width, channels = kernel.out_shape(node.inputs[0].shape)
        # What is added to a padded map, or only to a part of it, is added afterwards.
        later = fused.skip == "pool" or fused.pad != ops.Pad()
        is_depthwise = isinstance(kernel, ops.DepthwiseConv2d)
        later |= is_depthwise and (fused.skip != "none" or fused.activation not in _RANGES)
        slopes, clamp = self._activation(node, "none" if later else fused.activation)
        fold = Fold.of(node)
        bias = Bias(fold, channels)
        computed = y if fused.top else _within(y, height, width)
        if is_depthwise:
            assert fused.top is None
            stage = self._depthwise(node, fused, x)
            step = Step(
                "depthwise", x, computed, node.label, node.shape, height=height, width=width,
                depthwise=replace(stage, range=clamp),
            )  # fmt: skip
        else:
            assert fused.pre == "none" and not (later and fused.top)
            role = "weights" if isinstance(kernel, ops.Dense) else "filters"
            win = _window(kernel, x)
            adds = fused.skip == "add" and not later
            step = Step(
                "convolution", x, computed, node.label, node.shape,
                window=win, height=height, width=width,
                skip=self.layouts[id(node.inputs[1])] if adds else x,
                skips="add" if adds else "none",
                filters=Panels(
                    node.params[role].path, win.size**2, x.channels, channels, x.pixel, fold
                ),
                bias=bias, slopes=slopes, range=clamp, pool=fused.top is not None,
                depthwise=self._staged(node),
            )  # fmt: skip
            rows = _strip_floats(step)
            strip = min(max(1, _STRIP // rows), _MOST_ROWS) if rows else _MOST_ROWS
            step = replace(step, strip=strip)
        stage_node = self.stages.get(id(node))
        work = macs(node) + (macs(stage_node) if stage_node else 0)
        step = winograd.quickest(replace(step, rows=computed.height, macs=work // computed.height))
        if not later:
            return [step]
        return [step, self._added(node, fused, y, computed)]

    def _added(self, node: Node, fused: Fused, y: Layout, computed: Layout) -> Step:
        slopes, clamp = self._activation(node, fused.activation)
        return Step(
            "pointwise", computed, y, f"{node.label} +", node.shape,
            height=computed.height, width=computed.width,
            skip=self.layouts[id(node.inputs[1])] if fused.skip != "none" else y,
            skips=fused.skip, slopes=slopes, range=clamp, rows=y.height,
        )  # fmt: skip

    def _staged(self, node: Node) -> DepthwiseStage | None:
        stage = self.stages.get(id(node))
        if stage is None:
            return None
        fused = _fused(stage.op)
        assert fused is not None
        return self._depthwise(stage, fused, self.layouts[id(stage.inputs[0])])

    @staticmethod
    def _depthwise(node: Node, fused: Fused, x: Layout) -> DepthwiseStage:
        assert isinstance(fused.kernel, ops.DepthwiseConv2d) and fused.pre in ("none", "relu")
        fold, channels = Fold.of(node), node.shape[3]
        filters = Depthwise(node.params["filters"].path, fused.kernel.kernel, channels, fold)
        clamp = _RANGES.get(fused.activation, Range())
        return DepthwiseStage(
            _window(fused.kernel, x), filters, Bias(fold, channels), _RANGES[fused.pre].low, clamp
        )

    @staticmethod
    def _activation(node: Node, kind: str) -> tuple[Slopes | None, Range]:
        if kind in _RANGES:
            return None, _RANGES[kind]
        path = node.params["alpha"].path if kind == "prelu" else None
        return Slopes(path, node.shape[3]), Range()

    def _pointwise(self, node: Node) -> Step:
        op: Any = node.op
        x, y = self.layouts[id(node.inputs[0])], self.layouts[id(node)]
        kind = {ops.Activation: getattr(op, "kind", ""), ops.PRelu: "prelu"}.get(type(op), "none")
        slopes, clamp = self._activation(node, kind)
        fold, channels = Fold.of(node), node.inputs[0].shape[3]
        scales = isinstance(op, _PER_CHANNEL) and not (isinstance(op, ops.Affine) and not op.scale)
        return Step(
            "pointwise", x, y, node.label, node.shape, height=x.height, width=x.width,
            skip=self.layouts[id(node.inputs[1])] if isinstance(op, ops.Add) else x,
            skips="add" if isinstance(op, ops.Add) else "none",
            filters=Scale(fold, channels) if scales else None,
            bias=Bias(fold, channels) if isinstance(op, _PER_CHANNEL) else None,
            slopes=slopes, range=clamp, rows=y.height,
        )  # fmt: skip

    def _over_windows(self, node: Node) -> Step:
        x, y = self.layouts[id(node.inputs[0])], self.layouts[id(node)]
        op: Any = node.op
        if isinstance(op, (ops.MaxPool, ops.AvgPool)):
            kind = "max_pool" if isinstance(op, ops.MaxPool) else "avg_pool"
            win, factor = _window(op, x), 1 / op.size**2
        else:
            kind = "mean" if isinstance(op, ops.GlobalMean) else "resize"
            win, factor = Window(0, 0, 0, 0), 1 / (x.height * x.width)
        return Step(
            kind, x, y, node.label, node.shape, window=win, factor=factor,
            height=y.height, width=y.width, rows=y.height,
        )  # fmt: skip


def _within(y: Layout, height: int, width: int) -> Layout:
    """The upper left part of a map; what is left of it counts as margin, so it becomes zero."""
    m = y.margins
    bottom, right = m.bottom + y.height - height, m.right + y.width - width
    return replace(y, height=height, width=width, margins=Margins(m.top, m.left, bottom, right))


def _scratch(step: Step) -> int:
    """Floats that nothing keeps from one call of a kernel to the next."""
    if step.kind in winograd.KINDS:
        return winograd.scratch_floats(step)
    return step.strip * _strip_floats(step)


def _strip_floats(step: Step) -> int:
    """Floats between x and y for a row of y."""
    before = 2 if step.pool else 1
    seen = before * step.width * step.x.pixel if step.depthwise and step.filters else 0
    return seen + (before * step.width * step.y.pixel if step.pool else 0)


_OTHERS: dict[type[Op], Callable[[_Planner, Node], Step]] = {
    ops.Affine: _Planner._pointwise,
    ops.BatchNorm: _Planner._pointwise,
    ops.FoldedNorm: _Planner._pointwise,
    ops.Activation: _Planner._pointwise,
    ops.PRelu: _Planner._pointwise,
    ops.Add: _Planner._pointwise,
    ops.Pad: _Planner._pointwise,
    ops.MaxPool: _Planner._over_windows,
    ops.AvgPool: _Planner._over_windows,
    ops.GlobalMean: _Planner._over_windows,
    ops.ResizeBilinear: _Planner._over_windows,
}
