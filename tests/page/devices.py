"""Runs in the page: backends of their own for one comparison."""

from __future__ import annotations

from pyface_web.engine.wasm.backend import WasmBackend
from pyface_web.engine.wasm.host import JsHost
from pyface_web.engine.webgl.backend import WebGLBackend
from pyface_web.engine.webgl.bridge import JsBridge


async def make(name: str) -> WebGLBackend | WasmBackend:
    """A backend: "webgl", or "webgl16" with so many bits, or the WebAssembly one with the module of
    kernels of this name."""
    if name.startswith("webgl"):
        return WebGLBackend(await JsBridge.load(), 16 if name == "webgl16" else None)
    made = WasmBackend(await JsHost.load(), modules=(name,))
    await made.open()
    return made
