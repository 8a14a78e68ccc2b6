"""From the element to the face: the same faces as the original finds in the same picture."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.oracle.conftest import ORACLE_FACES, Detector, Duel, Elements
from tests.oracle.faces import Face, iou, landmark_distance, matched
from tests.oracle.pictures import MAKERS, SAMPLES
from tests.oracle.tolerances import FLOAT32, SAME_ELEMENT, WASM

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


# What the original's nets say of boxes: [detected, aligned] each.
_ORACLE_OF_BOXES = """async ([id, boxes]) => {
  const picture = document.getElementById(id);
  const cut = async (box) => (await faceapi.extractFaces(picture, [new faceapi.Rect(...box)]))[0];
  const faces = [];
  for (const [box, aligned] of boxes) {
    const crop = await cut(box);
    const points = (landmarks) =>
      landmarks.shiftBy(box[0], box[1]).positions.map(({ x, y }) => [x, y]);
    const found = await faceapi.detectFaceLandmarks(crop);
    const dlib = found.shiftBy(box[0], box[1]).align(null, { useDlibAlignment: true });
    const upright = await cut(aligned);
    const looks = await faceapi.recognizeFaceExpressions(upright);
    const { x, y, width, height } = dlib;
    faces.push({
      landmarks: points(found), tiny: points(await faceapi.detectFaceLandmarksTiny(crop)),
      expressions: faceapi.FACE_EXPRESSION_LABELS.map((label) => looks[label]),
      age: (await faceapi.predictAgeAndGender(upright)).age,
      descriptor: Array.from(await faceapi.computeFaceDescriptor(await cut([x, y, width, height]))),
    });
  }
  return faces;
}"""

# How a picture comes in has nothing to do with how the layers after it are stored.
IN_32_BITS = pytest.mark.parametrize(
    "device", [FLOAT32, WASM], ids=str, indirect=True, scope="module"
)


@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("picture", PICTURES)
def test_same_detections(elements: Elements, picture: str, detector: Detector) -> None:
    found = elements.pair(picture, detector)
    assert same_faces(found.ours, found.oracle, 0.5)


@pytest.mark.parametrize("device", [FLOAT32], ids=str, indirect=True, scope="module")
def test_what_was_recorded_is_what_the_original_says(elements: Elements, original: Page) -> None:
    """Asked again about one picture and its best face; nothing but the browser may have changed.

    The boxes of faces differ a little from one start of the browser to the next, so that what the
    nets say is asked for the recorded one.
    """
    picture, detector = "sample4", "tiny"
    then = elements.theirs(picture, detector)
    found = original.evaluate(ORACLE_FACES, [picture, detector, 0.5, False])
    same_faces([Face.of(face) for face in found], then, 0.5)
    best = then[:1]
    boxes = [[face.box.tolist(), np.array(face.aligned).tolist()] for face in best]
    said = original.evaluate(_ORACLE_OF_BOXES, [picture, boxes])
    for values, before in zip(said, best, strict=True):
        now = Face.of({"score": before.score, "box": before.box} | values)
        for net in ("landmarks", "tiny"):
            moved = np.linalg.norm(getattr(now, net) - getattr(before, net), axis=1).mean()
            assert moved * 112 / max(before.box[2:]) <= SAME_ELEMENT.landmark
        assert now.expressions is not None and now.descriptor is not None
        assert np.abs(now.expressions - before.expressions).max() <= SAME_ELEMENT.expression_most
        assert np.abs(np.array(now.age) - before.age) <= SAME_ELEMENT.age
        assert before.descriptor is not None
        assert np.linalg.norm(now.descriptor - before.descriptor) <= SAME_ELEMENT.descriptor_most


@pytest.mark.parametrize("net", ["landmarks", "tiny"])
@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("picture", PICTURES)
def test_same_landmarks(
    elements: Elements, picture: str, detector: Detector, net: Literal["landmarks", "tiny"]
) -> None:
    """On the oracle's own crops: its boxes differ from ours by a fraction of a pixel."""
    theirs = elements.theirs(picture, detector)
    ours = elements.landmarks_of_boxes(picture, [face.box for face in theirs])[net]
    for points, face in zip(ours, theirs, strict=True):
        assert landmark_distance(points, getattr(face, net), face.box) <= SAME_ELEMENT.landmark


