"""dlib itself, the second oracle: its face chips, and its recognition net with the float weights.

Where there is no wheel of it (see `dev` in pyproject.toml) what needs it is skipped, and says so.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Array = np.ndarray[Any, Any]

_WHY = "left out, as dlib (the package dlib-bin) is not here; the extra `dev` has it where it can"


def dlib() -> Any:
    """The module; skips the test where it is missing."""
    return pytest.importorskip("dlib", reason=_WHY)


def model(name: str) -> str:
    """Path of a model of the package face_recognition_models; skips the test where it is missing.

    That package is only asked where it lies: to import it takes another, which is no more.
    """
    found = importlib.util.find_spec("face_recognition_models")
    if found is None or found.origin is None:
        pytest.skip("left out, as the package face_recognition_models is not here")
    return str(Path(found.origin).parent / "models" / name)


def detection(points: Array) -> Any:
    """A face with 68 points (68, 2), whole pixels, as dlib's detectors and predictors give one."""
    parts = [dlib().point(int(x), int(y)) for x, y in points]
    return dlib().full_object_detection(dlib().rectangle(0, 0, 1, 1), parts)


def chip(image: Array, points: Array) -> Array:
    """The 150x150 pixels that dlib's recognition net gets of a face."""
    return np.asarray(dlib().get_face_chip(image, detection(points), 150, 0.25))


def points_of(image: Array, box: tuple[int, int, int, int]) -> Array:
    """The 68 points (68, 2) that dlib finds of the face in a box (left, top, right, bottom)."""
    found = _predictor()(image, dlib().rectangle(*box))
    return np.array([(part.x, part.y) for part in found.parts()])


def descriptor(chip: Array) -> Array:
    """(128,) of a chip, by dlib."""
    return np.array(_recognition().compute_face_descriptor(chip))


@cache
def _predictor() -> Any:
    return dlib().shape_predictor(model("shape_predictor_68_face_landmarks.dat"))


@cache
def _recognition() -> Any:
    file = model("dlib_face_recognition_resnet_model_v1.dat")
    return dlib().face_recognition_model_v1(file)
