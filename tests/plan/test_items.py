"""What fit.frag is told of crops, number by number."""

from __future__ import annotations

import numpy as np
import pytest

from pyface_web.engine.webgl.draws import MAX_ITEMS
from pyface_web.engine.webgl.halves import LargeCrop, texels
from pyface_web.engine.webgl.items import Items
from pyface_web.pictures.letterbox import letterbox, stretch
from pyface_web.pictures.similarity import Similarity

CROP = np.array([[10, 20, 64, 48]], np.float32)


def items(fit, crop=CROP):
    (told,) = Items.of([fit]).told(crop, 0)
    return told.uniforms.reshape(MAX_ITEMS, -1, 4)[0].tolist()


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
    (told,) = Items.of(fits).told(np.tile(CROP, (2, 1)), 0)
    got = told.uniforms.reshape(MAX_ITEMS, 3, 4)
    assert got[0, 2].tolist() == [0, 0, 1, 0]
    assert got[1, 2].tolist() == [0, 47, 0, -1]


def test_a_similarity_is_told_from_the_corner_of_its_region():
    fit = Similarity(9, (20, 20), (1, 0), (64, 48))
    # 2 pixels more than it shows on each side
    assert items(fit) == [[10 + 18, 20 + 18, 13, 13], [2, 2, 1, 0], [0, 1, 0, 0]]


def test_a_picture_that_is_held_smaller():
    """Half as large on the device: half the steps, half the places, and one halving less."""
    fit = Similarity(9, (40.5, 40.5), (2.5, 0), (128, 96))
    crop, shown, rest = items(fit)
    assert crop == [10 + 18, 20 + 18, 15, 15]
    assert shown == [2, 2, 1.25, 0] and rest == [0, 1.25, 0, 0]
    assert fit.region(128, 96).halvings == 1


def similar(step):
    """Of a picture of 4000x3000: 30 pixels from (60, 40) on, so many of the picture apart."""
    return Similarity(30, (60, 40), (step, 0), (4000, 3000))


def told(*steps):
    crops = np.tile(np.float32([10, 20, 4000, 3000]), (len(steps), 1))
    return list(Items.of([similar(step) for step in steps]).told(crops, 0))


def test_what_is_halved_once_is_told_so():
    (only,) = told(3)
    assert only.kind == "similar" and only.large is None
    assert only.uniforms[8:12].tolist() == [0, 1.5, 1, 0]


def test_what_is_halved_more_often_is_drawn_before_and_alone():
    found = told(1, 3, 5, 9, 1.5)
    assert [(some.first, some.count, some.kind) for some in found] == [
        (0, 2, "similar"), (2, 1, "halved"), (3, 1, "halved"), (4, 1, "similar"),
    ]  # fmt: skip
    assert [some.large and some.large.times for some in found] == [None, 1, 2, None]
    # (4 * 2^n - 2) pixels more on each side than are shown
    assert found[1].large == LargeCrop((10 + 46, 20 + 26), (29 * 5 + 29, 29 * 5 + 29), 1)
    corner_and_size = found[1].uniforms[:4].tolist()
    assert corner_and_size == [0, 0, *similar(5).region(4000, 3000).halved]


def test_nothing_is_drawn_before_where_nothing_would_be_seen():
    fit = Similarity(30, (5000, 40), (9, 0), (4000, 3000))
    (only,) = Items.of([fit]).told(np.float32([[0, 0, 4000, 3000]]), 0)
    assert only.large is None and only.kind == "similar"


def test_the_last_half_is_always_in_the_same_texture():
    for times in (1, 2, 3, 4):
        draws = LargeCrop((7, 8), (4000, 3001), times).draws()
        outputs = [draw.output for draw in draws]
        assert outputs[-1] == "halves" and len(set(outputs)) == min(times, 2)
        (_, first), *rest = [draw.inputs[0] for draw in draws]
        assert first == "source" and [name for _, name in rest] == outputs[:-1]
        assert [draw.block[:2] for draw in draws] == [(7, 8)] + [(0, 0)] * (times - 1)
    sizes = [(draw.width, draw.rows) for draw in LargeCrop((0, 0), (4000, 3001), 2).draws()]
    assert sizes == [(999, 750), (499, 374)]  # of 1998x1499 and 997x748 pixels
    assert texels((7, 8)) == (4, 4)
