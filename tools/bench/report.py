"""The numbers as text. Pure: what is printed depends on nothing but them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

from .cases import OURS, SIDES

_LABEL, _COLUMN = 48, 18


def _count(value: int) -> str:
    return f"{value:,}"


def _megabytes(value: int) -> str:
    return f"{value / 1e6:.1f}"


_COUNTS: tuple[tuple[str, str, Callable[[int], str]], ...] = (
    ("WebGL contexts so far", "contexts", _count),
    ("draws", "draws", _count),
    ("readbacks", "readbacks", _count),
    ("GL calls", "calls", _count),
    ("programs so far", "programs", _count),
    ("texture MB", "textureBytes", _megabytes),
    ("WASM steps", "steps", _count),
    ("MB of the nets' WASM memory", "memoryBytes", _megabytes),
)


def heading(numbers: Mapping[str, Any]) -> str:
    """What everything was measured on."""
    return "\n".join(f"{key}: {value}" for key, value in numbers["machine"].items())


def report(numbers: Mapping[str, Any]) -> str:
    """The comparison, a section for each kind of case."""
    lines: list[str] = []
    shown: set[str] = set()
    for key, title, rows in (
        ("warm", "warm calls", _warm_rows),
        ("cold", "first calls", time_rows),
        ("visits", "visits", _found_rows),
        ("blocking", "main thread, longest of all calls", _blocking_rows),
    ):
        if numbers.get(key):
            sides = _sides(numbers[key])
            shown.update(sides)
            lines += ["", row(title, [SIDES[side].title for side in sides])]
            for result in numbers[key]:
                lines += rows(result, sides)
    names = [f"{side.title} = {side.long}" for side in SIDES.values() if side.name in shown]
    return "\n".join([*names, *lines])


def _sides(results: Sequence[Mapping[str, Any]]) -> list[str]:
    """Those that any of the results is of."""
    found = {side for one in results for side in one.get("times", one.get("blocked"))}
    return [side for side in SIDES if side in found]


def row(label: str, cells: Sequence[str]) -> str:
    return f"{label:{_LABEL}}" + "".join(f"{cell:>{_COLUMN}}" for cell in cells)


def time_rows(result: Mapping[str, Any], sides: Sequence[str]) -> list[str]:
    """Median milliseconds of each side, and a line with ratios to each backend of ours."""
    times = {side: median(found) for side, found in result["times"].items()}
    rows = [row(result["title"], [_milliseconds(times.get(side)) for side in sides])]
    for base in OURS.values():
        if base in times:
            cells = ["-" if side in (base, *_without(times, sides)) else
                     f"{times[side] / times[base]:.2f}x" for side in sides]  # fmt: skip
            rows.append(row(f"    times as long as {SIDES[base].title}", cells))
    return rows


def _without(times: Mapping[str, float], sides: Sequence[str]) -> list[str]:
    """The sides that have no such verb."""
    return [side for side in sides if side not in times]


def _milliseconds(time: float | None) -> str:
    if time is None:
        return "-"
    return f"{time:,.0f} ms" if time >= 100 else f"{time:.1f} ms"


def _found_rows(result: Mapping[str, Any], sides: Sequence[str]) -> list[str]:
    found = [str(result["found"].get(side, "-")) for side in sides]
    return [*time_rows(result, sides), row("    found (faces, or numbers)", found)]


def _warm_rows(result: Mapping[str, Any], sides: Sequence[str]) -> list[str]:
    rows = _found_rows(result, sides)
    for label, key, show in _COUNTS:
        counts = [result["counts"].get(side, {}).get(key) for side in sides]
        rows.append(row(f"    {label}", ["-" if one is None else show(one) for one in counts]))
    return rows


def _blocking_rows(result: Mapping[str, Any], sides: Sequence[str]) -> list[str]:
    blocked = result["blocked"]
    rows = [row(result["title"], [])]
    for label, key in (
        ("task (over 50 ms only)", "longtask"),
        ("time without a message", "gap"),
        ("handing on the picture", "picture"),
    ):
        rows.append(row(f"    {label}", [f"{blocked[side][key]:,.0f} ms" for side in sides]))
    return rows
