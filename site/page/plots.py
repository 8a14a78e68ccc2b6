"""Small plots, for where people would rather look than read; each says its numbers as text, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from js import document

from .controls import text_of


def bars(values: Mapping[str, float], most: float = 1.0, unit: str = "") -> Any:
    """A list of bars, the longest first: name, bar, number."""
    plot = document.createElement("dl")
    plot.className = "bars"
    for name, value in sorted(values.items(), key=lambda item: -item[1]):
        row = document.createElement("div")
        shown = f"{value:.0%}" if not unit else f"{value:.2f} {unit}"
        number = text_of("dd", shown)
        row.style.setProperty("--part", f"{max(0.0, min(1.0, value / most)):.3f}")
        row.append(text_of("dt", name), number)
        plot.append(row)
    return plot


def histogram(
    series: Mapping[str, Sequence[int]],
    edges: Sequence[float],
    mark: float | None = None,
    *,
    shares: bool = False,
) -> Any:
    """Counts per bin as columns: one colour per series, at most two. edges: of the bins, one more
    than there are counts. mark: a value to draw a line at. shares: of all of its series, so that
    few can be compared with many; otherwise columns are as high as the counts."""
    plot = document.createElement("div")
    plot.className = "histogram"
    plot.setAttribute("role", "img")
    whole = {name: (sum(counts) or 1) if shares else 1 for name, counts in series.items()}
    highest = [max(counts, default=0) / whole[name] for name, counts in series.items()]
    most = max(highest, default=0) or 1
    words = [f"{name}: {sum(counts)}" for name, counts in series.items()]
    plot.setAttribute("aria-label", f"Histogram. {'. '.join(words)}.")
    for i in range(len(edges) - 1):
        column = document.createElement("span")
        for place, (name, counts) in enumerate(series.items()):
            bar = document.createElement("i")
            bar.dataset.series = str(place)
            bar.title = f"{name}, {edges[i]:.2f} to {edges[i + 1]:.2f}: {counts[i]}"
            bar.style.setProperty("--part", f"{counts[i] / whole[name] / most:.3f}")
            column.append(bar)
        plot.append(column)
    if mark is not None:
        line = document.createElement("b")
        place = (mark - edges[0]) / (edges[-1] - edges[0])
        line.style.setProperty("--place", f"{max(0.0, min(1.0, place)):.3f}")
        plot.append(line)
    return plot


def scale(value: float, low: float, high: float, text: str, mark: float | None = None) -> Any:
    """A value as a point on a line from low to high, and its text. mark: a limit, as a stroke."""
    plot = document.createElement("div")
    plot.className = "axis"
    plot.setAttribute("role", "img")
    limit = "" if mark is None else f", limit {mark:g}"
    plot.setAttribute("aria-label", f"{text}, on a scale from {low:g} to {high:g}{limit}")
    places = {"i": value} if mark is None else {"b": mark, "i": value}
    line = document.createElement("div")
    for tag, at in places.items():
        place = max(0.0, min(1.0, (at - low) / (high - low)))
        line.append(text_of(tag, ""))
        line.lastChild.style.setProperty("--place", f"{place:.3f}")
    ends = document.createElement("p")
    ends.append(*(text_of(*parts) for parts in (("span", f"{low:g}"), ("strong", text))))
    ends.append(text_of("span", f"{high:g}"))
    plot.append(line, ends)
    return plot


def heat_map(
    caption: str,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, Sequence[float]]],
    limit: float,
) -> Any:
    """A table of distances: the nearer, the stronger the colour; the nearest below limit is marked.

    columns: their heads. rows: the head of each, an element or a text, and its distances.
    """
    table = document.createElement("table")
    table.className = "heat"
    table.append(text_of("caption", caption))
    head = document.createElement("tr")
    head.append(document.createElement("td"), *(text_of("th", name) for name in columns))
    for cell in head.querySelectorAll("th"):
        cell.scope = "col"
    table.append(head)
    for name, distances in rows:
        row, first = document.createElement("tr"), document.createElement("th")
        first.scope = "row"
        first.append(name)
        row.append(first)
        for distance in distances:
            cell = text_of("td", f"{distance:.2f}")
            cell.style.setProperty("--near", f"{max(0.0, 1 - distance / (1.5 * limit)):.3f}")
            if distance == min(distances) and distance < limit:
                cell.className = "match"
            row.append(cell)
        table.append(row)
    return table
