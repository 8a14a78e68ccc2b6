"""Landmarks found once more on a square that stands upright, and checked against themselves.

Points of a face that was seen well hardly move then. Those of a head that lies or hangs, which the
nets draw as if it stood, move far; such a face is looked at in other ways, too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pyface_web.engine.session import View
from pyface_web.pictures.similarity import Similarity
from pyface_web.pipeline.crops import points_of
from pyface_web.pipeline.upright import on_picture, squares, turned_squares
from pyface_web.values.landmarks import FaceLandmarks68
from pyface_web.weights.model import Model

_LEANING = 25  # degrees; up to which a second pass on an upright square changes nothing
_PASSES = 3  # on such squares, at most
_ASTRAY = 0.12
"""Mean way of the points in the last pass, in distances of the eyes, from which they may be wrong:
so far went 2 of 48 upright faces (SSD), 3 of 125 leaning ones with right points, and 64 of 74 with
wrong ones."""
_LOST = 0.3  # the same, from which nothing was seen
_BETTER = 0.7  # of the way of what was found: what goes less far is taken for it
_TURNS = (-90, -45, 45, 90, 180)  # degrees from what was taken for upright


async def refined(
    view: View, net: Model, first: Sequence[FaceLandmarks68], orientations: Sequence[int]
) -> list[FaceLandmarks68]:
    """The landmarks of all faces once more, all at once, each on a square that they turn upright.

    Those of heads that lean far, of which the nets saw little before, are found once or twice
    more. Where they still move, the face is looked at on squares about its crop that are turned
    otherwise, and landmarks that agree better with themselves are taken; the first ones where none
    do at all.
    orientations: degrees clockwise by which the detector took each face to lie.
    """
    found = list(first)
    ways = [0.0] * len(found)
    again = list(range(len(found)))
    for _ in range(_PASSES):
        if not again:
            break
        better = await _once_more(view, net, [found[i] for i in again])
        for i, landmarks in zip(again, better, strict=True):
            ways[i] = _way(found[i], landmarks)
            found[i] = landmarks
        again = [i for i in again if _lean(found[i], orientations[i]) > _LEANING]
    astray = [i for i, way in enumerate(ways) if way > _ASTRAY]
    if astray:
        chosen = [(first[i], found[i], orientations[i]) for i in astray]
        others = await _otherwise(view, net, chosen)
        for i, (own, tried) in zip(astray, others, strict=True):
            way, best = min(tried, key=lambda one: one[0])
            if way < min(_BETTER * own, _LOST):
                found[i] = best
            elif own >= _LOST:
                found[i] = first[i]
    return found


async def _otherwise(
    view: View, net: Model, chosen: Sequence[tuple[FaceLandmarks68, FaceLandmarks68, int]]
) -> list[tuple[float, list[tuple[float, FaceLandmarks68]]]]:
    """Of each face: how far what was found goes in one more upright pass, and for each turn
    landmarks, and how far they went in theirs.

    chosen: first landmarks, those that were found last, and the orientation of each face.
    """
    every = [first for first, _, _ in chosen for _ in _TURNS]
    degrees = [orientation + turn for *_, orientation in chosen for turn in _TURNS]
    fits = turned_squares(every, degrees, (view.width, view.height), net.architecture.size)
    begun = [*await _on(view, net, every, fits), *(found for _, found, _ in chosen)]
    settled = await _once_more(view, net, begun)
    ways = [_way(*both) for both in zip(begun, settled, strict=True)]
    tried, count = list(zip(ways, settled, strict=True)), len(_TURNS)
    return [(own, tried[i * count : (i + 1) * count]) for i, own in enumerate(ways[len(every) :])]


async def _once_more(
    view: View, net: Model, found: Sequence[FaceLandmarks68]
) -> list[FaceLandmarks68]:
    """The same landmarks, found where they turn the faces upright."""
    fits = squares(found, (view.width, view.height), net.architecture.size)
    return await _on(view, net, found, fits)


async def _on(
    view: View, net: Model, faces: Sequence[FaceLandmarks68], fits: Sequence[Similarity]
) -> list[FaceLandmarks68]:
    """What is found on squares, relative to the crops of faces."""
    inside = await points_of(view, net, [view.whole] * len(fits), np.ones((len(fits), 2)), fits)
    return [
        FaceLandmarks68(
            (points - (face.shift.x, face.shift.y)) / (face.image_width, face.image_height),
            face.image_size,
            face.shift,
        )
        for points, face in zip(on_picture(inside, fits), faces, strict=True)
    ]


def _lean(landmarks: FaceLandmarks68, orientation: int) -> float:
    """By how many degrees a face leans from what the detector took for upright, either way."""
    return abs(((landmarks.angle or 0) - orientation + 180) % 360 - 180)


def _way(before: FaceLandmarks68, after: FaceLandmarks68) -> float:
    """How far the points went, in distances of the outer corners of the eyes; far where a face
    shrank to a spot."""
    points = after.positions
    eyes = max(float(np.linalg.norm(points[36] - points[45])), 1e-6)
    return float(np.linalg.norm(points - before.positions, axis=1).mean()) / eyes
