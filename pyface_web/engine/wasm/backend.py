"""The WebAssembly backend: regions of a picture through plans of steps on the CPU."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.backend import no_picture
from pyface_web.engine.debug import DrawTime, ValueRange
from pyface_web.engine.ranges import value_ranges
from pyface_web.engine.wasm.alike import NONE, Rows
from pyface_web.engine.wasm.host import Room
from pyface_web.engine.wasm.layout import FLOAT, Layout
from pyface_web.engine.wasm.machine import Machine, Prepared
from pyface_web.models.architecture import Architecture, InputSize, Pyramid
from pyface_web.pictures.fit import Fit
from pyface_web.pictures.letterbox import Letterbox, Stretch, covered_pixels
from pyface_web.pictures.similarity import Similarity
from pyface_web.pictures.source import Picture
from pyface_web.values.arrays import Array, Floats
from pyface_web.weights.model import Model

_OUTPUTS = 12  # ops whose values are kept at the same time, for their ranges


class WasmBackend(Machine):
    """Runs nets with the kernels; see `Backend`."""

    name = "wasm"
    label = "WebAssembly"

    def set_picture(self, picture: Picture) -> tuple[int, int]:
        """Read the pixels of a picture; returns its size."""
        self.picture = 0
        self.picture = self.host.set_picture(picture.pixels, picture.width, picture.height)
        return picture.width, picture.height

    async def run(
        self, net: Model, size: int, crops: Array, fits: Sequence[Fit]
    ) -> dict[str, Array]:
        """Outputs of a net for N regions of the picture; see `Backend.run`."""
        shown = self._shown()

        async def fill(prepared: Prepared, part: slice, room: Room) -> None:
            items = _items(crops[part], fits[part])
            into = _input(prepared, len(items), net.architecture, room, kind=_kind(fits[0]))
            await self.host.fill(into, shown, items, 0, room)

        return await self._in_parts(net, size, fits, fill)

    async def run_each(
        self, net: Model, size: int, fits: Sequence[Fit], upload: Callable[[int], Array]
    ) -> dict[str, Array]:
        """One region of each of N pictures, which follow one another; see `Backend.run_each`."""

        async def fill(prepared: Prepared, part: slice, room: Room) -> None:
            count = part.stop - part.start
            into = _input(prepared, count, net.architecture, room, kind=_kind(fits[0]))
            for i in range(part.start, part.stop):
                items = _items(upload(i)[None], fits[i : i + 1])
                await self.host.fill(into, self._shown(), items, i - part.start, room)

        return await self._in_parts(net, size, fits, fill)

    async def run_pyramid(self, net: Model, pyramid: Pyramid) -> dict[str, Array]:
        """Outputs of a net for all levels of the picture; see `Backend.run_pyramid`."""
        shown = self._shown()
        whole = np.array([[0, 0, 0, *pyramid.picture]], np.float64)

        async def fill(prepared: Prepared, part: slice, room: Room) -> None:
            for i in range(len(prepared.plan.images)):
                into = _input(prepared, 1, net.architecture, room, kind="level", image=i)
                await self.host.fill(into, shown, whole, 0, room)

        return await self._in_parts(net, pyramid, [None], fill)

    def _shown(self) -> int:
        """The number of the picture that a run looks at, taken before the run first waits."""
        if not self.picture:
            raise no_picture(self)
        return self.picture

    async def _in_parts(
        self,
        net: Model,
        size: InputSize,
        fits: Sequence[Fit | None],
        fill: Callable[[Prepared, slice, Room], Awaitable[None]],
    ) -> dict[str, Array]:
        """Outputs for an item each, as many at a time as the arena is to hold."""
        prepared = await self.prepare(net, size)
        count = len(fits)
        found = []
        for start in range(0, count, prepared.at_once):
            part = slice(start, min(start + prepared.at_once, count))
            room = self.room(prepared, part.stop - part.start)
            await self.whole(fill(prepared, part, room))
            black = _black(fits[0]) if count == 1 else NONE
            found.append(await self.outputs(prepared, part.stop - part.start, room, black))
        return {key: np.concatenate([part[key] for part in found]) for key in found[0]}

    # --- what else it can

    def capabilities(self) -> dict[str, str | int | bool]:
        """Which SIMD the browser has; see `device_capabilities`."""
        return {"renderer": self.description, "relaxed_simd": self.is_relaxed}

    async def profile(
        self, net: Model, size: int | None = None, repeats: int = 20
    ) -> list[DrawTime]:
        """The time of every step of a net; see `profile` of the API."""
        found = []
        for part in net.parts:
            prepared = await self.prepare(part.as_it_is(), size or part.architecture.size)
            room = self.room(prepared, 1)
            times = await self.whole(self.host.profile(prepared.id, repeats, room))
            for step, ms in zip(prepared.plan.steps, times, strict=True):
                speed = step.macs * step.rows / max(ms, 1e-3) / 1e6
                found.append(DrawTime(step.label, step.kind, step.shape, ms, speed, str(step)))
        return found

    async def value_ranges(
        self, net: Model, picture: NDArray[np.uint8], size: int | None = None
    ) -> list[ValueRange]:
        """The range of every op's values for a picture; see `value_ranges` of the API."""
        return await value_ranges(self.evaluate, net, picture, size, _OUTPUTS)


