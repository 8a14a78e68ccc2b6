"""Names that samples of Python may take for granted: each is the code that makes it.

`photo` in it is what the picture is called where the sample runs.
"""

from __future__ import annotations

from collections.abc import Iterable

PICTURES: dict[str, str] = {
    "photo.jpg": "sample1.jpg",
    "group.jpg": "sample6.jpg",
    **{f"photos/{number}.jpg": f"sample{number}.jpg" for number in range(1, 7)},
}
"""What the pictures in the folder of a sample are called -> the sample picture that each is."""

_FOUND = "await faceapi.detect_all_faces({photo}).with_face_landmarks().with_face_descriptors()"
_NETS = """
await faceapi.load_ssd_mobilenetv1_model({models})
await faceapi.load_tiny_face_detector_model({models})
await faceapi.load_mtcnn_model({models})
await faceapi.load_face_landmark_model({models})
await faceapi.load_face_landmark_tiny_model({models})
await faceapi.load_face_recognition_model({models})
await faceapi.load_face_expression_model({models})
await faceapi.load_age_gender_model({models})
"""

GIVEN: dict[str, str] = {
    "faceapi": "import pyface_web as faceapi",
    "nets": _NETS,
    "full": f"full = {_FOUND}",
    "face": f"face = ({_FOUND})[0]",
    "query": f"query = ({_FOUND})[0].descriptor",
    "box": "box = faceapi.Rect(200, 100, 80, 90)",
    "crop": (
        "crop = (await faceapi.extract_faces({photo}, await faceapi.detect_all_faces({photo})))[0]"
    ),
    "weights": "weights = faceapi.nets.tiny_face_detector.serialize_params()",
    # Five descriptors of each, 0.1 from the others and 1.4 from those of the other one.
    "people": """
import numpy as np
_random = np.random.default_rng(1)
def _person(axis):
    found = _random.normal(0, 0.006, (5, 128))
    found[:, axis] += 1
    return found.astype(np.float32)
ada, grace = _person(0), _person(1)
""",
}


def prelude(names: Iterable[str], photo: str, models: str = "") -> str:
    """The code that makes names. photo, models: how the code calls the picture and the folder.

    Raises KeyError for a name that is not here.
    """
    wanted = list(dict.fromkeys(names))
    if wanted and wanted[0] != "faceapi":
        wanted.insert(0, "faceapi")
    return "\n".join(GIVEN[name].format(photo=photo, models=models) for name in wanted) + "\n"
