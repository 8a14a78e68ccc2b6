"""The WebAssembly backend as the registry asks for it."""

from __future__ import annotations

from pyface_web.engine.self_test import self_test
from pyface_web.engine.wasm.backend import WasmBackend
from pyface_web.engine.wasm.host import JsHost
from pyface_web.errors import BackendError, OptionsError
from pyface_web.host import IN_BROWSER

_TOLERANCE = 1e-4  # largest deviation from the reference, in values of order 1


async def probe(precision: int | None = None) -> WasmBackend:
    """A backend that passed its self-test; BackendError where the browser has no SIMD.

    OptionsError for a precision other than 32 bits, in which it computes.
    """
    if precision not in (None, 32):
        raise OptionsError(f"precision {precision}: the wasm backend computes in 32 bits")
    if not IN_BROWSER:
        raise BackendError("the wasm backend needs a browser, and there is no browser here")
    backend = WasmBackend(await JsHost.load())
    try:
        await backend.open()
        await self_test(backend.evaluate, backend.description, _TOLERANCE)
        return backend
    except BaseException:  # also where whoever waits is cancelled
        backend.close()
        raise
