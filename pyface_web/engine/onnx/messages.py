"""The messages that an ONNX file consists of, as bytes.

Numbers of fields and of types are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.onnx.wire import field

OPSET = 17  # of the default domain, from June 2022; nothing newer is needed
IR_VERSION = 8

_DATA_TYPES = {np.dtype(np.float32): 1, np.dtype(np.int64): 7}
_FLOAT, _INT, _STRING, _INTS = 1, 2, 3, 7  # AttributeProto.AttributeType

Dim = int | str
"""A side of a tensor: fixed, or the name of one that may differ from run to run."""
Attribute = int | float | str | Sequence[int]


def tensor(name: str, values: NDArray[Any]) -> bytes:
    """A constant of a graph (TensorProto)."""
    dims = [field(1, size) for size in values.shape]
    kind = field(2, _DATA_TYPES[values.dtype])
    little = values.astype(values.dtype.newbyteorder("<"), copy=False)
    return b"".join((*dims, kind, field(8, name), field(9, little.tobytes())))


def node(
    kind: str,
    inputs: Iterable[str],
    outputs: Iterable[str],
    name: str,
    attributes: Mapping[str, Attribute],
) -> bytes:
    """An operator that is applied (NodeProto); an input "" is left out."""
    parts = [field(1, x) for x in inputs] + [field(2, y) for y in outputs]
    parts += [field(3, name), field(4, kind)]
    parts += [field(5, _attribute(key, value)) for key, value in attributes.items()]
    return b"".join(parts)


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, int):
        parts = [field(3, value), field(20, _INT)]
    elif isinstance(value, float):
        parts = [field(2, value), field(20, _FLOAT)]
    elif isinstance(value, str):
        parts = [field(4, value), field(20, _STRING)]
    else:
        parts = [*(field(8, item) for item in value), field(20, _INTS)]
    return b"".join((field(1, name), *parts))


def value(name: str, dtype: type[np.generic], dims: Sequence[Dim], text: str = "") -> bytes:
    """An input or an output of a graph (ValueInfoProto). text: what it is, in words."""
    sizes = (field(1, size) if isinstance(size, int) else field(2, size) for size in dims)
    shape = b"".join(field(1, size) for size in sizes)
    of_tensor = field(1, _DATA_TYPES[np.dtype(dtype)]) + field(2, shape)
    return field(1, name) + field(2, field(1, of_tensor)) + field(3, text)


def model(
    name: str,
    parts: Mapping[str, Iterable[bytes]],
    text: str,
    facts: Mapping[str, str],
) -> bytes:
    """A file (ModelProto). parts: "nodes", "constants", "inputs" and "outputs" of its graph.

    text: what it is, in words. facts: texts by their names.
    """
    numbers = {"nodes": 1, "constants": 5, "inputs": 11, "outputs": 12}
    graph = [field(numbers[key], part) for key, some in parts.items() for part in some]
    entries = (field(1, key) + field(2, value) for key, value in facts.items())
    return b"".join(
        (
            field(1, IR_VERSION),
            field(2, "pyface_web"),
            field(6, text),
            field(7, b"".join((*graph, field(2, name)))),
            field(8, field(1, "") + field(2, OPSET)),
            *(field(14, entry) for entry in entries),
        )
    )
