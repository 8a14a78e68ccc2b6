"""CSS colours as numbers, for what is drawn without a browser."""

from __future__ import annotations

import re
from colorsys import hls_to_rgb
from functools import lru_cache
from typing import TypeAlias

from pyface_web.errors import OptionsError
from pyface_web.values.numeric import shown

Color: TypeAlias = tuple[int, int, int, int]
"""Red, green, blue and opacity, 0..255."""

_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]*)\)")
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(%|deg|turn|rad|grad)?")
_DEGREES = {"": 1.0, "deg": 1.0, "turn": 360.0, "grad": 0.9, "rad": 57.29577951308232}


@lru_cache(maxsize=256)
def rgba_of(text: str) -> Color:
    """The numbers of a CSS colour: a name, #rgb, #rrggbbaa, rgb(), rgba(), hsl(), hsla().

    Raises OptionsError for anything else, which a canvas would pass over. Names need Pillow.
    """
    found = text.strip().lower()
    if _HEX.fullmatch(found):
        return _of_hex(found[1:])
    function = _FUNCTION.fullmatch(found)
    if function:
        return _of_function(function[1], function[2], text)
    return _of_name(found, text)


def _of_hex(digits: str) -> Color:
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue, alpha = bytes.fromhex(f"{digits}ff"[:8])
    return red, green, blue, alpha


def _of_function(kind: str, inside: str, text: str) -> Color:
    """Of rgb(255, 0, 0), rgb(100% 0% 0% / 50%), hsl(120deg, 100%, 25%) and the like."""
    parts = [_NUMBER.fullmatch(part) for part in re.split(r"[\s,/]+", inside.strip())]
    read = [(float(part[1]), part[2] or "") for part in parts if part]
    if len(read) != len(parts) or len(read) not in (3, 4):
        raise _unknown(text)
    (first, unit), (second, _), (third, _) = read[:3]
    if kind == "hsl":
        turns = first * _DEGREES.get(unit, 1.0) / 360 % 1
        colors = [255 * part for part in hls_to_rgb(turns, _whole(third), _whole(second))]
    else:
        colors = [255 * value / 100 if unit == "%" else value for value, unit in read[:3]]
    alpha, unit = read[3] if len(read) == 4 else (1.0, "")
    red, green, blue, opacity = map(_byte, (*colors, 255 * alpha / (100 if unit == "%" else 1)))
    return red, green, blue, opacity


def _whole(percent: float) -> float:
    return min(max(percent / 100, 0.0), 1.0)


def _byte(value: float) -> int:
    return int(min(max(value, 0.0), 255.0) + 0.5)


def _of_name(name: str, text: str) -> Color:
    from PIL import ImageColor

    if name == "transparent":
        return 0, 0, 0, 0
    known = ImageColor.colormap.get(name)
    if known is None:
        raise _unknown(text)
    return _of_hex(str(known)[1:])


def _unknown(text: str) -> OptionsError:
    return OptionsError(
        f"a colour to draw with: expected a CSS colour, such as 'red', '#ff0000' or "
        f"'rgba(255, 0, 0, 0.5)', got {shown(text)}"
    )
