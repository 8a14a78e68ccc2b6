"""Crops that are halved more than once: halve.frag draws all their halves but the last one.

What a halving drops depends on all that the one before it left, so that none can be passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pyface_web.engine.webgl.bridge import JsBridge
from pyface_web.engine.webgl.draws import HALVES, SOURCE, Draw, Program
from pyface_web.pictures.similarity import Region, half

_OTHER = f"{HALVES}/other"  # the two take turns, so that HALVES has the last one
_RECORD = f"{HALVES}/draws"
_STEP = 64  # texels: a face that comes closer needs another texture now and then, not in each frame
_NOTHING = np.zeros(4, np.float32)


@dataclass(frozen=True)
class LargeCrop:
    """A part of the picture on the device, and how often it is halved before it is fitted.

    corner, size: in pixels of that picture.
    """

    corner: tuple[int, int]
    size: tuple[int, int]
    times: int

    @classmethod
    def of(cls, region: Region, x: int, y: int) -> LargeCrop | None:
        """That of a crop that begins at (x, y); None where fit.frag itself can do it."""
        if region.halvings < 2 or min(region.halved) < 2:  # or there is nothing to be seen
            return None
        left, top = region.corner
        return cls((x + left, y + top), region.size, region.halvings - 1)

    def draws(self) -> list[Draw]:
        """One for each time."""
        made, size, corner = [], self.size, self.corner
        for i in range(self.times):
            size = half(*size)
            width, height = texels(size)
            output, other = (HALVES, _OTHER) if (self.times - i) % 2 else (_OTHER, HALVES)
            block = (*corner, 0.0, 0.0)
            shape = (1, size[1], size[0], 4)
            program = Program("halve", (("MADE", int(i > 0)),))
            inputs = (("halves", other),) if i else (("source", SOURCE),)
            made.append(Draw(program, inputs, output, block, width, height, "halve", shape))
            corner = (0, 0)
        return made


EXAMPLE = LargeCrop((0, 0), (64, 64), 2)
"""Its draws have all programs that any such crop takes."""


def texels(size: tuple[int, int]) -> tuple[int, int]:
    """Width and height of a texture that holds so many pixels, 2x2 in a texel."""
    return -(-size[0] // 2), -(-size[1] // 2)


class Halves:
    """The halves of one crop at a time, on a device."""

    def __init__(self, bridge: JsBridge) -> None:
        self._bridge = bridge
        self._sizes: dict[str, tuple[int, int]] = {}

    def draw(self, crop: LargeCrop, picture: int) -> None:
        """Have the last of them in the texture HALVES. picture: the number of the one it is of."""
        draws = crop.draws()
        for draw in draws:
            self._reserve(draw.output, draw.width, draw.rows)
        self._bridge.record(_RECORD, [draw.data(lambda name: name) for draw in draws])
        self._bridge.run(_RECORD, 1, _NOTHING, _NOTHING, picture)

    def _reserve(self, name: str, *wanted: int) -> None:
        size = self._sizes.get(name, (0, 0))
        if any(has < wants for has, wants in zip(size, wanted, strict=True)):
            self._sizes.pop(name, None)  # it is replaced, which can fail
            width, height = (
                max(has, _rounded(wants)) for has, wants in zip(size, wanted, strict=True)
            )
            self._bridge.upload(name, "pixels", width, height, 0)
            self._sizes[name] = width, height

    def keep_for(self, width: int, height: int) -> None:
        """Free what is larger than a picture of that size needs."""
        most = [_rounded(length) for length in texels(half(width, height))]
        self._free(
            [name for name, size in self._sizes.items() if size[0] > most[0] or size[1] > most[1]]
        )

    def clear(self) -> None:
        """Free all of it."""
        self._free(list(self._sizes))

    def _free(self, names: Sequence[str]) -> None:
        for name in names:
            del self._sizes[name]
        if names:
            self._bridge.release([*names, _RECORD])


def _rounded(length: int) -> int:
    return -(-length // _STEP) * _STEP
