"""Points, boxes, overlaps and alignment compute what face-api.js computes, on random numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import pyface_web as faceapi
from pyface_web.compat import utils

# Each: what both compute from a random box, its numbers and 68 random points. Python first.
_PLAIN = """(value) => {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof faceapi.Box) return [value.x, value.y, value.width, value.height];
  if (value instanceof faceapi.Point) return [value.x, value.y];
  if (value instanceof faceapi.Dimensions) return [value.width, value.height];
  return value;
}"""

CASES = {
    "round": ("box.round()", "box.round()"),
    "floor": ("box.floor()", "box.floor()"),
    "to_square": ("box.to_square()", "box.toSquare()"),
    "rescale": ("box.rescale(a)", "box.rescale(a)"),
    "rescale by a size": ("box.rescale((w, h))", "box.rescale({ width: w, height: h })"),
    "pad": ("box.pad(a, b)", "box.pad(a, b)"),
    "shift": ("box.shift(a, b)", "box.shift(a, b)"),
    "clip_at_image_borders": (
        "box.clip_at_image_borders(w, h)",
        "box.clipAtImageBorders(w, h)",
    ),
    "pad_at_borders": (
        "list(box.pad_at_borders(h, w))",
        "(({ y, ey, x, ex, w, h }) => [y, ey, x, ex, w, h])(box.padAtBorders(h, w))",
    ),
    "calibrate": (
        "box.calibrate((0.1, -0.2, 0.05, 0.3))",
        "box.calibrate({ left: 0.1, top: -0.2, right: 0.05, bottom: 0.3 })",
    ),
    "corners": (
        "[box.top_left, box.top_right, box.bottom_left, box.bottom_right, box.area]",
        "[box.topLeft, box.topRight, box.bottomLeft, box.bottomRight, box.area]",
    ),
    "box of edges": (
        "faceapi.Box({'left': a, 'top': b, 'right': a + w, 'bottom': b + h})",
        "new faceapi.Box({ left: a, top: b, right: a + w, bottom: b + h })",
    ),
    "point": (
        "[p.add(q), p.sub(q), p.mul(q), p.div(q), p.abs(), p.floor(), p.magnitude()]",
        "[p.add(q), p.sub(q), p.mul(q), p.div(q), p.abs(), p.floor(), p.magnitude()]",
    ),
    "dimensions": (
        "faceapi.Dimensions(w, h).reverse()",
        "new faceapi.Dimensions(w, h).reverse()",
    ),
    "iou": ("faceapi.iou(box, other)", "faceapi.iou(box, other)"),
    "iou over the smaller": ("faceapi.iou(box, other, False)", "faceapi.iou(box, other, false)"),
    "min_bbox": ("faceapi.min_bbox(marks.positions)", "faceapi.minBbox(marks.positions)"),
    "get_center_point": (
        "utils.get_center_point(marks.get_mouth())",
        "faceapi.utils.getCenterPoint(marks.getMouth())",
    ),
    "compute_reshaped_dimensions": (
        "utils.compute_reshaped_dimensions((w, h), 112)",
        "faceapi.utils.computeReshapedDimensions({ width: w, height: h }, 112)",
    ),
    "round a number": (
        "[utils.round(a), utils.round(a, 0), utils.round(b, 3)]",
        "[faceapi.utils.round(a), faceapi.utils.round(a, 0), faceapi.utils.round(b, 3)]",
    ),
    "range": ("utils.range(4, a, b)", "faceapi.utils.range(4, a, b)"),
    "sigmoid": (
        "[faceapi.sigmoid(a / 50), faceapi.inverse_sigmoid(w / (w + h))]",
        "[faceapi.sigmoid(a / 50), faceapi.inverseSigmoid(w / (w + h))]",
    ),
    "align": ("marks.align()", "marks.align()"),
    "align with options": (
        "marks.align(None, {'minBoxPadding': 0.5})",
        "marks.align(null, { minBoxPadding: 0.5 })",
    ),
    "align_dlib": ("marks.align_dlib()", "marks.alignDlib()"),
    "align at a box": (
        "marks.align(box, {'useDlibAlignment': True})",
        "marks.align(box, { useDlibAlignment: true })",
    ),
    "get_ref_points_for_alignment": (
        "marks.get_ref_points_for_alignment()",
        "marks.getRefPointsForAlignment()",
    ),
    "shift_by_point": (
        "marks.shift_by_point(p).positions[5]",
        "marks.shiftByPoint(p).positions[5]",
    ),
    "for_size of landmarks": (
        "marks.for_size(w, h).positions[67]",
        "marks.forSize(w, h).positions[67]",
    ),
    "for_size of a detection": (
        "[found.for_size(w, h).box, found.relative_box]",
        "[found.forSize(w, h).box, found.relativeBox]",
    ),
}


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, faceapi.Box):
        return [value.x, value.y, value.width, value.height]
    if isinstance(value, faceapi.Dimensions):
        return [value.width, value.height]
    if isinstance(value, faceapi.Point):
        return list(value)
    return value.tolist() if isinstance(value, np.ndarray) else value


def flat(value: Any) -> list[float]:
    return [n for item in value for n in flat(item)] if isinstance(value, list) else [value]


def rounds() -> list[dict[str, Any]]:
    """Random numbers for 40 rounds, some of them whole, some halves."""
    random = np.random.default_rng(11)
    made = []
    for index in range(40):
        step = (1, 0.5, 2.0**-20)[index % 3]

        def number(low: float, high: float, step: float = step) -> float:
            return math.floor(random.uniform(low, high) / step) * step

        made.append(
            {
                "box": [number(-90, 90), number(-90, 90), number(1, 300), number(1, 300)],
                "other": [number(-90, 90), number(-90, 90), number(1, 300), number(1, 300)],
                "a": number(-100, 100),
                "b": number(-100, -1),
                "w": number(2, 400),
                "h": number(2, 400),
                "points": random.uniform(0.05, 1, (68, 2)).astype(np.float32).tolist(),
            }
        )
    return made


@pytest.fixture(scope="module")
def given() -> list[dict[str, Any]]:
    return rounds()


@pytest.fixture(scope="module")
def expected(scripts: dict[str, Page], given: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Name -> what face-api.js computes in each round."""
    found: dict[str, list[Any]] = scripts["0.22.2"].evaluate(
        f"""([rounds, cases]) => {{
          const plain = {_PLAIN};
          const found = {{}};
          for (const [name, code] of Object.entries(cases)) {{
            const compute = new Function("box", "other", "a", "b", "w", "h", "p", "q", "marks",
              "found", `return ${{code}}`);
            found[name] = rounds.map(({{ box, other, a, b, w, h, points }}) => {{
              const rect = ([x, y, width, height]) => new faceapi.Box({{ x, y, width, height }});
              const size = {{ width: 100, height: 80 }};
              const marks = new faceapi.FaceLandmarks68(
                points.map(([x, y]) => new faceapi.Point(x, y)), size, new faceapi.Point(30, 40));
              const relative = rect(box).rescale({{ width: 1 / 100, height: 1 / 80 }});
              return plain(compute(rect(box), rect(other), a, b, w, h, new faceapi.Point(a, b),
                new faceapi.Point(w, h), marks, new faceapi.FaceDetection(0.9, relative, size)));
            }});
          }}
          return found;
        }}""",
        [given, {name: code for name, (_, code) in CASES.items()}],
    )
    return found


