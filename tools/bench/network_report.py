"""The tables of `--network` as text. Pure: what is printed depends on nothing but the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .cases import SIDES
from .compression import NAMES
from .report import row, time_rows

_SHOWN = 12  # files, of those that a visit takes
_BAR = 48  # characters for the time to the first face


def network_report(numbers: Mapping[str, Any]) -> str:
    """Bytes, times, and where the time of a start goes."""
    sides = list(numbers["bytes"][0]["files"])
    titles = [SIDES[side].title for side in sides]
    lines = [row("bytes to the first face, by a host with", titles)]
    for visit in numbers["bytes"]:
        lines.append(row(visit["title"], []))
        for key, label in (("bytes", "no compression"), *NAMES.items()):
            totals = [total(visit["files"][side], key) for side in sides]
            lines.append(row(f"    {label}", [f"{found:,}" for found in totals]))
        counts = [f"{len(visit['files'][side]):,}" for side in sides]
        lines.append(row("    files", counts))
    lines += ["", *bytes_table(numbers["bytes"][0]["files"][sides[0]])]
    lines += ["", row(f"to the first face, {NAMES[numbers['encoding']]}, a line of", titles)]
    for line in numbers["lines"]:
        for visit in line["visits"]:
            lines += time_rows(visit, sides)
        lines.append(_probe_row(line["probe"]))
    for line in numbers["lines"]:
        for visit in line["visits"]:
            lines += ["", *stages_chart(visit)]
    return "\n".join(lines)


def total(files: Sequence[Mapping[str, Any]], key: str) -> int:
    """The bytes of all files. key: "bytes", or the encoding in which they are sent."""
    return sum(file[key] for file in files)


def bytes_table(files: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a first visit takes, file by file; the small ones together."""
    keys = ("bytes", *NAMES)
    small = files[_SHOWN:]
    rest = {"name": f"{len(small)} smaller ones", **{key: total(small, key) for key in keys}}
    lines = [row("files of a first visit, bytes", ["no compression", *NAMES.values()])]
    for file in [*files[:_SHOWN], *([rest] if small else [])]:
        lines.append(row(f"    {file['name'][-43:]}", [f"{file[key]:,}" for key in keys]))
    return lines


def stages_chart(visit: Mapping[str, Any]) -> list[str]:
    """When each stage of the visit began and ended: large files on their way, what is computed."""
    end = max(stop for _, _, stop in visit["stages"])
    lines = [f"where its time goes (milliseconds): {visit['title']}"]
    for name, start, stop in sorted(visit["stages"], key=lambda stage: stage[1]):
        first = min(round(start / end * _BAR), _BAR - 1)
        length = max(1, round(stop / end * _BAR) - first)
        bar = (" " * first + "#" * length).ljust(_BAR)
        lines.append(f"    {name[-52:]:52} |{bar}| {start:8,.0f} - {stop:8,.0f}")
    return lines


def _probe_row(probe: Mapping[str, float]) -> str:
    said = f"takes {probe['page']:,.0f} in a page, {probe['worker']:,.0f} in a worker"
    return f"    of {probe['bytes']:,.0f} bytes, at least {probe['least']:,.0f} ms, {said}"
