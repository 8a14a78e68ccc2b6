"""Results as flat rows and as COCO, and what a box unpacks to."""

from __future__ import annotations

import csv
import json
from io import StringIO

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web.errors import InputError
from pyface_web.values.landmarks import CONTOURS
from tests.upright_face import upright_face

SIZE = (200, 100)
DETECTION = faceapi.FaceDetection(0.9, (0.1, 0.2, 0.3, 0.4), SIZE)
POINTS = faceapi.FaceLandmarks68(upright_face(), (60, 40), (20, 20))
FULL = faceapi.FaceResult(
    DETECTION,
    POINTS,
    descriptor=np.arange(128) / 128,
    expressions=faceapi.FaceExpressions([0.1, 0.6, 0.1, 0.1, 0.1, 0, 0]),
    age=31.5,
    gender="female",
    gender_probability=0.8,
)


def test_a_box_unpacks() -> None:
    box = faceapi.Box(10, 20, 30, 40)
    x, y, width, height = box
    assert (x, y, width, height) == box.xywh == (10, 20, 30, 40)
    assert box.xyxy == (10, 20, 40, 60)
    assert np.asarray([*box]).shape == (4,) and faceapi.Box(*box) == box
    corners = faceapi.BoundingBox(10, 20, 40, 60)
    assert tuple(corners) == box.xywh and corners.xyxy == box.xyxy


def test_rows_have_the_same_columns() -> None:
    rows = faceapi.to_records({"a.jpg": [DETECTION, FULL], "b.jpg": None, "c.jpg": FULL})
    assert [(row["picture"], row["face"]) for row in rows] == [
        ("a.jpg", 0),
        ("a.jpg", 1),
        ("c.jpg", 0),
    ]
    assert len({tuple(row) for row in rows}) == 1
    first, full, _ = rows
    assert first["age"] is None and first["happy"] is None and first["angle"] is None
    assert (full["age"], full["gender"], full["expression"]) == (31.5, "female", "happy")
    assert full["x"], full["y"] == pytest.approx((20, 20))
    assert {type(value) for row in rows for value in row.values()} <= {int, float, str, type(None)}


def test_rows_with_points_and_descriptors() -> None:
    (row,) = faceapi.to_records(FULL, points=True, descriptors=True)
    assert row["descriptor_127"] == pytest.approx(127 / 128)
    assert row["point_67_y"] == pytest.approx(POINTS.positions[67, 1])
    bare, full = faceapi.to_records([DETECTION, FULL], descriptors=True)
    assert [*bare] == [*full] and bare["descriptor_0"] is None


def test_rows_go_through_csv() -> None:
    rows = faceapi.to_records([FULL])
    file = StringIO()
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    (back,) = csv.DictReader(StringIO(file.getvalue()))
    assert back["gender"] == "female" and float(back["score"]) == pytest.approx(0.9)


def test_values_that_json_made_are_results() -> None:
    written = json.loads(json.dumps(FULL.to_dict()))
    assert faceapi.to_records(written) == faceapi.to_records(FULL)
    assert faceapi.to_records([]) == faceapi.to_records(None) == []


def test_coco() -> None:
    pictures = [
        faceapi.PictureFaces("a.jpg", (FULL, DETECTION), faceapi.Dimensions(*SIZE)),
        faceapi.PictureFaces("bad.jpg", (), None, InputError("no")),
        faceapi.PictureFaces("empty.jpg", (), faceapi.Dimensions(9, 8)),
    ]
    data = json.loads(json.dumps(faceapi.to_coco(pictures)))
    assert [(one["id"], one["file_name"], one["width"]) for one in data["images"]] == [
        (1, "a.jpg", 200),
        (2, "empty.jpg", 9),
    ]
    full, bare = data["annotations"]
    assert full["bbox"] == pytest.approx([20, 20, 60, 40]) and full["area"] == pytest.approx(2400)
    assert (full["id"], full["image_id"], full["category_id"], full["iscrowd"]) == (1, 1, 1, 0)
    assert full["score"] == pytest.approx(0.9) and full["num_keypoints"] == 68
    points = np.reshape(full["keypoints"], (68, 3))
    np.testing.assert_allclose(points[:, :2], POINTS.positions)
    assert set(points[:, 2]) == {2} and "keypoints" not in bare
    (category,) = data["categories"]
    assert len(category["keypoints"]) == len(set(category["keypoints"])) == 68
    edges = sum(end - first - (not is_closed) for first, end, is_closed in CONTOURS)
    assert len(category["skeleton"]) == edges
    assert {point for edge in category["skeleton"] for point in edge} == set(range(1, 69))


def test_coco_of_five_points() -> None:
    five = faceapi.FaceResult(DETECTION, faceapi.FaceLandmarks5(np.full((5, 2), 0.5), SIZE))
    (category,) = faceapi.to_coco(five, category="head")["categories"]
    assert (category["name"], category["keypoints"][2]) == ("head", "nose")
    with pytest.raises(InputError, match=r"equally many landmarks, got \[5, 68\]"):
        faceapi.to_coco([five, FULL])


@pytest.mark.parametrize("given", [7, [7], {"a": [7]}, "faces"])
def test_what_are_no_results(given: object) -> None:
    for call in (faceapi.to_records, faceapi.to_coco):
        with pytest.raises(InputError, match="expected results, got"):
            call(given)