def _black(fit: Fit | None) -> Rows:
    """The rows of a square below its picture."""
    if not isinstance(fit, Letterbox) or fit.dy:
        return NONE
    return Rows(covered_pixels(fit.dy, fit.height, fit.size)[1], fit.size)


def _kind(fit: Fit) -> str:
    return {Letterbox: "letterbox", Stretch: "stretch", Similarity: "similar"}[type(fit)]


def _items(crops: Array, fits: Sequence[Fit]) -> Floats:
    """Crop and place of each item, as host.js has them for the kind of fit."""
    crops = crops.astype(int).tolist()
    return np.array(list(map(_numbers, crops, fits)), np.float64)


def _numbers(crop: list[int], fit: Fit) -> list[float]:
    """Of an item: by how many quarters its crop is turned, and what its kind needs of both."""
    if isinstance(fit, Stretch):
        return [0, *crop, fit.width, fit.height]
    if isinstance(fit, Similarity):
        return [0, *_region(crop, fit)]
    across, down = fit.sides
    sides = (across.offset, across.extent, down.offset, down.extent)
    return [fit.quarters, *crop, *sides, across.first, across.end, down.first, down.end]


def _region(crop: list[int], fit: Similarity) -> list[float]:
    """What of a crop is looked at, and where; of no pixels where nothing is left of its half."""
    x, y, width, height = crop
    region = fit.region(width, height)
    size, halvings = (region.size, region.halvings) if all(region.halved) else ((0, 0), 0)
    corner = (x + region.corner[0], y + region.corner[1])
    return [*corner, *size, halvings, *region.origin, *region.right, *region.down]


def _input(
    prepared: Prepared,
    items: int,
    architecture: Architecture,
    room: Room,
    kind: str,
    image: int = 0,
) -> dict[str, Any]:
    """An input of a plan as host.js fills it, in bytes."""
    to: Layout = prepared.plan.images[image]
    sizes = [to.width, to.height]
    steps = [to.pixel * FLOAT, to.row * FLOAT]
    if architecture.transposed:
        sizes.reverse()
        steps.reverse()
    return {
        "kind": kind,
        "at": room.arena + to.at * items * FLOAT,
        "item": to.item * FLOAT,
        "first": to.first * FLOAT,
        "across": steps[0],
        "down": steps[1],
        "width": sizes[0],
        "height": sizes[1],
        "entry": [*architecture.mean, architecture.scale, int(architecture.transposed)],
    }
