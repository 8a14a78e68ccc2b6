"""The growth tables as text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

# A step counts as a cliff when the time of a unit grows by more than measuring alone explains.
CLIFF = 1.5
_HELD = (
    ("textures", "textures MB"),
    ("kernels", "kernels MB"),
    ("python", "Python MB"),
    ("javascript", "JS heap MB"),
)


def growth_report(series: Sequence[Mapping[str, Any]]) -> str:
    """A table for each series, with the time of a unit and a mark where it is worse than linear."""
    return "\n\n".join("\n".join(_table(one)) for one in series)


def cliffs(points: Sequence[Mapping[str, Any]]) -> list[bool]:
    """For each point: whether it costs much more for each unit than any smaller one did.

    Fixed costs make a unit cheaper as the amount grows, so what rises again is a cliff.
    """
    each = [point["ms"] / point["amount"] for point in points]
    return [False, *(after > CLIFF * before for before, after in pairwise(each))]


def _table(one: Mapping[str, Any]) -> list[str]:
    points = one["points"]
    held = [(key, title) for key, title in _HELD if key in points[0]]
    lines = [
        f"{one['title']:60}{'ms':>12}{'ms per ' + one['unit']:>20}"
        + "".join(f"{title:>14}" for _, title in held)
    ]
    for point, cliff in zip(points, cliffs(points), strict=True):
        each = point["ms"] / point["amount"]
        cells = "".join(f"{point[key] / 1e6:>14.1f}" for key, _ in held)
        mark = "   worse than linear" if cliff else ""
        lines.append(f"  {point['label']:58}{point['ms']:>12.3f}{each:>20.6f}{cells}{mark}")
    return lines
