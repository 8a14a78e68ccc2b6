"""Chinese whispers: who is one person among faces of whom nobody is known."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web.errors import InputError, MixedDescriptorsError, OptionsError, ShapeError

PEOPLE, FACES = 12, 9


def crowd(spread: float = 0.02) -> tuple[np.ndarray, np.ndarray]:
    """(N, 128) descriptors in a mixed order, and whose each is."""
    random = np.random.default_rng(7)
    centres = random.normal(0, 0.12, (PEOPLE, 128))
    owners = random.permutation(np.repeat(np.arange(PEOPLE), FACES))
    return (centres[owners] + random.normal(0, spread, (len(owners), 128))).astype("f4"), owners


def alike(one: list[int], other: list[int]) -> bool:
    """Whether two numberings put the same faces together."""
    return len(set(zip(one, other, strict=True))) == len(set(one)) == len(set(other))


def test_faces_of_one_person_come_together() -> None:
    rows, owners = crowd()
    found = faceapi.cluster(rows)
    assert alike(found, owners.tolist())
    assert list(dict.fromkeys(found)) == list(range(PEOPLE))  # numbered as they come


@pytest.mark.skipif(not importlib.util.find_spec("_dlib_pybind11"), reason="dlib has no wheel here")
def test_dlib_finds_the_same_people() -> None:
    import _dlib_pybind11 as dlib

    rows, _ = crowd(0.028)
    given = [dlib.vector(row.astype(float).tolist()) for row in rows]
    assert alike(faceapi.cluster(rows), list(dlib.chinese_whispers_clustering(given, 0.5)))


def test_equal_seeds_give_equal_answers() -> None:
    rows, _ = crowd(0.04)
    assert faceapi.cluster(rows, seed=3) == faceapi.cluster(rows, seed=3)


def test_the_threshold_says_who_is_near() -> None:
    rows, _ = crowd()
    assert faceapi.cluster(rows, 0) == list(range(len(rows)))
    assert faceapi.cluster(rows, 9) == [0] * len(rows)
    assert faceapi.cluster([]) == []


def test_what_is_refused() -> None:
    rows, _ = crowd()
    for options, error in (({"distance_threshold": -1}, OptionsError), ({"seed": -1}, InputError)):
        with pytest.raises(error, match=f"cluster: {next(iter(options))}: expected"):
            faceapi.cluster(rows, **options)
    with pytest.raises(ShapeError):
        faceapi.cluster(np.zeros((3, 5)))
    detection = faceapi.FaceDetection(1, (0, 0, 1, 1), (9, 9))
    two = [
        faceapi.FaceResult(detection, descriptor=rows[0], descriptor_align=align)
        for align in ("box", "upright")
    ]
    with pytest.raises(MixedDescriptorsError, match="cluster: expected descriptors that were all"):
        faceapi.cluster(two)
    assert faceapi.cluster(two, allow_mixed=True) == [0, 0]
