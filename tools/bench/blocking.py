"""How long a warm call keeps the main thread from doing anything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .cases import Case
from .page import Lab
from .progress import note


def measure_blocking(
    lab: Lab, cases: Iterable[Case], sides: Sequence[str], rounds: int
) -> list[dict[str, Any]]:
    """For each case and side: the longest task, gap and upload (see blocking.js), in ms."""
    results = []
    with lab.page(sides) as page:
        for case in cases:
            note(case.title)
            answer = page.evaluate(
                f"""async ([verb, rounds]) => {{
                  const {{ blocking }} = await import("/bench/blocking.js");
                  const picture = await {case.picture};
                  const found = {{}};
                  for (const name of Object.keys(sides)) {{
                    found[name] = await blocking(sides[name], picture, verb, rounds);
                  }}
                  return found;
                }}""",
                [case.verb, rounds],
            )
            results.append({"name": case.name, "title": case.title, "blocked": answer})
    return results
