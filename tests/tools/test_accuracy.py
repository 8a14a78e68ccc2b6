"""How answers are counted, and where faces are in pictures that are made of others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

from tools.accuracy.report import replaced, tables
from tools.accuracy.score import Array, Tally, Truth, interval, matched, mean_interval
from tools.accuracy.sides import KINDS, SIDES
from tools.accuracy.variants import CANVAS, WIDTH, brought, turned, variants
from tools.assets import ROOT

FACES = np.array([[300.0, 200, 120, 100], [600, 240, 80, 100]])


@dataclass
class Face:
    box: Array
    landmarks: Array
    descriptor: Array


def landmarks(x: float) -> Array:
    """Points that all lie at x, but for eyes that are 100 pixels apart."""
    points = np.full((68, 2), x)
    points[45, 0] += 100
    return points


def truth(x: float, who: float) -> Truth:
    return Truth(np.array([x, 50.0]), 40.0, landmarks(x), np.full(128, who))


def face(x: float, who: float, side: float = 40.0, moved: float = 0.0) -> Face:
    box = np.array([x - side / 2, 50 - side / 2, side, side])
    return Face(box, landmarks(x) + np.array([moved, 0]), np.full(128, who))


def test_a_picture_is_counted():
    tally = Tally()
    tally.add([truth(50, 0), truth(150, 1)], [face(50, 0.01, moved=10), face(300, 0)])
    assert (tally.there, tally.found, tally.extra) == (2, 1, 1)
    assert tally.errors == pytest.approx([0.1])
    assert tally.same == pytest.approx([0.01 * 128**0.5])
    assert tally.apart == pytest.approx([0.99 * 128**0.5])


def test_each_face_is_one_of_those_that_are_there_the_nearest_first():
    truths = [truth(50, 0), truth(65, 0)]
    assert matched(truths, [face(60, 0)]) == [(1, 0)]
    assert matched(truths, [face(50, 0), face(52, 0)]) == [(0, 0), (1, 1)]
    assert matched(truths, [face(50, 0, side=80), face(90, 0)]) == []


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(0, 0, 0, 1), (10, 10, 0.7225, 1), (0, 10, 0, 0.2775), (5, 10, 0.2366, 0.7634)],
)
def test_wilsons_interval(hits: int, count: int, low: float, high: float):
    assert interval(hits, count) == pytest.approx((low, high), abs=1e-4)


def test_interval_of_a_mean():
    assert mean_interval([2.0]) == (2, 2, 2)
    assert mean_interval([1.0, 3.0]) == pytest.approx((2, 0.04, 3.96))


def spots(points: Array) -> Image.Image:
    """A black picture with a white spot at each point."""
    pixels = np.zeros((640, WIDTH, 3), np.uint8)
    for x, y in points.astype(int):
        pixels[y - 4 : y + 5, x - 4 : x + 5] = 255
    return Image.fromarray(pixels)


@pytest.mark.parametrize("degrees", [0, 15, 90, 135, 180])
def test_points_are_where_a_turned_picture_has_them(degrees: float):
    points = np.array([[300.5, 200.5], [700.5, 430.5]])
    picture, move = turned(spots(points), degrees)
    for x, y in move(points).astype(int):
        assert picture.getpixel((int(x), int(y))) == (255, 255, 255)


def test_small_faces_have_the_side_that_is_said():
    sample = spots(FACES[:, :2])
    for variant in variants(sample, FACES, ("size",)):
        assert variant.picture.size == CANVAS
        side = np.median(FACES[:, 2:].max(axis=1)) * variant.scale
        assert f"{side:.0f} px" == variant.value
        for x, y in variant.move(FACES[:, :2]):
            near = np.asarray(variant.picture)[
                round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2
            ]
            assert near.max() > 150


def test_every_spoilt_picture_differs_and_is_as_large():
    noise = np.random.default_rng(1).integers(0, 256, (640, WIDTH, 3), np.uint8)
    sample = brought(Image.fromarray(noise))
    made = [np.asarray(variant.picture) for variant in variants(sample, FACES, ("quality",))]
    assert {picture.shape for picture in made} == {(640, WIDTH, 3)}
    assert np.array_equal(made[0], sample)
    assert all(not np.array_equal(made[i], made[j]) for i in range(len(made)) for j in range(i))


def test_tables_have_a_column_for_each_side_that_looked():
    one = Tally(there=4, found=3, errors=[0.1, 0.1], same=[0.3, 0.7], apart=[0.9])
    text = tables("angle", {"15°": {"oracle": Tally(there=4), "ours": one}})
    assert "| faces found: | face-api.js | pyface_web |" in text
    assert "| 15° | 0 of 4 (0-49 %) | 3 of 4 (30-95 %) |" in text
    assert "| 15° | - | 1 of 2 (9-91 %) |" in text


def test_the_page_has_a_place_for_every_kind():
    text = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    for kind in KINDS:
        assert "NEW" in replaced(text, kind, "NEW")
    with pytest.raises(ValueError, match="<!-- other -->"):
        replaced(text, "other", "NEW")


def test_sides_are_named_as_they_are_kept():
    assert [side.name for side in SIDES.values()] == list(SIDES)
