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


def known(path: Path, paths: list[Path], embedding: list[float]) -> None:
    faces = plain.detect_all_faces(path).with_face_landmarks().with_face_descriptors().run()
    descriptors = [face.descriptor for face in faces]
    everybody: list[faceapi.FaceDetection | faceapi.FaceResult] = []
    for picture in plain.find_faces(paths, descriptors=True):
        everybody += picture.faces
        faceapi.cluster(picture)
    for given in (faces, descriptors, np.zeros((9, 128)), np.stack(descriptors), [embedding]):
        faceapi.cluster(given)
        faceapi.LabeledFaceDescriptors("Ada", given)
    faceapi.cluster(everybody)
    faceapi.cluster(plain.detect_all_faces(path).run())  # type: ignore[arg-type]
    faceapi.cluster(paths)  # type: ignore[arg-type]
    faceapi.cluster("faces.json")  # type: ignore[arg-type]
    people = [faceapi.LabeledFaceDescriptors("Ada", faces[0]), faces[1].descriptor]
    matcher = faceapi.FaceMatcher(people, 0.5)
    faceapi.FaceMatcher({"Ada": faces})  # type: ignore[arg-type]
    faceapi.FaceMatcher(path)  # type: ignore[arg-type]
    index = faceapi.FaceIndex(matcher)
    faceapi.FaceIndex(faces)  # type: ignore[arg-type]
    for query in (faces[0], faces[0].descriptor, embedding, np.zeros(128, np.float32)):
        assert_type(matcher.find_best_match(query), faceapi.FaceMatch)
        index.add("Ada", query)
        assert_type(index.top_k(query, 3), list[faceapi.FaceMatch])
    matcher.find_best_matches(faces)
    matcher.add("Grace", descriptors)
    matcher.find_best_match("photo.jpg")  # type: ignore[arg-type]
    index.find_best_match(faces)  # type: ignore[arg-type]
    index.find_best_match(faces[0].detection)  # type: ignore[arg-type]
    nobody = plain.detect_single_face(path).with_face_landmarks().with_face_descriptor().run()
    matcher.find_best_match(nobody)  # type: ignore[arg-type]
    store = plain.IdentityStore()
    assert_type(store.enrol("Ada", faces[0].descriptor), faceapi.Identity)
    store.find_best_match(faces[0])
    store.enrol("Ada", None)  # type: ignore[arg-type]
    faceapi.pair_distances(store)
    faceapi.pair_distances({"Ada": faces, "Grace": faces[1:]})
    faceapi.pair_distances({"Ada": np.zeros((2, 128))})
    faceapi.pair_distances(people[:1])  # type: ignore[arg-type]


def looked_at(path: Path) -> None:
    for face in plain.detect_all_faces(path).with_face_landmarks().with_age_and_gender():
        assert_type(face.detection.box.x, float)
        print(face.age + 1, face.landmarks.positions[0], face.landmarks.get_left_eye())
        print(face.landmark, face.age.years)  # type: ignore[union-attr, attr-defined]
    image = plain.annotate(path, plain.detect_all_faces(path).run(), box={"box_color": "lime"})
    image.save("faces.png")
    plain.annotate(path, plain.detect_single_face(path).run())
    plain.annotate(path, [faceapi.Box(0, 0, 9, 9), {"x": 0, "y": 0, "width": 9, "height": 9}])
    plain.annotate(path, "faces.json")  # type: ignore[arg-type]
    plain.annotate(path, 3)  # type: ignore[arg-type]


async def in_page() -> None:
    async for frame in faceapi.track("camera", tiny_landmarks=True):
        await faceapi.annotate("camera", frame)
        await faceapi.annotate("camera", frame.faces)
    faceapi.track(0)  # type: ignore[arg-type]
    faces = await faceapi.detect_all_faces("photo").with_face_expressions()
    faceapi.draw_on("photo", faces)
    faceapi.draw_on("photo", "faces")  # type: ignore[arg-type]
    faceapi.draw_detection("overlay", faces, box_color="red")
    faceapi.draw.draw_face_expressions("overlay", faces, 0.2)
    faceapi.draw_landmarks("overlay", [face.landmarks for face in faces])
    boxes = [face.detection for face in faces]
    faceapi.draw_landmarks("overlay", boxes)  # type: ignore[arg-type]
