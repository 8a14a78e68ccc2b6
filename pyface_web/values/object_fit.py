"""Where CSS puts a picture in its element, and which way up it is shown. Pure numbers.

Source: CSS Images 4, "object-fit" and "object-position"; CSS Values 4 for lengths.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TypeAlias

from pyface_web.values.geometry import Box, Dimensions

Turn: TypeAlias = tuple[float, float, float, float]
"""A quarter turn or a mirroring (a, b, c, d): x' = a x + c y, y' = b x + d y."""

# Edge -> axis, and where on it that is.
_EDGES: dict[str, tuple[str, float]] = {
    "left": ("x", 0.0),
    "right": ("x", 1.0),
    "top": ("y", 0.0),
    "bottom": ("y", 1.0),
    "center": ("", 0.5),
}
_TOKEN = re.compile(
    r"calc|min|max|clamp|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?:px|%)?|[()+\-*/,]", re.IGNORECASE
)
# A word, with what is in parentheses.
_WORD = re.compile(r"(?:[^\s()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))+")
_SHAPE = re.compile(r"(inset|xywh|rect)\((.*)\)$", re.IGNORECASE)
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "calc": lambda value: value,
    "min": min,
    "max": max,
    "clamp": lambda least, value, most: max(least, min(value, most)),
}
_TURNS: tuple[Turn, ...] = (
    (1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0),
    (-1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0), (0, -1, -1, 0),
)  # fmt: skip


def object_box(
    natural: Dimensions, content: Dimensions, fit: str, position: str, view: Box | None = None
) -> Box:
    """The box in which a picture is shown, from the upper left of its element's content box.

    It may reach beyond that. natural, content: in CSS pixels. fit, position: as getComputedStyle
    has `object-fit` and `object-position`, with lengths in px. view: the part of the picture that
    fills that, as `view_box` gives it; None for all of it.
    """
    shown = natural if view is None else Dimensions(view.width, view.height)
    width, height = _object_size(shown, content, fit)
    x, y = _object_position(position, content.width - width, content.height - height)
    if view is None:
        return Box(x, y, width, height)
    across, down = width / view.width, height / view.height
    return Box(
        x - view.x * across, y - view.y * down, natural.width * across, natural.height * down
    )


def view_box(shape: str, natural: Dimensions) -> Box | None:
    """The part of a picture, in its natural pixels, that `object-view-box` shows; None where that
    is all of it.

    shape: as getComputedStyle has it, "" where a browser does not know it.
    """
    found = _SHAPE.match(shape)
    if found is None:
        return None
    kind, words = found[1].lower(), _WORD.findall(re.split(r"\bround\b", found[2])[0])
    wholes = (natural.height, natural.width) * 2  # of the sides, clockwise from above
    if kind == "xywh":
        x, y, width, height = map(css_length, words, wholes[1:] + wholes[:1])
        box = Box(x, y, width, height)
    elif kind == "rect":
        automatic = (0.0, natural.width, natural.height, 0.0)
        pairs = zip(words, automatic, strict=True)
        sides = [f"{usual}px" if word == "auto" else word for word, usual in pairs]
        above, right, below, left = map(css_length, sides, wholes)
        box = Box(left, above, right - left, below - above)
    else:
        above, right, below, left = map(css_length, _four(words), wholes)
        box = Box(left, above, natural.width - left - right, natural.height - above - below)
    return box if box.width > 0 and box.height > 0 else None


def _four(words: list[str]) -> list[str]:
    """One to four words of CSS as those of all sides, clockwise from above."""
    above, right, below, left = (*words, *[""] * 3)[:4]
    right = right or above
    return [above, right, below or above, left or right]


def _object_size(natural: Dimensions, content: Dimensions, fit: str) -> tuple[float, float]:
    if not natural.width or not natural.height:
        return content.width, content.height
    scales = content.width / natural.width, content.height / natural.height
    uniform = {
        "contain": min(scales),
        "cover": max(scales),
        "none": 1.0,
        "scale-down": min(1.0, *scales),
    }.get(fit)
    if uniform is None:  # fill
        return content.width, content.height
    return natural.width * uniform, natural.height * uniform


def _object_position(position: str, room_x: float, room_y: float) -> tuple[float, float]:
    """x and y of a position of one to four words, where so much room is left over.

    The room is negative where the picture is cropped.
    """
    words = _WORD.findall(position.lower())
    has_offsets = len(words) > 2  # from the edges that are named
    sides: list[tuple[str, float, str]] = []
    while words:
        word = words.pop(0)
        axis, edge = _EDGES.get(word, ("", 0.0))
        if has_offsets and axis and words and words[0] not in _EDGES:
            sides.append((axis, edge, words.pop(0)))
        else:
            sides.append((axis, edge, "" if word in _EDGES else word))
    middle = ("", 0.5, "")
    first, second = (*sides, middle, middle)[:2]
    if first[0] == "y" or second[0] == "x":
        first, second = second, first
    return _placed(first, room_x), _placed(second, room_y)


def _placed(side: tuple[str, float, str], room: float) -> float:
    _, edge, offset = side
    if not offset:
        return edge * room
    return room - css_length(offset, room) if edge else css_length(offset, room)


def css_length(words: str, whole: float) -> float:
    """A length of CSS such as "10px", "25%" or "calc(50% - 3px)" in pixels. whole: what 100% is."""
    value = _sum(_TOKEN.findall(words), whole)
    return value if math.isfinite(value) else 0.0


def _sum(tokens: list[str], whole: float) -> float:
    value = _product(tokens, whole)
    while tokens and tokens[0] in "+-":
        sign = 1 if tokens.pop(0) == "+" else -1
        value += sign * _product(tokens, whole)
    return value


def _product(tokens: list[str], whole: float) -> float:
    value = _operand(tokens, whole)
    while tokens and tokens[0] in "*/":
        is_times = tokens.pop(0) == "*"
        other = _operand(tokens, whole)
        value = value * other if is_times else value / other if other else math.nan
    return value


def _operand(tokens: list[str], whole: float) -> float:
    token = tokens.pop(0) if tokens else "0"
    apply = _FUNCTIONS.get(token.lower())
    if apply:
        token = tokens.pop(0) if tokens else "0"
    if token != "(":
        number = float(re.sub(r"px$|%$", "", token))
        return number / 100 * whole if token.endswith("%") else number
    given = [_sum(tokens, whole)]
    while tokens and tokens[0] == ",":
        tokens.pop(0)
        given.append(_sum(tokens, whole))
    if tokens:
        tokens.pop(0)  # ")"
    return (apply or _FUNCTIONS["calc"])(*given)


def nearest_turn(a: float, b: float, c: float, d: float) -> Turn:
    """Which quarter turn or mirroring a picture is nearest to on the screen, so that text can be
    read after it. a, b, c, d: of how it is shown, x to the right and y down."""
    wide, high = math.hypot(a, b) or 1.0, math.hypot(c, d) or 1.0
    mirrored = a * d - b * c < 0
    best, most = _TURNS[0], -math.inf
    for turn in _TURNS[4:] if mirrored else _TURNS[:4]:
        likeness = (turn[0] * a + turn[1] * b) / wide + (turn[2] * c + turn[3] * d) / high
        if likeness > most + 1e-9:
            best, most = turn, likeness
    return best
