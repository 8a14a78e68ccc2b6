"""Where a head is turned, from its 68 points: the best fit of an average face, seen from afar.

Weak perspective: a face is much flatter than its distance, so it is rotated, scaled and moved,
but not foreshortened (DeMenthon and Davis, "Model-Based Object Pose in 25 Lines of Code", 1995,
call it scaled orthographic projection). The rotation is the one with the least squared distances
of the points: first the linear solution, then Gauss-Newton steps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pyface_web.errors import InputError
from pyface_web.values.arrays import Floats
from pyface_web.values.fields import checked_fields
from pyface_web.values.landmarks import FaceLandmarks68
from pyface_web.values.likely import lacking
from pyface_web.values.numeric import shown

# Points of 68 that move little with the expression, and where they lie in an average adult face,
# in millimetres from the nose at the height of the eyes: x to the right of the picture, y down,
# z away from the camera. The front view is the mean face of the 300-W annotations (as dlib has it
# for its face chips), with 90 mm between the outer corners of the eyes (L. G. Farkas,
# "Anthropometry of the Head and Face", 1994). Depths are rounded from average profiles.
_MODEL: dict[int, tuple[float, float, float]] = {
    27: (0, 0, 0),  # the nose between the eyes
    30: (0, 38, -22),  # its tip
    31: (-15, 47, -5),  # nostrils
    35: (15, 47, -5),
    33: (0, 52, -7),  # where the nose meets the lip
    36: (-45, 2, 22),  # outer corners of the eyes
    45: (45, 2, 22),
    39: (-19, 3, 12),  # inner corners
    42: (19, 3, 12),
    48: (-29, 70, 7),  # corners of the mouth
    54: (29, 70, 7),
}
POINTS = tuple(_MODEL)
"""Numbers of the landmarks that are used."""
MODEL: Floats = np.array(list(_MODEL.values()), np.float64)
"""(11, 3): where they lie, in millimetres; x right, y down, z away."""

_STEPS = 20
_SMALL = 1e-10  # radians; what a step changes when it is the last


@dataclass(frozen=True)
@checked_fields()
class HeadPose:
    """Degrees by which a head is turned; 0, 0, 0 looks into the camera.

    yaw: positive where the nose points to the right of the picture.
    pitch: positive where it points up.
    roll: positive where the head leans clockwise in the picture.
    """

    yaw: float
    pitch: float
    roll: float


def estimate_head_pose(landmarks: FaceLandmarks68) -> HeadPose:
    """Yaw, pitch and roll of a face, from its 68 points.

    Yaw and pitch are the direction of the nose, roll the turn about it. Faces differ from the
    average one: expect about 5 degrees of error, for pitch up to 10, and more beyond 40 degrees of
    yaw, where the landmark net itself guesses the hidden side.
    Raises InputError for other landmarks, and for points that all lie in one place.
    """
    if not isinstance(landmarks, FaceLandmarks68):
        raise InputError(
            f"estimate_head_pose: expected FaceLandmarks68, got {shown(landmarks)}; "
            f"{lacking(landmarks, '.with_face_landmarks()')}, and pass its `landmarks`"
        )
    points = landmarks.positions[list(POINTS)].astype(np.float64)
    points -= points.mean(axis=0)
    size = math.sqrt(np.square(points).sum())
    if size < 1e-6:
        raise InputError("estimate_head_pose: expected the points of a face, got one place")
    return _angles(_rotation(points / size))


def rotation_matrix(pose: HeadPose) -> Floats:
    """(3, 3): turns the model as a pose says; the inverse of what `estimate_head_pose` finds."""
    yaw, pitch, roll = (math.radians(angle) for angle in (pose.yaw, pose.pitch, pose.roll))
    about_y = np.array(
        [
            [math.cos(yaw), 0, -math.sin(yaw)],
            [0, 1, 0],
            [math.sin(yaw), 0, math.cos(yaw)],
        ]
    )
    about_x = np.array(
        [
            [1, 0, 0],
            [0, math.cos(pitch), math.sin(pitch)],
            [0, -math.sin(pitch), math.cos(pitch)],
        ]
    )
    about_z = np.array(
        [
            [math.cos(roll), -math.sin(roll), 0],
            [math.sin(roll), math.cos(roll), 0],
            [0, 0, 1],
        ]
    )
    return np.asarray(about_y @ about_x @ about_z)


def _angles(rotation: Floats) -> HeadPose:
    nose = -rotation[:, 2]  # the model looks along -z
    yaw = math.degrees(math.atan2(nose[0], -nose[2]))
    pitch = math.degrees(math.asin(min(1.0, max(-1.0, -nose[1]))))
    about_nose = rotation_matrix(HeadPose(yaw, pitch, 0)).T @ rotation
    return HeadPose(yaw, pitch, math.degrees(math.atan2(about_nose[1, 0], about_nose[0, 0])))


def _rotation(points: Floats) -> Floats:
    """(3, 3) that with a scale puts the model on points (N, 2), whose mean is 0."""
    model = MODEL - MODEL.mean(axis=0)
    model = model / math.sqrt(np.square(model).sum())
    # The 2x3 matrix that fits best, and the rotation nearest to it.
    affine = np.linalg.lstsq(model, points, rcond=None)[0].T
    left, strengths, right = np.linalg.svd(affine, full_matrices=False)
    first_rows = left @ right
    rotation = np.vstack([first_rows, np.cross(first_rows[0], first_rows[1])])
    scale = strengths.mean()
    for _ in range(_STEPS):
        turned = model @ rotation.T  # (N, 3)
        error = (points - scale * turned[:, :2]).ravel()
        x, y, z = turned.T
        zero = np.zeros_like(x)
        # What a small turn about each axis, and a larger scale, do to x and y of each point.
        slopes = np.stack(
            [
                scale * np.stack([zero, -z], axis=1),
                scale * np.stack([z, zero], axis=1),
                scale * np.stack([-y, x], axis=1),
                turned[:, :2],
            ],
            axis=-1,
        ).reshape(-1, 4)
        *turn, growth = np.linalg.lstsq(slopes, error, rcond=None)[0]
        rotation = _rotation_from_vector(np.array(turn)) @ rotation
        scale += growth
        if max(map(abs, turn)) < _SMALL:
            break
    return rotation


def _rotation_from_vector(vector: Floats) -> Floats:
    """(3, 3): the rotation about a vector by its length in radians (Rodrigues)."""
    angle = float(np.linalg.norm(vector))
    x, y, z = vector / angle if angle else vector
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross)
