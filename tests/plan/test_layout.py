"""How tensors lie in textures: the Python side of lib/layout.glsl."""

from __future__ import annotations

import numpy as np
import pytest

from pyface_web.engine.webgl.layout import Layout

SHAPES = [
    (1, 1, 1, 1),
    (1, 1, 1, 5),
    (2, 1, 3, 4),
    (1, 5, 4, 3),
    (3, 7, 9, 12),
    (7, 2, 2, 33),
    (2, 16, 17, 25),
    (2, 17, 16, 5),  # 9 rows of blocks: tiles lie along x
    (1, 40, 3, 8),
    (1, 3, 40, 136),
]
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda s: "x".join(map(str, s)))
every_tile = pytest.mark.parametrize("groups_per_tile", [1, 2], ids=["tiles of 1", "tiles of 2"])


def random(shape) -> np.ndarray:
    return np.random.default_rng(shape).normal(size=shape).astype(np.float32)


@every_shape
@every_tile
def test_every_value_lies_where_the_shaders_look_for_it(shape, groups_per_tile):
    """place() and texel() of lib/layout.glsl, one value at a time."""
    layout, array = Layout.of(shape, groups_per_tile), random(shape)
    texels = layout.to_texels(array)
    rows = shape[0] * layout.texture_rows
    assert texels.shape == (layout.layers, rows, layout.texture_width, 4)
    for n, y, x, c in np.ndindex(shape):
        group = c // 4
        tile, half = divmod(group, groups_per_tile)
        layer = ((y % 2) * 2 + x % 2) * groups_per_tile + half
        row, column = y // 2 + n * layout.rows, x // 2
        if layout.along_y:
            at = (layer, row * layout.tiles + tile, column)
        else:
            at = (layer, row, column * layout.tiles + tile)
        assert texels[at][c % 4] == array[n, y, x, c]


@every_shape
@every_tile
def test_cells_that_hold_no_value_are_zero(shape, groups_per_tile):
    layout = Layout.of(shape, groups_per_tile)
    texels = layout.to_texels(np.ones(shape, np.float32))
    assert np.count_nonzero(texels) == np.prod(shape)


@pytest.mark.parametrize(
    ("shape", "groups_per_tile", "uniform", "size"),
    [
        ((1, 112, 112, 3), 1, (1, 56, 56, 0), (56, 56)),
        ((1, 256, 256, 64), 2, (8, 128, 128, 0), (1024, 128)),
        ((1, 17, 17, 8), 1, (2, 9, 9, 0), (18, 9)),
        ((1, 16, 16, 1024), 2, (128, 8, 8, 1), (8, 1024)),
        ((1, 1, 1, 128), 1, (32, 1, 1, 1), (1, 32)),
    ],
    ids=str,
)
def test_size_of_the_texture(shape, groups_per_tile, uniform, size):
    layout = Layout.of(shape, groups_per_tile)
    assert layout.uniform == uniform
    assert (layout.texture_width, layout.texture_rows) == size
