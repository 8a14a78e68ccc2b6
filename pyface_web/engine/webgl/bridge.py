"""The Python end of the bridge: JavaScript functions as methods, their errors as ours.

Nothing else imports `js` for WebGL. `recorder.py` has the same methods and computes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pyface_web.errors import BackendError, ContextLostError, ShaderError, TaintedCanvasError

Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class Capabilities:
    """What the device can do; float32: whether it renders to that; targets: how many at once."""

    renderer: str
    float32: bool
    float16: bool
    targets: int
    texture_size: int


class Bridge(Protocol):
    """What a backend needs of a device. Ids are strings, layers 0 means a plain 2D texture."""

    def open(self) -> Capabilities: ...
    def close(self) -> None: ...
    def upload(
        self, id: str, kind: str, width: int, height: int, layers: int, data: Any = None
    ) -> None: ...
    def fill(self, id: str, width: int, height: int, layers: int, data: Pixels) -> None: ...
    def missing(self, keys: Sequence[str]) -> list[str]: ...
    async def compile(self, programs: Sequence[dict[str, Any]]) -> None: ...
    def record(self, id: str, draws: Sequence[dict[str, Any]]) -> None: ...
    def set_input(self, source: Any, width: int, height: int) -> tuple[int, int]: ...
    def run(
        self,
        id: str,
        batch: int,
        items: Pixels,
        mean_scale: Pixels,
        first: int = 0,
        draws: tuple[int, int | None] = (0, None),
    ) -> None: ...
    async def read(self, id: str, width: int, height: int) -> Pixels: ...
    def release(self, ids: Sequence[str]) -> None: ...
    def stats(self) -> dict[str, int]: ...


class JsBridge:
    """The real device: bridge.js, as the page registered it or loaded from the package."""

    def __init__(self, create: Any) -> None:
        self._js = create()

    @classmethod
    async def load(cls) -> JsBridge:
        """Find bridge.js: the module that pyface.js registered, else the copy in the package."""
        try:
            import pyface_bridge

            return cls(pyface_bridge.createBridge)
        except ImportError:
            return cls((await _import_packaged()).createBridge)

    def open(self) -> Capabilities:
        try:
            return Capabilities(**json.loads(self._js.open()))
        except Exception as error:
            raise _translated(error) from error

    def close(self) -> None:
        self._js.close()

    def upload(
        self, id: str, kind: str, width: int, height: int, layers: int, data: Any = None
    ) -> None:
        try:
            self._js.upload(id, kind, width, height, layers, data)
        except Exception as error:
            raise _translated(error) from error

    def fill(self, id: str, width: int, height: int, layers: int, data: Pixels) -> None:
        self._js.fill(id, width, height, layers, data)

    def missing(self, keys: Sequence[str]) -> list[str]:
        """Those programs that are neither compiled nor about to be."""
        return list(json.loads(self._js.missing(json.dumps(list(keys)))))

    async def compile(self, programs: Sequence[dict[str, Any]]) -> None:
        """Have programs compiled; those that are not missing need no source."""
        try:
            await self._js.compile(json.dumps(programs))
        except Exception as error:
            raise _translated(error) from error

    def record(self, id: str, draws: Sequence[dict[str, Any]]) -> None:
        try:
            self._js.record(id, json.dumps(draws))
        except Exception as error:
            raise _translated(error) from error

    def set_input(self, source: Any, width: int, height: int) -> tuple[int, int]:
        try:
            size = self._js.setInput(source, width, height)
            return int(size[0]), int(size[1])
        except Exception as error:
            raise _translated(error) from error

    def run(
        self,
        id: str,
        batch: int,
        items: Pixels,
        mean_scale: Pixels,
        first: int = 0,
        draws: tuple[int, int | None] = (0, None),
    ) -> None:
        start, end = draws
        rest = (start,) if end is None else (start, end)
        try:
            self._js.run(id, batch, items, mean_scale, first, *rest)
        except Exception as error:
            raise _translated(error) from error

    async def read(self, id: str, width: int, height: int) -> Pixels:
        try:
            result = await self._js.read(id, width, height)
        except Exception as error:
            raise _translated(error) from error
        values = np.asarray(result.to_py(), np.float32)
        return values.reshape(height, width, 4)

    def release(self, ids: Sequence[str]) -> None:
        self._js.release(json.dumps(list(ids)))

    def stats(self) -> dict[str, int]:
        return dict(json.loads(self._js.stats()))


async def _import_packaged() -> Any:
    """bridge.js from the package as a module of its own, for pages that do not use pyface.js.

    This needs a page without a strict content security policy; with pyface.js it does not.
    """
    from importlib import resources

    from js import URL, Blob
    from pyodide.code import run_js
    from pyodide.ffi import to_js

    text = (resources.files("pyface_web.engine.webgl") / "bridge.js").read_text("utf-8")
    options = run_js("({type: 'text/javascript'})")
    url = URL.createObjectURL(Blob.new(to_js([text]), options))
    try:
        return await run_js("(url) => import(url)")(url)
    finally:
        URL.revokeObjectURL(url)


def _translated(error: Exception) -> Exception:
    """A JavaScript error as one of ours."""
    name = getattr(error, "name", None) or type(error).__name__
    text = getattr(error, "message", None) or str(error)
    if name == "ContextLost":
        return ContextLostError(f"{text}; the call is repeated once on a new context")
    if name == "Shader":
        return ShaderError(f"a shader did not compile: {text}")
    if name == "SecurityError":
        return TaintedCanvasError()
    if isinstance(error, BackendError):
        return error
    return BackendError(f"WebGL: {text}")
