"""Who is the same person among faces of whom nobody is known: Chinese whispers, as dlib has it.

Source: C. Biemann, "Chinese Whispers - an Efficient Graph Clustering Algorithm", 2006. Faces are
nodes, those that lie near each other are joined, and each takes over the label that most of its
neighbours have, until none changes. How many people there are need not be known.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pyface_web.people.matcher import Descriptors, DescriptorsLike, aligned_descriptors
from pyface_web.people.threshold import checked_threshold
from pyface_web.values.alignment import check_alike
from pyface_web.values.given import truth
from pyface_web.values.numeric import whole

CLUSTER_THRESHOLD = 0.5
"""Distance below which two faces are joined; dlib's, and nearer than a match: chains grow long."""
MOST_ROUNDS = 100
MOST_SEED = 2**32 - 1
_ROWS = 512  # of the matrix of distances, that are held at once

_Neighbours = list[npt.NDArray[np.intp]]


def cluster(
    descriptors: DescriptorsLike,
    distance_threshold: float = CLUSTER_THRESHOLD,
    *,
    seed: int = 0,
    allow_mixed: bool = False,
) -> list[int]:
    """A number for each face: those of one person have the same, 0 for that of the first face.

    descriptors: (N, 128), or a list of descriptors or of results that have one.
    distance_threshold: faces nearer than this are joined; the smaller, the more people.
    seed: of the order in which faces are asked; equal seeds give equal answers, also in JavaScript.
    allow_mixed: whether descriptors that were cut in two ways are compared all the same.

    ```python
    numbers = faceapi.cluster(faces)  # [0, 1, 0, 2]: the first and the third are one person
    people = {number: [] for number in numbers}
    for number, face in zip(numbers, faces):
        people[number].append(face)
    ```

    Time and memory grow with the square of N. Raises ShapeError for other descriptors,
    MixedDescriptorsError for those that were cut in two ways, OptionsError for other options.
    """
    threshold = checked_threshold(distance_threshold, "cluster")
    order = _Order(whole(seed, "cluster: seed", 0, MOST_SEED))
    rows, align = aligned_descriptors(descriptors)
    if not truth(allow_mixed, "cluster: allow_mixed"):
        check_alike("cluster", align, None)
    return _numbered(_whispered(_neighbours(rows, threshold), order))


def _neighbours(rows: Descriptors, threshold: float) -> _Neighbours:
    """For each face the others that are nearer than the threshold."""
    wide = rows.astype(np.float64)
    lengths = np.einsum("nd,nd->n", wide, wide)
    found: _Neighbours = []
    for first in range(0, len(wide), _ROWS):
        some = wide[first : first + _ROWS]
        squares = lengths[first : first + len(some), None] + lengths - 2 * (some @ wide.T)
        near = squares < threshold * threshold
        near[np.arange(len(some)), np.arange(first, first + len(some))] = False
        found.extend(np.flatnonzero(row) for row in near)
    return found


def _whispered(neighbours: _Neighbours, order: _Order) -> npt.NDArray[np.intp]:
    labels = np.arange(len(neighbours))
    for _ in range(MOST_ROUNDS):
        is_changed = False
        for node in order.shuffled(len(neighbours)):
            near = neighbours[node]
            if not len(near):
                continue
            heard, counts = np.unique(labels[near], return_counts=True)
            loudest = heard[counts == counts.max()]
            if labels[node] not in loudest:
                labels[node] = loudest[0]
                is_changed = True
        if not is_changed:
            break
    return labels


class _Order:
    """Numbers in random orders, which site/faceapi/values/cluster.js has, too: Mulberry32 and the
    shuffle of Fisher and Yates."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._drawn = 0
        self._items: list[int] = []

    def shuffled(self, count: int) -> list[int]:
        """The numbers below count, each time in another order."""
        items = self._items = self._items or list(range(count))
        left = np.arange(count, 1, -1, dtype=np.uint64)  # which may still change places
        places = np.right_shift(self._draws(count - 1) * left, 32)
        for i, j in zip(range(count - 1, 0, -1), places.tolist(), strict=True):
            items[i], items[j] = items[j], items[i]
        return items

    def _draws(self, count: int) -> npt.NDArray[np.uint64]:
        """(count,) whole numbers below 2**32."""
        steps = np.arange(self._drawn + 1, self._drawn + count + 1, dtype=np.uint64)
        self._drawn += len(steps)
        state = (steps * np.uint64(0x6D2B79F5) + np.uint64(self._seed)).astype(np.uint32)
        mixed = (state ^ state >> 15) * (state | 1)
        mixed ^= mixed + (mixed ^ mixed >> 7) * (mixed | 61)
        drawn: npt.NDArray[np.uint64] = (mixed ^ mixed >> 14).astype(np.uint64)
        return drawn


def _numbered(labels: npt.NDArray[np.intp]) -> list[int]:
    """The labels as 0, 1, 2 ... in the order in which they come."""
    numbers: dict[int, int] = {}
    return [numbers.setdefault(label, len(numbers)) for label in labels.tolist()]
