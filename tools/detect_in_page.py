"""Runs inside the page, in Pyodide: one picture in, JSON out, faces drawn on its canvas."""

from __future__ import annotations

import json
from typing import Any

import pyface_web as faceapi


async def find_faces(bitmap: Any, settings_json: str, canvas: Any = None) -> str:
    """Faces of a picture as JSON: width, height, backend, faces.

    settings: detector ('tiny', 'ssd' or 'mtcnn'), landmarks, descriptors, expressions, age_gender,
    min_score, input_size, min_face_size (None for the defaults). canvas: if given, boxes and
    landmarks are drawn on it.
    """
    settings = json.loads(settings_json)
    task: Any = faceapi.detect_all_faces(bitmap, _options(settings))
    if settings["landmarks"]:
        task = task.with_face_landmarks()
    if settings["descriptors"]:
        task = task.with_face_descriptors()
    if settings["expressions"]:
        task = task.with_face_expressions()
    if settings["age_gender"]:
        task = task.with_age_and_gender()
    found = await task
    if canvas is not None:
        _draw(canvas, found, settings["landmarks"])
    return json.dumps(
        {
            "width": bitmap.width,
            "height": bitmap.height,
            "backend": await faceapi.get_backend(),
            "faces": [_face(result) for result in found],
        }
    )


def _options(settings: dict[str, Any]) -> Any:
    if settings["detector"] == "ssd":
        given = {"min_confidence": settings["min_score"]}
        kind: Any = faceapi.SsdMobilenetv1Options
    elif settings["detector"] == "mtcnn":
        last = settings["min_score"]
        thresholds = None if last is None else (0.6, 0.7, last)
        given = {"min_face_size": settings["min_face_size"], "score_thresholds": thresholds}
        kind = faceapi.MtcnnOptions
    else:
        given = {"score_threshold": settings["min_score"], "input_size": settings["input_size"]}
        kind = faceapi.TinyFaceDetectorOptions
    return kind(**{name: value for name, value in given.items() if value is not None})


def _face(result: Any) -> dict[str, Any]:
    """One face; keys of nets that did not run are left out."""
    detection = getattr(result, "detection", result)
    box = detection.box
    face: dict[str, Any] = {
        "score": detection.score,
        "box": {"x": box.x, "y": box.y, "width": box.width, "height": box.height},
    }
    landmarks = getattr(result, "landmarks", None)
    if landmarks is not None:
        face["landmarks"] = [[float(x), float(y)] for x, y in landmarks.positions]
    descriptor = getattr(result, "descriptor", None)
    if descriptor is not None:
        # The shortest text that gives the same float32 back.
        face["descriptor"] = [float(str(value)) for value in descriptor]
    expressions = getattr(result, "expressions", None)
    if expressions is not None:
        face["expressions"] = dict(expressions)
    if getattr(result, "age", None) is not None:
        face |= {
            "age": result.age,
            "gender": result.gender,
            "gender_probability": result.gender_probability,
        }
    return face


def _draw(canvas: Any, found: list[Any], landmarks: bool) -> None:
    """Boxes with scores, and contours; lines and text as large as the picture asks for."""
    scale = max(1.0, max(canvas.width, canvas.height) / 640)
    faceapi.draw_detection(canvas, found, line_width=2 * scale, font_size=16 * scale)
    if landmarks:
        shapes = [result.landmarks for result in found]
        faceapi.draw_landmarks(canvas, shapes, line_width=1.5 * scale, draw_lines=True)
