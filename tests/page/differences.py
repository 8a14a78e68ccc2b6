"""What differs between the values of a device and those of the reference."""

from __future__ import annotations

from typing import Any

import numpy as np


def difference(got: np.ndarray, want: np.ndarray, limit: float) -> dict[str, Any]:
    """The deviation in parts of the largest value; as "problem" what is beyond the limit."""
    if got.shape != want.shape:
        return {"problem": f"shape {got.shape}, expected {want.shape}"}
    scale = float(np.abs(want).max())
    off = np.abs(got - want)
    allowed = limit * scale
    bad = np.argwhere(~(off <= allowed))
    answer = {"deviation": float(off.max()) / scale if scale else float(off.max())}
    if len(bad):
        first = tuple(map(int, bad[0]))
        flat = int(np.ravel_multi_index(first, want.shape))
        five = slice(flat, flat + 5)
        answer["problem"] = (
            f"{len(bad)} of {want.size} values deviate by more than {allowed:.3g}, at most "
            f"{off.max():.3g}; first at (item, y, x, channel) = {first} of {want.shape}\n"
            f"  device    {got.reshape(-1)[five].tolist()}\n"
            f"  reference {want.reshape(-1)[five].tolist()}"
        )
    return answer
