"""Faces that lean are turned upright before a net sees them."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import pyface_web as faceapi
from pyface_web import errors, messages
from pyface_web.engine.square import square_of
from pyface_web.pictures.similarity import Similarity
from pyface_web.pipeline import upright
from pyface_web.pipeline.crops import descriptors_of
from pyface_web.pipeline.stages import STAGES
from pyface_web.values.alignment import DEFAULT_ALIGN, DEFAULT_REFINE
from pyface_web.values.geometry import Box, Dimensions
from pyface_web.values.landmarks import FaceLandmarks, FaceLandmarks5, FaceLandmarks68
from pyface_web.values.options import TrackOptions
from tests.unit.test_tasks import (
    OPTIONS,
    PICTURE,
    ScriptedBackend,
    all_faces,
    nets,
    run,
    session,
)
from tests.upright_face import upright_face

EXTENT = (300.0, 200.0)
ANGLES = [0, 20, -35, 90, 130, -170]


def leaning(angle: float, middle: tuple[float, float] = (150, 100)) -> NDArray[np.float64]:
    """(68, 2) points, in pixels, of a face of about 60 pixels that leans clockwise."""
    t = math.radians(angle)
    turn = np.array([[math.cos(t), math.sin(t)], [-math.sin(t), math.cos(t)]])
    return (upright_face() - 0.5) @ turn * 80 + middle


def landmarks(points: NDArray[Any]) -> FaceLandmarks68:
    return FaceLandmarks68(points / EXTENT, EXTENT)


@pytest.mark.parametrize("angle", ANGLES)
def test_the_angle_of_a_face_is_how_far_it_leans_clockwise(angle: float) -> None:
    points = leaning(angle)
    assert landmarks(points).angle == pytest.approx(angle, abs=0.5)
    five = np.stack([points[36:42].mean(0), points[42:48].mean(0), points[33], *points[[48, 58]]])
    assert FaceLandmarks5(five / EXTENT, EXTENT).angle == pytest.approx(angle, abs=0.5)


def test_without_landmarks_or_names_for_them_there_is_no_angle() -> None:
    detection = faceapi.FaceDetection(0.9, Box(0.2, 0.2, 0.5, 0.5), Dimensions(64, 48))
    assert faceapi.FaceResult(detection).angle is None
    result = faceapi.FaceResult(detection, landmarks=landmarks(leaning(20)))
    assert result.angle == pytest.approx(20, abs=0.5)
    assert replace(result, landmarks=FaceLandmarks(np.zeros((7, 2)), (64, 48))).angle is None


def test_the_angle_is_that_of_the_picture_as_it_is_shown() -> None:
    face = landmarks(leaning(45))
    assert face.for_size(600, 400).angle == pytest.approx(45, abs=0.5)
    assert abs(face.for_size(300, 800).angle or 0) < 40  # stretched upwards


@pytest.mark.parametrize("angle", ANGLES)
def test_a_square_shows_a_face_upright_and_points_on_it_lead_back(angle: float) -> None:
    points = leaning(angle)
    (fit,) = upright.squares([landmarks(points)], EXTENT, 112)
    seen = upright_face()
    size = np.ptp(seen, axis=0).max() * upright.FACE_SIDE
    expected = (seen - (seen.min(0) + seen.max(0)) / 2) / size + 0.5
    assert upright.on_picture(expected[None], [fit])[0] == pytest.approx(points, abs=1)


def test_points_on_a_square_are_where_the_picture_is_bright() -> None:
    """Pixels and points agree, to a fraction of a pixel."""
    image = np.zeros((200, 300, 3), np.uint8)
    image[120:124, 140:144] = 255  # its middle is at 142, 122
    (fit,) = upright.squares([landmarks(leaning(30))], EXTENT, 112)
    shown = square_of(image, Box(0, 0, 300, 200), fit)[..., 0]
    v, u = np.mgrid[0:112, 0:112] + 0.5
    middle = np.array([[[(u * shown).sum(), (v * shown).sum()]]]) / shown.sum() / 112
    assert upright.on_picture(middle, [fit])[0, 0] == pytest.approx((142, 122), abs=0.1)


@pytest.mark.parametrize("quarters", range(4))
def test_points_in_a_turned_crop_lead_back(quarters: int) -> None:
    image = np.zeros((20, 30))
    image[4, 7] = 1
    turned = np.rot90(image, -quarters)
    ((y, x),) = np.argwhere(turned)
    inside = np.array([[(x + 0.5) / turned.shape[1], (y + 0.5) / turned.shape[0]]], np.float32)
    back = upright.turned_back(inside, quarters) * (30, 20)
    assert back[0] == pytest.approx((7.5, 4.5), abs=1e-4)


# --- what is asked of the backend


def seen(angle: float) -> NDArray[np.float64]:
    """(68, 2) in fractions of a square, which such a face fills as `squares` has it filled."""
    face = upright_face()
    low, high = face.min(0), face.max(0)
    t = math.radians(angle)
    turn = np.array([[math.cos(t), math.sin(t)], [-math.sin(t), math.cos(t)]])
    side = upright.FACE_SIDE * (high - low).max()
    return np.asarray((face - (low + high) / 2) @ turn / side + 0.5)


class Leaning(ScriptedBackend):
    """Its landmark nets see a face lean by so many degrees each time, in turn.

    Of several angles for one time, each crop of it has its own.
    """

    def __init__(self, *angles: float | Sequence[float]) -> None:
        super().__init__()
        self.angles = list(angles)
        self.fits: list[tuple[str, str]] = []
        self.quarters: list[int] = []

    async def run(self, net: Any, size: int, crops: Any, fits: Any) -> dict[str, Any]:
        kinds = {type(fit).__name__ for fit in fits}
        self.fits.append((net.name, "/".join(kinds)))
        self.quarters.append(getattr(fits[0], "quarters", 0))
        found = await super().run(net, size, crops, fits)
        if net.name.startswith("face_landmark"):
            angles = self.angles.pop(0)
            each = [angles] * len(crops) if isinstance(angles, int | float) else angles
            found["points"] = np.stack([seen(angle).reshape(1, 1, -1) for angle in each])
        return found


def looked_at(backend: Leaning, chain: Any) -> Any:
    made, _ = session()
    made._backend = backend  # type: ignore[assignment]

    async def look() -> Any:
        return await chain(all_faces(made))

    return run(made, look())


def test_landmarks_are_found_once_more_on_an_upright_square() -> None:
    backend = Leaning(12, 3)
    (face,) = looked_at(backend, lambda task: task.with_face_landmarks(refine=True))
    assert backend.fits[1:] == [
        ("face_landmark68_net", "Letterbox"),
        ("face_landmark68_net", "Similarity"),
    ]
    assert face.angle == pytest.approx(15, abs=1)


def test_landmarks_of_face_api_js_are_found_once() -> None:
    backend = Leaning(12)
    (face,) = looked_at(backend, lambda task: task.with_face_landmarks(refine=False))
    assert backend.fits[1:] == [("face_landmark68_net", "Letterbox")]
    assert face.angle == pytest.approx(12, abs=0.5)


@pytest.mark.parametrize(
    "angles", [(30, -6), (40, 8, 2, 0), (20, 10, 1, 0), (90, 5, 5, 5)], ids=str
)
def test_heads_that_lean_far_are_looked_at_up_to_three_times(angles: tuple[float, ...]) -> None:
    backend = Leaning(*angles)
    (face,) = looked_at(backend, lambda task: task.with_face_landmarks(True, refine=True))
    assert not backend.angles
    assert face.angle == pytest.approx(sum(angles), abs=2)


# After the crop itself, by how much a head seems to lean each time that it is looked at: on its
# upright square once or up to three times; on squares turned by -90, -45, 45, 90 and 180; and on
# the five squares that those turn upright, and once more on its own.
@pytest.mark.parametrize(
    "looks, angle",
    [
        pytest.param(
            (5, 90, 20, 30, [10, 50, 40, 8, 70], [90, 50, 40, 1, 60, 30]), 99, id="it lies"
        ),
        pytest.param(
            (5, 30, 30, 30, [9, 40, 70, 90, 9], [90, 90, 90, 90, 2, 30]), 191, id="it hangs"
        ),
        pytest.param(
            (5, 18, [50] * 5, [4, 60, 60, 60, 60, 3]), 23, id="nothing else agrees better"
        ),
        pytest.param((5, 90, 90, 90, [50] * 5, [60] * 6), 5, id="nothing agrees"),
    ],
)
def test_a_face_that_does_not_agree_with_itself_is_looked_at_in_other_ways(
    looks: Sequence[float | Sequence[float]], angle: float
) -> None:
    backend = Leaning(*looks)
    (face,) = looked_at(backend, lambda task: task.with_face_landmarks(refine=True))
    assert not backend.angles
    assert (face.angle - angle + 180) % 360 - 180 == pytest.approx(0, abs=2)


def test_points_that_fall_together_are_not_taken() -> None:
    class Collapsing(Leaning):
        async def run(self, net: Any, size: int, crops: Any, fits: Any) -> dict[str, Any]:
            found = await super().run(net, size, crops, fits)
            if net.name.startswith("face_landmark") and isinstance(fits[0], Similarity):
                found["points"] = found["points"] * 0.001 + 0.5
            return found

    (face,) = looked_at(Collapsing(5, 5, 5, 5), lambda task: task.with_face_landmarks(refine=True))
    assert face.angle == pytest.approx(5, abs=0.5)
    assert np.ptp(face.landmarks.positions, axis=0).min() > 5


@pytest.mark.parametrize("align, kind", [("upright", "Similarity"), ("box", "Letterbox")])
def test_faces_are_cut_out_as_asked_for(align: Any, kind: str) -> None:
    backend = Leaning(12, 0)

    def chain(task: Any) -> Any:
        marks = task.with_face_landmarks(refine=True).with_face_descriptors(align=align)
        return marks.with_face_expressions(align=align).with_age_and_gender(align=align)

    (face,) = looked_at(backend, chain)
    assert [cut for _, cut in backend.fits[3:]] == [kind] * 3
    assert face.descriptor_align == align


@pytest.mark.parametrize("orientation", [0, 90, 180, 270])
def test_a_face_of_a_turned_picture_is_looked_at_as_it_stands(orientation: Any) -> None:
    backend = Leaning(8, 0)
    made, _ = session()
    made._backend = backend  # type: ignore[assignment]
    box, size = Box(0.2, 0.1, 0.5, 0.5), Dimensions(64, 48)
    detection = faceapi.FaceDetection(0.9, box, size, orientation)

    async def look() -> Any:
        async with made.open(PICTURE) as view:
            (face,) = await STAGES["landmarks"](view, nets(), [detection])
            await STAGES["expressions"].given(align="box")(view, nets(), [face])
            return face

    face = run(made, look())
    turn = (face.angle - orientation + 180) % 360 - 180
    assert turn == pytest.approx(8, abs=4)  # the crop is no square
    middle = face.landmarks.positions.mean(0)
    assert middle == pytest.approx((64 * 0.45, 48 * 0.35), abs=5)
    assert [cut for _, cut in backend.fits] == ["Letterbox", "Similarity", "Letterbox"]
    assert backend.quarters[0] == backend.quarters[2] == -orientation // 90 % 4


def test_without_landmarks_there_is_nothing_to_turn_a_face_by() -> None:
    backend = Leaning()
    looked_at(backend, lambda task: task.with_face_expressions().with_age_and_gender())
    assert [cut for _, cut in backend.fits] == ["Letterbox"] * 3


# --- options


@pytest.mark.parametrize("align", ["tilted", None, True, 3, "BOX"])
def test_another_align_is_refused_at_once_and_both_are_named(align: Any) -> None:
    marks = faceapi.detect_all_faces(PICTURE, OPTIONS).with_face_landmarks()
    with pytest.raises(
        errors.OptionsError, match=r"with_face_descriptors: align.* box, upright, got"
    ):
        marks.with_face_descriptors(align=align)
    for method in ("with_face_expressions", "with_age_and_gender"):
        with pytest.raises(errors.OptionsError, match=f"{method}: align"):
            getattr(marks, method)(align=align)


@pytest.mark.parametrize("refine", ["yes", 1, None])
def test_refine_is_true_or_false(refine: Any) -> None:
    with pytest.raises(errors.OptionsError, match="with_face_landmarks: refine: expected True or"):
        faceapi.detect_all_faces(PICTURE, OPTIONS).with_face_landmarks(refine=refine)


@pytest.mark.parametrize(
    "stage, said",
    [
        ({"stage": "landmarks", "refine": 1}, "withFaceLandmarks: refine: expected true or false"),
        ({"stage": "descriptors", "align": "left"}, "withFaceDescriptors: align"),
        ({"stage": "expressions", "refine": True}, "withFaceExpressions: there is no option"),
        ({"stage": "hats"}, 'stage "hats"'),
    ],
)
def test_options_of_messages_are_checked_in_words_of_javascript(stage: Any, said: str) -> None:
    message = {"call": "faces", "input": PICTURE, "stages": ["detect", stage]}
    error = asyncio.run(messages.handle(message))["error"]
    assert error["name"] == "OptionsError" and said in error["message"]


def test_who_asks_for_another_cut_asks_something_else() -> None:
    """Of a video, equal questions are answered together."""
    made, _ = session()
    task = all_faces(made)

    def question(**given: Any) -> Any:
        align = given.pop("align", DEFAULT_ALIGN)
        marks = task.with_face_landmarks(**given)
        return marks.with_face_descriptors(align=align)._question(0)

    assert question() == question(refine=DEFAULT_REFINE)
    other = "box" if DEFAULT_ALIGN == "upright" else "upright"
    assert len({question(), question(refine=not DEFAULT_REFINE), question(align=other)}) == 3


def test_a_track_asks_for_what_its_options_say() -> None:
    options = TrackOptions(descriptors=True, expressions=True, refine=False, align="box")
    assert options.stages == {
        "landmarks": {"refine": False},
        "descriptors": {"align": "box"},
        "expressions": {"align": "box"},
    }
    assert all(STAGES[name].given(**given).options for name, given in options.stages.items())
    with pytest.raises(errors.OptionsError, match=r"TrackOptions.align: .*box, upright"):
        TrackOptions(align="left")


class EachSeen(ScriptedBackend):
    """Notes how crops of many pictures are to lie in the input of a net."""

    async def run_each(self, net: Any, size: int, fits: Any, upload: Any) -> dict[str, Any]:
        self.fits = list(fits)
        return await self.run(net, size, np.stack([upload(i) for i in range(len(fits))]), fits)


def test_crops_of_many_pictures_are_cut_as_is_asked_for() -> None:
    """As those of one picture are: where they lie in the net's input is not made up anew."""
    made, _ = session()
    backend = EachSeen()
    made._backend = backend  # type: ignore[assignment]
    given = [Similarity(150, (3, 2), (step, 0.1), (64, 48)) for step in (0.5, 0.25)]

    async def look() -> None:
        async with made.open_each([PICTURE, PICTURE]) as views:
            await descriptors_of(views, nets().face_recognition_net, views.whole, given)

    run(made, look())
    assert backend.fits == given
