"""Runs in the page: cases by the kernels of WebAssembly and by the reference, compared there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyface_web.engine.reference.run import run as run_reference
from pyface_web.engine.wasm.backend import WasmBackend
from pyface_web.engine.wasm.host import JsHost
from pyface_web.graph.fuse import fuse
from tests.page.differences import difference
from tests.page.kernel_cases import KERNEL_CASES
from tests.page.op_cases import Case


async def compare(
    names: Sequence[str], modules: Sequence[str], limits: Sequence[float]
) -> dict[str, Any]:
    """Name -> what differs, for each module of kernels; and what they hold in the end.

    limits: (exact, otherwise) as largest deviations in parts of the largest value.
    """
    backends = {name: WasmBackend(await JsHost.load(), modules=(name,)) for name in modules}
    found: dict[str, dict[str, Any]] = {}
    try:
        for name in names:
            try:
                found[name] = await _compared(backends, KERNEL_CASES[name], limits)
            except Exception as error:
                found[name] = {"all": {"problem": f"{type(error).__name__}: {error}"}}
        return {
            "found": found,
            "held": {name: backend.stats()["buffers"] for name, backend in backends.items()},
            "relaxed": [name for name, backend in backends.items() if backend.is_relaxed],
        }
    finally:
        for backend in backends.values():
            backend.close()


async def _compared(
    backends: Mapping[str, WasmBackend], case: Case, limits: Sequence[float]
) -> dict[str, Any]:
    """As it is given and fused, by each backend: what differs in each output."""
    given, image, tensors = case.outputs(), case.image(), case.tensors()
    arrays = {name: tensor.array() for name, tensor in tensors.items()}
    want = run_reference(given, image, arrays)
    found = {}
    for form, outputs in (("as given", given), ("fused", fuse(given))):
        for name, backend in backends.items():
            got = await backend.evaluate(outputs, image, tensors)
            for key, values in want.items():
                limit = limits[0 if case.moves else 1]
                found[f"{name}, {form}, {key}"] = difference(got[key], values, limit)
    return found
