"""How a tensor lies in a texture array. Only this file and shaders/lib/layout.glsl know.

A texel holds four channels of one pixel. Pixels come in blocks of 2x2: the pixel (y, x) of a
block lies in layer (2y + x) * groups_per_tile, so that one fragment with four or eight targets
writes a whole block. Channel groups of four, in "tiles" of one or two groups, lie side by side,
along x in large maps and along y in small ones, because a software rasteriser shares its work by
rows. Items of a batch are stacked in y, so one plan serves any number of them: fewer rows are
drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pyface_web.graph.ops import Shape

BLOCK = 2
_TILES_ALONG_Y = 8  # maps with at most this many rows of blocks


@dataclass(frozen=True)
class Layout:
    """Placement of a (height, width, channels) tensor; `groups_per_tile` is 1 or 2."""

    height: int
    width: int
    channels: int
    groups_per_tile: int = 1

    @classmethod
    def of(cls, shape: Shape, groups_per_tile: int = 1) -> Layout:
        """Layout of one item of a (batch, height, width, channels) tensor."""
        return cls(shape[1], shape[2], shape[3], groups_per_tile)

    @property
    def rows(self) -> int:
        """Rows of blocks."""
        return -(-self.height // BLOCK)

    @property
    def columns(self) -> int:
        """Columns of blocks."""
        return -(-self.width // BLOCK)

    @property
    def groups(self) -> int:
        """Groups of four channels."""
        return -(-self.channels // 4)

    @property
    def tiles(self) -> int:
        return -(-self.groups // self.groups_per_tile)

    @property
    def layers(self) -> int:
        return BLOCK * BLOCK * self.groups_per_tile

    @property
    def along_y(self) -> bool:
        """Whether tiles lie along y instead of x."""
        return self.rows <= _TILES_ALONG_Y

    @property
    def texture_width(self) -> int:
        return self.columns * (1 if self.along_y else self.tiles)

    @property
    def texture_rows(self) -> int:
        """Texture rows of one item."""
        return self.rows * (self.tiles if self.along_y else 1)

    @property
    def uniform(self) -> tuple[float, float, float, float]:
        """The vec4 that shaders call a layout: tiles, columns, rows, axis of the tiles."""
        return (self.tiles, self.columns, self.rows, 1 if self.along_y else 0)

    def to_texels(self, array: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, height, width, channels) -> (layers, N * texture_rows, texture_width, 4)."""
        n = array.shape[0]
        full = np.zeros(
            (n, self.rows * 2, self.columns * 2, self.tiles * self.groups_per_tile * 4), np.float32
        )
        full[:, : self.height, : self.width, : self.channels] = array
        blocks = full.reshape(n, self.rows, 2, self.columns, 2, self.tiles, self.groups_per_tile, 4)
        order = (2, 4, 6, 0, 1, 5, 3, 7) if self.along_y else (2, 4, 6, 0, 1, 3, 5, 7)
        return np.ascontiguousarray(blocks.transpose(order)).reshape(
            self.layers, n * self.texture_rows, self.texture_width, 4
        )
