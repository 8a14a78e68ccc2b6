"""What fit.frag is told of crops, number by number."""

from __future__ import annotations

import numpy as np
import pytest

from pyface_web.engine.webgl.draws import MAX_ITEMS
from pyface_web.engine.webgl.items import Items
from pyface_web.pictures.letterbox import letterbox, stretch
from pyface_web.pictures.similarity import Similarity

CROP = np.array([[10, 20, 64, 48]], np.float32)


def items(fit, crop=CROP):
    return Items.of([fit]).uniforms(crop, 0).reshape(MAX_ITEMS, -1, 4)[0].tolist()


def test_letterbox_and_stretch():
    assert items(letterbox(64, 48, 32, True)) == [[10, 20, 64, 48], [0, 4, 32, 24]]
    assert items(stretch(64, 48, 24)) == [[10, 20, 64, 48], [32, 24, 24, 24]]


@pytest.mark.parametrize(
    ("quarters", "turn"),
    [(1, [0, 47, 0, -1]), (2, [63, 47, -1, 0]), (3, [63, 0, 0, 1])],
)
def test_quarters(quarters, turn):
    """The first pixel of a crop turned clockwise was at its lower left; the next one is above."""
    crop, _, got = items(letterbox(64, 48, 32, True, quarters))
    assert crop == [10, 20, 64, 48]
    assert got == turn


def test_where_only_some_are_turned_all_are_told_how():
    fits = [letterbox(64, 48, 32, True, quarters) for quarters in (0, 1)]
    got = Items.of(fits).uniforms(np.tile(CROP, (2, 1)), 0).reshape(MAX_ITEMS, 3, 4)
    assert got[0, 2].tolist() == [0, 0, 1, 0]
    assert got[1, 2].tolist() == [0, 47, 0, -1]


def test_a_similarity_is_told_from_the_corner_of_its_region():
    fit = Similarity(9, (20, 20), (1, 0), (64, 48))
    # 2 pixels more than it shows on each side
    assert items(fit) == [[10 + 18, 20 + 18, 13, 13], [2, 2, 1, 0], [0, 1, 1, 0]]


def test_a_picture_that_is_held_smaller():
    """Half as large on the device: half the steps, half the places, and one halving less."""
    fit = Similarity(9, (40.5, 40.5), (2.5, 0), (128, 96))
    crop, shown, rest = items(fit)
    assert crop == [10 + 18, 20 + 18, 15, 15]
    assert shown == [2, 2, 1.25, 0] and rest == [0, 1.25, 1, 0]
    assert fit.region(128, 96).halvings == 1
