"""What is found in a file as plain values, for JSON."""

from __future__ import annotations

from typing import Any

from pyface_web.values.numeric import as_pixels
from pyface_web.values.picture_faces import PictureFaces, detection_of


def tree_of(name: str, found: PictureFaces, backend: str) -> dict[str, Any]:
    """A file: its name, the size of its picture, what computed, and its faces, best first."""
    assert found.size is not None, "it was read"
    return {
        "file": name,
        "width": as_pixels(found.size.width),
        "height": as_pixels(found.size.height),
        "backend": backend,
        "faces": [_face(face) for face in found],
    }


def _face(result: Any) -> dict[str, Any]:
    """One face; what no net was asked for is left out."""
    detection = detection_of(result)
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
            "gender": str(result.gender),
            "gender_probability": result.gender_probability,
        }
    return face
