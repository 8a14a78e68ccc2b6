"""Runs in the page behind op_cases.py: cases on the GPU and on the reference, compared there.

Variables from outside: names, targets (0: what the device has), precision (0: likewise), and
limits, [exact, otherwise] as largest deviations in parts of the largest value.
"""

# ruff: noqa: F821, F704  (CASES is in the source before; await stands at top level)
from dataclasses import replace as changed

from pyface_web.engine.reference.run import run as run_reference
from pyface_web.engine.webgl.backend import WebGLBackend
from pyface_web.engine.webgl.bridge import JsBridge
from pyface_web.engine.webgl.constants import stored
from pyface_web.graph.node import topological
from pyface_web.graph.ops import Conv2d, Dense, Fused


class Limited:
    """A device with at most `targets` render targets."""

    def __init__(self, bridge, targets):
        self._bridge, self._targets = bridge, targets

    def open(self):
        found = self._bridge.open()
        return changed(found, targets=self._targets or found.targets)

    def __getattr__(self, name):
        return getattr(self._bridge, name)


def arrays_of(outputs, tensors):
    """What the device computes with: filters of conv2d that are no bytes in 16 bits."""
    arrays = {name: tensor.array() for name, tensor in tensors.items()}
    for node in topological(outputs.values()):
        kernel = node.op.kernel if isinstance(node.op, Fused) else node.op
        if isinstance(kernel, (Conv2d, Dense)):
            param = node.params.get("filters") or node.params["weights"]
            arrays[param.path] = stored(tensors[param.path]).array().reshape(param.shape)
    return arrays


async def compare(backend, case):
    """What differs: nothing but the size of the deviation where it is within the limit."""
    outputs, image, tensors = case.outputs(), case.image(), case.tensors()
    arrays = arrays_of(outputs, tensors)
    want = run_reference(outputs, image, arrays)["y"]
    got = (await backend.evaluate(outputs, image, tensors))["y"]
    if got.shape != want.shape:
        return {"problem": f"shape {got.shape}, expected {want.shape}"}
    scale = float(np.abs(want).max())
    off = np.abs(got - want)
    allowed = limits[0 if case.moves else 1] * scale
    bad = np.argwhere(~(off <= allowed))
    answer = {"deviation": float(off.max()) / scale if scale else float(off.max())}
    if len(bad):
        first = tuple(map(int, bad[0]))
        flat = int(np.ravel_multi_index(first, want.shape))
        five = slice(flat, flat + 5)
        answer["problem"] = (
            f"{len(bad)} of {want.size} values deviate by more than {allowed:.3g}, at most "
            f"{off.max():.3g}; first at (item, y, x, channel) = {first} of {want.shape}\n"
            f"  shader    {got.reshape(-1)[five].tolist()}\n"
            f"  reference {want.reshape(-1)[five].tolist()}"
        )
    return answer


async def compare_all():
    backend = WebGLBackend(Limited(await JsBridge.load(), targets), precision or None)
    found = {}
    try:
        for name in names:
            try:
                found[name] = await compare(backend, CASES[name])
            except Exception as error:
                found[name] = {"problem": f"{type(error).__name__}: {error}"}
        return {"found": found, "description": backend.description, "stats": backend.stats()}
    finally:
        backend.close()


await compare_all()