@pytest.mark.parametrize("case", CASES)
def test_the_same(given: list[dict[str, Any]], expected: dict[str, list[Any]], case: str) -> None:
    code, _ = CASES[case]
    for numbers, wanted in zip(given, expected[case], strict=True):
        box, other = faceapi.Box(*numbers["box"]), faceapi.Box(*numbers["other"])
        a, b, w, h = (numbers[name] for name in "abwh")
        size = faceapi.Dimensions(100, 80)
        scope = {
            "faceapi": faceapi, "utils": utils, "box": box, "other": other,
            "a": a, "b": b, "w": w, "h": h, "p": faceapi.Point(a, b), "q": faceapi.Point(w, h),
            "marks": faceapi.FaceLandmarks68(numbers["points"], size, (30, 40)),
            "found": faceapi.FaceDetection(0.9, box.rescale(size.reverse()), size),
        }  # fmt: skip
        found = eval(code, scope)
        # positions are float32 here, doubles there
        np.testing.assert_allclose(
            flat(plain(found)), flat(wanted), rtol=1e-6, atol=1e-4, err_msg=str(numbers)
        )


def test_non_max_suppression_keeps_the_same(
    scripts: dict[str, Page], given: list[dict[str, Any]]
) -> None:
    boxes = [numbers["box"] for numbers in given]
    scores = [round(numbers["w"] / 400, 1) for numbers in given]  # many are equal
    for threshold, is_iou in ((0.1, True), (0.4, True), (0.4, False), (0.0, True)):
        wanted = scripts["0.22.2"].evaluate(
            """([boxes, ...rest]) => faceapi.nonMaxSuppression(boxes.map(
              ([x, y, width, height]) => new faceapi.Box({ x, y, width, height })), ...rest)""",
            [boxes, scores, threshold, is_iou],
        )
        assert 1 < len(wanted) < len(boxes)
        as_boxes = [faceapi.Box(*box) for box in boxes]
        assert faceapi.non_max_suppression(as_boxes, scores, threshold, is_iou) == wanted
        assert faceapi.non_max_suppression(boxes, scores, threshold, is_iou) == wanted


