"""What grows with a picture, its faces and the references; run by Pyodide beside ours.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

import pyface_web as faceapi

_AT_LEAST = 0.05  # seconds: the browser's clock is coarse, so what is quick is run many times


def held() -> str:
    """JSON: bytes of what the backend holds, by its name in growth_report."""
    memory = faceapi.memory()
    if memory["backend"] == "wasm":
        return json.dumps({"kernels": memory["memory_bytes"]})
    return json.dumps({"textures": memory["texture_bytes"]})


def matcher(count: int) -> str:
    """JSON: seconds to add this many people, to find the nearest, and to find the nearest five."""
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(count + 1, 128)).astype(np.float32) / np.float32(12)
    known = faceapi.FaceMatcher()
    start = perf_counter()
    for number, row in enumerate(rows[1:]):
        known.add(f"p{number}", row)
    added = perf_counter() - start
    best = _once(lambda: known.find_best_match(rows[0]))
    return json.dumps({"add": added, "best": best, "top5": _once(lambda: known.top_k(rows[0], 5))})


def _once(call: Callable[[], Any]) -> float:
    call()
    runs, start = 0, perf_counter()
    while perf_counter() - start < _AT_LEAST or runs < 3:
        call()
        runs += 1
    return (perf_counter() - start) / runs
