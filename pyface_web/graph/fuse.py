"""Fold what follows a convolution into it, so that each becomes one kernel."""

from __future__ import annotations

from dataclasses import replace

from pyface_web.graph import ops
from pyface_web.graph.node import Node, Outputs, Param, consumers, topological
from pyface_web.graph.ops import Activation, Add, AvgPool, Fused, MaxPool, Pad

_KERNELS = (ops.Conv2d, ops.DepthwiseConv2d, ops.Dense)
_PER_CHANNEL = (ops.Affine, ops.BatchNorm, ops.FoldedNorm)
_ACTIVATIONS = (Activation, ops.PRelu)
_FOLLOWERS: tuple[type[ops.Op], ...] = (
    *_PER_CHANNEL,
    Pad,
    Add,
    *_ACTIVATIONS,
    MaxPool,
)


def fuse(outputs: Outputs) -> dict[str, Node]:
    """The same graph with bias, batch norm, padding, residual add and activation inside kernels.

    A node is folded only where nothing else reads it. An activation that could not be folded
    into its producer (another node needs the raw value) is folded into the depthwise
    convolutions that read it instead.
    """
    return _Fusion(outputs).result()


class _Fusion:
    def __init__(self, outputs: Outputs) -> None:
        self.outputs = outputs
        self.order = topological(outputs.values())
        self.users = consumers(self.order)
        self.kept = {id(node) for node in outputs.values()}
        self.made: dict[int, Node] = {}  # id of a node of the old graph -> node of the new one
        self.claimed: set[int] = set()  # nodes that are part of a chain

    def result(self) -> dict[str, Node]:
        # A chain starts at its kernel but may need nodes that come later in the order (the skip
        # input), so the new node is made where the chain ends.
        ends: dict[int, list[Node]] = {}
        for node in self.order:
            if isinstance(node.op, _KERNELS):
                chain = self._chain(node)
                self.claimed.update(id(link) for link in chain)
                ends[id(chain[-1])] = chain
        for node in self.order:
            if id(node) in ends:
                self.made[id(node)] = self._fused(ends[id(node)])
            elif id(node) not in self.claimed:
                self.made[id(node)] = self._copy(node)
        return {name: self.made[id(node)] for name, node in self.outputs.items()}

    def _next(self, node: Node) -> Node | None:
        """The only user of a node that nothing else needs."""
        users = self.users[id(node)]
        return users[0] if len(users) == 1 and id(node) not in self.kept else None

    def _chain(self, kernel: Node) -> list[Node]:
        """The kernel and the nodes behind it that it can take in."""
        chain = [kernel]
        allowed = _FOLLOWERS
        while (node := self._next(chain[-1])) is not None and isinstance(node.op, allowed):
            if id(node) in self.claimed or (isinstance(node.op, Pad) and node.op.channels):
                break
            if isinstance(node.op, MaxPool) and not self._poolable(kernel, node.op):
                break
            if isinstance(node.op, Add):
                allowed = _ACTIVATIONS
            elif isinstance(node.op, Pad):
                allowed = (Add, *_ACTIVATIONS)
            elif isinstance(node.op, _ACTIVATIONS):
                allowed = () if any(isinstance(link.op, Pad) for link in chain) else (MaxPool,)
            elif isinstance(node.op, MaxPool):
                allowed = ()
            chain.append(node)
        return chain

    @staticmethod
    def _poolable(kernel: Node, pool: MaxPool) -> bool:
        """A kernel computes 2x2 pixels at once, so a 2x2 pool with stride 2 needs no neighbours."""
        return isinstance(kernel.op, ops.Conv2d) and (pool.size, pool.stride) == (2, 2)

    @staticmethod
    def _other(add: Node, one: Node) -> Node:
        return add.inputs[1] if add.inputs[0] is one else add.inputs[0]

    def _fused(self, chain: list[Node]) -> Node:
        kernel, rest = chain[0], chain[1:]
        x = kernel.inputs[0]
        assert isinstance(kernel.op, _KERNELS)
        op = Fused(kernel.op)
        params: dict[str, Param] = dict(kernel.params)
        inputs = [x]
        if isinstance(x.op, Activation) and self._folds_forward(x):
            op = replace(op, pre=x.op.kind)
            inputs = [x.inputs[0]]
        previous = kernel
        for node in rest:
            if isinstance(node.op, _PER_CHANNEL):
                i = len(op.epilogue)
                params |= {f"{i}.{role}": param for role, param in node.params.items()}
                op = replace(op, epilogue=(*op.epilogue, node.op))
            elif isinstance(node.op, Pad):
                op = replace(op, pad=node.op)
            elif isinstance(node.op, Add):
                skip = self._other(node, previous)
                pooled = self._pooled(skip)
                op = replace(op, skip="pool" if pooled else "add")
                inputs.append(pooled or skip)
            elif isinstance(node.op, Activation):
                op = replace(op, activation=node.op.kind)
            elif isinstance(node.op, ops.PRelu):
                params |= node.params
                op = replace(op, activation="prelu")
            elif isinstance(node.op, MaxPool):
                op = replace(op, top=node.op)
            previous = node
        new_inputs = tuple(self._new(node) for node in inputs)
        return Node(op, new_inputs, chain[-1].shape, params, kernel.label)

    def _pooled(self, skip: Node) -> Node | None:
        """The input of a 2x2 mean (maybe with zero channels appended) that only feeds a skip."""
        pool = skip
        if isinstance(pool.op, Pad) and not (pool.op.bottom or pool.op.right):
            pool = pool.inputs[0]
        if pool.op != AvgPool(2, 2) or any(
            len(self.users[id(node)]) != 1 or id(node) in self.kept for node in {skip, pool}
        ):
            return None
        return pool.inputs[0]

    def _folds_forward(self, node: Node) -> bool:
        return (
            id(node) not in self.kept | self.claimed
            and node.op == Activation("relu")
            and all(isinstance(user.op, ops.DepthwiseConv2d) for user in self.users[id(node)])
        )

    def _new(self, node: Node) -> Node:
        """The node's counterpart; nodes that were only folded away are copied when asked for."""
        if id(node) not in self.made:
            self.made[id(node)] = self._copy(node)
        return self.made[id(node)]

    def _copy(self, node: Node) -> Node:
        return replace(node, inputs=tuple(self._new(x) for x in node.inputs))
