"""An ONNX graph while it is written: names, operators, constants, how pixels enter.

Maps are (batch, channels, height, width) inside, which is what runtimes are fastest with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pyface_web.engine.onnx import messages
from pyface_web.graph import ops
from pyface_web.graph.ops import Shape, window
from pyface_web.models.architecture import Architecture

IMAGE, LEVEL, BATCH = "image", "level", "batch"
TO_CHANNELS_LAST = (0, 2, 3, 1)
_TO_CHANNELS_FIRST = (0, 3, 1, 2)
_TRANSPOSED = (0, 3, 2, 1)  # channels first, and the axes of the picture exchanged


def integers(values: Sequence[int]) -> npt.NDArray[np.int64]:
    """A constant of sizes, axes or indices."""
    return np.array(values, np.int64)


@dataclass(frozen=True)
class Value:
    """A tensor by its name, with the shape (batch, height, width, channels) that it has in the net.

    is_flat: it is (batch, channels), as what comes of a dense layer. is_raw: it is pixels of the
    picture as they came, (batch, height, width, 3).
    """

    name: str
    shape: Shape
    is_flat: bool = False
    is_raw: bool = False


class Writer:
    """The parts of an ONNX graph while it is written.

    is_free: height and width differ from run to run, so that nothing may be derived of them.
    """

    def __init__(self, architecture: Architecture, is_free: bool = False) -> None:
        self.architecture = architecture
        self.is_free = is_free
        self.nodes: list[bytes] = []
        self.constants: list[bytes] = []
        self._names: set[str] = {IMAGE, LEVEL}
        self._written: dict[object, str] = {}  # what is needed again, such as an activation
        self.label = ""

    def _name(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self._names:
            number += 1
            name = f"{wanted}:{number}"
        self._names.add(name)
        return name

    def op(self, kind: str, inputs: Sequence[str], name: str = "", **attributes: Any) -> str:
        """The name of the result of an operator."""
        made = name or self._name(f"{self.label}/{kind}")
        self.nodes.append(messages.node(kind, inputs, [made], made, attributes))
        return made

    def constant(self, role: str, values: npt.NDArray[Any]) -> str:
        """The name of a constant."""
        name = self._name(f"{self.label}/{role}")
        self.constants.append(messages.tensor(name, values))
        return name

    def once(self, key: object, write: Callable[[], str]) -> str:
        """What was written for this key, or is now."""
        if key not in self._written:
            self._written[key] = write()
        return self._written[key]

    def entered(self, x: Value) -> Value:
        """Pixels as the net takes them, channels first; anything else as it is."""
        return replace(x, name=self.once(x, lambda: self._enter(x)), is_raw=False)

    def _enter(self, x: Value) -> str:
        if not x.is_raw:
            return x.name
        net = self.architecture
        order = _TRANSPOSED if net.transposed else _TO_CHANNELS_FIRST
        name = self.op("Transpose", [x.name], perm=order)
        if any(net.mean):
            mean = np.asarray(net.mean, np.float32)[:, None, None]
            name = self.op("Sub", [name, self.constant("mean", mean)])
        if net.scale != 1:
            name = self.op("Mul", [name, self.constant("scale", np.array([net.scale], np.float32))])
        if net.transposed:  # which see BGR
            name = self.op("Gather", [name, self.constant("bgr", integers([2, 1, 0]))], axis=1)
        return name

    def map_of(self, x: Value) -> Value:
        """The same as (batch, channels, height, width)."""
        x = self.entered(x)
        if not x.is_flat:
            return x
        name = self.once(("map", x.name), lambda: self._unflattened(x.name))
        return replace(x, name=name, is_flat=False)

    def _unflattened(self, name: str) -> str:
        axes = self.constant("axes", integers([2, 3]))
        return self.op("Unsqueeze", [name, axes])

    def per_channel(self, role: str, values: npt.NDArray[Any], x: Value) -> str:
        """A constant with one number for each channel of x."""
        values = values.astype(np.float32)
        return self.constant(role, values if x.is_flat else values[:, None, None])

    def windows(self, x: Value, kernel: int, stride: int, padding: ops.Padding) -> dict[str, Any]:
        """The attributes of an operator that looks at windows."""
        found: dict[str, Any] = {"kernel_shape": [kernel] * 2, "strides": [stride] * 2}
        if padding == "valid":
            return found
        if self.is_free:
            return found | {"auto_pad": "SAME_UPPER"}
        before, after = [], []
        for size in x.shape[1:3]:
            out, first = window(size, kernel, stride, padding)
            before.append(first)
            after.append(max((out - 1) * stride + kernel - size - first, 0))
        return found | {"pads": [*before, *after]}
