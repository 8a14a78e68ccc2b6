"""Following faces from frame to frame: which face is which, and how it moves.

Sources: tracking by detection with predicted boxes and the best assignment, as in A. Bewley et al.,
"Simple Online and Realtime Tracking", ICIP 2016; descriptors beside overlap, as in N. Wojke et al.,
"Simple Online and Realtime Tracking with a Deep Association Metric", ICIP 2017; known faces found
again by low scores, as in Y. Zhang et al., "ByteTrack: Multi-Object Tracking by Associating Every
Detection Box", ECCV 2022.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pyface_web.errors import InputError
from pyface_web.models.decode.boxes import overlaps
from pyface_web.values.alignment import Align, together
from pyface_web.values.arrays import Floats
from pyface_web.values.detection import FaceDetection, ObjectDetection
from pyface_web.values.fields import Checked, checked_fields
from pyface_web.values.geometry import Box, Point
from pyface_web.values.given import instance, items_of
from pyface_web.values.numeric import finite, shown
from pyface_web.values.options import TrackOptions, read_options
from pyface_web.values.results import FaceResult
from pyface_web.video.assignment import best_pairs
from pyface_web.video.smoothing import OneEuroFilter

LOOK_AHEAD = 0.25  # seconds that a face may be moved on by its velocity, to be drawn
_COAST = 0.5  # the same for a face that is not seen, to find it again
_GAP = 2.0  # seconds between two frames after which boxes tell nothing
_LOW_SCORE_IOU = 0.4  # of a detection with a low score and the predicted box: near is not enough
_NEW_DESCRIPTOR = 0.25  # its share in what a track knows of a face: one blurred frame tells little


@dataclass(frozen=True)
@checked_fields(velocity=lambda value, what: Point.of(value))
class TrackedFace:
    """A face of a frame that is followed.

    id: counted from 1; the same face keeps it, and no other one gets it.
    face: what is known about it, smoothed unless that is off.
    seconds: since it was first seen, in the time of the video.
    velocity: of its centre, in pixels of the frame per second, smoothed in either case.
    """

    id: int
    face: FaceResult
    seconds: float
    velocity: Point

    def after(self, seconds: float) -> TrackedFace:
        """The face as it will be after some seconds, moved by its velocity for 0.25 s at most."""
        ahead = min(max(finite(seconds, "TrackedFace.after: seconds"), 0.0), LOOK_AHEAD)
        moved = _moved(self.face, self.velocity.x * ahead, self.velocity.y * ahead)
        return replace(self, face=moved, seconds=self.seconds + ahead)

    def for_size(self, width: float, height: float) -> TrackedFace:
        """The same on the frame shown at another size."""
        scaled = self.face.for_size(width, height)
        scale_x, scale_y = self.face.detection.image_size.scale_to(width, height)
        velocity = Point(self.velocity.x * scale_x, self.velocity.y * scale_y)
        return replace(self, face=scaled, velocity=velocity)


class Tracker:
    """Gives the faces of a video's frames ids that last.

    options: TrackOptions or a mapping of its values; single ones also as keyword arguments. Of
    these smoothing, min_iou, max_distance and keep_seconds matter here, and for
    `filter_detections` the detector's threshold.

    A face is the one of earlier frames whose box, moved on by its velocity, overlaps best; where
    both have descriptors that were cut alike, those decide, and boxes only break ties. A face that
    is not seen keeps its id for keep_seconds.
    """

    options = Checked[TrackOptions](lambda given: read_options(TrackOptions, given))

    def __init__(
        self, options: TrackOptions | Mapping[str, Any] | None = None, **overrides: Any
    ) -> None:
        self.options = read_options(TrackOptions, options, **overrides)
        self._tracks: list[_Track] = []
        self._count = 0
        self._time = 0.0
        self.generation: int | None = None  # of the session, when the first frame was looked at

    def filter_detections(
        self, detections: Sequence[FaceDetection], time: float
    ) -> list[FaceDetection]:
        """Those of the next frame's detections that `update` should be given.

        These are all with a high score, above the detector's threshold, and those with a low one
        that lie where a known face is predicted, whose own score was high within the last
        keep_seconds. Changes nothing.

        detections: what `options.low_score_detector` found, best first. time: of the frame, in
        seconds. `update` is then told that new faces are above `options.threshold`.
        """
        what = "Tracker.filter_detections"
        time = finite(time, f"{what}: time")
        detections = items_of(detections, what, "a list of FaceDetection")
        for face in detections:
            instance(face, ObjectDetection, what)
        threshold, keep = self.options.threshold, self.options.keep_seconds
        high = [face for face in detections if face.score > threshold]
        low = [face for face in detections if face.score <= threshold]
        tracks = [track for track in self._tracks if track.takes_low_score(time, keep)]
        if not low or not tracks:
            return high
        ious = _ious(high, tracks, time)
        taken = [j for _, j in best_pairs(np.where(ious < self.options.min_iou, 0, ious))]
        ious = _ious(low, tracks, time)
        ious[:, taken] = 0
        found = best_pairs(np.where(ious < _LOW_SCORE_IOU, 0, ious))
        return high + [low[i] for i, _ in sorted(found)]

    def update(
        self,
        faces: Sequence[FaceDetection | FaceResult],
        time: float,
        *,
        new_above: float = -math.inf,
    ) -> list[TrackedFace]:
        """The faces of the next frame with their ids, in the order given.

        faces: of one frame, all of them. time: of the frame, in seconds. Where it is not after
        that of the frame before (the video was set back, or plays in a loop), faces keep their
        ids if they are where they were, and their motion begins anew. new_above: a face whose
        score is not above it must be a known one, by its box alone; else it is left out.
        Raises InputError for other faces or times; the tracker stays as it was.
        """
        now = finite(time, "Tracker.update: time")
        if not (isinstance(new_above, float) and new_above == -math.inf):
            new_above = finite(new_above, "Tracker.update: new_above")
        found = [_result(face) for face in items_of(faces, "Tracker.update", "a list of faces")]
        if now <= self._time:
            for track in self._tracks:
                track.rewind(now)
        self._time = now
        keep = self.options.keep_seconds
        self._tracks = [t for t in self._tracks if t.is_alive(now, keep)]
        low = [face.detection.score <= new_above for face in found]
        known = dict(best_pairs(self._weights(found, low, now)))
        tracks = {
            i: self._tracks[known[i]] if i in known else self._new()
            for i in range(len(found))
            if i in known or not low[i]
        }
        for track in self._tracks:
            track.is_seen = False
        smoothing = self.options.smoothing
        return [track.update(found[i], low[i], now, smoothing) for i, track in tracks.items()]

    def reset(self) -> None:
        """Forget all faces; those of the next frame get ids that no other had."""
        self._tracks.clear()

    def _new(self) -> _Track:
        self._count += 1
        self._tracks.append(_Track(self._count))
        return self._tracks[-1]

    def _weights(self, faces: Sequence[FaceResult], low: Sequence[bool], now: float) -> Floats:
        """(faces, tracks): how much speaks for each pair, 0 where it may not be.

        low: whose score is low, so that its descriptor tells little.
        """
        ious = _ious([face.detection for face in faces], self._tracks, now)
        weights = np.where(ious < self.options.min_iou, 0.0, ious)
        for column, track in enumerate(self._tracks):
            for row, face in enumerate(faces):
                seen = None if low[row] else face.descriptor
                known = track.descriptor_like(face)
                if seen is not None and known is not None:
                    distance = np.linalg.norm(seen - known)
                    similarity = 1 - distance / self.options.max_distance
                    both = 1 + similarity + ious[row, column]
                    weights[row, column] = both if similarity >= 0 else 0.0
        return weights


class _Track:
    """What is known of one face. Positions are fractions of the frame, whose size may change."""

    def __init__(self, id: int) -> None:
        self.id = id
        self.is_seen = False  # in the newest frame
        self.seen_at = self.high_at = 0.0  # with any score, with a high one
        self.descriptor: Floats | None = None
        self.align: Align | None = None  # how that was cut
        self._seconds = 0.0
        self._filter = OneEuroFilter()
        self._values = np.zeros(0)  # as seen last, not smoothed

    def is_alive(self, now: float, keep_seconds: float) -> bool:
        """Whether the face may still be found: not seen for keep_seconds at most.

        One that was seen in the frame before is, even if frames lie farther apart.
        """
        return now - self.seen_at <= max(keep_seconds, _GAP if self.is_seen else 0.0)

    def takes_low_score(self, now: float, keep_seconds: float) -> bool:
        """Whether the face may be found by a low score: not for longer than keep_seconds."""
        is_recent = self.high_at == self.seen_at or now - self.high_at <= keep_seconds
        return is_recent and self.is_alive(now, keep_seconds)

    def predicted(self, now: float) -> Floats:
        """(4,) centre, width and height of the box where the face should be."""
        box = self._values[:4].copy()
        box[:2] += self._filter.velocity[:2] * min(max(now - self.seen_at, 0.0), _COAST)
        return box

    def descriptor_like(self, face: FaceResult) -> Floats | None:
        """The descriptor, where there is one and the face's may be compared with it."""
        is_alike = together((face.descriptor_align, self.align)) != "mixed"
        return self.descriptor if is_alike else None

    def rewind(self, now: float) -> None:
        """Go on from another time, without motion."""
        self.high_at += now - self.seen_at
        self.seen_at = now
        self._filter.reset()

    def update(self, face: FaceResult, is_low: bool, now: float, smoothing: bool) -> TrackedFace:
        """Take over what was seen of the face."""
        points = face.landmarks.positions.reshape(-1, 2) if face.landmarks else np.zeros((0, 2))
        size = face.detection.image_size
        width_height = np.array([size.width, size.height])
        values = np.concatenate([_box(face.detection), (points / width_height).reshape(-1)])
        if values.shape != self._values.shape:
            self._filter.reset()
        if self._values.size:
            self._seconds += now - self.seen_at
        scale = np.tile(np.maximum(values[2:4], 1 / width_height), len(values) // 2)
        filtered = self._filter.update(values, max(now - self.seen_at, 1e-6), scale)
        self._values, self.seen_at, self.is_seen = values, now, True
        self.high_at = self.high_at if is_low else now
        if face.descriptor is not None and not is_low:
            seen = face.descriptor.astype(np.float64)
            known = self.descriptor_like(face)
            old = seen if known is None else known
            self.descriptor = old + _NEW_DESCRIPTOR * (seen - old)
            self.align = face.descriptor_align or self.align
        velocity = self._filter.velocity[:2] * width_height
        placed = _placed(face, filtered) if smoothing else face
        return TrackedFace(self.id, placed, self._seconds, Point(*velocity.tolist()))


def _result(face: object) -> FaceResult:
    if isinstance(face, FaceDetection):
        return FaceResult(face)
    if isinstance(face, FaceResult):
        return face
    raise InputError(
        f"faces to track: expected FaceDetection or FaceResult, got {shown(face)}; pass what "
        "detect_all_faces found in the frame"
    )


def _ious(faces: Sequence[FaceDetection], tracks: Sequence[_Track], now: float) -> Floats:
    """(faces, tracks): intersection over union with the predicted box of each."""
    ious = np.zeros((len(faces), len(tracks)))
    if ious.size:
        boxes = np.stack([_from_centre(_box(face)) for face in faces])
        for column, track in enumerate(tracks):
            ious[:, column] = np.nan_to_num(overlaps(_from_centre(track.predicted(now)), boxes))
    return ious


def _box(face: FaceDetection) -> Floats:
    """(4,) centre, width and height as fractions of the frame."""
    box = face.relative_box
    return np.array([box.x + box.width / 2, box.y + box.height / 2, box.width, box.height])


def _from_centre(box: Floats) -> Floats:
    """(4,) x, y, width, height of a box given by its centre."""
    return np.concatenate([box[:2] - box[2:] / 2, box[2:]])


def _placed(face: FaceResult, values: Floats) -> FaceResult:
    """The face with its box and points at other places: values as `_Track.update` makes them."""
    size = face.detection.image_size
    box = Box(*_from_centre(values[:4]).tolist())
    detection = replace(face.detection, relative_box=box)
    old = face.landmarks
    if old is None:
        return replace(face, detection=detection)
    pixels = values[4:].reshape(-1, 2) * (size.width, size.height)
    crop = (old.image_width, old.image_height)
    landmarks = type(old)((pixels - (old.shift.x, old.shift.y)) / crop, crop, old.shift)
    aligned = replace(detection, relative_box=landmarks.align().rescale(size.reverse()))
    return replace(face, detection=detection, landmarks=landmarks, aligned_rect=aligned)


def _moved(face: FaceResult, x: float, y: float) -> FaceResult:
    """The face moved by so many pixels."""

    def moved(detection: FaceDetection) -> FaceDetection:
        per_x, per_y = detection.image_size.scale_to(1, 1)
        return replace(detection, relative_box=detection.relative_box.shift(x * per_x, y * per_y))

    old = face.landmarks
    return replace(
        face,
        detection=moved(face.detection),
        landmarks=old and old.shift_by(old.shift.x + x, old.shift.y + y),
        aligned_rect=face.aligned_rect and moved(face.aligned_rect),
    )
