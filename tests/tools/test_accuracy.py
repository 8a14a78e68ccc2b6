"""How answers are counted, and where faces are in pictures that are made of others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

from tools.accuracy import people
from tools.accuracy.report import replaced, tables
from tools.accuracy.score import Array, Tally, Truth, interval, matched, mean_interval
from tools.accuracy.sides import COLUMNS, KINDS, PEOPLE, SIDES
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


def album(*who: float | None) -> people.Album:
    made = people.Album(len(who))
    made.descriptors = [None if one is None else np.full(128, one) for one in who]
    return made


def photo(person: int, white: tuple[int, int]) -> people.Photo:
    """A black photograph with a white spot."""
    picture = Image.new("RGB", (92, 112))
    picture.paste((255,) * 3, (white[0] - 3, white[1] - 3, white[0] + 4, white[1] + 4))
    return people.Photo(person, picture)


def test_each_pair_of_photographs_is_compared_once_where_both_faces_were_found():
    taken = [photo(person, (46, 56)) for person in (1, 1, 2, 2)]
    tally = people.compared(taken, album(0, 0.5, 1, None), album(9, 0.25, None, 1.25))
    assert (tally.there, tally.found) == (4, 3)
    assert tally.same == pytest.approx([0.25 * 128**0.5, 0.25 * 128**0.5])
    assert tally.apart == pytest.approx([1.25 * 128**0.5, 0.75 * 128**0.5])


@pytest.mark.parametrize("degrees", people.ANGLES)
def test_photographs_lie_side_by_side_where_their_sheet_says(degrees: float):
    (sheet,) = people.sheets([photo(1, (46, 56))] * 4, degrees)
    for place in sheet.places:
        x, y = place.middle.astype(int)
        assert sheet.picture.getpixel((int(x), int(y))) == (255, 255, 255)
    row = np.asarray(sheet.picture.convert("L").crop((0, 0, sheet.picture.width, 300)))
    assert (row < 40).sum() > 0.97 * 4 * (2 * 92 * 2 * 112 - 14 * 14), "none covers another"


def test_photographs_are_numbered_over_all_sheets():
    taken = [people.Photo(1, Image.new("RGB", (2, 2)))] * 40
    first, second = people.sheets(taken, 0)
    places = [*first.places, *second.places]
    assert [place.number for place in places] == list(range(40))


def test_a_face_belongs_to_the_photograph_that_it_lies_in():
    (sheet,) = people.sheets([photo(1, (46, 56))] * 2, 0)
    found = people.Album(2)
    x, y = sheet.places[1].middle
    side = sheet.places[1].side
    box = np.array([x - side / 2, y - side / 2, side, side])
    found.add(sheet, [Face(box, landmarks(x), np.full(128, 7.0))])
    assert found.descriptors[0] is None
    assert found.descriptors[1] is not None and found.descriptors[1][0] == 7


def test_the_page_has_a_place_for_every_kind():
    text = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    for kind in KINDS:
        assert "NEW" in replaced(text, kind, "NEW")
    with pytest.raises(ValueError, match="<!-- other -->"):
        replaced(text, "other", "NEW")


def test_sides_are_named_as_they_are_kept():
    assert [side.name for side in SIDES.values()] == list(SIDES)
    assert {name for sides in COLUMNS.values() for name in sides} == set(SIDES)


def test_rates_of_many_cases_have_tenths():
    many = Tally(there=160, found=160, same=[0.3] * 240, apart=[0.9] * 1999 + [0.5])
    text = tables(PEOPLE, {"0°": {"ours": many}})
    assert "| 0° | 240 of 240 (98-100 %) |" in text
    assert "| 0° | 1999 of 2000 (99.7-100.0 %) |" in text
