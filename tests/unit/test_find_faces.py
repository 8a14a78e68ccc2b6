"""Many pictures, one after the other, and two that are compared."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import pyface_web as faceapi
from pyface_web import errors
from pyface_web.people import comparison
from pyface_web.pipeline import finder
from tests.unit.test_tasks import OPTIONS, PICTURE, ScriptedBackend, nets, session
from tests.waiting import wait


@pytest.fixture(autouse=True)
def backend(monkeypatch: pytest.MonkeyPatch) -> ScriptedBackend:
    made, backend = session()
    for module in (finder, comparison):
        monkeypatch.setattr(module, "session", made)
        monkeypatch.setattr(module, "nets", nets())
    return backend


async def listed(found: faceapi.FoundFaces) -> list[faceapi.PictureFaces]:
    return [picture async for picture in found]


def test_a_picture_that_cannot_be_read_ends_nothing(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.jpg"
    Image.fromarray(PICTURE).save(good)
    bad.write_bytes(b"no picture")
    pictures = [good, bad, str(good), tmp_path / "none.png", PICTURE]
    search = faceapi.find_faces(pictures, OPTIONS, descriptors=True, age_and_gender=True)
    assert len(search) == 5
    found = wait(listed(search))
    assert [one.name for one in found] == [*map(str, pictures[:4]), "picture 5"]
    assert [len(one) for one in found] == [1, 0, 1, 0, 1]
    assert [type(one.error).__name__ for one in found] == [
        "NoneType", "MediaNotReadyError", "NoneType", "InputError", "NoneType",
    ]  # fmt: skip
    (face,) = found[0]
    assert face.descriptor is not None and face.age == 33
    assert found[0].size == faceapi.Dimensions(64, 48) and found[1].size is None
    assert len(faceapi.to_records(found)) == 3
    assert len(faceapi.to_coco(found)["images"]) == 3


def test_pictures_are_asked_for_as_they_are_needed(backend: ScriptedBackend) -> None:
    asked: list[int] = []

    def pictures() -> Iterator[Any]:
        for number in range(50):
            asked.append(number)
            yield PICTURE

    async def some() -> None:
        search = faceapi.find_faces(pictures(), OPTIONS)
        with pytest.raises(TypeError, match="do not say how many"):
            len(search)
        async for _ in search:
            if len(asked) > 4:
                break
        await search.aclose()
        for _ in range(5):  # in which those that are cancelled end
            await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1

    wait(some())
    assert len(asked) <= 6
    assert len([name for name, _ in backend.log if name == "picture"]) <= 6


def test_what_would_fail_for_all_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finder, "nets", faceapi.nets)
    with pytest.raises(errors.NotLoadedError):
        wait(listed(faceapi.find_faces([PICTURE, PICTURE], OPTIONS)))


@pytest.mark.parametrize("given", ["photos", b"GIF89a", 7, Path("photos")])
def test_what_are_no_pictures(given: Any) -> None:
    with pytest.raises(errors.InputError, match=r"sorted\(Path\(folder\).glob"):
        faceapi.find_faces(given)


# --- two of them


DESCRIPTOR = np.ones(128)  # what the scripted backend gives


def result(descriptor: np.ndarray, align: Any = "upright") -> faceapi.FaceResult:
    detection = faceapi.FaceDetection(1, (0, 0, 1, 1), (9, 9))
    return faceapi.FaceResult(detection, descriptor=descriptor, descriptor_align=align)


@pytest.mark.parametrize(
    "b", [PICTURE, DESCRIPTOR, DESCRIPTOR.tolist(), result(DESCRIPTOR)],
    ids=["picture", "array", "list", "result"],
)  # fmt: skip
def test_a_picture_is_compared(b: Any) -> None:
    distance, same = asyncio.run(faceapi.compare(PICTURE, b, options=OPTIONS))
    assert distance == pytest.approx(0, abs=1e-6) and same


def test_the_threshold_decides() -> None:
    other = result(DESCRIPTOR * (1 + 0.5 / np.sqrt(128)))
    assert wait(faceapi.compare(DESCRIPTOR, other)) == (pytest.approx(0.5, abs=1e-5), True)
    assert wait(faceapi.compare(other, DESCRIPTOR, 0.4)) == (pytest.approx(0.5, abs=1e-5), False)


def test_what_cannot_be_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    box, upright = result(DESCRIPTOR, "box"), result(DESCRIPTOR)
    with pytest.raises(errors.MixedDescriptorsError, match="compare: b: expected align='box'"):
        wait(faceapi.compare(box, upright))
    with pytest.raises(errors.ShapeError, match=r"compare: b: .* it has no descriptor: add"):
        wait(faceapi.compare(box, box.detection))
    with pytest.raises(errors.ShapeError, match=r"compare: a: .*no face found"):
        wait(faceapi.compare(None, box))
    with pytest.raises(errors.OptionsError, match="compare: distance_threshold"):
        wait(faceapi.compare(box, box, -1))
    none = faceapi.TinyFaceDetectorOptions(input_size=128, score_threshold=0.99)
    with pytest.raises(errors.InputError, match="compare: a: expected a picture of a face"):
        wait(faceapi.compare(PICTURE, box, options=none))
