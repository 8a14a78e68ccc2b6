"""The graph: immutable nodes, their order, and the parameters they declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import prod

from pyface_web.errors import ShapeError
from pyface_web.graph.ops import Dims, Fused, Op, Shape


@dataclass(frozen=True)
class Param:
    """A declared parameter: its path in the weight manifest and its shape."""

    path: str
    shape: Dims


@dataclass(frozen=True, eq=False)
class Node:
    """One op applied to nodes. `params` maps the op's roles to declared parameters."""

    op: Op
    inputs: tuple[Node, ...]
    shape: Shape
    params: Mapping[str, Param] = field(default_factory=dict)
    label: str = ""

    def __repr__(self) -> str:
        return f"<{self.label or type(self.op).__name__} {self.op} -> {self.shape}>"


Outputs = Mapping[str, Node]


def apply(op: Op, *inputs: Node, paths: Mapping[str, str] | None = None, label: str = "") -> Node:
    """Make a node; `paths` gives a manifest path for every role the op declares."""
    paths = paths or {}
    shapes = [node.shape for node in inputs]
    wanted = op.param_shapes(*shapes)
    if set(wanted) != set(paths):
        raise ShapeError(f"{label}: {op} declares {sorted(wanted)}, got paths for {sorted(paths)}")
    params = {role: Param(paths[role], dims) for role, dims in wanted.items()}
    return Node(op, inputs, op.out_shape(*shapes), params, label)


def topological(outputs: Iterable[Node]) -> list[Node]:
    """Every node once, inputs before users, in a stable order."""
    order: list[Node] = []
    seen: set[int] = set()
    stack: list[tuple[Node, bool]] = [(node, False) for node in reversed(list(outputs))]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((x, False) for x in reversed(node.inputs) if id(x) not in seen)
    return order


def consumers(order: Iterable[Node]) -> dict[int, list[Node]]:
    """id(node) -> the nodes that read it (once per use)."""
    users: dict[int, list[Node]] = {}
    for node in order:
        users.setdefault(id(node), [])
        for x in node.inputs:
            users.setdefault(id(x), []).append(node)
    return users


def parameters(outputs: Outputs) -> dict[str, Dims]:
    """Path -> shape of every parameter of a graph, in the order of the graph."""
    found: dict[str, Dims] = {}
    for node in topological(outputs.values()):
        for param in node.params.values():
            if found.setdefault(param.path, param.shape) != param.shape:
                raise ShapeError(
                    f"{param.path} is declared as {found[param.path]} and as {param.shape}"
                )
    return found


def macs(node: Node) -> int:
    """Multiply-adds of one item, from the shapes of the node's filters."""
    filters = node.params.get("filters") or node.params.get("weights")
    if filters is None:
        return 0
    kernel = node.op.kernel if isinstance(node.op, Fused) else node.op
    return prod(kernel.out_shape(node.inputs[0].shape)[1:3]) * prod(filters.shape)
