"""From the element to the face: the same faces as the original finds in the same picture."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from tests.oracle.conftest import Detector, Duel
from tests.oracle.faces import Face, iou, landmark_distance, matched
from tests.oracle.pictures import MAKERS, SAMPLES
from tests.oracle.tolerances import SAME_ELEMENT

PICTURES = (*SAMPLES, "group")
DETECTORS: tuple[Detector, ...] = ("tiny", "ssd")


def same_faces(ours: list[Face], oracle: list[Face], threshold: float) -> list[tuple[Face, Face]]:
    """Pairs of the same face; only a face near the threshold may be missed by one side."""
    pairs, lonely = matched(ours, oracle)
    for face in lonely:
        assert face.score < threshold + SAME_ELEMENT.threshold_margin, f"only one side has {face}"
    for mine, theirs in pairs:
        assert iou(mine.box, theirs.box) >= SAME_ELEMENT.iou, (mine.box, theirs.box)
        assert abs(mine.score - theirs.score) <= SAME_ELEMENT.score, (mine.score, theirs.score)
    return pairs


# How a picture comes in has nothing to do with how the layers after it are stored.
FLOAT32 = pytest.mark.parametrize("duel", [32], ids=["float32"], indirect=True, scope="module")


@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("picture", PICTURES)
def test_same_detections(duel: Duel, picture: str, detector: Detector) -> None:
    found = duel.faces(picture, detector)
    assert same_faces(found.ours, found.oracle, 0.5)


@pytest.mark.parametrize("net", ["landmarks", "tiny"])
@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("picture", PICTURES)
def test_same_landmarks(
    duel: Duel, picture: str, detector: Detector, net: Literal["landmarks", "tiny"]
) -> None:
    """On the oracle's own crops: its boxes differ from ours by a fraction of a pixel."""
    theirs = duel.faces(picture, detector).oracle
    ours = duel.landmarks_of_boxes(picture, [face.box for face in theirs])[net]
    for points, face in zip(ours, theirs, strict=True):
        assert landmark_distance(points, getattr(face, net), face.box) <= SAME_ELEMENT.landmark


@pytest.mark.parametrize("net", ["landmarks", "tiny"])
@pytest.mark.parametrize("detector", DETECTORS)
def test_same_landmarks_of_own_boxes(
    duel: Duel, detector: Detector, net: Literal["landmarks", "tiny"]
) -> None:
    distances = []
    for picture in PICTURES:
        found = duel.faces(picture, detector)
        for mine, theirs in matched(found.ours, found.oracle)[0]:
            points, expected = getattr(mine, net), getattr(theirs, net)
            distances.append(landmark_distance(points, expected, theirs.box))
    assert np.quantile(distances, 0.9) <= SAME_ELEMENT.landmark
    assert max(distances) <= SAME_ELEMENT.landmark_moved


@pytest.mark.parametrize("detector", DETECTORS)
def test_same_descriptors(duel: Duel, detector: Detector) -> None:
    distances = []
    for picture in PICTURES:
        found = duel.faces(picture, detector)
        for mine, theirs in matched(found.ours, found.oracle)[0]:
            assert mine.descriptor is not None and theirs.descriptor is not None
            distances.append(float(np.linalg.norm(mine.descriptor - theirs.descriptor)))
    assert max(distances) <= SAME_ELEMENT.descriptor_all
    assert np.quantile(distances, 0.9) <= SAME_ELEMENT.descriptor_most


@pytest.mark.parametrize("detector", DETECTORS)
def test_same_expressions_and_ages(duel: Duel, detector: Detector) -> None:
    """On the oracle's own aligned boxes."""
    off, years = [], []
    for picture in PICTURES:
        theirs = duel.faces(picture, detector).oracle
        boxes = [face.aligned for face in theirs if face.aligned is not None]
        looks, ages = duel.impressions_of_boxes(picture, boxes)
        for face, look, age in zip(theirs, looks, ages, strict=True):
            off.append(float(np.abs(look - face.expressions).max()))
            years.append(abs(age - face.age))
    print(detector, "expressions", np.sort(off)[-5:], "years", np.sort(years)[-5:])
    assert np.quantile(off, 0.95) <= SAME_ELEMENT.expression_most
    assert max(off) <= SAME_ELEMENT.expression_all
    assert max(years) <= SAME_ELEMENT.age


@pytest.mark.parametrize("detector", DETECTORS)
def test_same_gender_of_own_boxes(duel: Duel, detector: Detector) -> None:
    """Whoever the original is sure of."""
    for picture in PICTURES:
        found = duel.faces(picture, detector)
        for mine, theirs in matched(found.ours, found.oracle)[0]:
            assert mine.male is not None and theirs.male is not None
            if abs(theirs.male - 0.5) > 0.2:
                assert (mine.male > 0.5) == (theirs.male > 0.5)


def test_the_group_has_about_ten_faces(duel: Duel) -> None:
    assert len(duel.faces("group", "ssd").oracle) >= 10


@FLOAT32
@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("picture", [name for name in MAKERS if name != "small"])
def test_same_detections_in_unusual_pictures(duel: Duel, picture: str, detector: Detector) -> None:
    found = duel.faces(picture, detector, stages=False)
    assert same_faces(found.ours, found.oracle, 0.5)


@FLOAT32
@pytest.mark.parametrize("detector", DETECTORS)
def test_nothing_is_found_in_thirty_by_twenty_pixels(duel: Duel, detector: Detector) -> None:
    found = duel.faces("small", detector, stages=False)
    assert found.ours == found.oracle == []
