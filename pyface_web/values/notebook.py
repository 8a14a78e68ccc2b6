"""What notebooks show of faces: a sketch of where they are, and a table of what is known of them.

Made of the results alone: the picture itself is not kept, so nothing holds its memory.
`annotate(picture, faces)` shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

_MOST_ROWS = 20
_MOST_BOXES, _MOST_WITH_POINTS = 500, 50
_SKETCH_HEIGHT = 160  # CSS pixels of it, at most
_BOX, _POINT = "#36f", "#f0f"  # seen on white and on black
_CELL = 'style="text-align:left;padding:2px 10px"'  # marimo has no room between columns

Numbered = tuple[object, Any]
"""What a face is called in the table, and the face: a FaceResult or a FaceDetection."""


def escaped(text: str) -> str:
    """A text as it stands in HTML."""
    # Not imported with all others: starts of pages would wait for its table of entities.
    from html import escape

    return escape(text)


def faces_html(faces: Iterable[Any], caption: str = "") -> str:
    """HTML of faces, numbered from 1."""
    return numbered_html(list(enumerate(faces, 1)), caption)


def numbered_html(faces: Sequence[Numbered], caption: str = "") -> str:
    """HTML of faces that have numbers or names: what notebooks ask `_repr_html_` for."""
    count = "no face" if not faces else "1 face" if len(faces) == 1 else f"{len(faces)} faces"
    head = escaped(f"{caption}: {count}" if caption else count)
    if not faces:
        return f"<p>{head}</p>"
    rest = len(faces) - _MOST_ROWS
    more = f"<p>and {rest} more</p>" if rest > 0 else ""
    parts = (f"<p>{head}</p>", _sketch(faces[:_MOST_BOXES]), _table(faces[:_MOST_ROWS]), more)
    return f"<div>{''.join(parts)}</div>"


def _detection_of(face: Any) -> Any:
    return getattr(face, "detection", face)


# --- where they are


def _sketch(faces: Sequence[Numbered]) -> str:
    size = _detection_of(faces[0][1]).image_size
    width, height = size.width, size.height
    if width <= 0 or height <= 0:
        return ""
    unit = height / _SKETCH_HEIGHT  # about a CSS pixel
    inside = "".join(
        _drawn(name, face, width, height, unit, number < _MOST_WITH_POINTS)
        for number, (name, face) in enumerate(faces)
    )
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" '
        f'style="height:{_SKETCH_HEIGHT}px;max-width:100%;background:#8882;overflow:hidden">'
        f"{inside}</svg>"
    )


def _drawn(
    name: object, face: Any, width: float, height: float, unit: float, with_points: bool
) -> str:
    detection = _detection_of(face)
    size, box = detection.image_size, detection.box
    if (size.width, size.height) != (width, height):  # of another size than the first face
        face = face.for_size(width, height)
        box = _detection_of(face).box
    landmarks = getattr(face, "landmarks", None) if with_points else None
    points = [] if landmarks is None else landmarks.positions.tolist()
    circles = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{unit:.2f}" fill="{_POINT}"/>' for x, y in points
    )
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" '
        f'fill="none" stroke="{_BOX}" stroke-width="{2 * unit:.2f}"/>{circles}'
        f'<text x="{box.x:.1f}" y="{box.y - 3 * unit:.1f}" font-size="{12 * unit:.1f}" '
        f'fill="{_BOX}">{escaped(str(name))}</text>'
    )


# --- what is known of them


def _table(faces: Sequence[Numbered]) -> str:
    columns = [(title, [cell(face) for _, face in faces]) for title, cell in _COLUMNS.items()]
    shown = [column for column in columns if any(column[1])]
    head = "".join(f"<th {_CELL}>{title}</th>" for title, _ in shown)
    rows = "".join(
        f"<tr><th>{escaped(str(name))}</th>{_cells(cells[row] for _, cells in shown)}</tr>"
        for row, (name, _) in enumerate(faces)
    )
    return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cells(cells: Iterable[str]) -> str:
    return "".join(f"<td {_CELL}>{cell}</td>" for cell in cells)


def _score(face: Any) -> str:
    return _bar(_detection_of(face).score, "")


def _box(face: Any) -> str:
    box = _detection_of(face).box
    return f"{box.x:.0f}, {box.y:.0f}, {box.width:.0f} x {box.height:.0f}"


def _points(face: Any) -> str:
    landmarks = getattr(face, "landmarks", None)
    return "" if landmarks is None else str(len(landmarks.relative_positions))


def _descriptor(face: Any) -> str:
    found = getattr(face, "descriptor", None)
    return "" if found is None else f"{len(found)} numbers"


def _age(face: Any) -> str:
    age = getattr(face, "age", None)
    return "" if age is None else f"{age:.0f}"


def _gender(face: Any) -> str:
    gender, sure = getattr(face, "gender", None), getattr(face, "gender_probability", None)
    if gender is None:
        return ""
    return escaped(gender.value) if sure is None else _bar(sure, gender.value)


def _expression(face: Any) -> str:
    found = getattr(face, "expressions", None)
    if found is None:
        return ""
    likeliest = found.as_sorted_array()[0]
    return _bar(likeliest.probability, likeliest.expression)


def _bar(value: float, name: str) -> str:
    """A number from 0 to 1, with a bar as long as that of 60 CSS pixels."""
    length = 60 * min(max(value, 0.0), 1.0)
    bar = f'<div style="width:{length:.0f}px;height:3px;background:{_BOX}"></div>'
    return f"{escaped(f'{name} {value:.2f}'.strip())}{bar}"


_COLUMNS: dict[str, Callable[[Any], str]] = {
    "score": _score,
    "box": _box,
    "points": _points,
    "descriptor": _descriptor,
    "age": _age,
    "gender": _gender,
    "expression": _expression,
}
