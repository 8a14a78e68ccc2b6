"""`--profile`: the draws of a net, by cost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .cases import OURS, PROFILED
from .page import PAGE, Lab
from .progress import note

_SECONDS_PER_MS = 1e-3


def measure_profile(lab: Lab, net: str, repeats: int) -> list[dict[str, Any]]:
    """Each draw of a net (a key of PROFILED) as the fields of debug.DrawTime, in drawing order."""
    model = PROFILED[net]
    note(f"every draw of {model}")
    with lab.page([OURS], [model]) as page:
        answer = page.evaluate(
            """async ([source, repeats]) => {
              const { pyodide } = sides.ours.runtime;
              await pyodide.runPythonAsync(source);
              return pyodide.globals.get("profile")(repeats);
            }""",
            [(PAGE / "profile.py").read_text("utf-8"), repeats],
        )
    draws: list[dict[str, Any]] = json.loads(answer)
    return draws


def profile_report(net: str, draws: Sequence[dict[str, Any]]) -> str:
    """The draws as text, the dearest first, each with its share of the sum."""
    total = sum(draw["milliseconds"] for draw in draws)
    macs = sum(draw["gmacs"] * draw["milliseconds"] * _SECONDS_PER_MS for draw in draws)
    wide = max(len(draw["label"]) for draw in draws) + 2
    lines = [
        f"{PROFILED[net]}: {len(draws)} draws, {total:.1f} ms, "
        f"{macs:.3f} GMAC, {macs / total / _SECONDS_PER_MS:.1f} GMAC/s",
        f"{'share':>6}{'ms':>10}{'GMAC/s':>10}  {'shape':16}{'draw':{wide}}program",
    ]
    for draw in sorted(draws, key=lambda draw: -float(draw["milliseconds"])):
        shape = "x".join(map(str, draw["shape"][1:]))
        lines.append(
            f"{draw['milliseconds'] / total:>6.1%}{draw['milliseconds']:>10.3f}"
            f"{draw['gmacs']:>10.1f}  {shape:16}{draw['label']:{wide}}{draw['program']}"
        )
    return "\n".join(lines)
