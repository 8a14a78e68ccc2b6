"""Results in the format of COCO, which tools for data sets read: FiftyOne, CVAT, pycocotools."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyface_web.errors import InputError
from pyface_web.values.given import checked_text
from pyface_web.values.landmarks import CONTOURS, PARTS
from pyface_web.values.numeric import as_pixels
from pyface_web.values.picture_faces import Face, PictureFaces, detection_of, pictures_of
from pyface_web.values.records import Results
from pyface_web.values.results import FaceResult

_VISIBLE = 2  # of a keypoint: labelled, and to be seen
_NAMES = {
    5: ("left_eye", "right_eye", "nose", "left_mouth", "right_mouth"),
    68: tuple(
        f"{part}_{number}" for part, (first, end) in PARTS.items() for number in range(end - first)
    ),
}
_SKELETONS: dict[int, list[list[int]]] = {
    5: [],
    68: [
        [one + 1, other + 1]  # COCO counts from 1
        for first, end, is_closed in CONTOURS
        for one, other in (
            *((i, i + 1) for i in range(first, end - 1)),
            *([(end - 1, first)] if is_closed else []),
        )
    ],
}


def to_coco(results: Results, *, category: str = "face") -> dict[str, Any]:
    """{images, annotations, categories}, JSON-ready, as COCO has data sets with keypoints.

    results: faces of one picture; {name: faces} of several; or what `find_faces` gave, of which
    pictures without faces are listed, too, and those with an error are not.
    category: what a face is called.

    ```python
    faces = await faceapi.detect_all_faces("photo.jpg").with_face_landmarks()
    data = faceapi.to_coco({"photo.jpg": faces})
    data["annotations"][0]["bbox"]  # [779.5, 446.8, 305.5, 248.0]: x, y, width, height
    json.dump(data, open("faces.json", "w"))
    ```

    An annotation has `score`, and where there are landmarks `keypoints`, x, y and 2 ("visible") of
    each. Raises InputError for what are no results, and for faces with 5 landmarks among such with
    68: a category has keypoints of one kind.
    """
    name = checked_text(category, "to_coco: category")
    pictures = [one for one in pictures_of(results, "to_coco") if one.error is None]
    faces = [(image + 1, face) for image, picture in enumerate(pictures) for face in picture.faces]
    return {
        "images": [_image(i + 1, picture) for i, picture in enumerate(pictures)],
        "annotations": [_annotation(i + 1, image, face) for i, (image, face) in enumerate(faces)],
        "categories": [_category(name, _point_count([face for _, face in faces]))],
    }


def _image(id: int, picture: PictureFaces) -> dict[str, Any]:
    image: dict[str, Any] = {"id": id, "file_name": picture.name}
    if picture.size is not None:
        size = picture.size
        image |= {"width": as_pixels(size.width), "height": as_pixels(size.height)}
    return image


def _annotation(id: int, image: int, face: Face) -> dict[str, Any]:
    detection = detection_of(face)
    box = detection.box
    found: dict[str, Any] = {
        "id": id,
        "image_id": image,
        "category_id": 1,
        "bbox": list(box),
        "area": box.area,
        "iscrowd": 0,
        "score": detection.score,
    }
    if isinstance(face, FaceResult) and face.landmarks is not None:
        points = face.landmarks.positions.astype(np.float64)
        seen = np.full((len(points), 1), _VISIBLE)
        found["keypoints"] = np.hstack([points, seen]).reshape(-1).tolist()
        found["num_keypoints"] = len(points)
    return found


def _point_count(faces: list[Face]) -> int:
    counts = {
        len(face.landmarks.relative_positions)
        for face in faces
        if isinstance(face, FaceResult) and face.landmarks is not None
    }
    if len(counts) > 1:
        raise InputError(
            f"to_coco: expected faces with equally many landmarks, got {sorted(counts)}; write "
            "those of each detector into a file of its own"
        )
    return next(iter(counts), 0)


def _category(name: str, points: int) -> dict[str, Any]:
    category: dict[str, Any] = {"id": 1, "name": name, "supercategory": "person"}
    if points in _NAMES:
        category |= {"keypoints": list(_NAMES[points]), "skeleton": _SKELETONS[points]}
    return category