@pytest.mark.parametrize("net", ["landmarks", "tiny"])
@pytest.mark.parametrize("detector", DETECTORS)
def test_same_landmarks_of_own_boxes(
    elements: Elements, detector: Detector, net: Literal["landmarks", "tiny"]
) -> None:
    distances = []
    for picture in PICTURES:
        found = elements.pair(picture, detector)
        for mine, theirs in matched(found.ours, found.oracle)[0]:
            points, expected = getattr(mine, net), getattr(theirs, net)
            distances.append(landmark_distance(points, expected, theirs.box))
    assert np.quantile(distances, 0.9) <= SAME_ELEMENT.landmark
    assert max(distances) <= SAME_ELEMENT.landmark_moved


@pytest.mark.parametrize("detector", DETECTORS)
def test_same_descriptors(elements: Elements, detector: Detector) -> None:
    distances = []
    for picture in PICTURES:
        found = elements.pair(picture, detector)
        for mine, theirs in matched(found.ours, found.oracle)[0]:
            assert mine.descriptor is not None and theirs.descriptor is not None
            distances.append(float(np.linalg.norm(mine.descriptor - theirs.descriptor)))
    assert max(distances) <= SAME_ELEMENT.descriptor_all
    assert np.quantile(distances, 0.9) <= SAME_ELEMENT.descriptor_most


def test_same_expressions_and_ages(elements: Elements, duel: Duel) -> None:
    """On the oracle's own aligned boxes, in the browser that cut them out for it: a face between
    two expressions turns on how finely the device filters a texture.

    In 16 bits on the largest picture alone; test_equal_pixels.py has what rounding does.
    """
    off: dict[str, list[float]] = {detector: [] for detector in DETECTORS}
    years: dict[str, list[float]] = {detector: [] for detector in DETECTORS}
    for picture in PICTURES if elements.device.bits == 32 else ("group",):
        theirs = [(d, face) for d in DETECTORS for face in elements.theirs(picture, d)]
        boxes = [face.aligned for _, face in theirs if face.aligned is not None]
        looks, ages = duel.impressions_of_boxes(picture, boxes)
        for (detector, face), look, age in zip(theirs, looks, ages, strict=True):
            off[detector].append(float(np.abs(look - face.expressions).max()))
            years[detector].append(abs(age - face.age))
    for detector in DETECTORS:
        worst = np.sort(off[detector])
        print(detector, "expressions", worst[-5:], "years", np.sort(years[detector])[-5:])
        assert np.quantile(worst, 0.95) <= SAME_ELEMENT.expression_most
        assert worst[-1] <= SAME_ELEMENT.expression_all
        assert max(years[detector]) <= SAME_ELEMENT.age


@pytest.mark.parametrize("detector", DETECTORS)
def test_same_gender_of_own_boxes(elements: Elements, detector: Detector) -> None:
    """Whoever the original is sure of."""
    for picture in PICTURES:
        found = elements.pair(picture, detector)
        for mine, theirs in matched(found.ours, found.oracle)[0]:
            assert mine.male is not None and theirs.male is not None
            if abs(theirs.male - 0.5) > 0.2:
                assert (mine.male > 0.5) == (theirs.male > 0.5)


def test_the_group_has_about_ten_faces(elements: Elements) -> None:
    assert len(elements.theirs("group", "ssd")) >= 10


@IN_32_BITS
@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("picture", [name for name in MAKERS if name != "small"])
def test_same_detections_in_unusual_pictures(
    elements: Elements, picture: str, detector: Detector
) -> None:
    found = elements.pair(picture, detector, stages=False)
    assert same_faces(found.ours, found.oracle, 0.5)


@IN_32_BITS
@pytest.mark.parametrize("detector", DETECTORS)
def test_nothing_is_found_in_thirty_by_twenty_pixels(
    elements: Elements, detector: Detector
) -> None:
    found = elements.pair("small", detector, stages=False)
    assert found.ours == found.oracle == []
