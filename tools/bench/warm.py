"""Warm calls, all sides in one page: times and GL calls in turns, or how long the page waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from .cases import Case
from .page import Lab
from .progress import note


def measure_warm(
    lab: Lab,
    cases: Iterable[Case],
    sides: Sequence[str],
    rounds: int,
    how: Literal["warm", "blocking"] = "warm",
) -> list[dict[str, Any]]:
    """For each case what the function `how` of bench_page measures: see warm.js, blocking.js."""
    results = []
    with lab.page(sides) as page:
        for case in cases:
            note(case.title)
            answer = page.evaluate(
                f"""async ([how, verb, rounds]) => {{
                  const {{ [how]: measure }} = await import(`/bench/${{how}}.js`);
                  return measure(sides, verb, await {case.picture}, rounds);
                }}""",
                [how, case.verb, rounds],
            )
            results.append({"name": case.name, "title": case.title, **answer})
    return results
