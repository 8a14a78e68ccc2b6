"""The WebGL2 backend: regions of a picture through plans of draws, and one read per run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.backend import no_picture
from pyface_web.engine.debug import DrawTime, ValueRange
from pyface_web.engine.ranges import value_ranges
from pyface_web.engine.webgl import measure
from pyface_web.engine.webgl.device import NOTHING, CompiledNet, Device
from pyface_web.engine.webgl.draws import MAX_OUTPUTS
from pyface_web.engine.webgl.items import Items, Told
from pyface_web.models.architecture import InputSize, Pyramid
from pyface_web.pictures.fit import Fit
from pyface_web.pictures.source import Picture
from pyface_web.values.arrays import Array
from pyface_web.weights.model import Model

Fits = Mapping[str, str]
"""Kind of fit -> id of the record whose first draw is for it."""


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
        self.halves.keep_for(width, height)
        return self._picture_size

    async def run(
        self, net: Model, size: int, crops: Array, fits: Sequence[Fit]
    ) -> dict[str, Array]:
        """Outputs of a net for N regions of the picture; see `Backend.run`."""
        mean_scale, items, shown = _mean_scale(net), Items.of(fits), self._shown()

        def run(compiled: CompiledNet, fits: Fits, part: slice, first: int) -> None:
            id, batch = f"{compiled.id}/net", part.stop - part.start
            told = list(items.told(crops[part], part.start))
            if len(told) == 1 and not first and fits[told[0].kind] == id:
                self.bridge.run(id, batch, told[0].uniforms, mean_scale, shown)
                return
            for some in told:
                self._fit(fits, some, mean_scale, shown, some.first)
            self._run_filled(compiled, batch, first)

        return await self._in_parts(net, size, len(crops), run, items.kinds)

    async def run_each(
        self, net: Model, size: int, fits: Sequence[Fit], upload: Callable[[int], Array]
    ) -> dict[str, Array]:
        """One region of each of N pictures, which follow one another; see `Backend.run_each`."""
        mean_scale, items = _mean_scale(net), Items.of(fits)

        def run(compiled: CompiledNet, ids: Fits, part: slice, first: int) -> None:
            for i in range(part.start, part.stop):
                for told in items.told(upload(i)[None], i):
                    self._fit(ids, told, mean_scale, self._shown(), i - part.start)
            self._run_filled(compiled, part.stop - part.start, first)

        return await self._in_parts(net, size, len(fits), run, items.kinds)

    async def run_pyramid(self, net: Model, pyramid: Pyramid) -> dict[str, Array]:
        """Outputs of a net for all levels of the picture; see `Backend.run_pyramid`."""
        shown = self._shown()
        items = np.array([0, 0, *self._picture_size, 0, 0, 0, 0], np.float32)
        mean_scale = _mean_scale(net)

        def run(compiled: CompiledNet, fits: Fits, part: slice, first: int) -> None:
            self.bridge.run(f"{compiled.id}/net", 1, items, mean_scale, shown)

        return await self._in_parts(net, pyramid, 1, run)

    def _shown(self) -> int:
        """The number of the picture that a run looks at, taken before the run first waits."""
        if not self.picture:
            raise no_picture(self)
        return self.picture

    def _fit(self, fits: Fits, told: Told, mean_scale: Array, shown: int, first: int) -> None:
        """Draw crops of a picture into the input of a net, where they begin at item `first`."""
        if told.large:
            self.halves.draw(told.large, shown)
        id, given = fits[told.kind], told.uniforms
        self.bridge.run(id, told.count, given, mean_scale, shown, first=first, draws=(0, 1))

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
        run: Callable[[CompiledNet, Fits, slice, int], None],
        kinds: Collection[str] = (),
    ) -> dict[str, Array]:
        """Outputs for `count` items: as many as the textures take at a time, and one read.

        run: computes a part of the items, whose outputs begin at item `first` of what is read.
        kinds: of fit, for which it is given records.
        """
        compiled = await self.prepare(net, size)
        fits = {kind: await self.prepare_fit(compiled, kind) for kind in kinds}
        at_once = self.max_batch(compiled)
        readable = max(1, self.can.texture_size // compiled.plan.pack_size[1])
        found = []
        for start in range(0, count, readable):
            stop = min(start + readable, count)
            self.reserve_packed(compiled, stop - start)
            for i in range(start, stop, at_once):
                part = slice(i, min(i + at_once, stop))
                self.reserve(compiled, part.stop - part.start)
                run(compiled, fits, part, i - start)
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
