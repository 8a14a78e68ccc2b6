"""Where tensors lie in the arena: those that are needed at the same time beside one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Life:
    """Size of a tensor in floats, and the steps from which and up to which it is needed."""

    size: int
    first: int
    last: int

    def meets(self, other: Life) -> bool:
        return self.first <= other.last and other.first <= self.last


def places(lives: Mapping[int, Life]) -> tuple[dict[int, int], int]:
    """Where each begins, and the size of all: the largest first, each as low as it can lie."""
    found: dict[int, int] = {}
    total = 0
    for key in sorted(lives, key=lambda key: -lives[key].size):
        life = lives[key]
        others = sorted((found[k], lives[k].size) for k in found if lives[k].meets(life))
        at = 0
        for start, size in others:
            if at + life.size <= start:
                break
            at = max(at, start + size)
        found[key] = at
        total = max(total, at + life.size)
    return found, total
