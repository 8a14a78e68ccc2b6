"""Pictures in other processes: what is sent there and back, and the same faces."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import pyface_web
from pyface_web import errors, sync as faceapi
from pyface_web.models.face_landmark_68 import FACE_LANDMARK_68
from pyface_web.models.face_recognition import FACE_RECOGNITION
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.pipeline import find
from pyface_web.values.alignment import align_of
from tests.loaded_nets import loaded
from tests.reference.nets import manifest_path
from tests.unit.test_records import DETECTION, FULL
from tools.assets import ROOT, path_of

OPTIONS = faceapi.TinyFaceDetectorOptions(input_size=416)
MODELS = manifest_path(TINY_FACE_DETECTOR).parent


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "three.jpg"
    image = Image.open(path_of("images/sample1.jpg"))
    image.resize((640, 427)).save(path)
    return path


def test_other_processes_find_the_same(photo: Path, tmp_path: Path) -> None:
    nets = [pyface_web.nets[one.name] for one in (TINY_FACE_DETECTOR, FACE_LANDMARK_68)]
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    given: list[Any] = [photo, bad, photo.read_bytes(), BytesIO(photo.read_bytes())]
    with loaded(*nets):
        here, there = (
            list(faceapi.find_faces(given, OPTIONS, landmarks=True, workers=workers))
            for workers in (1, 2)
        )
    assert [one.name for one in there] == [str(photo), str(bad), "picture 3", "picture 4"]
    assert [len(one) for one in there] == [3, 0, 3, 3]
    assert str(there[1].error) == str(here[1].error) and there[0].size == here[0].size
    for one, other in zip(here[0], there[2], strict=True):
        assert one.detection.box.xywh == pytest.approx(other.detection.box.xywh, abs=0.01)


def test_a_script_without_its_condition_ends(photo: Path, tmp_path: Path) -> None:
    """Each process reads the script, and ends there; it waited for ever."""
    script = tmp_path / "script.py"
    script.write_text(
        "from pyface_web import sync as faceapi\n"
        f"faceapi.load_tiny_face_detector_model({str(MODELS)!r})\n"
        f"print(list(faceapi.find_faces([{str(photo)!r}], {OPTIONS!r}, workers=2)))\n".replace(
            "TinyFaceDetectorOptions", "faceapi.TinyFaceDetectorOptions"
        )
    )
    ended = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 1
    assert 'begin its work below if __name__ == "__main__"' in ended.stderr


def test_a_finder_loads_its_nets_in_each_process(photo: Path) -> None:
    finder = faceapi.FaceFinder(OPTIONS, descriptors=True, models=MODELS)
    sent = pickle.dumps(finder)
    assert len(sent) < 1000
    there = pickle.loads(sent)
    try:
        with ThreadPoolExecutor(3) as threads:
            found = list(threads.map(there, [photo] * 3))
        assert [len(one) for one in found] == [3] * 3 and found[0].name == str(photo)
        assert there(b"no picture").error is not None
        assert pyface_web.nets[FACE_RECOGNITION.name].is_loaded
    finally:
        pyface_web.dispose()
        for net in pyface_web.nets.values():
            net.dispose()
    assert (
        repr(there) == "FaceFinder(tiny_face_detector, face_landmark68_net, face_recognition_net)"
    )


def test_what_is_found_can_be_pickled() -> None:
    upright = faceapi.FaceResult(DETECTION, descriptor=FULL.descriptor, descriptor_align="upright")
    person = faceapi.LabeledFaceDescriptors("Ada", [upright])
    one = faceapi.PictureFaces("a.jpg", (FULL, upright), faceapi.Dimensions(2, 1))
    again = pickle.loads(pickle.dumps(one))
    assert again.faces == one.faces and again.size == one.size
    assert align_of(again.faces[1].descriptor) == "upright"
    assert not again.faces[1].descriptor.flags.writeable
    same = pickle.loads(pickle.dumps(person))
    assert same == person and align_of(same.descriptors) == "upright"
    for error in (errors.InputError("no"), errors.TaintedCanvasError()):
        back = pickle.loads(pickle.dumps(error))
        assert type(back) is type(error) and str(back) == str(error)


def test_what_is_no_number_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    for workers in (0, 1.5, "two", 257):
        with pytest.raises(errors.InputError, match="find_faces: workers: expected a whole number"):
            faceapi.find_faces([], workers=workers)
    with pytest.raises(errors.NotLoadedError):
        next(faceapi.find_faces([np.zeros((9, 9), "u1")], workers=2))
    monkeypatch.setattr(find, "IN_BROWSER", True)
    with pytest.raises(errors.InputError, match="a page has no processes"):
        faceapi.find_faces([], workers=2)
