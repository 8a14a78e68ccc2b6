"""Ids that last: faces that move, cross, are lost and come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pyface_web.errors import InputError, OptionsError
from pyface_web.values.detection import FaceDetection
from pyface_web.values.geometry import Box, Dimensions, Point
from pyface_web.values.landmarks import FaceLandmarks68
from pyface_web.values.options import (
    DetectorOptions,
    MtcnnOptions,
    SsdMobilenetv1Options,
    TinyFaceDetectorOptions,
    TinyYolov2Options,
    TrackOptions,
)
from pyface_web.values.results import FaceResult
from pyface_web.video.tracker import LOOK_AHEAD, TrackedFace, Tracker
from tools.assets import ROOT

SIZE = Dimensions(640, 480)
FRAME = 1 / 30
PEOPLE = np.eye(128, dtype=np.float32)  # descriptors that are 1.41 apart


def face(
    x: float, y: float = 200, side: float = 80, size: Dimensions = SIZE, score: float = 0.9
) -> FaceDetection:
    """A face whose centre is at x, y."""
    box = Box(x - side / 2, y - side / 2, side, side).rescale(size.reverse())
    return FaceDetection(score, box, size)


def of(person: int, x: float, noise: float = 0.0, align: Any = None) -> FaceResult:
    """A face with the descriptor of a person."""
    direction = np.random.default_rng(int(x)).normal(size=128)
    off = noise * direction / np.linalg.norm(direction)
    descriptor = (PEOPLE[person] + off).astype(np.float32)
    return FaceResult(face(x), descriptor=descriptor, descriptor_align=align)


def with_landmarks(x: float) -> FaceResult:
    points = np.random.default_rng(3).random((68, 2), np.float32)
    found = face(x)
    return FaceResult.with_landmarks(
        found, FaceLandmarks68(points, Dimensions(80, 80)), Point(x - 40, 160)
    )


def ids(tracked: Sequence[TrackedFace]) -> list[int]:
    return [one.id for one in tracked]


def centre(tracked: TrackedFace) -> float:
    box = tracked.face.detection.box
    return box.x + box.width / 2


def test_faces_keep_their_ids_in_any_order() -> None:
    tracker = Tracker()
    assert ids(tracker.update([face(100), face(300)], 0)) == [1, 2]
    assert ids(tracker.update([face(310), face(110), face(500)], 0.1)) == [2, 1, 3]
    assert tracker.update([], 0.2) == []
    assert ids(tracker.update([face(500), face(115)], 0.3)) == [3, 1]


def test_faces_that_pass_each_other_keep_their_ids() -> None:
    """Their velocity tells them apart where their boxes are the same."""
    tracker = Tracker()
    for frame in range(60):
        faces = [face(100 + 5 * frame), face(400 - 5 * frame)]
        order = [1, 0] if frame % 2 else [0, 1]
        found = tracker.update([faces[i] for i in order], frame * FRAME)
        assert ids(found) == [[1, 2][i] for i in order], f"frame {frame}"


def test_one_hides_the_other_while_they_pass() -> None:
    tracker = Tracker()
    for frame in range(60):
        left, right = 100 + 5 * frame, 400 - 5 * frame
        faces = [face(left)] if abs(left - right) < 45 else [face(left), face(right)]
        found = tracker.update(faces, frame * FRAME)
        assert ids(found) == [1, 2][: len(faces)], f"frame {frame}"


def test_descriptors_decide_where_boxes_mislead() -> None:
    """Both turn round where they meet, which looks as if they passed."""
    tracker = Tracker()
    for frame in range(60):
        step = min(frame, 59 - frame)
        faces = [of(0, 150 + 5 * step, 0.3), of(1, 440 - 5 * step, 0.3)]
        assert ids(tracker.update(faces, frame * FRAME)) == [1, 2], f"frame {frame}"


def test_a_face_comes_back_elsewhere_and_is_known_by_its_descriptor() -> None:
    tracker = Tracker()
    tracker.update([of(0, 100), of(1, 300)], 0)
    tracker.update([of(1, 300)], 0.1)
    assert ids(tracker.update([of(1, 300), of(0, 550)], 0.9)) == [2, 1]
    assert ids(tracker.update([of(2, 550), of(1, 300)], 1.0)) == [3, 2]


def test_a_face_whose_score_drops_is_kept_where_it_was_predicted() -> None:
    tracker = Tracker()
    assert tracker.filter_detections([face(100, score=0.4)], 0) == []
    for frame in range(10):
        tracker.update([face(100 + 4 * frame)], frame * FRAME)
    here, elsewhere = face(140, score=0.4), face(190, score=0.45)
    assert tracker.filter_detections([elsewhere, here], 10 * FRAME) == [here]
    assert ids(tracker.update([here], 10 * FRAME, new_above=0.5)) == [1]


def test_of_two_low_scores_each_is_its_own_face_and_none_is_beside_a_high_one() -> None:
    tracker = Tracker()
    tracker.update([face(100), face(300), face(500)], 0)
    high, beside, low = face(100), face(120, score=0.45), face(302, score=0.35)
    assert tracker.filter_detections([high, beside, low, face(700, score=0.31)], FRAME) == [
        high,
        low,
    ]


def test_a_face_with_a_low_score_is_told_by_its_box_and_begins_nothing() -> None:
    """Half hidden, it does not look like itself."""
    tracker = Tracker()
    tracker.update([of(0, 100), of(1, 300)], 0)
    low = replace(of(5, 302), detection=face(302, score=0.4))
    found = tracker.update([of(0, 100), low], FRAME, new_above=0.5)
    assert ids(found) == [1, 2]
    nobody = replace(low, detection=face(500, score=0.4))
    found = tracker.update([of(0, 100), nobody, of(1, 300)], 2 * FRAME, new_above=0.5)
    assert ids(found) == [1, 2], "and it is known again by what it looked like before"
    assert ids(tracker.update([nobody], 3 * FRAME)) == [3]


def test_a_score_is_not_low_for_longer_than_faces_are_kept() -> None:
    tracker = Tracker(keep_seconds=0.5)
    tracker.update([face(100)], 0)
    kept = []
    for tenth in range(1, 9):
        found = tracker.filter_detections([face(100, score=0.4)], tenth / 10)
        kept.append(ids(tracker.update(found, tenth / 10, new_above=0.5)))
    assert kept == [[1]] * 5 + [[]] * 3
    assert ids(tracker.update([face(100)], 0.9)) == [1]
    assert len(tracker.filter_detections([face(100, score=0.4)], 1.4)) == 1


def test_a_face_that_is_lost_for_a_moment_keeps_its_id() -> None:
    tracker = Tracker()
    for frame in range(20):
        tracker.update([face(100 + 4 * frame)], frame * FRAME)
    for frame in range(20, 32):
        assert tracker.update([], frame * FRAME) == []
    found = tracker.update([face(100 + 4 * 32)], 32 * FRAME)
    assert ids(found) == [1]
    assert found[0].seconds == pytest.approx(32 * FRAME)


def test_ids_are_kept_for_keep_seconds_and_never_used_again() -> None:
    tracker = Tracker(keep_seconds=0.5)
    tracker.update([face(100)], 0)
    tracker.update([], 0.1)
    assert ids(tracker.update([face(100)], 0.5)) == [1]
    tracker.update([], 0.6)
    assert ids(tracker.update([face(100)], 1.1)) == [2]
    tracker.reset()
    assert ids(tracker.update([face(100)], 1.2)) == [3]


def test_slow_frames_are_followed_however_short_faces_are_kept() -> None:
    tracker = Tracker(keep_seconds=0)
    for second in range(3):
        assert ids(tracker.update([face(100 + second)], second)) == [1]
    assert ids(tracker.update([face(102)], 60)) == [2]


def test_nothing_piles_up() -> None:
    tracker = Tracker(keep_seconds=0.2)
    for frame in range(500):
        tracker.update([face(60 + 97 * frame % 520)], frame * FRAME)
        assert len(tracker._tracks) <= 8


def test_a_video_that_begins_again_keeps_ids_and_loses_motion() -> None:
    tracker = Tracker()
    for frame in range(30):
        tracker.update([face(100 + frame)], frame * FRAME)
    again = tracker.update([face(128)], 0.0)
    assert ids(again) == [1]
    assert again[0].velocity == Point(0, 0)
    assert again[0].face.detection == face(128)
    assert again[0].seconds == pytest.approx(29 * FRAME)


def test_a_frame_of_another_size_shows_the_same_faces() -> None:
    tracker = Tracker()
    tracker.update([face(100), face(300)], 0)
    half = Dimensions(320, 240)
    found = tracker.update([face(150, 100, 40, half), face(50, 100, 40, half)], FRAME)
    assert ids(found) == [2, 1]
    assert [round(centre(one)) for one in found] == [150, 50]


def test_smoothing_reduces_jitter_and_can_be_switched_off() -> None:
    random = np.random.default_rng(4)
    smooth, raw = Tracker(), Tracker({"smoothing": False})
    seen, places = [], []
    for frame in range(120):
        given = face(320 + random.normal(0, 1.6))  # 2 % of the face
        seen.append(centre(smooth.update([given], frame * FRAME)[0]))
        unchanged = raw.update([given], frame * FRAME)[0]
        assert unchanged.face == FaceResult(given)
        places.append(centre(unchanged))
    assert np.std(seen[30:]) < 0.5 * np.std(places[30:])


def test_a_moving_face_lags_by_less_than_a_thirtieth_of_its_size() -> None:
    tracker = Tracker()
    for frame in range(60):
        x = 100 + 8 * frame
        found = tracker.update([with_landmarks(x)], frame * FRAME)[0]
    assert found.velocity.x == pytest.approx(240, rel=0.02)
    assert found.velocity.y == pytest.approx(0, abs=1e-6)
    assert 0 < x - centre(found) < 80 / 30
    points, given = found.face.landmarks, with_landmarks(x).landmarks
    assert points is not None and given is not None
    behind = (given.positions - points.positions)[:, 0]
    assert behind.min() > 0 and behind.max() < 80 / 30
    aligned = found.face.aligned_rect
    assert aligned is not None
    assert aligned.box.x == pytest.approx(points.align().x, abs=1e-6)


def test_landmarks_may_come_and_go() -> None:
    tracker = Tracker()
    for frame, given in enumerate([face(100), with_landmarks(100), face(101)]):
        found = tracker.update([given], frame * FRAME)
        assert ids(found) == [1]
        assert (found[0].face.landmarks is None) == (frame != 1)


def test_what_else_is_known_of_a_face_stays() -> None:
    given = replace(with_landmarks(100), descriptor=PEOPLE[0], age=30.5)
    found = Tracker().update([given], 0)[0]
    assert found.seconds == 0
    assert (found.face.age, found.face.descriptor_rect) == (30.5, given.descriptor_rect)
    assert np.array_equal(found.face.descriptor, PEOPLE[0])
    assert found.face.landmarks is not None and given.landmarks is not None
    assert found.face.landmarks.positions == pytest.approx(given.landmarks.positions, abs=1e-3)


def test_a_face_moves_on_by_its_velocity_for_a_while() -> None:
    given = with_landmarks(100)
    assert given.landmarks is not None
    tracked = TrackedFace(3, given, 1.0, Point(200, -100))
    for seconds, ahead in ((-1, 0.0), (0.1, 0.1), (9, LOOK_AHEAD)):
        moved = tracked.after(seconds)
        assert (moved.id, moved.seconds) == (3, 1 + ahead)
        by = np.array([200 * ahead, -100 * ahead])
        assert moved.face.landmarks is not None and moved.face.aligned_rect is not None
        assert moved.face.landmarks.positions == pytest.approx(
            given.landmarks.positions + by, abs=1e-3
        )
        assert centre(moved) == pytest.approx(100 + by[0])
        assert given.aligned_rect is not None
        assert moved.face.aligned_rect.box.y == pytest.approx(given.aligned_rect.box.y + by[1])
    half = tracked.for_size(320, 120)
    assert half.velocity == Point(100, -25)
    assert half.face == given.for_size(320, 120)


@pytest.mark.parametrize(
    ("faces", "time", "message"),
    [
        ([face(1)], float("nan"), "time: expected a finite number, got nan"),
        ([face(1)], None, "time: expected a finite number, got None"),
        ([Box(0, 0, 1, 1)], 1, "expected FaceDetection or FaceResult, got Box"),
    ],
)
def test_bad_input_leaves_the_tracker_as_it_was(faces: Any, time: Any, message: str) -> None:
    tracker = Tracker()
    tracker.update([face(100)], 0.5)
    with pytest.raises(InputError, match=message):
        tracker.update(faces, time)
    assert ids(tracker.update([face(100), face(400)], 0.6)) == [1, 2]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "detector",
            "tiny",
            "expected options such as faceapi.TinyFaceDetectorOptions.input_size=224., got 'tiny'",
        ),
        ("landmarks", 1, "expected True or False, got 1"),
        ("smoothing", "yes", "expected True or False, got 'yes'"),
        ("min_iou", 0, "expected a number above 0 and below 1, got 0"),
        ("max_distance", float("inf"), "expected a number above 0, got inf"),
        ("keep_score", 0, "expected a number above 0 and up to 1, got 0; leave it out"),
        ("keep_seconds", -1, "expected a number of at least 0, got -1; leave it out"),
    ],
)
def test_options_say_their_range(name: str, value: Any, message: str) -> None:
    with pytest.raises(OptionsError, match=f"TrackOptions.{name}: {message}"):
        TrackOptions(**{name: value})


@pytest.mark.parametrize(
    ("detector", "lowered"),
    [
        (TinyFaceDetectorOptions(224), TinyFaceDetectorOptions(224, 0.3)),
        (TinyYolov2Options(416, 0.4), TinyYolov2Options(416, 0.3)),
        (SsdMobilenetv1Options(max_results=7), SsdMobilenetv1Options(0.3, 7)),
        (SsdMobilenetv1Options(0.2), SsdMobilenetv1Options(0.2)),
        (MtcnnOptions(), MtcnnOptions()),
    ],
    ids=lambda options: type(options).__name__,
)
def test_known_faces_need_a_lower_score(
    detector: DetectorOptions, lowered: DetectorOptions
) -> None:
    options = TrackOptions(detector)
    assert options.low_score_detector == lowered
    assert replace(options, keep_score=1).low_score_detector == detector


def test_options_as_javascript_gives_them() -> None:
    options = TrackOptions.from_js({"tinyLandmarks": True, "keepSeconds": 2, "ageAndGender": None})
    assert options == TrackOptions(tiny_landmarks=True, keep_seconds=2.0)
    with pytest.raises(OptionsError, match="no option 'landmark'; expected detector, landmarks"):
        TrackOptions.from_js({"landmark": True})


def test_the_guides_name_the_detector_that_is_there_by_default() -> None:
    size = TrackOptions().detector.input_size
    assert TrackOptions().detector == TinyFaceDetectorOptions(size)
    for guide, words in (
        ("video", f"the tiny detector with `inputSize: {size}`, which"),
        ("migrate", f"which takes the tiny detector at {size}"),
    ):
        assert words in (ROOT / "docs" / "guides" / f"{guide}.md").read_text("utf-8")


def test_descriptors_need_landmarks_and_so_bring_them() -> None:
    assert TrackOptions().stages == {}
    assert list(TrackOptions(descriptors=True).stages) == ["landmarks", "descriptors"]
    every = TrackOptions(
        tiny_landmarks=True, descriptors=True, expressions=True, age_and_gender=True
    )
    every_stage = ["tiny_landmarks", "descriptors", "expressions", "age_and_gender"]
    assert list(every.stages) == every_stage
