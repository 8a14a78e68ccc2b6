"""What users write, for mypy: it is never run. An ignored error has to be one, or mypy says so."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import assert_type

import numpy as np
from PIL import Image

import pyface_web as faceapi
from pyface_web import sync as plain


async def pictures(path: Path, image: Image.Image, paths: list[Path]) -> None:
    await faceapi.detect_all_faces("photo.jpg")
    await faceapi.detect_all_faces(path)
    await faceapi.detect_all_faces(path.read_bytes())
    await faceapi.detect_all_faces(io.BytesIO())
    await faceapi.detect_all_faces(image)
    await faceapi.detect_all_faces(np.asarray(image))
    await faceapi.detect_all_faces(np.zeros((9, 9)))
    with open(path, "rb") as file:
        await faceapi.detect_all_faces(file)
    with open(path) as text:
        await faceapi.detect_all_faces(text)  # type: ignore[arg-type]
    await faceapi.detect_all_faces(None)  # type: ignore[arg-type]
    await faceapi.detect_all_faces(paths)  # type: ignore[arg-type]
    assert_type(await faceapi.predict_age_and_gender(path), faceapi.AgeAndGender)
    assert_type(await faceapi.predict_age_and_gender(paths), list[faceapi.AgeAndGender])


def chains(path: Path) -> None:
    faces = asyncio.run(faceapi.detect_all_faces(path).with_face_landmarks())
    assert_type(faces, list[faceapi.FaceResult])
    best = asyncio.run(faceapi.detect_single_face(path))
    assert_type(best, faceapi.FaceDetection | None)
    faceapi.detect_all_faces(path).with_face_descriptors()  # type: ignore[attr-defined]


def without_await(paths: list[Path]) -> None:
    plain.load_tiny_face_detector_model(Path("models"))
    plain.nets.face_recognition_net.load(b"")
    for face in plain.detect_all_faces(paths[0], plain.TinyFaceDetectorOptions()):
        assert_type(face, faceapi.FaceDetection)
        left, _, right, _ = face.box.xyxy
        assert_type(right - left, float)
    full = plain.detect_single_face(paths[0]).with_face_landmarks().with_face_descriptor().run()
    assert_type(full, faceapi.FaceResult | None)
    for picture in plain.find_faces(paths, descriptors=True):
        assert_type(picture, faceapi.PictureFaces)
        faceapi.to_records(picture)
    distance, same = plain.compare(paths[0], paths[1])
    assert_type((distance, same), tuple[float, bool])
    plain.compute_face_descriptor(7)  # type: ignore[call-overload]
