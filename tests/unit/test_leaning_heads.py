"""Who leans stays the same person: samples turned by up to 45 degrees, and a group of such heads.

CPython computes, with the nets as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pytest
from PIL import Image

import pyface_web as faceapi
from pyface_web.values.alignment import Align
from tests.loaded_nets import loaded
from tests.waiting import wait
from tools.assets import path_of

NETS = (
    faceapi.nets.ssd_mobilenetv1,
    faceapi.nets.face_landmark68_net,
    faceapi.nets.face_recognition_net,
    faceapi.nets.face_expression_net,
    faceapi.nets.age_gender_net,
)
TURNS = {1: (15, -30), 2: (-15, 30), 3: (30, -45), 4: (15, -15), 5: (45, -30), 6: (-45, 45)}
SAME = 0.6  # the usual threshold
ALIKE = 0.25
FAR = 45  # degrees; of what leans farther the detector's box tells too little
NEAR = 0.3  # of the distance of the eyes: what lies so near is the same face


@dataclass
class Turned:
    """A picture, turned clockwise by some degrees, and where its points went."""

    picture: Image.Image
    degrees: float

    @cached_property
    def image(self) -> Image.Image:
        return self.picture.rotate(-self.degrees, Image.Resampling.BICUBIC, expand=True)

    def place(self, points: np.ndarray) -> np.ndarray:
        t, image = math.radians(self.degrees), self.image
        turn = np.array([[math.cos(t), math.sin(t)], [-math.sin(t), math.cos(t)]])
        middle = (self.picture.width / 2, self.picture.height / 2)
        return (points - middle) @ turn + (image.width / 2, image.height / 2)


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> Iterator[None]:
    with loaded(*NETS):
        wait(faceapi.set_backend("onnx"))
        yield


def sample(number: int) -> Image.Image:
    picture = Image.open(path_of(f"images/sample{number}.jpg")).convert("RGB")
    return picture.resize((700, round(700 * picture.height / picture.width)))


def faces_of(
    picture: Image.Image,
    refine: bool = True,
    align: Align = "upright",
    orientations: Literal["auto"] | None = None,
) -> list[faceapi.FaceResult]:
    options = faceapi.SsdMobilenetv1Options(orientations=orientations)
    task = faceapi.detect_all_faces(picture, options).with_face_landmarks(refine=refine)
    task = task.with_face_expressions(align=align).with_age_and_gender(align=align)
    return wait(task.with_face_descriptors(align=align))


def eyes(points: np.ndarray) -> float:
    return float(np.linalg.norm(points[36] - points[45]))


Pairs = list[tuple[faceapi.FaceResult, faceapi.FaceResult, float]]


def pairs_of(
    before: list[faceapi.FaceResult],
    turned: Turned,
    after: list[faceapi.FaceResult],
    far: float = FAR,
) -> Pairs:
    """Each face that was found both times, and how far its points are off, in eye distances."""
    found = []
    for face in before:
        assert face.angle is not None
        if abs(face.angle + turned.degrees) > far:
            continue
        places = turned.place(face.landmarks.positions)
        size = eyes(places)
        for other in after:
            there = other.landmarks.positions
            if np.linalg.norm(there.mean(0) - places.mean(0)) < NEAR * size:
                off = np.linalg.norm(there - places, axis=1).mean() / size
                found.append((face, other, float(off)))
    return found


@pytest.fixture(scope="module")
def upright() -> dict[int, list[faceapi.FaceResult]]:
    return {number: faces_of(sample(number)) for number in TURNS}


@pytest.fixture(scope="module")
def leaning(upright: dict[int, list[faceapi.FaceResult]]) -> Pairs:
    found: Pairs = []
    for number, degrees in ((n, d) for n, turns in TURNS.items() for d in turns):
        turned = Turned(sample(number), degrees)
        found += pairs_of(upright[number], turned, faces_of(turned.image))
    assert len(found) >= 25
    return found


def distance(one: faceapi.FaceResult, other: faceapi.FaceResult) -> float:
    assert one.descriptor is not None and other.descriptor is not None
    return float(np.linalg.norm(one.descriptor - other.descriptor))


def test_who_leans_stays_the_same(leaning: Pairs) -> None:
    distances = [distance(one, other) for one, other, _ in leaning]
    assert max(distances) < SAME
    assert np.mean(np.array(distances) <= ALIKE) >= 0.9


def test_who_lies_or_hangs_stays_the_same_too(
    upright: dict[int, list[faceapi.FaceResult]],
) -> None:
    """Where pictures are looked at from all sides."""
    distances = []
    for number, degrees in ((3, 90), (5, 150), (6, 180), (3, -120)):
        turned = Turned(sample(number), degrees)
        after = faces_of(turned.image, orientations="auto")
        found = pairs_of(upright[number], turned, after, far=360)
        assert len(found) >= len(upright[number]) - 1
        distances += [distance(one, other) for one, other, _ in found]
    assert max(distances) < SAME
    assert np.mean(np.array(distances) <= ALIKE) >= 0.9


def test_points_turn_with_the_picture(leaning: Pairs) -> None:
    off = np.array([off for *_, off in leaning])
    assert np.median(off) < 0.04 and np.mean(off < 0.1) >= 0.9


def test_a_head_looks_the_same_however_it_leans(leaning: Pairs) -> None:
    same_mood, years, same_gender = [], [], []
    for one, other, _ in leaning:
        moods = [np.array(list(face.expressions.values())) for face in (one, other)]
        same_mood.append(np.abs(moods[0] - moods[1]).sum() / 2 < 0.25)
        years.append(abs(one.age - other.age))
        same_gender.append(one.gender == other.gender)
    assert np.mean(same_mood) >= 0.85
    assert np.median(years) < 3
    assert np.mean(same_gender) >= 0.9


def test_the_boxes_of_face_api_js_do_worse(upright: dict[int, list[faceapi.FaceResult]]) -> None:
    """What turning is for: without it many of the same are strangers."""
    turned = Turned(sample(3), 45)
    before, after = (faces_of(p, refine=False, align="box") for p in (sample(3), turned.image))
    boxes = pairs_of(before, turned, after)
    turns = pairs_of(upright[3], turned, faces_of(turned.image))
    assert boxes and turns
    assert max(distance(one, other) for one, other, _ in turns) < SAME
    assert min(distance(one, other) for one, other, _ in boxes) > ALIKE


def test_a_group_of_heads_that_all_lean_otherwise(
    upright: dict[int, list[faceapi.FaceResult]],
) -> None:
    """Six heads side by side, each turned by other degrees, in one picture and one call."""
    degrees = (-45, -30, -15, 15, 30, 45)
    picture = Image.new("RGB", (1500, 1000), (90, 90, 90))
    placed = []
    chosen = [
        (number, face)
        for number in (3, 5, 6)
        for face in upright[number]
        if abs(face.angle or 0) < 10
    ]
    assert len(chosen) >= len(degrees)
    for i, (turn, (number, face)) in enumerate(zip(degrees, chosen, strict=False)):
        middle = face.landmarks.positions.mean(0)
        side = 4.5 * eyes(face.landmarks.positions)
        box = (*(middle - side / 2), *(middle + side / 2))
        head = sample(number).crop(tuple(map(round, box))).resize((400, 400))
        corner = (50 + 480 * (i % 3), 50 + 480 * (i // 3))
        picture.paste(head.rotate(-turn, Image.Resampling.BICUBIC), corner)
        placed.append((np.array(corner) + 200, turn, face))
    found = faces_of(picture)
    distances = []
    for middle, turn, face in placed:
        near = [f for f in found if np.linalg.norm(f.landmarks.positions.mean(0) - middle) < 80]
        if near:
            other = max(near, key=lambda f: f.detection.score)
            assert other.angle == pytest.approx(turn + (face.angle or 0), abs=6)
            distances.append(distance(face, other))
    assert len(distances) >= 5
    assert max(distances) < SAME and np.median(distances) < ALIKE
