"""`--growth`: time and memory against image size, number of faces and number of references."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from .cases import SIDES
from .page import PAGE, Lab
from .progress import note

SIZES = ((854, 480), (1280, 720), (1920, 1080), (3840, 2160), (7680, 4320))
FACES = (1, 3, 10, 25, 50)
REFERENCES = (10, 100, 1_000, 10_000, 100_000)
_MATCHER = (
    ("FaceMatcher.add, one by one", "add"),
    ("FaceMatcher.find_best_match", "best"),
    ("FaceMatcher.top_k(5)", "top5"),
)


def measure_growth(lab: Lab, sides: Sequence[str], rounds: int) -> list[dict[str, Any]]:
    """A series for each thing that grows: its title, its unit, and a point for each amount.

    sides: of ours, which one after the other do what they compute; the rest is the same for all.
    """
    pictures = [(f"{w}x{h}", w * h / 1e6, f"pictures.photo('sample1', {w}, {h})") for w, h in SIZES]
    crowds = [(f"{count} faces", count, f"pictures.crowd({count})") for count in FACES]
    computed: list[tuple[str, str, str, Iterable[tuple[str, float, str]]]] = [
        ("tiny detector 416, img", "megapixel", "tiny", pictures),
        ("SSD MobileNetV1, img", "megapixel", "ssd", pictures),
        ("landmarks + descriptors, given boxes", "face", "given", crowds),
    ]
    found = [_calls(lab, side, *series, rounds) for series in computed for side in sides]
    return [*found, *_matchers(lab, sides[0])]


def _calls(
    lab: Lab,
    side: str,
    title: str,
    unit: str,
    verb: str,
    inputs: Iterable[tuple[str, float, str]],
    rounds: int,
) -> dict[str, Any]:
    """One verb on larger and larger inputs (label, amount, JavaScript), in a page of its own."""
    points = []
    with lab.page([side]) as page:
        page.evaluate(_RUN_GROWTH, [side, (PAGE / "growth.py").read_text("utf-8")])
        for label, amount, picture in inputs:
            note(f"{title}, {label}, {side}")
            answer = page.evaluate(
                f"""async ([side, verb, rounds]) => {{
                  const {{ grown }} = await import("/bench/growth.js");
                  return grown(sides[side], verb, await {picture}, rounds);
                }}""",
                [side, verb, rounds],
            )
            points.append({"label": label, "amount": amount, **answer})
    return {"title": f"{title}, {SIDES[side].title}", "unit": unit, "points": points}


def _matchers(lab: Lab, side: str) -> list[dict[str, Any]]:
    seconds = {}
    with lab.page([side], ()) as page:
        page.evaluate(_RUN_GROWTH, [side, (PAGE / "growth.py").read_text("utf-8")])
        for count in REFERENCES:
            note(f"FaceMatcher, {count:,} references")
            answer = page.evaluate(
                "([side, count]) => sides[side].runtime.pyodide.globals.get('matcher')(count)",
                [side, count],
            )
            seconds[count] = json.loads(answer)
    return [
        {
            "title": title,
            "unit": "reference",
            "points": [
                {"label": f"{count:,}", "amount": count, "ms": taken[key] * 1e3}
                for count, taken in seconds.items()
            ],
        }
        for title, key in _MATCHER
    ]


_RUN_GROWTH = "([side, source]) => sides[side].runtime.pyodide.runPythonAsync(source)"
