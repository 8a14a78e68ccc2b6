"""The Python end of the bridge: JavaScript functions as methods, their errors as ours.

Nothing else imports `js` for WebGL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pyface_web.engine.javascript import import_packaged, translated
from pyface_web.errors import (
    BackendError,
    ContextLostError,
    InputError,
    ShaderError,
    TaintedCanvasError,
)
from pyface_web.values.arrays import Array
from pyface_web.waits import get_waits, too_long


def _as_ours(name: str, text: str) -> Exception:
    if name == "ContextLost":
        return ContextLostError(text)
    if name == "Software":
        return BackendError(text)
    if name == "Shader":
        return ShaderError(f"a shader did not compile: {text}")
    if name == "SecurityError":
        return TaintedCanvasError()
    if name == "Timeout":
        hint = "does something else keep it busy, or does it hang?"
        return BackendError(too_long("device", f"the GPU did not finish {text}", hint))
    if name in ("Unreadable", "InvalidStateError"):
        return InputError(
            f"the browser could not read the picture ({text}); was it closed, given away or "
            "changed while the call waited?"
        )
    return BackendError(f"WebGL: {text}")


_translated = translated(_as_ours)


@dataclass(frozen=True)
class Capabilities:
    """What the device can do; float32: whether it renders to that; targets: how many at once."""

    renderer: str
    float32: bool
    float16: bool
    targets: int
    texture_size: int


class JsBridge:
    """What a backend needs of a device. Ids are strings, layers 0 means a plain 2D texture."""

    def __init__(self, create: Callable[[], Any]) -> None:
        """create: `createBridge` of bridge.js."""
        self._js = create()

    @classmethod
    @_translated
    async def load(cls) -> JsBridge:
        """A bridge of bridge.js."""
        return cls((await _module()).createBridge)

    @_translated
    def look(self, software: str) -> None:
        """BackendError where the processor draws here, or nothing does; a context that will do is
        kept for `open`.

        software: pattern of the renderers that draw on the processor; case does not matter.
        """
        self._js.look(software)

    @_translated
    def open(self) -> Capabilities:
        return Capabilities(**json.loads(self._js.open()))

    @_translated
    def close(self) -> None:
        self._js.close()

    @_translated
    def upload(
        self, id: str, kind: str, width: int, height: int, layers: int, data: Any = None
    ) -> None:
        self._js.upload(id, kind, width, height, layers, data)

    @_translated
    def fill(self, id: str, width: int, height: int, layers: int, data: Array) -> None:
        self._js.fill(id, width, height, layers, data)

    @_translated
    def missing(self, keys: Sequence[str]) -> list[str]:
        """Those programs that are neither compiled nor about to be."""
        return list(json.loads(self._js.missing(json.dumps(list(keys)))))

    @_translated
    async def compile(self, programs: Sequence[dict[str, Any]]) -> None:
        """Have programs compiled; those that are not missing need no source."""
        await self._js.compile(json.dumps(programs), get_waits().device)

    @_translated
    def record(self, id: str, draws: Sequence[dict[str, Any]]) -> None:
        self._js.record(id, json.dumps(draws))

    @_translated
    def set_input(
        self, source: Any, width: int, height: int, exact: bool = True
    ) -> tuple[int, int, int]:
        """Width and height of the picture on the device, and its number, which `run` is given.

        exact: whether the source has so many pixels; else it is drawn in this size.
        """
        given = self._js.setInput(source, width, height, exact)
        return int(given[0]), int(given[1]), int(given[2])

    @_translated
    def run(
        self,
        id: str,
        batch: int,
        items: Array,
        mean_scale: Array,
        picture: int,
        first: int = 0,
        draws: tuple[int, int | None] = (0, None),
    ) -> None:
        """Draw; picture: the number of the one that is looked at. Another one is refused."""
        start, end = draws
        rest = (start,) if end is None else (start, end)
        self._js.run(id, batch, items, mean_scale, picture, first, *rest)

    @_translated
    async def read(self, id: str, width: int, height: int) -> Array:
        result = await self._js.read(id, width, height, get_waits().device)
        return np.asarray(result.to_py(), np.float32).reshape(height, width, 4)

    @_translated
    def release(self, ids: Sequence[str]) -> None:
        self._js.release(json.dumps(list(ids)))

    @_translated
    def stats(self) -> dict[str, int]:
        return dict(json.loads(self._js.stats()))


@_translated
async def renderer() -> str:
    """What draws here, "" where nothing does; known once a context was open, else looked at."""
    return str((await _module()).renderer())


def discard_prepared() -> None:
    """Close the device that the page opened ahead of need, unless it was taken."""
    try:
        import pyface_bridge
    except ImportError:
        return
    pyface_bridge.createBridge().close()  # that one, or else a new one that is not open


async def _module() -> Any:
    """bridge.js: the module that pyface.js registered, else the copy in the package."""
    try:
        import pyface_bridge
    except ImportError:
        return await import_packaged(__package__, "bridge.js")
    return pyface_bridge
