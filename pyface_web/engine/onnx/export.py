"""A net with its weights as an ONNX file that says in words what enters and what comes out.

`image` enters always: pixels as pictures have them, (batch, height, width, 3) float32, RGB, 0 to
255. Everything else that a net wants of them is inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pyface_web.engine.onnx import messages
from pyface_web.engine.onnx.convert import write_outputs
from pyface_web.engine.onnx.writer import BATCH, IMAGE, LEVEL, Value, Writer
from pyface_web.errors import InputError, ShapeError
from pyface_web.graph.fuse import fuse
from pyface_web.graph.node import Outputs, parameters, topological
from pyface_web.graph.ops import Input, ResizeBilinear
from pyface_web.host import kind_of
from pyface_web.models.architecture import Architecture
from pyface_web.values.given import plain_text
from pyface_web.weights.model import Model

_FITS = {
    "letterbox": "scaled to fit with its proportions, at the upper left of a black square",
    "letterbox_centred": "scaled to fit with its proportions, in the middle of a black square",
    "stretch": "scaled to the square, whatever its proportions",
}


@dataclass(frozen=True)
class OnnxFile:
    """A net as ONNX.

    data: the bytes of the file. outputs: what it gives, in order. is_free: it takes pictures of any
    size, and a second input, `level`.
    """

    data: bytes
    outputs: tuple[str, ...]
    is_free: bool


def onnx_file(net: Model, size: int | None = None) -> OnnxFile:
    """One net with its weights as ONNX; NotLoadedError where it has none.

    size: side of its square input, by default the net's own; the batch is left open. A net that
    begins with shrinking (MTCNN's first) takes pictures of any size.
    """
    tensors = net.tensors
    network = net.architecture
    outputs = fuse(network.graph(size or network.size))
    is_free = _begins_with_shrinking(outputs)
    if is_free:  # one level of a pyramid, whose outputs have its number
        outputs = {name.removesuffix("_0"): node for name, node in outputs.items()}
    to = Writer(network, is_free)
    arrays = {path: tensors[path].array() for path in parameters(outputs)}
    for path, dims in parameters(outputs).items():
        if arrays[path].shape != dims:
            raise ShapeError(
                f"{network.name}: {path} is {arrays[path].shape}, and an input of side {size} "
                f"needs {dims}; this net has one size, {network.size}: leave size out"
            )
    found = write_outputs(to, outputs, arrays)
    sides: tuple[messages.Dim, ...] = (size or network.size,) * 2
    inputs = [_pixels(network, ("height", "width") if is_free else sides, is_free)]
    if is_free:
        text = "height and width to which the picture is shrunk before the net sees it"
        inputs.append(messages.value(LEVEL, np.int64, [2], text))
    parts = {
        "nodes": to.nodes,
        "constants": to.constants,
        "inputs": inputs,
        "outputs": [_output(value, is_free) for value in found],
    }
    text = f"{network.words or network.name}; {_entering(network, is_free)}; {_coming(network)}"
    facts = {"net": network.name, "weights": network.model_name, "fit": network.fit}
    data = messages.model(network.name, parts, text, facts)
    return OnnxFile(data, tuple(outputs), is_free)


def _begins_with_shrinking(outputs: Outputs) -> bool:
    return any(
        isinstance(node.op, ResizeBilinear) and isinstance(node.inputs[0].op, Input)
        for node in topological(outputs.values())
    )


def _pixels(network: Architecture, sides: Sequence[messages.Dim], is_free: bool) -> bytes:
    dims: list[messages.Dim] = [BATCH, *sides, 3]
    return messages.value(IMAGE, np.float32, dims, _entering(network, is_free))


def _entering(network: Architecture, is_free: bool) -> str:
    fit = "a whole picture" if is_free else f"a crop of a picture, {_FITS[network.fit]}"
    return f"{IMAGE}: {fit}, (batch, height, width, RGB), 0 to 255"


def _coming(network: Architecture) -> str:
    axes = "width, height" if network.transposed else "height, width"
    return f"maps are (batch, {axes}, channels)"


def _output(value: Value, is_free: bool) -> bytes:
    dims: list[messages.Dim] = [BATCH, *value.shape[1:]]
    if value.is_flat:
        dims = [BATCH, value.shape[3]]
    elif is_free:
        dims = [BATCH, f"{value.name}_rows", f"{value.name}_columns", value.shape[3]]
    return messages.value(value.name, np.float32, dims)


def export_parts(net: Model, path: str | Path, size: int | None = None) -> list[Path]:
    """Write a net as an ONNX file, or a file for each of its parts; the files that were written.

    The parts' names are put between the name of the file and its suffix. Nothing is written unless
    all of it can be exported.
    """
    if not isinstance(path, str | Path):
        raise InputError(f"export_onnx: expected a path, got {kind_of(path)}")
    target = Path(plain_text(path) if isinstance(path, str) else path)
    exported = [(part, onnx_file(part, size).data) for part in net.parts]
    written = []
    for part, data in exported:
        file = target
        try:
            if part is not net:
                name = part.name.rpartition("/")[2]
                file = target.with_stem(f"{target.stem}_{name}")
            file.write_bytes(data)
        except (OSError, ValueError) as error:
            raise InputError(
                f"export_onnx: {file} could not be written ({error}); is its folder there, and "
                "may you write to it?"
            ) from error
        written.append(file)
    return written
