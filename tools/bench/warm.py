"""Warm calls: all sides in one page, in turns, with the GL calls of each counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .cases import Case
from .page import Lab
from .progress import note


def measure_warm(
    lab: Lab, cases: Iterable[Case], sides: Sequence[str], rounds: int
) -> list[dict[str, Any]]:
    """For each case: what each side found, its counts, and its times."""
    results = []
    with lab.page(sides) as page:
        for case in cases:
            note(case.title)
            answer = page.evaluate(
                f"""async ([verb, rounds]) => {{
                  const {{ warm }} = await import("/bench/warm.js");
                  return warm(sides, verb, await {case.picture}, rounds);
                }}""",
                [case.verb, rounds],
            )
            results.append({"name": case.name, "title": case.title, **answer})
    return results
