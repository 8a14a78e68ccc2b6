"""Faces in tiles: crowds at known places, each face once, in batches of bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import pyface_web as faceapi
from pyface_web.engine.session import View
from tests.crowd import Crowd, crowd
from tests.reference.nets import manifest_path
from tests.waiting import wait

SSD, TINY = faceapi.SsdMobilenetv1Options, faceapi.TinyFaceDetectorOptions


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> Iterator[None]:
    nets = [faceapi.nets.ssd_mobilenetv1, faceapi.nets.tiny_face_detector]

    async def load() -> None:
        await faceapi.set_backend("onnx")
        for net in nets:
            await net.load(str(manifest_path(net.architecture)))

    try:
        wait(load())
        yield
    finally:
        faceapi.dispose()
        for net in nets:
            net.dispose()


@pytest.fixture(scope="module")
def people() -> Crowd:
    """Two hundred, with faces of 16 to 200 pixels."""
    return crowd(3000, 2200, 200, 16, 200)


@pytest.fixture(scope="module")
def group() -> Crowd:
    return crowd(900, 700, 12, 30, 150)


def boxes(picture: object, options: object) -> NDArray[np.float64]:
    found = wait(faceapi.detect_all_faces(picture, options))
    sides = [(face.box.x, face.box.y, face.box.width, face.box.height) for face in found]
    return np.array(sides).reshape(-1, 4)


def test_a_crowd(people: Crowd) -> None:
    """In tiles nine in ten of the faces from 32 pixels are found, and no face twice."""
    is_large = np.sqrt(people.faces[:, 2] * people.faces[:, 3]) >= 32
    in_whole, _ = people.found(boxes(people.picture, SSD(max_results=1000)))
    in_tiles, others = people.found(boxes(people.picture, SSD(max_results=1000, tiles="auto")))
    assert (in_whole > 0).mean() < 0.5 < 0.8 < (in_tiles > 0).mean()
    assert (in_tiles[is_large] > 0).mean() > 0.9
    assert in_tiles.max() == 1
    assert others <= 0.02 * len(people.faces)
    assert not ((in_whole > 0) & (in_tiles == 0)).any()  # what the whole shows, tiles do not hide


@pytest.mark.parametrize("options", [SSD(tiles=3), TINY(tiles=3)], ids=["ssd", "tiny"])
def test_a_group(group: Crowd, options: SSD | TINY) -> None:
    """Large faces, which reach over the edges of tiles, too."""
    times, others = group.found(boxes(group.picture, options))
    assert (times > 0).mean() > 0.9 and times.max() == 1 and others == 0


def test_the_most_results_are_counted_once_all_are_merged(group: Crowd) -> None:
    every = boxes(group.picture, SSD(tiles=3))
    assert len(every) > 5
    for most in (1, 5):
        assert (boxes(group.picture, SSD(tiles=3, max_results=most)) == every[:most]).all()


def test_the_single_face_is_the_best_of_all_tiles(group: Crowd) -> None:
    best = wait(faceapi.detect_single_face(group.picture, SSD(tiles=3)))
    assert (boxes(group.picture, SSD(tiles=3))[0] == [*vars(best.box).values()]).all()


def test_batches_are_of_bounded_size(group: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    infer = View.infer

    async def counted(view: View, net: Any, crops: Any, *given: Any) -> Any:
        asked.append(len(crops))
        return await infer(view, net, crops, *given)

    monkeypatch.setattr(View, "infer", counted)
    boxes(group.picture, SSD())
    assert asked == [1]
    asked.clear()
    boxes(group.picture, SSD(tiles=3))  # nine, with the whole picture ten
    assert asked == [4, 4, 2]
    asked.clear()
    boxes(group.picture, TINY(128, tiles=3))
    assert sum(asked) > 10 and len(asked) == 1


def test_one_tile_changes_nothing(group: Crowd) -> None:
    assert (boxes(group.picture, SSD(tiles=1)) == boxes(group.picture, SSD())).all()


def test_a_picture_of_a_pixel() -> None:
    assert len(boxes(np.zeros((1, 1, 3), np.uint8), SSD(tiles="auto", min_face_size=0.1))) == 0
