"""Yaw, pitch and roll from 68 points: what was turned is found again."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web.errors import InputError
from pyface_web.people.pose import MODEL, POINTS, rotation_matrix


def seen(pose: faceapi.HeadPose, scale: float = 1.5, shift: Any = (400, 300)) -> Any:
    """(11, 2) pixels: the model turned, from afar."""
    return scale * (MODEL @ rotation_matrix(pose).T)[:, :2] + shift


def landmarks(points: Any) -> faceapi.FaceLandmarks68:
    every = np.zeros((68, 2))
    every[list(POINTS)] = np.asarray(points) / (800, 600)
    return faceapi.FaceLandmarks68(every, faceapi.Dimensions(800, 600))


def angles(pose: faceapi.HeadPose) -> list[float]:
    return [pose.yaw, pose.pitch, pose.roll]


@pytest.mark.parametrize(
    "pose", list(itertools.product((-50, -15, 0, 30), (-40, 0, 25), (-60, 0, 170))), ids=str
)
def test_a_turned_model_is_found(pose: tuple[float, float, float]):
    for scale, shift in ((0.4, (50, 80)), (4, (-100, 900))):
        found = faceapi.estimate_head_pose(landmarks(seen(faceapi.HeadPose(*pose), scale, shift)))
        np.testing.assert_allclose(angles(found), pose, atol=0.02)


def test_signs():
    """The nose to the right, up; the head clockwise: as the documentation says."""
    nose, eyes = POINTS.index(30), [POINTS.index(36), POINTS.index(45)]
    ahead = seen(faceapi.HeadPose(0, 0, 0))
    assert seen(faceapi.HeadPose(20, 0, 0))[nose, 0] > ahead[nose, 0]
    # y goes down; up and down are seen against the eyes, which lie behind the nose
    raised = seen(faceapi.HeadPose(0, 20, 0))
    gap = [points[nose, 1] - points[eyes, 1].mean() for points in (raised, ahead)]
    assert gap[0] < gap[1]
    left, right = seen(faceapi.HeadPose(0, 0, 20))[eyes]
    assert left[0] < right[0] and left[1] < right[1]


def test_a_mirrored_face_is_turned_the_other_way():
    points = seen(faceapi.HeadPose(25, -10, 15))
    order = [27, 30, 35, 31, 33, 45, 36, 42, 39, 54, 48]
    mirrored = np.zeros((68, 2))
    mirrored[order] = points * (-1, 1) + (800, 0)
    found = faceapi.estimate_head_pose(landmarks(mirrored[list(POINTS)]))
    np.testing.assert_allclose(angles(found), [-25, -10, -15], atol=0.02)


def test_noise_and_perspective_cost_a_few_degrees():
    """Points off by 1.5 mm, two pixels of a face of 200; a face half a metre from the camera."""
    random = np.random.default_rng(0)
    errors = []
    for yaw, pitch in itertools.product((-30, 0, 30), (-20, 0, 20)):
        turned = MODEL @ rotation_matrix(faceapi.HeadPose(yaw, pitch, 0)).T
        for _ in range(20):
            points = turned[:, :2] * (500 / (500 + turned[:, 2:]))
            points = points + random.normal(0, 1.5, points.shape)
            found = faceapi.estimate_head_pose(landmarks(np.add(points, (400, 300))))
            errors.append(np.subtract(angles(found), [yaw, pitch, 0]))
    spread = np.sqrt(np.square(errors).mean(axis=0))
    assert (spread < [5, 5, 3]).all(), spread


def test_what_has_no_pose():
    with pytest.raises(InputError, match="expected FaceLandmarks68, got FaceLandmarks5"):
        faceapi.estimate_head_pose(
            faceapi.FaceLandmarks5(np.ones((5, 2)), faceapi.Dimensions(9, 9))
        )
    with pytest.raises(InputError, match="got one place"):
        faceapi.estimate_head_pose(landmarks(np.full((11, 2), 7)))
