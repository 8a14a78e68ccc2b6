"""The table of CPython as text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any


def cpython_report(results: Sequence[Mapping[str, Any]]) -> str:
    """A line for each net: median milliseconds, and how many times those of onnxruntime alone."""
    lines = [
        "CPython. onnxruntime alone: given the exported file and what entered that; nets: our "
        "backend, given",
        "the same pixels; then whole calls, for which a picture is cut and fitted, and outputs are "
        "decoded.",
        "The threads of onnxruntime are the same on all sides.",
        "",
        f"{'net':26}{'onnxruntime alone':>18}{'[fast], nets':>20}{'[fast], calls':>20}"
        f"{'NumPy, calls':>22}",
    ]
    for result in results:
        times = {side: median(found) for side, found in result["times"].items()}
        alone = times["alone"]
        cells = [f"{times[side]:.2f} ms {f'({times[side] / alone:.2f}x)':>9}"
                 for side in ("nets", "onnx", "reference")]  # fmt: skip
        lines.append(
            f"{result['name']:26}{f'{alone:.2f} ms':>18}{cells[0]:>20}{cells[1]:>20}{cells[2]:>22}"
        )
    return "\n".join(lines)
