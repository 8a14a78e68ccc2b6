"""Whether onnxruntime can be used here: import it, and compare a small net with NumPy."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from pyface_web.engine.onnx.backend import OnnxBackend
from pyface_web.engine.reference.run import run
from pyface_web.engine.threads import in_thread
from pyface_web.errors import BackendError, OptionsError
from pyface_web.graph import nn
from pyface_web.graph.node import Node
from pyface_web.host import IN_BROWSER
from pyface_web.models.architecture import Architecture
from pyface_web.values.arrays import Array
from pyface_web.weights.model import Model
from pyface_web.weights.shards import Tensor

_TOLERANCE = 1e-4  # in values of order 1
_SIDE = 8


async def probe(precision: int | None = None) -> OnnxBackend:
    """A backend that passed its self-test; BackendError where there is no onnxruntime, or a wrong
    one. OptionsError for a precision, since it computes in 32 bits only."""
    if IN_BROWSER:
        raise BackendError("onnxruntime is for Python outside of browsers")
    if precision is not None:
        raise OptionsError(
            f"precision {precision}: the onnx backend computes in 32 bits; leave it out"
        )
    return await in_thread(_checked)


def _checked() -> OnnxBackend:
    _check_order()
    try:
        import onnxruntime
    except Exception as error:  # one of a wrong NumPy or processor raises what it likes
        raise BackendError(
            f"onnxruntime cannot be imported ({error}); with it nets run several times as fast: "
            'python -m pip install "pyface_web[fast]"'
        ) from error
    backend = OnnxBackend(onnxruntime)
    self_test(backend)
    return backend


def _check_order() -> None:
    """Raise BackendError where to import onnxruntime now would end the process with a segmentation
    fault: after usearch (seen of 1.32.0 and 2.26.6), which another process tries, for 1 s."""
    if "usearch.compiled" not in sys.modules or "onnxruntime" in sys.modules:
        return
    if not _can_follow():
        raise BackendError(
            "onnxruntime cannot be imported any more, as usearch was imported before it; only the "
            "other way round works: begin the program with import onnxruntime, or let "
            "faceapi.FaceIndex import usearch"
        )


def _can_follow() -> bool:
    code = "import usearch.compiled, onnxruntime"
    try:
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError, TypeError):  # there may be no such program
        return False
    return run.returncode == 0


def self_test(backend: OnnxBackend) -> None:
    """Raise BackendError unless onnxruntime reads a small net, and computes it right."""
    net = _trial_net()
    image = _numbers(2, _SIDE, _SIDE, 3)
    want = run(net.graph(_SIDE), image, net.arrays)
    got = backend.run_once(net, image)
    error = max(float(np.abs(got[name] - want[name]).max()) for name in want)
    if not error <= _TOLERANCE:
        raise BackendError(
            f"{backend.description}: the self-test deviates by {error:.3g}, expected at most "
            f"{_TOLERANCE:g}; another version may help"
        )


def _trial_net() -> Model:
    def build(image: Node) -> dict[str, Node]:
        x = nn.bias(nn.conv2d(image, "filters", 8, kernel=3, stride=2), "bias")
        x = nn.max_pool(nn.activation(x, "leaky"), 2, 2)
        return {"map": x, "row": nn.dense(x, "weights", 4)}

    net = Model(Architecture("trial", "trial", build, _SIDE, (0, 0, 0), 1, "stretch"))
    shapes = {"filters": (3, 3, 3, 8), "bias": (8,), "weights": (32, 4)}
    net.set_tensors({path: Tensor(path, _numbers(*shape)) for path, shape in shapes.items()})
    return net


def _numbers(*shape: int) -> Array:
    """Numbers in -1..1 without a pattern. Importing NumPy's random would take 40 ms."""
    steps = np.arange(np.prod(shape), dtype=np.uint32) * np.uint32(2654435761)
    return (steps >> 8).astype(np.float32).reshape(shape) / np.float32(2**23) - np.float32(1)
