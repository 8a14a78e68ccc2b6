"""Results as flat rows, for pandas, CSV, Parquet and databases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from pyface_web.values.expressions import FACE_EXPRESSION_LABELS
from pyface_web.values.given import truth
from pyface_web.values.numeric import as_pixels
from pyface_web.values.picture_faces import Face, PictureFaces, detection_of, pictures_of
from pyface_web.values.results import FaceResult

Record: TypeAlias = dict[str, str | int | float | None]
"""Column -> value."""
Results: TypeAlias = (
    Iterable[PictureFaces]
    | PictureFaces
    | Mapping[str, Sequence[Face] | Face | None]
    | Sequence[Face]
    | Face
    | None
)
"""What `find_faces` gave, {name of a picture: faces}, or the faces of one picture."""


def to_records(
    results: Results, *, points: bool = False, descriptors: bool = False
) -> list[Record]:
    """One flat row for each face, all with the same columns; what is not known is None.

    results: faces of one picture; {name: faces} of several; or what `find_faces` gave.
    points: two columns more for each landmark, `point_0_x`, `point_0_y`, ...
    descriptors: 128 columns more, `descriptor_0`, ...

    ```python
    faces = await faceapi.detect_all_faces("photo.jpg").with_age_and_gender()
    rows = faceapi.to_records({"photo.jpg": faces})
    # [{'picture': 'photo.jpg', 'face': 0, 'score': 0.93, 'x': 779.5, 'y': 446.8, ...}]
    pandas.DataFrame(rows).to_csv("faces.csv", index=False)
    ```

    Positions are pixels of the picture. Raises InputError for what are no results.
    """
    with_points = truth(points, "to_records: points")
    with_descriptors = truth(descriptors, "to_records: descriptors")
    rows: list[Record] = []
    for picture in pictures_of(results, "to_records"):
        for number, face in enumerate(picture.faces):
            row = _row(picture.name, number, face)
            if isinstance(face, FaceResult):
                row |= _points(face) if with_points else {}
                row |= _descriptor(face) if with_descriptors else {}
            rows.append(row)
    columns = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name) for name in columns} for row in rows]


def _row(picture: str, number: int, face: Face) -> Record:
    detection = detection_of(face)
    x, y, width, height = detection.box
    row: Record = {
        "picture": picture,
        "face": number,
        "score": detection.score,
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "image_width": as_pixels(detection.image_width),
        "image_height": as_pixels(detection.image_height),
        "orientation": detection.orientation,
    }
    known: Any = face if isinstance(face, FaceResult) else None
    row["angle"] = known and known.angle
    row["age"] = known and known.age
    row["gender"] = known and known.gender and str(known.gender)
    row["gender_probability"] = known and known.gender_probability
    looks = known and known.expressions
    row["expression"] = looks and looks.as_sorted_array()[0].expression
    return row | {label: looks and looks[label] for label in FACE_EXPRESSION_LABELS}


def _points(face: FaceResult) -> Record:
    if face.landmarks is None:
        return {}
    return {
        f"point_{i}_{axis}": value
        for i, point in enumerate(face.landmarks.positions.tolist())
        for axis, value in zip("xy", point, strict=True)
    }


def _descriptor(face: FaceResult) -> Record:
    if face.descriptor is None:
        return {}
    return {f"descriptor_{i}": value for i, value in enumerate(face.descriptor.tolist())}
