"""Drawing paints what face-api.js paints; where that is not so, the difference is stated here."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from playwright.sync_api import Page

import pyface_web as faceapi
from pyface_web import draw
from tests.oracle.painting import CALLS, CHARACTER, RECORD, STYLES, RecordingCanvas, painted

CURRENT, FIRST = "0.22.2", "0.15.0"

# The same things on both sides, each made from the same numbers.
_GIVEN = """({ points, five }) => {
  const at = (pairs) => pairs.map(([x, y]) => new faceapi.Point(x, y));
  const size = { width: 400, height: 300 };
  const box = { x: 0.25, y: 0.25, width: 0.25, height: 0.25 };
  globalThis.given = {
    size, box,
    detection: new faceapi.FaceDetection(0.876, box, size),
    landmarks: new faceapi.FaceLandmarks68(at(points), { width: 100, height: 80 },
      new faceapi.Point(130.5, 90)),
    five: new faceapi.FaceLandmarks5(at(five), { width: 100, height: 80 }),
    cat: new faceapi.ObjectDetection(0.876, 0.8, "cat", box, size),
    predicted: new faceapi.PredictedBox({ x: 5, y: 6, width: 70, height: 80 }, 1, 0.543, 0.5),
    rect: new faceapi.Rect(10, 20, 30, 40),
    expressions: faceapi.FaceExpressions
      && new faceapi.FaceExpressions([0.05, 0.756, 0.1, 0.0444, 0.0096, 0.02, 0.02]),
  };
}"""

RANDOM = np.random.default_rng(5)
POINTS = RANDOM.uniform(0, 1, (68, 2)).astype(np.float32).astype(float).tolist()
FIVE = POINTS[:5]
BOX, SIZE = faceapi.Box(0.25, 0.25, 0.25, 0.25), faceapi.Dimensions(400, 300)
detection = faceapi.FaceDetection(0.876, BOX, SIZE)
landmarks = faceapi.FaceLandmarks68(POINTS, (100, 80), (130.5, 90))
five = faceapi.FaceLandmarks5(FIVE, (100, 80))
cat = faceapi.ObjectDetection(0.876, 0.8, "cat", BOX, SIZE)
predicted = faceapi.PredictedBox((5, 6, 70, 80), 1, 0.543, 0.5)
rect = faceapi.Rect(10, 20, 30, 40)
expressions = faceapi.FaceExpressions([0.05, 0.756, 0.1, 0.0444, 0.0096, 0.02, 0.02])


class Side:
    """Both sides of one comparison."""

    def __init__(self, pages: dict[str, Page]) -> None:
        self.pages = pages

    def oracle(self, version: str, code: str, value: Any = None) -> list[tuple[Any, ...]]:
        """What face-api.js paints with code that sees `given` and draws on `canvas`."""
        calls = self.pages[version].evaluate(
            """([code, value]) => {
              const canvas = document.getElementById("overlay");
              canvas.calls.length = 0;
              new Function("canvas", "value", code)(canvas, value);
              return canvas.calls;
            }""",
            [code, value],
        )
        return painted(calls)


@pytest.fixture(scope="module")
def sides(scripts: dict[str, Page]) -> Iterator[Side]:
    for page in scripts.values():
        page.evaluate(RECORD, ["overlay", STYLES, CALLS, CHARACTER])
        page.evaluate(_GIVEN, {"points": POINTS, "five": FIVE})
    yield Side(scripts)


def ours(paint: Callable[[Any], object]) -> list[tuple[Any, ...]]:
    canvas = RecordingCanvas()
    paint(canvas)
    return painted(canvas.context.calls)


Case = tuple[str, Callable[[Any], object]]

SAME_022: dict[str, Case] = {
    "drawDetections of a detection": (
        "faceapi.draw.drawDetections(canvas, given.detection)",
        lambda canvas: draw.draw_detections(canvas, detection),
    ),
    "drawDetections by the id of a canvas, of results and boxes": (
        "faceapi.draw.drawDetections('overlay', [{ detection: given.detection }, given.rect])",
        lambda canvas: draw.draw_detections(canvas, [faceapi.FaceResult(detection), rect]),
    ),
    "DrawBox by itself": (
        "new faceapi.draw.DrawBox(given.rect).draw(canvas)",
        lambda canvas: draw.DrawBox(rect).draw(canvas),
    ),
    "DrawBox with a label": (
        "new faceapi.draw.DrawBox(given.rect, { label: 'Ann', boxColor: 'red', lineWidth: 4 })"
        ".draw(canvas)",
        lambda canvas: draw.DrawBox(rect, label="Ann", box_color="red", line_width=4).draw(canvas),
    ),
    "DrawBox with options of its label": (
        "new faceapi.draw.DrawBox(given.rect, { label: 'Ann', drawLabelOptions: { fontSize: 20,"
        " anchorPosition: 'TOP_RIGHT', padding: 9, fontStyle: 'Arial', fontColor: 'black' } })"
        ".draw(canvas)",
        lambda canvas: draw.DrawBox(
            rect,
            {
                "label": "Ann",
                "drawLabelOptions": {
                    "fontSize": 20,
                    "anchorPosition": "TOP_RIGHT",
                    "padding": 9,
                    "fontStyle": "Arial",
                    "fontColor": "black",
                },
            },
        ).draw(canvas),
    ),
    "DrawBox with options as an object": (
        "new faceapi.draw.DrawBox(given.rect, new faceapi.draw.DrawBoxOptions({ label: 'Ann',"
        " boxColor: 'red' })).draw(canvas)",
        lambda canvas: draw.DrawBox(rect, draw.DrawBoxOptions("red", label="Ann")).draw(canvas),
    ),
    "DrawTextField of a field": (
        "const first = new faceapi.draw.DrawTextField(['one', 'three'], { x: 1, y: 2 });"
        "new faceapi.draw.DrawTextField(first, { x: 50, y: 60 }, { backgroundColor: 'red' })"
        ".draw(canvas)",
        lambda canvas: draw.DrawTextField(
            draw.DrawTextField(["one", "three"], (1, 2)), {"x": 50, "y": 60}, background_color="red"
        ).draw(canvas),
    ),
    "drawFaceLandmarks of 5 points": (
        "faceapi.draw.drawFaceLandmarks(canvas, [given.five])",
        lambda canvas: draw.draw_face_landmarks(canvas, [five]),
    ),
    "DrawFaceLandmarks, points only": (
        "new faceapi.draw.DrawFaceLandmarks(given.landmarks,"
        " { drawLines: false, pointSize: 5, pointColor: 'red' }).draw(canvas)",
        lambda canvas: draw.DrawFaceLandmarks(
            landmarks, draw_lines=False, point_size=5, point_color="red"
        ).draw(canvas),
    ),
    "drawFaceExpressions": (
        "faceapi.draw.drawFaceExpressions(canvas, given.expressions)",
        lambda canvas: draw.draw_face_expressions(canvas, expressions),
    ),
    "drawFaceExpressions, all of them at an anchor": (
        "faceapi.draw.drawFaceExpressions(canvas, [given.expressions], 0.001,"
        " new faceapi.Point(70, 60))",
        lambda canvas: draw.draw_face_expressions(
            canvas, [expressions], 0.001, faceapi.Point(70, 60)
        ),
    ),
    "drawFaceExpressions below the box of a result": (
        "faceapi.draw.drawFaceExpressions(canvas, { detection: given.detection,"
        " expressions: given.expressions }, 0.04, new faceapi.Point(70, 60))",
        lambda canvas: draw.draw_face_expressions(
            canvas, faceapi.extend_with_face_expressions(detection, expressions), 0.04, (70, 60)
        ),
    ),
    "drawContour": (
        "const context = canvas.getContext('2d');"
        "context.strokeStyle = 'red'; context.lineWidth = 3;"
        "faceapi.draw.drawContour(context, given.five.positions);"
        "faceapi.draw.drawContour(context, given.five.positions.slice(2), true)",
        lambda canvas: (
            setattr(canvas.context, "strokeStyle", "red"),
            setattr(canvas.context, "lineWidth", 3),
            draw.draw_contour(canvas.context, five.positions),
            draw.draw_contour(canvas.context, five.positions[2:], True),
        ),
    ),
}

SAME_015: dict[str, Case] = {
    "drawDetection of boxes": (
        "faceapi.drawDetection(canvas, [given.rect, given.predicted])",
        lambda canvas: faceapi.draw_detection(canvas, [rect, predicted]),
    ),
    "drawDetection of an object by its class": (
        "faceapi.drawDetection('overlay', given.cat)",
        lambda canvas: faceapi.draw_detection(canvas, cat),
    ),
    "drawDetection of a text": (
        "faceapi.drawDetection(canvas, new faceapi.BoxWithText(given.rect, 'some text'),"
        " { boxColor: 'green', textColor: 'black', lineWidth: 5, fontSize: 9,"
        " fontStyle: 'Arial' })",
        lambda canvas: faceapi.draw_detection(
            canvas,
            faceapi.BoxWithText(rect, "some text"),
            {
                "boxColor": "green",
                "textColor": "black",
                "lineWidth": 5,
                "fontSize": 9,
                "fontStyle": "Arial",
            },
        ),
    ),
    "drawDetection without scores": (
        "faceapi.drawDetection(canvas, [given.predicted, given.cat], { withScore: false })",
        lambda canvas: faceapi.draw_detection(canvas, [predicted, cat], with_score=False),
    ),
    "drawBox": (
        "faceapi.drawBox(canvas.getContext('2d'), 1, 2, 3, 4, faceapi.getDefaultDrawOptions())",
        lambda canvas: faceapi.draw_box(
            canvas.context, 1, 2, 3, 4, faceapi.get_default_draw_options()
        ),
    ),
    "drawText": (
        "faceapi.drawText(canvas.getContext('2d'), 1, 2, 'word',"
        " faceapi.getDefaultDrawOptions({ fontSize: 30, lineWidth: 7 }))",
        lambda canvas: faceapi.draw_text(
            canvas.context,
            1,
            2,
            "word",
            faceapi.get_default_draw_options({"fontSize": 30, "lineWidth": 7}),
        ),
    ),
    "drawLandmarks as points": (
        "faceapi.drawLandmarks(canvas, [given.landmarks, given.five], { color: 'red' })",
        lambda canvas: faceapi.draw_landmarks(canvas, [landmarks, five], color="red"),
    ),
    "drawLandmarks, 5 points as lines": (
        "faceapi.drawLandmarks(canvas, given.five, { drawLines: true, lineWidth: 5 })",
        lambda canvas: faceapi.draw_landmarks(canvas, five, {"drawLines": True, "lineWidth": 5}),
    ),
}


@pytest.mark.parametrize("case", SAME_022)
def test_the_same_as_0_22(sides: Side, case: str) -> None:
    code, paint = SAME_022[case]
    assert ours(paint) == sides.oracle(CURRENT, code) != []


@pytest.mark.parametrize("case", SAME_015)
def test_the_same_as_0_15(sides: Side, case: str) -> None:
    code, paint = SAME_015[case]
    assert ours(paint) == sides.oracle(FIRST, code) != []


coordinates = st.floats(-500, 900).map(lambda value: round(value, 2))
sizes = st.floats(1, 600).map(lambda value: round(value, 2))
probabilities = st.floats(0.01, 1).map(lambda value: round(value, 4))
examples = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@examples
@given(coordinates, coordinates, sizes, sizes, probabilities)
def test_any_detection_is_drawn_the_same(
    sides: Side, x: float, y: float, width: float, height: float, score: float
) -> None:
    """Labels stay inside the canvas; scores are cut off, not rounded."""
    found = faceapi.FaceDetection(score, (x / 400, y / 300, width / 400, height / 300), SIZE)
    box = found.relative_box.to_dict()
    code = "faceapi.draw.drawDetections(canvas, new faceapi.FaceDetection(value[0], value[1],"
    expected = sides.oracle(CURRENT, code + " given.size))", [score, box])
    assert ours(lambda canvas: draw.draw_detections(canvas, found)) == expected


@examples
@given(
    st.lists(st.text("abc ", max_size=20), max_size=4),
    coordinates,
    coordinates,
    st.sampled_from(list(draw.AnchorPosition)),
    st.integers(1, 40),
    st.integers(1, 30),
)
def test_any_text_field_is_drawn_the_same(
    sides: Side, lines: list[str], x: float, y: float, anchor: str, size: int, padding: int
) -> None:
    options = {"anchorPosition": anchor, "fontSize": size, "padding": padding}
    expected = sides.oracle(
        CURRENT,
        "const [text, anchor, options] = value;"
        "new faceapi.draw.DrawTextField(text, anchor, options).draw(canvas)",
        [lines, {"x": x, "y": y}, options],
    )
    assert ours(lambda c: draw.DrawTextField(lines, (x, y), options).draw(c)) == expected


# --- decided differences


def lines_of(shapes: list[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    return Counter(shape for shape in shapes if shape[3] == "line")


@pytest.mark.parametrize(
    ("version", "code", "paint"),
    [
        (
            CURRENT,
            "faceapi.draw.drawFaceLandmarks(canvas, given.landmarks)",
            lambda canvas: draw.draw_face_landmarks(canvas, landmarks),
        ),
        (
            FIRST,
            "faceapi.drawLandmarks(canvas, given.landmarks, { drawLines: true })",
            lambda canvas: faceapi.draw_landmarks(canvas, landmarks, draw_lines=True),
        ),
    ],
    ids=[CURRENT, FIRST],
)
def test_nose_and_lips_are_not_joined(sides: Side, version: str, code: str, paint: Any) -> None:
    """face-api.js joins the tip of the nose with a nostril, and the lips with each other."""
    theirs, mine = sides.oracle(version, code), ours(paint)
    ends = [tuple(round(v, 3) for v in point) for point in landmarks.positions.tolist()]
    style = theirs[0][1:3]

    def line(start: int, end: int) -> tuple[Any, ...]:
        return ("stroke", *style, "line", *ends[start], *ends[end])

    assert lines_of(theirs) - lines_of(mine) == Counter([line(30, 31), line(59, 60), line(67, 48)])
    assert lines_of(mine) - lines_of(theirs) == Counter([line(59, 48), line(67, 60)])
    rest = [[s for s in side if s[3] != "line"] for side in (theirs, mine)]
    assert rest[0] == rest[1]


def test_the_score_of_a_face_has_no_brackets(sides: Side) -> None:
    """0.15 puts the score behind the name of the class, which a face does not have."""
    theirs = sides.oracle(FIRST, "faceapi.drawDetection(canvas, given.detection)")
    mine = ours(lambda canvas: faceapi.draw_detection(canvas, detection))
    assert (theirs[-1][3], mine[-1][3]) == (" (0.87)", "0.87")
    assert theirs[:-1] == mine[:-1] and theirs[-1][4:] == mine[-1][4:]


def test_the_name_of_the_class_can_be_left_out(sides: Side) -> None:
    """0.15 has the option but does not heed it."""
    code = "faceapi.drawDetection(canvas, given.cat, { withClassName: false })"
    mine = ours(lambda canvas: faceapi.draw_detection(canvas, cat, with_class_name=False))
    assert (sides.oracle(FIRST, code)[-1][3], mine[-1][3]) == ("cat (0.87)", "0.87")


def test_a_score_of_0_is_a_score(sides: Side) -> None:
    """0.22 draws no label for it."""
    code = "new faceapi.FaceDetection(0, given.box, given.size)"
    theirs = sides.oracle(CURRENT, f"faceapi.draw.drawDetections(canvas, {code})")
    mine = ours(lambda c: draw.draw_detections(c, faceapi.FaceDetection(0, BOX, SIZE)))
    assert len(theirs) == 1 and mine[0] == theirs[0]
    assert mine[-1][:4] == ("text", "rgba(255, 255, 255, 1)", "14px Georgia", "0")


def test_a_context_is_as_good_as_its_canvas(sides: Side) -> None:
    """0.22 does not know the size of its canvas then, and paints the label nowhere."""
    code = "faceapi.draw.drawDetections({}, given.detection)"
    theirs = sides.oracle(CURRENT, code.format("canvas.getContext('2d')"))
    assert all(math.isnan(value) for value in theirs[-1][4:])
    mine = ours(lambda canvas: draw.draw_detections(canvas.context, detection))
    assert mine == sides.oracle(CURRENT, code.format("canvas"))


def test_results_are_drawn_directly(sides: Side) -> None:
    """As the README of 0.15 has it; the code of 0.15 throws."""
    face = faceapi.extend_with_face_landmarks(detection, landmarks.shift_by(0, 0))
    assert ours(lambda canvas: faceapi.draw_landmarks(canvas, [face])) == ours(
        lambda canvas: faceapi.draw_landmarks(canvas, face.landmarks)
    )
    assert ours(lambda canvas: faceapi.draw_detection(canvas, [face])) == ours(
        lambda canvas: faceapi.draw_detection(canvas, detection)
    )
