"""What was found against what is there: counts, and how far they may be trusted. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pyface_web.people.calibration import wilson_interval

Array = NDArray[np.float64]

_NEAR = 0.5  # how far apart the middles of boxes of one face are at most, in sides of it
_ALIKE = 1.8  # how much larger one of them is at most
_TWO_SIDED = 1.96  # standard deviations around the mean in which 95 % lie


@dataclass(frozen=True)
class Truth:
    """A face that is there. middle (2,), side: of its box.

    landmarks (68, 2), descriptor (128,): what the same side says of it in the sample as it was.
    """

    middle: Array
    side: float
    landmarks: Array
    descriptor: Array


class Place(Protocol):
    """Where a face is. middle (2,), side: of its box."""

    @property
    def middle(self) -> Array: ...
    @property
    def side(self) -> float: ...


class Face(Protocol):
    """What a side says of a face."""

    @property
    def box(self) -> Array: ...
    @property
    def landmarks(self) -> Array: ...
    @property
    def descriptor(self) -> Array: ...


@dataclass
class Tally:
    """What one side did in one row.

    there, found, extra: faces that are in the pictures, of those found, and found beside. errors:
    of landmarks, mean distance over that of the outer corners of the eyes. same, apart: distances
    of a face's descriptor to that of the same face in the sample, and to those of others there;
    where people are compared, to other photographs of the person, and to those of others.
    """

    there: int = 0
    found: int = 0
    extra: int = 0
    errors: list[float] = field(default_factory=list)
    same: list[float] = field(default_factory=list)
    apart: list[float] = field(default_factory=list)

    def add(self, truths: Sequence[Truth], faces: Sequence[Face]) -> None:
        """Count one picture."""
        pairs = matched(truths, faces)
        self.there += len(truths)
        self.found += len(pairs)
        self.extra += len(faces) - len(pairs)
        for t, f in pairs:
            truth, face = truths[t], faces[f]
            eyes = float(np.linalg.norm(truth.landmarks[36] - truth.landmarks[45]))
            moved = np.linalg.norm(face.landmarks - truth.landmarks, axis=1).mean()
            self.errors.append(float(moved) / eyes)
            for i, other in enumerate(truths):
                distance = float(np.linalg.norm(face.descriptor - other.descriptor))
                (self.same if i == t else self.apart).append(distance)


def matched(places: Sequence[Place], faces: Sequence[Face]) -> list[tuple[int, int]]:
    """Numbers of places and of the faces that lie there, the nearest first, each at most once."""
    near = []
    for p, place in enumerate(places):
        for f, face in enumerate(faces):
            middle, side = face.box[:2] + face.box[2:] / 2, float(face.box[2:].max())
            distance = float(np.linalg.norm(middle - place.middle)) / place.side
            if distance < _NEAR and 1 / _ALIKE < side / place.side < _ALIKE:
                near.append((distance, p, f))
    pairs: list[tuple[int, int]] = []
    for _, p, f in sorted(near):
        if all(p != one and f != other for one, other in pairs):
            pairs.append((p, f))
    return pairs


def interval(hits: int, count: int) -> tuple[float, float]:
    """Between which rates the true one lies in 95 of 100 cases."""
    return wilson_interval(hits, count, _TWO_SIDED)


def mean_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean, and between which values that of all such cases lies in 95 of 100."""
    found = np.asarray(values, np.float64)
    mean = float(found.mean())
    if len(found) < 2:
        return mean, mean, mean
    spread = _TWO_SIDED * float(found.std(ddof=1)) / math.sqrt(len(found))
    return mean, mean - spread, mean + spread
