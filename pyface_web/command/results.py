"""What is found in a file as plain values: for JSON as a tree, for a table as a flat row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def face_of(result: Any) -> dict[str, Any]:
    """One face; what no net was asked for is left out."""
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
            "gender": str(result.gender),
            "gender_probability": result.gender_probability,
        }
    return face


def row_of(face: Mapping[str, Any]) -> dict[str, Any]:
    """The same in columns: x, y, width, height; x0, y0 ... of points; d0 ... of the descriptor."""
    row: dict[str, Any] = {"score": face["score"], **face["box"]}
    row |= {name: face[name] for name in ("age", "gender", "gender_probability") if name in face}
    row |= face.get("expressions", {})
    for number, (x, y) in enumerate(face.get("landmarks", ())):
        row |= {f"x{number}": x, f"y{number}": y}
    row |= {f"d{number}": value for number, value in enumerate(face.get("descriptor", ()))}
    return row
