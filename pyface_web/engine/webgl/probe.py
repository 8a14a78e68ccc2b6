"""Whether WebGL2 can be used here: open the device, and compare a small net with NumPy."""

from __future__ import annotations

from pyface_web.engine.self_test import self_test
from pyface_web.engine.webgl.backend import WebGLBackend
from pyface_web.engine.webgl.bridge import JsBridge
from pyface_web.engine.webgl.renderers import SOFTWARE
from pyface_web.errors import BackendError, ContextLostError
from pyface_web.host import IN_BROWSER

# Largest deviation from the reference, in values of order 1, by bits between two layers.
TOLERANCE = {32: 1e-4, 16: 2e-2}


async def probe(precision: int | None = None, *, on_gpu: bool = False) -> WebGLBackend:
    """A backend that passed its self-test; BackendError where there is no device, or a wrong one.

    precision: bits of a value between two layers, 32 or 16; None: 32 where the device can.
    on_gpu: whether a device that is the processor is refused; it is looked at once a visit.
    """
    if not IN_BROWSER:
        raise BackendError("WebGL2 needs a browser, and there is no browser here")
    bridge = await JsBridge.load()
    if on_gpu:
        bridge.look(SOFTWARE)
    backend = WebGLBackend(bridge, precision)
    try:
        try:
            await _test(backend)
        except ContextLostError:  # which says nothing of the next one
            backend.rebuild()
            await _test(backend)
        return backend
    except BaseException:  # also where whoever waits is cancelled
        backend.close()
        raise


async def _test(backend: WebGLBackend) -> None:
    await self_test(backend.evaluate, backend.description, TOLERANCE[backend.precision])
