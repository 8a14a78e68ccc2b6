"""Where to draw, and options and points in the forms of Python alone.

The calls that both languages make are in tests/cases/drawing.json.
"""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pyface_web.draw import BoxWithText, DrawOptions, draw_contour, draw_detection
from pyface_web.errors import ElementNotFoundError, InputError, OptionsError
from pyface_web.pictures.canvases import get_context2d_or_throw
from pyface_web.values.geometry import Box, Rect
from tests.cases.evaluate import RecordingContext


@pytest.fixture
def context() -> RecordingContext:
    return RecordingContext([400, 300], [])


def fake_page(monkeypatch: pytest.MonkeyPatch, elements: dict[str, object]) -> None:
    js = ModuleType("js")
    js.document = SimpleNamespace(  # type: ignore[attr-defined]
        getElementById=elements.get,
        querySelector=lambda selector: elements.get(selector.removeprefix("#")),
    )
    monkeypatch.setitem(sys.modules, "js", js)


@pytest.mark.parametrize("name", ["overlay", "#overlay"])
def test_a_canvas_by_id_or_selector(
    name: str, context: RecordingContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_page(monkeypatch, {"overlay": context.canvas})
    assert get_context2d_or_throw(name) is context


def test_an_id_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_page(monkeypatch, {})
    with pytest.raises(ElementNotFoundError, match="no element with the id 'overlay'"):
        draw_detection("overlay", Box(0, 0, 1, 1))


def test_an_id_without_a_page() -> None:
    with pytest.raises(InputError, match="there is no page here"):
        get_context2d_or_throw("overlay")


def test_a_canvas_and_its_context_are_the_same(context: RecordingContext) -> None:
    assert get_context2d_or_throw(context.canvas) is context
    assert get_context2d_or_throw(context) is context


def test_what_is_no_canvas() -> None:
    with pytest.raises(InputError, match="expected a canvas, its id or a 2D context, got int"):
        get_context2d_or_throw(3)
    with pytest.raises(InputError, match="already used with another kind of context"):
        get_context2d_or_throw(SimpleNamespace(getContext=lambda kind: None))


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
    context: RecordingContext, positional: Any, keywords: dict[str, Any]
) -> None:
    draw_detection(context, Box(0, 0, 1, 1), positional, **keywords)
    assert context.calls[:2] == [["strokeStyle", "green"], ["lineWidth", 5]]


def test_an_unknown_option_is_named(context: RecordingContext) -> None:
    with pytest.raises(OptionsError, match="DrawOptions: there is no option 'colour'"):
        draw_detection(context, [], colour="red")


def test_boxes_with_text_differ_by_it() -> None:
    box = BoxWithText(Rect(1, 2, 3, 4), "ann")
    assert box != BoxWithText(Rect(1, 2, 3, 4), "bob")


def test_a_contour_may_be_an_array_or_pairs(context: RecordingContext) -> None:
    draw_contour(context, np.array([(0.0, 1.0), (2.0, 3.0)], np.float32))
    draw_contour(context, [(5, 6)])
    assert context.calls == [
        ["beginPath"],
        ["moveTo", 0, 1],
        ["lineTo", 2, 3],
        ["stroke"],
        ["beginPath"],
        ["moveTo", 5, 6],
        ["stroke"],
    ]
