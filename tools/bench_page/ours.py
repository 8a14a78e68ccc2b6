"""Our side of the bench, run by Pyodide: each verb as a page would write it; gives a count."""

from __future__ import annotations

import json
from typing import Any

import pyface_web as faceapi
from pyface_web.engine.session import View
from pyface_web.pipeline.nets import nets, session
from pyface_web.pipeline.tasks import DetectAllFacesTask

TINY = faceapi.TinyFaceDetectorOptions()
SSD = faceapi.SsdMobilenetv1Options()
TURNED = faceapi.SsdMobilenetv1Options(orientations="auto")
TILED = faceapi.SsdMobilenetv1Options(tiles="auto")


class Given(DetectAllFacesTask):
    """Faces whose boxes are known, so that what comes after the detector runs by itself."""

    def __init__(self, source: object, boxes: list[list[float]]) -> None:
        super().__init__(session, nets, source, SSD)
        self._boxes = boxes

    async def _compute(self, view: View) -> list[faceapi.FaceDetection]:
        w, h = view.width, view.height
        return [
            faceapi.FaceDetection(1.0, faceapi.Box(x / w, y / h, width / w, height / h), (w, h))
            for x, y, width, height in self._boxes
        ]


def stats() -> str:
    """JSON: what the WebAssembly backend says of itself, nothing where another one computes."""
    held = faceapi.memory()
    if held["backend"] != "wasm":
        return "{}"
    return json.dumps({"steps": held["steps"], "memoryBytes": held["memory_bytes"]})


async def tiny(picture: Any) -> int:
    return len(await faceapi.detect_all_faces(picture, TINY))


async def ssd(picture: Any) -> int:
    return len(await faceapi.detect_all_faces(picture, SSD))


async def recognition(picture: Any) -> int:
    return len(await faceapi.compute_face_descriptor(picture))


async def chain(picture: Any) -> int:
    return await _described(faceapi.detect_all_faces(picture, SSD))


async def upright(picture: Any) -> int:
    task = faceapi.detect_all_faces(picture, SSD)
    return len(await task.with_face_landmarks().with_face_descriptors())


async def turned(picture: Any) -> int:
    return len(await faceapi.detect_all_faces(picture, TURNED))


async def tiled(picture: Any) -> int:
    return len(await faceapi.detect_all_faces(picture, TILED))


async def track(canvas: Any) -> int:
    return await _tracked(canvas, refine=True)


async def glance(canvas: Any) -> int:
    return await _tracked(canvas, refine=False)


async def _tracked(canvas: Any, refine: bool) -> int:
    """How many faces three frames show, each after the screen's next refresh."""
    found = 0
    async for frame in faceapi.track(canvas, landmarks=True, refine=refine):
        found += len(frame.faces)
        if frame.number == 3:
            break
    return found


async def given(faces: Any) -> int:
    return await _described(Given(faces.picture, faces.boxes.to_py()))


async def _described(task: Any) -> int:
    """As face-api.js does it: one look at each face, and none of them turned."""
    return len(await task.with_face_landmarks(refine=False).with_face_descriptors(align="box"))


async def looks(canvases: Any) -> int:
    faces = list(canvases)
    await faceapi.recognize_face_expressions(faces)
    return len(await faceapi.predict_age_and_gender(faces))


async def mtcnn(picture: Any) -> int:
    return len(await faceapi.mtcnn(picture, faceapi.MtcnnOptions(min_face_size=40)))


async def crops(canvases: Any) -> int:
    faces = list(canvases)
    await faceapi.detect_face_landmarks(faces)
    return len(await faceapi.compute_face_descriptor(faces))
