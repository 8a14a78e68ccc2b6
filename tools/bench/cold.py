"""First calls: what a visitor waits for once, when programs are compiled and weights uploaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .cases import Case
from .page import Lab
from .progress import note


def measure_cold(
    lab: Lab, cases: Iterable[Case], sides: Sequence[str], rounds: int
) -> list[dict[str, Any]]:
    """The first call right after the net was loaded, each in a fresh page; the sides take turns."""
    results = []
    for case in cases:
        times: dict[str, list[float]] = {side: [] for side in sides}
        for _ in range(rounds):
            for side in sides:
                note(f"{case.title}, {side}")
                with lab.page([side], case.models) as page:
                    times[side].append(_first_call(page, case, side))
        results.append({"name": case.name, "title": case.title, "times": times})
    return results


def _first_call(page: Any, case: Case, side: str) -> float:
    milliseconds: float = page.evaluate(
        f"""async ([side, verb]) => {{
          const picture = await {case.picture};
          const start = performance.now();
          await sides[side][verb](picture);
          return performance.now() - start;
        }}""",
        [side, case.verb],
    )
    return milliseconds
