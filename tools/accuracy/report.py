"""What was counted, as Markdown: docs/accuracy.md keeps a table between two marks of its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pyface_web.values.arrays import DISTANCE_THRESHOLD

from .score import Tally, interval, mean_interval
from .sides import PEOPLE, SIDES

_MANY = 1000  # cases from which on tenths of a per cent are worth their room

Tallies = Mapping[str, Mapping[str, Tally]]
"""Row -> side -> what it did."""


def _recall(tally: Tally) -> str:
    return _share(tally.found, tally.there)


def _extra(tally: Tally) -> str:
    return str(tally.extra)


def _error(tally: Tally) -> str:
    if not tally.errors:
        return "-"
    mean, low, high = mean_interval(tally.errors)
    return f"{mean:.3f} ({max(0.0, low):.3f}-{high:.3f})"


def _same(tally: Tally) -> str:
    return _share(sum(d <= DISTANCE_THRESHOLD for d in tally.same), len(tally.same))


def _apart(tally: Tally) -> str:
    return _share(sum(d > DISTANCE_THRESHOLD for d in tally.apart), len(tally.apart))


def _share(hits: int, count: int) -> str:
    """Hits, of how many, and where the true rate lies."""
    if not count:
        return "-"
    low, high = interval(hits, count)
    digits = 1 if count >= _MANY else 0
    return f"{hits} of {count} ({100 * low:.{digits}f}-{100 * high:.{digits}f} %)"


_FIGURES: Mapping[str, tuple[str, Callable[[Tally], str]]] = {
    "found": ("faces found", _recall),
    "extra": ("found where there is none", _extra),
    "landmarks": ("landmarks are off by, in distances of the eyes", _error),
    "same": ("known as the same face", _same),
    "apart": ("kept apart from the others of its picture", _apart),
    "known": ("known as the same person", _same),
    "strangers": ("kept apart from other people", _apart),
}
_TABLES = {
    "angle": ("found", "extra", "landmarks", "same", "apart"),
    "size": ("found", "extra", "same", "apart"),
    "quality": ("found", "extra", "landmarks", "same", "apart"),
    PEOPLE: ("found", "known", "strangers"),
}


def tables(kind: str, tallies: Tallies) -> str:
    """All tables of a kind, a row for each thing tried and a column for each side."""
    sides = [name for name in SIDES if any(name in row for row in tallies.values())]
    parts = []
    for figure in _TABLES[kind]:
        title, show = _FIGURES[figure]
        heads = [f"{title}:", *(SIDES[side].title for side in sides)]
        lines = [_row(heads), _row(["---"] * len(heads))]
        for value, row in tallies.items():
            lines.append(_row([value, *(show(row[s]) if s in row else "-" for s in sides)]))
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def replaced(text: str, kind: str, new: str) -> str:
    """A page with new tables between the marks of a kind; ValueError where it has no such marks."""
    begin, end = f"<!-- {kind} -->", f"<!-- end of {kind} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"expected {begin} and {end}, which are not there")
    return f"{before}{begin}\n\n{new}\n\n{end}{after}"
