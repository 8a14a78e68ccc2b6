"""What both notebooks are run with, and what CPython draws with the same nets."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

import pyface_web as faceapi
from pyface_web import sync
from tests.loaded_nets import published
from tests.notebooks.shown import Drawn
from tests.pages import built_site
from tools.assets import path_of
from tools.notebook_packages import NotebookPackages, notebook_packages

NETS = ("tiny_face_detector", "face_landmark_68", "face_expression", "age_gender")


@pytest.fixture(scope="session")
def packages() -> NotebookPackages:
    return notebook_packages()


@pytest.fixture(scope="session")
def fill() -> Callable[[Path], None]:
    """Puts photo.jpg into a folder, and models/ with what the notebooks load."""

    def filled(folder: Path) -> None:
        (folder / "models").mkdir(parents=True)
        for net in NETS:
            for file in (built_site() / "models").glob(f"{net}_model-*"):
                shutil.copy(file, folder / "models")
        picture = Image.open(path_of("images/sample1.jpg"))
        picture.thumbnail((640, 640))
        picture.save(folder / "photo.jpg")

    return filled


@pytest.fixture(scope="session")
def drawn(fill: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    folder = tmp_path_factory.mktemp("cpython") / "files"
    fill(folder)
    photo = folder / "photo.jpg"
    with published():
        sync.load_tiny_face_detector_model()
        sync.load_face_landmark_model()
        sync.load_face_expression_model()
        sync.load_age_gender_model()
        options = faceapi.TinyFaceDetectorOptions(input_size=512)
        task = sync.detect_all_faces(photo, options).with_face_landmarks()
        faces = task.with_face_expressions().with_age_and_gender().run()
        return Drawn(Image.open(photo), sync.annotate(photo, faces))
