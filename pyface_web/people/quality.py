"""Whether the picture of a face is good enough to enrol the person by it, said in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np

from pyface_web.errors import EmptyImageError, InputError, OptionsError
from pyface_web.people.pose import estimate_head_pose
from pyface_web.people.sharpness import sharpness
from pyface_web.people.upright import Grey, UprightBox
from pyface_web.pictures.canvases import crop
from pyface_web.pictures.given import PictureLike
from pyface_web.pictures.letterbox import opaque
from pyface_web.pictures.source import Picture, ready, resolve
from pyface_web.values.fields import checked_fields
from pyface_web.values.geometry import Box
from pyface_web.values.given import instance, items_of
from pyface_web.values.landmarks import FaceLandmarks68
from pyface_web.values.likely import lacking
from pyface_web.values.numeric import as_number, shown, truncate
from pyface_web.values.results import FaceResult

_BLOWN = 250 / 255  # brighter pixels show nothing but white
_WHOLE = 0.95  # of the box around the points; some may lie a little outside of a whole face
_MAX_ROLL_OF_BOX = 30  # degrees
_LEANS_FAR = 45  # degrees, from which on left and right of the picture are up and down of the face


@dataclass(frozen=True)
class QualityLimits:
    """What a face must have. The defaults suit enrolment by a webcam or a holiday picture.

    min_size: pixels that the face measures, as `FaceQuality.size`; the descriptor net sees
        150x150, and from about half of that what it sees is mostly guessed between pixels.
    min_score: of the detector; below it may be no face, or half of one.
    min_sharpness: as `FaceQuality.sharpness`; the descriptors of sample faces blurred so far
        (Gaussian, sigma 1 to 2 % of the face) lie 0.2 from the sharp ones, a third of the usual
        threshold.
    max_yaw, max_pitch: degrees. Beyond 30 the far eye or cheek begins to hide; a lowered head hides
        the eyes sooner.
    max_roll: degrees. None for any, since the descriptor's square is turned with the head, but 30
        for a face whose descriptor was cut with align="box", where it is not.
    min_brightness: as `FaceQuality.brightness`; below it the steps of 8 bits show.
    max_blown: as `FaceQuality.blown`; more than a highlight on nose and forehead.
    Raises OptionsError for what is no number from 0 on.
    """

    min_size: float = 80
    min_score: float = 0.6
    min_sharpness: float = 0.02
    max_yaw: float = 30
    max_pitch: float = 25
    max_roll: float | None = None
    min_brightness: float = 0.2
    max_blown: float = 0.15

    def __post_init__(self) -> None:
        for name, value in list(vars(self).items()):
            if name == "max_roll" and value is None:
                continue
            number = as_number(value)
            if number is None or number < 0:
                raise OptionsError(
                    f"QualityLimits: {name}: expected a number from 0 on, got {shown(value)}"
                )
            object.__setattr__(self, name, number)


@dataclass(frozen=True)
@checked_fields()
class QualityProblem:
    """What is wrong with a face.

    name: for programs: cut_off, too_small, low_score, blurred, turned_aside, turned_up_or_down,
        tilted, too_dark or too_bright.
    text: for people, with a way out.
    """

    name: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
@checked_fields(
    problems=lambda value, what: tuple(
        instance(one, QualityProblem, what) for one in items_of(value, what)
    )
)
class FaceQuality:
    """How good the picture of a face is.

    size: pixels of the longer side of the box around the 68 points, which leans with the head.
    score: of the detector, 0..1.
    sharpness: variance of the Laplacian over that of the brightness, of the face upright and at 80
        pixels, so that size, brightness and contrast of the picture do not matter, nor how the head
        leans. Photographs that look sharp have 0.03 to 0.3, blurred ones below 0.02. Noise counts
        as sharp.
    yaw, pitch: degrees, as `estimate_head_pose` gives them of the face turned upright, so that they
        do not change with the tilt of the head.
    roll: degrees, -180..180, positive where the head leans clockwise in the picture.
    brightness: 0..1, where the brightest tenth of the face begins. Dark skin has bright spots in
        good light too, so that this tells more about the light than a mean would.
    blown: share of the face, 0..1, that is white without detail.
    problems: what falls short of the limits, the most important first.
    """

    size: float
    score: float
    sharpness: float
    yaw: float
    pitch: float
    roll: float
    brightness: float
    blown: float
    problems: tuple[QualityProblem, ...]

    @property
    def ok(self) -> bool:
        """Whether there is no problem."""
        return not self.problems


@overload
async def assess_face_quality(
    image: PictureLike, face: FaceResult, limits: QualityLimits | None = None
) -> FaceQuality: ...
@overload
async def assess_face_quality(
    image: PictureLike, face: Sequence[FaceResult], limits: QualityLimits | None = None
) -> list[FaceQuality]: ...
async def assess_face_quality(
    image: PictureLike, face: FaceResult | Sequence[FaceResult], limits: QualityLimits | None = None
) -> FaceQuality | list[FaceQuality]:
    """Whether a face of a picture, or each of several, is good enough for enrolment.

    image: the picture in which it was found, of any kind and in any size.
    face: a result with 68 landmarks, or a list of them.

    ```python
    face = await faceapi.detect_single_face("photo").with_face_landmarks()
    quality = await faceapi.assess_face_quality("photo", face)
    [problem.text for problem in quality.problems]
    # ['The face measures 54 pixels; 80 or more are needed. Come closer, or use a larger picture.']
    ```

    Raises InputError for a face without 68 landmarks, EmptyImageError for one outside the picture,
    OptionsError for limits of another class, and what any picture raises that cannot be read.
    """
    if limits is None:
        limits = QualityLimits()
    if not isinstance(limits, QualityLimits):
        raise OptionsError(
            f"assess_face_quality: limits: expected QualityLimits, got {shown(limits)}"
        )
    given = items_of(face, "faces") if isinstance(face, list | tuple) else [face]
    faces = [_checked_face(one) for one in given]
    picture = await resolve(image)
    try:
        found = [_assess(picture, one, limits) for one in faces]
    finally:
        picture.close()
    return found if isinstance(face, list | tuple) else found[0]


def _checked_face(face: object) -> FaceResult:
    landmarks = face.landmarks if isinstance(face, FaceResult) else None
    if not isinstance(face, FaceResult) or not isinstance(landmarks, FaceLandmarks68):
        raise InputError(
            "assess_face_quality: expected a face with 68 landmarks, got "
            f"{repr(face) if isinstance(face, FaceResult) else shown(face)}; "
            f"{lacking(face, '.with_face_landmarks()')}"
        )
    return face


def _assess(picture: Picture, face: FaceResult, limits: QualityLimits) -> FaceQuality:
    placed = face.for_size(picture.width, picture.height)
    assert isinstance(placed.landmarks, FaceLandmarks68)
    box = UprightBox.around(placed.landmarks)
    around = box.bounds().clip_at_image_borders(picture.width, picture.height)
    grey = np.empty(0) if around.is_empty else _grey(picture, around)
    upright = box.sampled(grey, (around.x, around.y)) if grey.size else grey
    seen = upright[np.isfinite(upright)]
    if not seen.size:
        raise EmptyImageError(
            f"assess_face_quality: {face!r} lies outside of the picture of "
            f"{picture.width}x{picture.height}; was it found in this one?"
        )
    pose = estimate_head_pose(box.levelled(placed.landmarks))
    found = FaceQuality(
        size=box.size,
        score=face.detection.score,
        sharpness=sharpness(upright),
        yaw=pose.yaw,
        pitch=pose.pitch,
        roll=(pose.roll + box.angle + 180) % 360 - 180,
        brightness=float(np.quantile(seen, 0.9)),
        blown=float((seen >= _BLOWN).mean()),
        problems=(),
    )
    if limits.max_roll is None and face.descriptor_align == "box":
        limits = replace(limits, max_roll=_MAX_ROLL_OF_BOX)
    is_cut = seen.size < _WHOLE * upright.size
    return replace(found, problems=tuple(_problems(found, limits, is_cut)))


def _grey(picture: Picture, box: Box) -> Grey:
    """(h, w) brightness of a part of a picture, 0..1, weighted as in ITU-R BT.601."""
    pixels = opaque(ready(crop(picture, box)).array())
    return pixels.astype(np.float64) @ (0.299, 0.587, 0.114) / 255


def _problems(found: FaceQuality, limits: QualityLimits, is_cut: bool) -> Iterator[QualityProblem]:
    if is_cut:
        yield QualityProblem(
            "cut_off",
            "The edge of the picture cuts the face off. Move to the middle, or use a picture that "
            "shows all of the face.",
        )
    if found.size < limits.min_size:
        yield QualityProblem(
            "too_small",
            f"The face measures {math.floor(found.size)} pixels; {limits.min_size:g} or more are "
            "needed. Come closer, or use a larger picture.",
        )
    if found.score < limits.min_score:
        yield QualityProblem(
            "low_score",
            f"It is not certain that this is a face: {truncate(found.score):.2f}, and "
            f"{limits.min_score:g} or more is needed. Look into the camera, with nothing in front "
            "of the face.",
        )
    if found.sharpness < limits.min_sharpness:
        yield QualityProblem(
            "blurred",
            "The face is blurred. Hold still, wipe the lens, focus on the face, or use a sharper "
            "picture.",
        )
    yield from _pose_problems(found, limits)
    if found.brightness < limits.min_brightness:
        yield QualityProblem(
            "too_dark",
            "The face is too dark. Turn towards a window or a lamp, or use another picture.",
        )
    if found.blown > limits.max_blown:
        yield QualityProblem(
            "too_bright",
            f"{math.ceil(100 * found.blown)} % of the face is white without detail. Take the "
            "bright light off the face, or use another picture.",
        )


def _pose_problems(found: FaceQuality, limits: QualityLimits) -> Iterator[QualityProblem]:
    picture = "picture" if abs(found.roll) <= _LEANS_FAR else "picture, were it turned upright"
    for name, angle, most, directions, way_out in (
        (
            "turned_aside",
            found.yaw,
            limits.max_yaw,
            tuple(f"is turned {{}} to the {side} of the {picture}" for side in ("left", "right")),
            "Look into the camera.",
        ),
        (
            "turned_up_or_down",
            found.pitch,
            limits.max_pitch,
            ("is lowered by {}", "is raised by {}"),
            "Look into the camera, and hold it at the height of your eyes.",
        ),
        (
            "tilted",
            found.roll,
            limits.max_roll,
            ("leans {} to the left of the picture", "leans {} to the right of the picture"),
            "Hold it upright, or turn the picture.",
        ),
    ):
        if most is not None and abs(angle) > most:
            how = directions[angle > 0].format(f"about {math.ceil(abs(angle))} degrees")
            yield QualityProblem(name, f"The head {how}; {most:g} or less is needed. {way_out}")
