"""What a sequence of calls on a 2D context paints, however it is split into paths.

face-api.js strokes every contour by itself and joins its points by a line each; here a face is
one path. Both come out as the same list of lines, circles, rectangles and texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

STYLES = ("strokeStyle", "fillStyle", "lineWidth", "font")
CALLS = (
    "beginPath", "moveTo", "lineTo", "closePath", "rect", "arc", "stroke", "fill",
    "strokeRect", "fillRect", "fillText",
)  # fmt: skip
CHARACTER = 7.5  # width of each, on either side

# The context of a canvas with this id writes down what is called and set.
RECORD = """([id, styles, names, character]) => {
  const canvas = Object.assign(document.createElement("canvas"), { id, width: 400, height: 300 });
  document.body.append(canvas);
  const context = canvas.getContext("2d");
  canvas.calls = [];
  const note = (...call) => { canvas.calls.push(call); };
  for (const name of names) context[name] = (...values) => note(name, ...values);
  for (const name of styles) {
    Object.defineProperty(context, name, { set: (value) => note(name, value) });
  }
  context.measureText = (text) => ({ width: text.length * character });
}"""


class RecordingContext:
    """The same on this side."""

    calls: list[tuple[Any, ...]]

    def __init__(self, canvas: object) -> None:
        self.__dict__.update(calls=[], canvas=canvas)
        for name in CALLS:
            self.__dict__[name] = lambda *values, name=name: self.calls.append((name, *values))

    def __setattr__(self, name: str, value: object) -> None:
        assert name in STYLES
        self.calls.append((name, value))

    def measureText(self, text: str) -> SimpleNamespace:  # noqa: N802
        return SimpleNamespace(width=len(text) * CHARACTER)


class RecordingCanvas:
    """A canvas of 400 x 300 pixels whose context writes down what is called and set."""

    def __init__(self) -> None:
        self.width, self.height = 400, 300
        self.context = RecordingContext(self)

    def getContext(self, kind: str) -> RecordingContext:  # noqa: N802
        assert kind == "2d"
        return self.context


def painted(calls: Iterable[Any]) -> list[tuple[Any, ...]]:
    """(shape, style, coordinates) of everything painted, in order, with numbers rounded."""
    style: dict[str, Any] = {}
    path: list[tuple[Any, ...]] = []
    first = last = (0.0, 0.0)
    shapes: list[tuple[Any, ...]] = []
    for name, *values in calls:
        at = tuple(round(v, 3) if isinstance(v, int | float) else v for v in values)
        stroke = (style.get("strokeStyle"), style.get("lineWidth"))
        if name in STYLES:
            style[name] = values[0]
        elif name == "beginPath":
            path = []
        elif name == "moveTo":
            first = last = at
        elif name == "lineTo":
            path.append(("line", *last, *at))
            last = at
        elif name == "closePath":
            path.append(("line", *last, *first))
            last = first
        elif name == "rect":
            path.append(("rectangle", *at))
        elif name == "arc":
            assert at[3:] == (0, 6.283)
            path.append(("circle", *at[:3]))
        elif name == "stroke":
            shapes += [("stroke", *stroke, *shape) for shape in path]
        elif name == "fill":
            shapes += [("fill", style["fillStyle"], *shape) for shape in path]
        elif name == "strokeRect":
            shapes.append(("stroke", *stroke, "rectangle", *at))
        elif name == "fillRect":
            shapes.append(("fill", style["fillStyle"], "rectangle", *at))
        else:
            shapes.append(("text", style["fillStyle"], style["font"], *at))
    return shapes
