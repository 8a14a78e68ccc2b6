"""The Python end of the host: JavaScript functions as methods, their errors as ours.

Nothing else imports `js` for the kernels.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.javascript import import_packaged, translated
from pyface_web.engine.wasm.alike import Rows
from pyface_web.errors import BackendError, ContextLostError, InputError, TaintedCanvasError
from pyface_web.values.arrays import Array, Floats
from pyface_web.wording import code

MODULES = ("relaxed", "plain")
"""The compiled kernels, kernels/NAME.wasm, the faster first: products may be rounded once or twice
where the browser knows relaxed SIMD."""


def compiled(name: str) -> bytes:
    """A module of kernels."""
    return (resources.files(__package__) / "kernels" / f"{name}.wasm").read_bytes()


def _as_ours(name: str, text: str) -> Exception:
    if name == "Unsupported":
        slow = code("await faceapi.set_backend('reference')")
        return BackendError(f"{text}; a newer browser has it, and {slow} works, slowly")
    if name == "OutOfMemory":
        return BackendError(
            f"the browser has no memory for {text}; dispose of nets that are not needed, or close "
            "other tabs"
        )
    if name == "Gone":
        return ContextLostError(f"{text} is not held any more")
    if name == "SecurityError":
        return TaintedCanvasError()
    if name in ("Unreadable", "InvalidStateError"):
        return InputError(
            f"the browser could not read the picture ({text}); was it closed, given away or "
            "changed while the call waited?"
        )
    return BackendError(f"WebAssembly: {text}")


_translated = translated(_as_ours)


@dataclass(frozen=True)
class Room:
    """Where a run has its memory, in bytes: the arena of its items, scratch, and what lies behind
    both."""

    arena: int
    scratch: int
    behind: int


class JsHost:
    """What a backend needs of the kernels."""

    def __init__(self, create: Callable[[], Any]) -> None:
        """create: `createHost` of host.js."""
        self._js = create()

    @classmethod
    @_translated
    async def load(cls) -> JsHost:
        """Find host.js: the module that pyface.js knows, else the copy in the package."""
        try:
            import pyface_host

            return cls((await pyface_host.load()).createHost)
        except ImportError:
            return cls((await import_packaged(__package__, "host.js")).createHost)

    @_translated
    async def open(self, names: Sequence[str] = MODULES) -> tuple[str, int]:
        """Start the first of these modules that the browser can run: which it is, and the address
        from which on its memory is free."""
        found, free = await self._js.open(
            *(np.frombuffer(compiled(name), np.uint8) for name in names)
        )
        return names[int(found)], int(free)

    @_translated
    def close(self) -> None:
        self._js.close()

    def cancel(self) -> None:
        self._js.cancel()

    @_translated
    def grow(self, length: int) -> None:
        """Have at least so many bytes of memory."""
        self._js.grow(length)

    @_translated
    def write(self, address: int, data: NDArray[Any]) -> None:
        self._js.write(address, np.ascontiguousarray(data).reshape(-1).view(np.uint8))

    @_translated
    def panels(self, to: int, filters: int, table: int, factors: int, *sizes: int) -> None:
        """Bring filters into panels; see kernels/weights.h."""
        self._js.panels(to, filters, table, factors, *sizes)

    @_translated
    def set_picture(self, source: Any, width: int, height: int) -> int:
        """Read the pixels of a picture; its number, which `fill` is given."""
        return int(self._js.setPicture(source, width, height))

    @_translated
    async def fill(
        self, into: Mapping[str, Any], picture: int, items: Floats, first: int, room: Room
    ) -> None:
        """Regions of a picture into items of an input; see host.js."""
        into = {**into, "items": len(items)}
        await self._js.fill(json.dumps(into), picture, items.reshape(-1), first, room.behind)

    @_translated
    def record(
        self, id: str, steps: Sequence[Sequence[int]], outputs: Sequence[Sequence[int]]
    ) -> None:
        self._js.record(id, json.dumps({"steps": steps, "outputs": outputs}))

    @_translated
    def release(self, id: str) -> None:
        self._js.release(id)

    @_translated
    async def run(self, id: str, items: int, room: Room, alike: Sequence[Rows] = ()) -> Array:
        """What a plan gives for the items in the arena: its outputs, one behind the other.

        alike: for each step, of a single item, the rows of its result that are alike.
        """
        rows = json.dumps([(rows.first, rows.end) for rows in alike]) if alike else ""
        found = await self._js.run(id, room.arena, items, room.scratch, rows)
        return np.asarray(found.to_py(), np.float32)

    @_translated
    async def profile(self, id: str, repeats: int, room: Room) -> list[float]:
        """Milliseconds of each step for an item."""
        found = await self._js.profile(id, room.arena, room.scratch, repeats)
        return [float(value) for value in found.to_py()]

    @_translated
    def stats(self) -> dict[str, int]:
        return dict(json.loads(self._js.stats()))
