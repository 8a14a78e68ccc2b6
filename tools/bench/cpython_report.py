"""The table of CPython as text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any


def cpython_report(results: Sequence[Mapping[str, Any]]) -> str:
    """A line for each net: median milliseconds, and how many times those of onnxruntime alone."""
    lines = [
        "CPython, whole calls: the picture cut and fitted, the net, its outputs decoded; and "
        "onnxruntime alone,",
        "given the exported file and what entered that. Its threads are the same on both sides.",
        "",
        f"{'net':28}{'onnxruntime alone':>20}{'pyface_web[fast]':>26}{'pyface_web, NumPy':>26}",
    ]
    for result in results:
        times = {side: median(found) for side, found in result["times"].items()}
        alone = times["alone"]
        cells = [f"{times[side]:.2f} ms {f'({times[side] / alone:.2f}x)':>9}"
                 for side in ("onnx", "reference")]  # fmt: skip
        lines.append(
            f"{result['name']:28}{f'{alone:.2f} ms':>20}" + "".join(f"{cell:>26}" for cell in cells)
        )
    return "\n".join(lines)
