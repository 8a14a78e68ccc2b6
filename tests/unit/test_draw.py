"""Drawing: the sequence of calls on a recording 2D context."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pyface_web.draw import (
    AnchorPosition,
    BoxWithText,
    DrawBox,
    DrawFaceLandmarks,
    DrawOptions,
    DrawTextField,
    DrawTextFieldOptions,
    draw_contour,
    draw_detection,
    draw_detections,
    draw_face_expressions,
    draw_face_landmarks,
    draw_landmarks,
    get_default_draw_options,
)
from pyface_web.draw.shapes import get_context2d_or_throw
from pyface_web.errors import ElementNotFoundError, InputError, OptionsError
from pyface_web.values.detection import FaceDetection, ObjectDetection
from pyface_web.values.expressions import FaceExpressions
from pyface_web.values.geometry import Box, Dimensions, Point, Rect
from pyface_web.values.labeled_boxes import PredictedBox
from pyface_web.values.landmarks import FaceLandmarks5, FaceLandmarks68
from pyface_web.values.results import FaceResult

CHARACTER_WIDTH = 7.0
DRAWING = frozenset(("strokeRect", "fillRect", "fillText", "stroke", "fill"))
TRACING = frozenset(("beginPath", "moveTo", "lineTo", "closePath", "rect", "arc"))


class RecordingContext:
    """A 2D context that writes down every call and every style that is set."""

    calls: list[tuple[Any, ...]]

    def __init__(self, canvas: object = None) -> None:
        self.__dict__["calls"] = []
        self.__dict__["canvas"] = canvas

    def __setattr__(self, name: str, value: object) -> None:
        self.calls.append((name, value))

    def __getattr__(self, name: str) -> Callable[..., object]:
        if name not in DRAWING | TRACING:
            raise AttributeError(name)

        def call(*arguments: object) -> None:
            for argument in arguments:  # Pyodide does not convert NumPy numbers
                assert type(argument) in (float, int, str)
            self.calls.append((name, *arguments))

        return call

    def measureText(self, text: str) -> SimpleNamespace:  # noqa: N802
        return SimpleNamespace(width=CHARACTER_WIDTH * len(text))

    def named(self, name: str) -> list[tuple[Any, ...]]:
        return [call[1:] for call in self.calls if call[0] == name]

    def count(self, name: str) -> int:
        return len(self.named(name))


class FakeCanvas:
    def __init__(self, width: int = 400, height: int = 300) -> None:
        self.width, self.height = width, height
        self.context = RecordingContext(self)

    def getContext(self, kind: str) -> RecordingContext | None:  # noqa: N802
        return self.context if kind == "2d" else None


@pytest.fixture
def canvas() -> FakeCanvas:
    return FakeCanvas()


def detection(score: float = 0.876) -> FaceDetection:
    return FaceDetection(score, Box(0.25, 0.25, 0.25, 0.25), (400, 300))


def landmarks68() -> FaceLandmarks68:
    points = np.random.default_rng(0).uniform(0, 1, (68, 2))
    return FaceLandmarks68(points, (100, 100), Point(5, 6))


# ---- where to draw -----------------------------------------------------------------------------


def fake_page(monkeypatch: pytest.MonkeyPatch, elements: dict[str, object]) -> None:
    js = ModuleType("js")
    js.document = SimpleNamespace(  # type: ignore[attr-defined]
        getElementById=elements.get,
        querySelector=lambda selector: elements.get(selector.removeprefix("#")),
    )
    monkeypatch.setitem(sys.modules, "js", js)


@pytest.mark.parametrize("name", ["overlay", "#overlay"])
def test_a_canvas_by_id_or_selector(
    name: str, canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_page(monkeypatch, {"overlay": canvas})
    assert get_context2d_or_throw(name) is canvas.context


def test_an_id_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_page(monkeypatch, {})
    with pytest.raises(ElementNotFoundError, match="no element with the id 'overlay'"):
        draw_detection("overlay", detection())


def test_an_id_without_a_page() -> None:
    with pytest.raises(InputError, match="there is no page here"):
        get_context2d_or_throw("overlay")


def test_a_canvas_and_its_context_are_the_same(canvas: FakeCanvas) -> None:
    assert get_context2d_or_throw(canvas) is canvas.context
    assert get_context2d_or_throw(canvas.context) is canvas.context


def test_what_is_no_canvas() -> None:
    with pytest.raises(InputError, match="expected a canvas, its id or a 2D context, got int"):
        get_context2d_or_throw(3)
    with pytest.raises(InputError, match="already used with another kind of context"):
        get_context2d_or_throw(SimpleNamespace(getContext=lambda kind: None))


# ---- 0.15 --------------------------------------------------------------------------------------


def test_default_draw_options() -> None:
    assert get_default_draw_options() == DrawOptions(
        "blue", "red", 2, 20, "Georgia", with_score=True, with_class_name=True
    )


def test_draw_detection_calls(canvas: FakeCanvas) -> None:
    draw_detection(canvas, detection(0.935))
    assert canvas.context.calls == [
        ("strokeStyle", "blue"),
        ("lineWidth", 2),
        ("strokeRect", 100, 75, 100, 75),
        ("fillStyle", "red"),
        ("font", "20px Georgia"),
        ("fillText", "0.93", 104, 166),  # baseline: 150 + padding 4 + 0.6 of the font size
    ]


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (detection(), "0.87"),
        (FaceResult(detection()), "0.87"),
        (PredictedBox(Box(0, 0, 1, 1), 1, 0.5, 0.5), "0.5"),
        (BoxWithText(Rect(0, 0, 50, 50), "some text"), "some text"),
        (ObjectDetection(0.876, 0.8, "cat", Box(0, 0, 1, 1), Dimensions(9, 9)), "cat (0.87)"),
        (detection(0.0), "0"),
        (Box(0, 0, 1, 1), None),
        (Rect(0, 0, 1, 1), None),
        ({"x": 0, "y": 0, "width": 1, "height": 1}, None),
    ],
    ids=[
        "detection",
        "result",
        "predicted box",
        "box with text",
        "named object",
        "score of 0",
        "box",
        "rect",
        "mapping",
    ],
)
def test_draw_detection_label(canvas: FakeCanvas, item: object, text: str | None) -> None:
    draw_detection(canvas, item)
    assert canvas.context.count("strokeRect") == 1
    assert [call[0] for call in canvas.context.named("fillText")] == ([text] if text else [])


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"with_score": False}, "cat"),
        ({"with_class_name": False}, "0.87"),
        ({"withScore": False, "withClassName": False}, None),
    ],
    ids=["no score", "no class name", "neither"],
)
def test_draw_detection_parts_of_the_label(
    canvas: FakeCanvas, options: dict[str, Any], text: str | None
) -> None:
    cat = ObjectDetection(0.876, 0.8, "cat", Box(0, 0, 1, 1), Dimensions(9, 9))
    draw_detection(canvas, cat, options)
    assert [call[0] for call in canvas.context.named("fillText")] == ([text] if text else [])


@pytest.mark.parametrize(
    ("positional", "keywords"),
    [
        ({"boxColor": "green", "lineWidth": 5}, {}),
        (DrawOptions(box_color="green", line_width=5), {}),
        (None, {"box_color": "green", "line_width": 5}),
        ({"boxColor": "red"}, {"box_color": "green", "line_width": 5}),
    ],
    ids=["camelCase mapping", "object", "keywords", "keywords win"],
)
def test_options_in_every_form(
    canvas: FakeCanvas, positional: Any, keywords: dict[str, Any]
) -> None:
    draw_detection(canvas, Box(0, 0, 1, 1), positional, **keywords)
    assert canvas.context.calls[:2] == [("strokeStyle", "green"), ("lineWidth", 5)]


def test_an_unknown_option_is_named(canvas: FakeCanvas) -> None:
    with pytest.raises(OptionsError, match="DrawOptions: there is no option 'colour'"):
        draw_detection(canvas, [], colour="red")


def test_a_list_is_drawn_in_order(canvas: FakeCanvas) -> None:
    draw_detection(canvas, [Box(1, 0, 1, 1), [Box(2, 0, 1, 1), Box(3, 0, 1, 1)]])
    assert [call[0] for call in canvas.context.named("strokeRect")] == [1, 2, 3]
    draw_detection(canvas, [])
    assert canvas.context.count("strokeRect") == 3


def test_what_cannot_be_drawn(canvas: FakeCanvas) -> None:
    with pytest.raises(InputError, match="a box: expected x, y, width, height"):
        draw_detection(canvas, [None])
    with pytest.raises(InputError, match=r"add \.with_face_landmarks\(\) to the task"):
        draw_landmarks(canvas, FaceResult(detection()))


def test_box_with_text_is_a_box() -> None:
    box = BoxWithText(Rect(1, 2, 3, 4), "ann")
    assert (box.x, box.right, box.text) == (1, 4, "ann")
    assert box != BoxWithText(Rect(1, 2, 3, 4), "bob")


def test_draw_landmarks_as_points(canvas: FakeCanvas) -> None:
    landmarks = landmarks68()
    draw_landmarks(canvas, landmarks, line_width=4, color="green")
    context = canvas.context
    assert context.named("fillStyle") == [("green",)]
    x, y = landmarks.positions[0].tolist()
    assert context.named("rect")[0] == (x - 2, y - 2, 4, 4)
    assert context.count("rect") == 68
    assert context.count("beginPath") == context.count("fill") == 1


def test_draw_landmarks_as_lines(canvas: FakeCanvas) -> None:
    landmarks = landmarks68()
    draw_landmarks(canvas, landmarks, {"drawLines": True})
    context = canvas.context
    assert context.calls[:3] == [("strokeStyle", "blue"), ("lineWidth", 2), ("beginPath",)]
    starts = [landmarks.positions[i].tolist() for i in (0, 17, 22, 27, 31, 36, 42, 48, 60)]
    assert [list(point) for point in context.named("moveTo")] == starts
    assert context.count("moveTo") + context.count("lineTo") == 68
    assert context.count("closePath") == 4  # eyes and lips
    assert context.count("stroke") == 1
    assert context.count("rect") == 0


def test_five_points_are_always_points(canvas: FakeCanvas) -> None:
    draw_landmarks(canvas, FaceLandmarks5(np.zeros((5, 2)), (9, 9)), draw_lines=True)
    assert canvas.context.count("rect") == 5
    assert canvas.context.count("stroke") == 0


def test_draw_landmarks_takes_results_and_lists(canvas: FakeCanvas) -> None:
    result = FaceResult.with_landmarks(detection(), landmarks68(), Point(0, 0))
    draw_landmarks(canvas, [landmarks68(), result])
    assert canvas.context.count("fill") == 2


def test_draw_contour(canvas: FakeCanvas) -> None:
    draw_contour(canvas.context, np.array([(0.0, 1.0), (2.0, 3.0)]), is_closed=True)
    draw_contour(canvas.context, [(5, 6)])
    assert canvas.context.calls == [
        ("beginPath",),
        ("moveTo", 0, 1),
        ("lineTo", 2, 3),
        ("closePath",),
        ("stroke",),
        ("beginPath",),
        ("moveTo", 5, 6),
        ("stroke",),
    ]


# ---- 0.22 --------------------------------------------------------------------------------------


def test_draw_detections_example(canvas: FakeCanvas) -> None:
    draw_detections(canvas, detection())
    width = 4 * CHARACTER_WIDTH + 8
    assert canvas.context.calls == [
        ("strokeStyle", "rgba(0, 0, 255, 1)"),
        ("lineWidth", 2),
        ("strokeRect", 100, 75, 100, 75),
        ("font", "14px Georgia"),
        ("fillStyle", "rgba(0, 0, 255, 1)"),
        ("fillRect", 99, 53, width, 22),
        ("fillStyle", "rgba(255, 255, 255, 1)"),
        ("fillText", "0.87", 103, 71),
    ]


def test_draw_detections_takes_boxes_results_and_a_score_of_0(canvas: FakeCanvas) -> None:
    draw_detections(canvas, [Box(1, 1, 2, 2), FaceResult(detection()), detection(0)])
    assert canvas.context.count("strokeRect") == 3
    assert [call[0] for call in canvas.context.named("fillText")] == ["0.87", "0"]


def test_a_context_keeps_its_labels_too(canvas: FakeCanvas) -> None:
    draw_detections(canvas.context, detection())
    assert canvas.context.named("fillText") == [("0.87", 103, 71)]


@pytest.mark.parametrize(
    ("position", "corner"),
    [
        (AnchorPosition.TOP_LEFT, (100, 100)),
        (AnchorPosition.TOP_RIGHT, (100 - 29, 100)),
        (AnchorPosition.BOTTOM_LEFT, (100, 100 - 36)),
        ("BOTTOM_RIGHT", (100 - 29, 100 - 36)),
    ],
)
def test_text_field_anchor(
    canvas: FakeCanvas, position: AnchorPosition | str, corner: tuple[int, int]
) -> None:
    field = DrawTextField(["abc", "d"], Point(100, 100), anchor_position=position)
    assert field.measure_width(canvas.context) == 3 * CHARACTER_WIDTH + 8
    assert field.measure_height() == 2 * 14 + 8
    assert field.get_upper_left(canvas.context) == Point(*corner)


@pytest.mark.parametrize(
    ("anchor", "corner"),
    [((-5, -5), (0, 0)), ((395, 295), (371, 278)), ((200, 100), (200, 100))],
    ids=["upper left", "lower right", "inside"],
)
def test_text_field_stays_inside_the_canvas(
    canvas: FakeCanvas, anchor: tuple[int, int], corner: tuple[int, int]
) -> None:
    DrawTextField("abc", anchor).draw(canvas)
    assert canvas.context.named("fillRect") == [(*corner, 29, 22)]


def test_text_field_lines_and_copy(canvas: FakeCanvas) -> None:
    field = DrawTextField(DrawTextField(["one", "two"], (0, 0)), (10, 20), padding=0, font_size=10)
    field.draw(canvas)
    assert canvas.context.named("fillText") == [("one", 10, 30), ("two", 10, 40)]


def test_text_field_anchor_position_is_checked() -> None:
    with pytest.raises(OptionsError, match="expected one of TOP_LEFT, TOP_RIGHT"):
        DrawTextFieldOptions(anchor_position="MIDDLE")


def test_draw_box_label_options(canvas: FakeCanvas) -> None:
    DrawBox(
        Rect(100, 75, 100, 75),
        {"label": "Ann", "boxColor": "green", "drawLabelOptions": {"fontSize": 20}},
    ).draw(canvas)
    assert canvas.context.named("font") == [("20px Georgia",)]
    assert canvas.context.named("fillStyle")[0] == ("green",)
    assert canvas.context.named("fillRect") == [(99, 75 - 28, 29, 28)]


def test_draw_box_label_options_may_be_complete(canvas: FakeCanvas) -> None:
    DrawBox(Box(10, 20, 5, 5), label="Ann", draw_label_options=DrawTextFieldOptions()).draw(canvas)
    assert canvas.context.named("fillRect")[0][:2] == (9, 20)


def test_draw_face_landmarks_lines_then_points(canvas: FakeCanvas) -> None:
    draw_face_landmarks(canvas, landmarks68())
    context = canvas.context
    assert context.named("strokeStyle") == [("rgba(0, 255, 255, 1)",)]
    assert context.named("fillStyle") == [("rgba(255, 0, 255, 1)",)]
    assert context.named("lineWidth") == [(1,)]
    assert context.count("stroke") == context.count("fill") == 1
    assert context.count("arc") == 68
    assert context.named("arc")[0][2:4] == (2, 0)


def test_draw_face_landmarks_options(canvas: FakeCanvas) -> None:
    DrawFaceLandmarks(landmarks68(), {"drawLines": False, "pointSize": 5}).draw(canvas)
    assert canvas.context.count("stroke") == 0
    assert canvas.context.named("arc")[0][2] == 5
    DrawFaceLandmarks(landmarks68(), draw_points=False).draw(canvas)
    assert canvas.context.count("arc") == 68


def test_draw_face_expressions(canvas: FakeCanvas) -> None:
    expressions = {"sad": 0.2, "happy": 0.756, "angry": 0.1, "neutral": 0.044}
    face = FaceResult(
        detection(), expressions=FaceExpressions([0.044, 0.756, 0.2, 0.1, 0.0, 0.0, 0.0])
    )
    draw_face_expressions(canvas, face)
    texts = [call[0] for call in canvas.context.named("fillText")]
    assert texts == ["happy (0.75)", "sad (0.2)"]
    assert canvas.context.named("fillRect")[0][:2] == (100, 150)
    draw_face_expressions(canvas, expressions, 0.5, Point(7, 8))
    assert canvas.context.named("fillRect")[1][:2] == (7, 8)
    with pytest.raises(InputError, match=r"add \.with_face_expressions\(\)"):
        draw_face_expressions(canvas, FaceResult(detection()))
