"""Faces in tiles and in turned pictures: each once and where it is, in batches of bounded size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import pyface_web as faceapi
from pyface_web.engine.session import View
from pyface_web.models.decode import ssd
from pyface_web.pipeline.search import turned_back
from tests.crowd import Crowd, crowd
from tests.loaded_nets import loaded
from tests.waiting import wait
from tools.assets import path_of

SSD, TINY = faceapi.SsdMobilenetv1Options, faceapi.TinyFaceDetectorOptions


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> Iterator[None]:
    with loaded(faceapi.nets.ssd_mobilenetv1, faceapi.nets.tiny_face_detector):
        wait(faceapi.set_backend("onnx"))
        yield


@pytest.fixture(scope="module")
def people() -> Crowd:
    """With faces of 16 to 120 pixels, of which the whole picture shows fewer than half."""
    return crowd(1500, 1100, 60, 16, 120)


@pytest.fixture(scope="module")
def group() -> Crowd:
    return crowd(900, 700, 12, 30, 150)


@pytest.fixture(scope="module")
def in_tiles(group: Crowd) -> NDArray[np.float64]:
    """All that SSD finds of the group in two tiles along its longer side, the best first."""
    return boxes(group.picture, SSD(tiles=2))


def sample(number: int) -> Image.Image:
    return Image.open(path_of(f"images/sample{number}.jpg")).convert("RGB").resize((480, 330))


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many regions each run of a net was given."""
    asked: list[int] = []
    infer = View.infer

    async def counted(view: View, net: Any, crops: Any, *given: Any) -> Any:
        asked.append(len(crops))
        return await infer(view, net, crops, *given)

    monkeypatch.setattr(View, "infer", counted)
    return asked


def boxes(picture: object, options: object) -> NDArray[np.float64]:
    return sides(wait(faceapi.detect_all_faces(picture, options)))


def sides(faces: Sequence[faceapi.FaceDetection], relative: bool = False) -> NDArray[np.float64]:
    """(N, 4) x, y, width, height."""
    found = [face.relative_box if relative else face.box for face in faces]
    return np.array([(box.x, box.y, box.width, box.height) for box in found]).reshape(-1, 4)


def turned(people: Crowd, quarters: int) -> NDArray[np.uint8]:
    """The picture after so many quarters clockwise."""
    return np.ascontiguousarray(np.rot90(np.asarray(people.picture), -quarters))


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


def test_the_most_results_are_counted_once_all_are_merged(
    group: Crowd, in_tiles: NDArray[np.float64]
) -> None:
    assert len(in_tiles) > 5
    for most in (1, 5):
        assert (boxes(group.picture, SSD(tiles=2, max_results=most)) == in_tiles[:most]).all()


def test_the_single_face_is_the_best_of_all_tiles(
    group: Crowd, in_tiles: NDArray[np.float64]
) -> None:
    best = wait(faceapi.detect_single_face(group.picture, SSD(tiles=2)))
    assert (in_tiles[0] == [*vars(best.box).values()]).all()


def test_batches_are_of_bounded_size(group: Crowd, batches: list[int]) -> None:
    boxes(group.picture, SSD())
    assert batches == [1]
    batches.clear()
    boxes(group.picture, SSD(tiles=3))  # nine, with the whole picture ten
    assert batches == [4, 4, 2]
    batches.clear()
    boxes(group.picture, TINY(128, tiles=3))
    assert sum(batches) > 10 and len(batches) == 1


# --- turned pictures


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("options", [SSD(), TINY()], ids=["ssd", "tiny"])
def test_a_turned_picture_shows_the_same_faces(
    group: Crowd, options: SSD | TINY, quarters: int
) -> None:
    """Each where it is in it, with its way up, and no other."""
    upright = wait(faceapi.detect_all_faces(group.picture, options))
    asked = replace(options, orientations="auto")
    found = wait(faceapi.detect_all_faces(turned(group, quarters), asked))
    assert {face.orientation for face in found} == {90 * quarters}
    assert len(found) == len(upright) > 4
    there = turned_back(sides(found, relative=True), quarters)
    assert there == pytest.approx(sides(upright, relative=True), abs=1e-4)
    assert [face.score for face in found] == pytest.approx([face.score for face in upright])


def test_in_tiles_too(group: Crowd) -> None:
    upright = boxes(group.picture, TINY(320, tiles=2))
    found = boxes(turned(group, 1), TINY(320, tiles=2, orientations="auto"))
    assert len(found) == len(upright) > len(boxes(group.picture, TINY(320)))


def test_auto_looks_again_where_nothing_sure_was_found(
    group: Crowd, batches: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then three times in one batch, but once where all boxes are as tall as of faces that stand;
    and what is upright stays as it is."""
    blank = np.full((90, 120, 3), 128, np.uint8)
    assert len(boxes(blank, SSD(orientations="auto"))) == 0 and batches == [1, 3]
    batches.clear()
    upright = boxes(group.picture, SSD())
    assert (boxes(group.picture, SSD(orientations="auto")) == upright).all()
    assert batches == [1, 1, 1]
    batches.clear()
    assert (boxes(group.picture, TINY(orientations="auto")) == boxes(group.picture, TINY())).all()
    assert batches == [1, 3, 1]
    batches.clear()
    monkeypatch.setattr(ssd, "FAINT", 0.5)
    assert (boxes(group.picture, SSD(orientations="auto")) == upright).all()
    assert batches == [1]


def test_ways_that_are_named_are_looked_at_in_one_batch(batches: list[int]) -> None:
    """One picture may show faces in several; each once, as it lies."""
    standing, lying = (sample(number) for number in (3, 6))
    both = np.concatenate([np.asarray(standing), np.rot90(np.asarray(lying), 2)])
    found = wait(faceapi.detect_all_faces(both, SSD(orientations=(0, 180, 0))))
    assert batches == [2]
    assert [face.score for face in found] == sorted((f.score for f in found), reverse=True)
    above = [face for face in found if face.box.y < standing.height]
    assert [face.orientation for face in above] == [0, 0, 0]
    assert [face.orientation for face in found if face not in above] == [180] * 4


def test_the_single_face_and_the_most_of_a_turned_picture(group: Crowd) -> None:
    options = SSD(max_results=2, orientations="auto")
    found = wait(faceapi.detect_all_faces(turned(group, 2), options))
    assert len(found) == 2
    assert wait(faceapi.detect_single_face(turned(group, 2), options)) == found[0]


def test_tracking_goes_on_looking_so() -> None:
    options = faceapi.TrackOptions(TINY(orientations="auto", tiles=2))
    assert options.low_score_detector == TINY(416, 0.3, 2, orientations="auto")


def test_one_tile_changes_nothing(group: Crowd) -> None:
    assert (boxes(group.picture, SSD(tiles=1)) == boxes(group.picture, SSD())).all()


def test_a_picture_of_a_pixel() -> None:
    assert len(boxes(np.zeros((1, 1, 3), np.uint8), SSD(tiles="auto", min_face_size=0.1))) == 0
