"""The numbers as text. Pure: what is printed depends on nothing but them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

from .cases import OURS, SIDES

_LABEL, _COLUMN = 48, 20
_COUNTS = (
    ("draws", "draws"),
    ("readbacks", "readbacks"),
    ("GL calls", "calls"),
    ("programs so far", "programs"),
    ("texture MB", "textureBytes"),
)


def heading(numbers: Mapping[str, Any]) -> str:
    """What everything was measured on."""
    return "\n".join(f"{key}: {value}" for key, value in numbers["machine"].items())


def report(numbers: Mapping[str, Any]) -> str:
    """The comparison, a section for each kind of case."""
    sides = list(numbers["sides"])
    lines = [f"{SIDES[side].title} = {SIDES[side].long}" for side in sides]
    for key, title, rows in (
        ("warm", "warm calls", _warm_rows),
        ("cold", "first calls", _time_row),
        ("visits", "visits", _found_rows),
        ("blocking", "main thread, longest of all calls", _blocking_rows),
    ):
        if numbers.get(key):
            lines += ["", _row(title, [SIDES[side].title for side in sides])]
            for result in numbers[key]:
                lines += rows(result, sides)
    return "\n".join(lines)


def _row(label: str, cells: Sequence[str]) -> str:
    return f"{label:{_LABEL}}" + "".join(f"{cell:>{_COLUMN}}" for cell in cells)


def _time_row(result: Mapping[str, Any], sides: Sequence[str]) -> list[str]:
    """One line: median milliseconds of each side, and how many times ours that is."""
    ours = median(result["times"][OURS])
    cells = []
    for side in sides:
        if side not in result["times"]:  # it has no such verb
            cells.append("-")
            continue
        time = median(result["times"][side])
        ratio = "" if side == OURS else f" ({time / ours:.1f}x)"
        cells.append(f"{time:,.0f} ms{ratio}")
    return [_row(result["title"], cells)]


def _found_rows(result: Mapping[str, Any], sides: Sequence[str]) -> list[str]:
    found = [str(result["found"].get(side, "-")) for side in sides]
    return [*_time_row(result, sides), _row("    found (faces, or numbers)", found)]


def _warm_rows(result: Mapping[str, Any], sides: Sequence[str]) -> list[str]:
    rows = _found_rows(result, sides)
    for label, key in _COUNTS:
        rows.append(_row(f"    {label}", _each(result["counts"], sides, key)))
    return rows


def _blocking_rows(result: Mapping[str, Any], sides: Sequence[str]) -> list[str]:
    blocked = result["blocked"]
    rows = [_row(result["title"], [])]
    for label, key in (
        ("task (over 50 ms only)", "longtask"),
        ("time without a message", "gap"),
        ("handing on the picture", "picture"),
    ):
        rows.append(_row(f"    {label}", [f"{blocked[side][key]:,.0f} ms" for side in sides]))
    return rows


def _each(counts: Mapping[str, Any], sides: Sequence[str], key: str) -> list[str]:
    """A count of each side; a side that has no context has none."""
    show: Callable[[int], str] = _megabytes if key == "textureBytes" else "{:,}".format
    return [show(counts[side][key]) if counts.get(side) else "-" for side in sides]


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f}"
