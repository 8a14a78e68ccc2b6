"""The WebGL2 backend: regions of a picture through plans of draws, and one read per run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.backend import no_picture
from pyface_web.engine.debug import DrawTime, ValueRange
from pyface_web.engine.ranges import value_ranges
from pyface_web.engine.webgl import measure
from pyface_web.engine.webgl.device import NOTHING, CompiledNet, Device
from pyface_web.engine.webgl.draws import MAX_ITEMS, MAX_OUTPUTS
from pyface_web.engine.webgl.items import Items
from pyface_web.models.architecture import InputSize, Pyramid
from pyface_web.pictures.fit import Fit
from pyface_web.pictures.source import Picture
from pyface_web.values.arrays import Array
from pyface_web.weights.model import Model


class WebGLBackend(Device):
    """Runs nets on a device; see `Backend`."""

    name = "webgl"
    label = "WebGL2"

    def set_picture(self, picture: Picture) -> tuple[int, int]:
        """Upload a picture; returns the size it has there (less, beyond the texture limit)."""
        self.picture = 0
        width, height, number = self.bridge.set_input(
            picture.pixels, picture.width, picture.height, picture.is_exact
        )
        self.picture, self._picture_size = number, (width, height)
        return self._picture_size

    async def run(
        self, net: Model, size: int, crops: Array, fits: Sequence[Fit]
    ) -> dict[str, Array]:
        """Outputs of a net for N regions of the picture; see `Backend.run`."""
        mean_scale, items, shown = _mean_scale(net), Items.of(fits), self._shown()

        def run(compiled: CompiledNet, fit: str, part: slice, first: int) -> None:
            id, batch = f"{compiled.id}/net", part.stop - part.start
            if batch <= MAX_ITEMS and not first and fit == id:
                given = items.uniforms(crops[part], part.start)
                self.bridge.run(id, batch, given, mean_scale, shown)
                return
            for i in range(0, batch, MAX_ITEMS):
                some = slice(part.start + i, min(part.start + i + MAX_ITEMS, part.stop))
                given, count = items.uniforms(crops[some], some.start), some.stop - some.start
                self.bridge.run(fit, count, given, mean_scale, shown, first=i, draws=(0, 1))
            self._run_filled(compiled, batch, first)

        return await self._in_parts(net, size, len(crops), run, items.kind)

    async def run_each(
        self, net: Model, size: int, fits: Sequence[Fit], upload: Callable[[int], Array]
    ) -> dict[str, Array]:
        """One region of each of N pictures, which follow one another; see `Backend.run_each`."""
        mean_scale, items = _mean_scale(net), Items.of(fits)

        def run(compiled: CompiledNet, fit: str, part: slice, first: int) -> None:
            for i in range(part.start, part.stop):
                given = items.uniforms(upload(i)[None], i)
                at, shown = i - part.start, self._shown()
                self.bridge.run(fit, 1, given, mean_scale, shown, first=at, draws=(0, 1))
            self._run_filled(compiled, part.stop - part.start, first)

        return await self._in_parts(net, size, len(fits), run, items.kind)

    async def run_pyramid(self, net: Model, pyramid: Pyramid) -> dict[str, Array]:
        """Outputs of a net for all levels of the picture; see `Backend.run_pyramid`."""
        shown = self._shown()
        items = np.array([0, 0, *self._picture_size, 0, 0, 0, 0], np.float32)
        mean_scale = _mean_scale(net)

        def run(compiled: CompiledNet, fit: str, part: slice, first: int) -> None:
            self.bridge.run(f"{compiled.id}/net", 1, items, mean_scale, shown)

        return await self._in_parts(net, pyramid, 1, run)

    def _shown(self) -> int:
        """The number of the picture that a run looks at, taken before the run first waits."""
        if not self.picture:
            raise no_picture(self)
        return self.picture

    def _run_filled(self, compiled: CompiledNet, batch: int, first: int) -> None:
        """All draws after the first, for a batch whose outputs begin at item `first`."""
        id, last = f"{compiled.id}/net", len(compiled.plan.draws) - compiled.plan.packs
        draws = (1, None) if not first else (1, last)
        self.bridge.run(id, batch, NOTHING, NOTHING, self.picture, draws=draws)
        if first:
            draws = (last, None)
            self.bridge.run(id, batch, NOTHING, NOTHING, self.picture, first=first, draws=draws)

    async def _in_parts(
        self,
        net: Model,
        size: InputSize,
        count: int,
        run: Callable[[CompiledNet, str, slice, int], None],
        kind: str = "",
    ) -> dict[str, Array]:
        """Outputs for `count` items: as many as the textures take at a time, and one read.

        run: computes a part of the items, whose outputs begin at item `first` of what is read; it
        is given the id of the record whose first draw is for their kind of fit, "" where there is
        no such draw.
        """
        compiled = await self.prepare(net, size)
        fit = await self.prepare_fit(compiled, kind) if kind else ""
        at_once = self.max_batch(compiled)
        readable = max(1, self.can.texture_size // compiled.plan.pack_size[1])
        found = []
        for start in range(0, count, readable):
            stop = min(start + readable, count)
            self.reserve_packed(compiled, stop - start)
            for i in range(start, stop, at_once):
                part = slice(i, min(i + at_once, stop))
                self.reserve(compiled, part.stop - part.start)
                run(compiled, fit, part, i - start)
            # Whether they are finite is for the session to judge, which knows what the net is.
            found.append(await self.outputs(compiled, stop - start, must_be_finite=False))
        return {key: np.concatenate([part[key] for part in found]) for key in found[0]}

    # --- what else it can

    def capabilities(self) -> dict[str, str | int | bool]:
        """What the device can do; see `device_capabilities`."""
        return asdict(self.can)

    async def profile(
        self, net: Model, size: int | None = None, repeats: int = 20
    ) -> list[DrawTime]:
        """The time of every draw of a net; see `profile` of the API."""
        return await measure.profile(self, net, size, repeats)

    async def value_ranges(
        self, net: Model, picture: NDArray[np.uint8], size: int | None = None
    ) -> list[ValueRange]:
        """The range of every op's values for a picture; see `value_ranges` of the API."""
        evaluate = partial(self.evaluate, must_be_finite=False)
        return await value_ranges(evaluate, net, picture, size, MAX_OUTPUTS)


def _mean_scale(net: Model) -> Array:
    return np.array([*net.architecture.mean, net.architecture.scale], np.float32)
