"""Results whose numbers went different ways: equal but for what rounding makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

# Of the largest number of a list. A matrix product of a batch sums in another order than that of
# one item, on some processors and not on others; float32 sums of a net differ by some 1e-6 then.
ROUNDING = 1e-4


def differences(got: Any, want: Any, where: str = "") -> list[str]:
    """Where two values of JSON (arrays, too) differ by more than rounding, in words."""
    if isinstance(want, Mapping):
        if not isinstance(got, Mapping) or got.keys() != want.keys():
            return [f"{where}: {got!r} is not {want!r}"]
        return [text for key in want for text in differences(got[key], want[key], f"{where}.{key}")]
    if isinstance(want, list | tuple) and not _are_numbers(want):
        if len(got) != len(want):
            return [f"{where}: {len(got)} items, expected {len(want)}"]
        pairs = enumerate(zip(got, want, strict=True))
        return [text for i, (a, b) in pairs for text in differences(a, b, f"{where}[{i}]")]
    if _are_numbers(want) or isinstance(want, float):
        a, b = np.asarray(got, np.float64), np.asarray(want, np.float64)
        scale = max(1.0, np.abs(b).max(initial=0))
        if a.shape == b.shape and np.abs(a - b).max(initial=0) <= ROUNDING * scale:
            return []
        return [f"{where}: {got!r} is not {want!r}"]
    return [] if got == want else [f"{where}: {got!r} is not {want!r}"]


def _are_numbers(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return True
    return isinstance(value, list | tuple) and all(type(item) in (int, float) for item in value)