def test_results_by_hand_are_the_same(scripts: dict[str, Page]) -> None:
    """For a face inside the picture whose box is whole pixels; borders are decided differently."""
    points = np.random.default_rng(3).uniform(0, 1, (68, 2)).astype(np.float32).tolist()
    wanted = scripts["0.22.2"].evaluate(
        """(points) => {
          const detection = new faceapi.FaceDetection(0.9,
            { x: 0.25, y: 0.25, width: 0.5, height: 0.5 }, { width: 400, height: 300 });
          const marks = new faceapi.FaceLandmarks68(
            points.map(([x, y]) => new faceapi.Point(x, y)), { width: 200, height: 150 });
          const face = faceapi.extendWithGender(faceapi.extendWithAge(
            faceapi.extendWithFaceLandmarks({ detection }, marks), 30), "male", 0.8);
          const half = faceapi.resizeResults(face, { width: 200, height: 150 });
          const rect = ({ x, y, width, height }) => [x, y, width, height];
          const at = ({ positions }) => positions.map(({ x, y }) => [x, y]);
          return [face, half].map((face) => [rect(face.alignedRect.box), at(face.landmarks),
            at(face.unshiftedLandmarks), face.age, face.gender, face.genderProbability,
            faceapi.isWithFaceLandmarks(face), faceapi.isWithAge(face),
            faceapi.isWithFaceExpressions(face)]);
        }""",
        points,
    )
    detection = faceapi.FaceDetection(0.9, (0.25, 0.25, 0.5, 0.5), (400, 300))
    marks = faceapi.FaceLandmarks68(points, (200, 150))
    face = faceapi.extend_with_face_landmarks(
        faceapi.extend_with_face_detection({}, detection), marks
    )
    face = faceapi.extend_with_gender(faceapi.extend_with_age(face, 30), "male", 0.8)
    for mine, theirs in zip((face, faceapi.resize_results(face, (200, 150))), wanted, strict=True):
        np.testing.assert_allclose(plain(mine.aligned_rect.box), theirs[0], rtol=1e-6)
        np.testing.assert_allclose(mine.landmarks.positions, theirs[1], rtol=1e-5)
        np.testing.assert_allclose(mine.unshifted_landmarks.positions, theirs[2], atol=1e-4)
        assert [mine.age, mine.gender, mine.gender_probability] == theirs[3:6]
        assert [
            faceapi.is_with_face_landmarks(mine),
            faceapi.is_with_age(mine),
            faceapi.is_with_face_expressions(mine),
        ] == theirs[6:]
