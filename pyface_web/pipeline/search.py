"""Looking for faces in the whole of a picture, in tiles of it, and turned; in bounded batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.session import View
from pyface_web.models.decode.merge import best_of, certainty, logits, merge
from pyface_web.pictures.letterbox import letterbox
from pyface_web.pictures.tiles import tiles_of
from pyface_web.pipeline.upright import quarters_upright
from pyface_web.values.arrays import Array, Floats
from pyface_web.values.detection import ORIENTATIONS, FaceDetection
from pyface_web.values.geometry import Box, Dimensions
from pyface_web.values.options import SsdMobilenetv1Options, TinyYolov2Options
from pyface_web.weights.model import Model

Options = SsdMobilenetv1Options | TinyYolov2Options
Outputs = dict[str, Array]
Decode = Callable[[Outputs, tuple[int, int], int | None], tuple[Floats, Floats]]

_AT_ONCE = 4 * 512**2  # pixels of input in a batch, which bounds what its layers take
_LIKELY = 0.5  # a score above which a box counts when it is asked how most faces of a picture lie
_SURE = 0.9  # a score above which a face counts that lies otherwise than most of its picture
_USUAL = 2.5  # logits that a face is better by in the orientation in which most of a picture is
_EDGE = 0.02  # of a tile's longer side: a box that ends closer to its edge may go on beyond


@dataclass(frozen=True)
class Detector:
    """A net that finds faces, and how to read it.

    side: of its input, in pixels. seen: side in it from which nine in ten faces are found. faint:
    a score up to which a face may well lie in another way. decode: outputs for one region (without
    the first axis), its width and height in the input, and at most how many faces -> boxes (N, 4)
    x, y, width, height in fractions of the region, and scores (N,), best first. tall: height over
    width above which a box says that its face stands, be it on its head; None: the net's do not.
    """

    net: Model
    side: int
    seen: int
    faint: float
    decode: Decode
    tall: float | None = None


@dataclass(frozen=True)
class _Found:
    """Of one look: boxes (N, 4) in fractions of the picture, scores (N,), and whether each box may
    be cut off by an edge of its tile."""

    boxes: Floats
    scores: Floats
    is_cut: NDArray[np.bool_]


_Looks = dict[int, _Found]  # orientation that faces have where a look shows them upright -> faces


async def search(
    view: View, detector: Detector, options: Options, most: int | None = None
) -> list[FaceDetection]:
    """Faces of a picture, best first, at most so many; each once, however often it was seen."""
    regions = [view.whole, *_tiles(view, detector, options)]
    wanted = options.orientations
    limit = most if len(regions) == 1 and wanted is None else None
    orientations = (0,) if wanted is None or isinstance(wanted, str) else dict.fromkeys(wanted)
    looks = await _look(view, detector, regions, orientations, limit)
    others = _doubted(view, detector, looks[0]) if isinstance(wanted, str) else ()
    if others:
        looks |= await _look(view, detector, regions, others, limit)
        return _faces(view, looks, most, _SURE)
    return _faces(view, looks, most)


def _doubted(view: View, detector: Detector, upright: _Found) -> tuple[int, ...]:
    """In which other ways faces may lie, by what a look at the upright picture found."""
    scores = upright.scores
    best = scores.max(initial=0)
    if best > detector.faint:
        return ()
    if detector.tall is not None and best > _SURE:
        width, height = (upright.boxes * _size(view))[scores > _LIKELY, 2:].T
        if (height > detector.tall * width).all():
            return (180,)
    return ORIENTATIONS[1:]


def _tiles(view: View, detector: Detector, options: Options) -> list[Box]:
    if options.tiles is None:
        return []
    size = (view.width, view.height)
    return tiles_of(*size, options.tiles, options.min_face_size, detector.side, detector.seen)


async def _look(
    view: View,
    detector: Detector,
    regions: Sequence[Box],
    orientations: Iterable[int],
    most: int | None,
) -> _Looks:
    """What is found in all regions for each orientation, a bounded number of them at a time."""
    side = detector.side
    at_once = max(1, _AT_ONCE // side**2)
    parts: dict[int, list[_Found]] = {orientation: [] for orientation in orientations}
    every = list(product(parts, regions))
    for first in range(0, len(every), at_once):
        some = every[first : first + at_once]
        fits = [
            letterbox(box.width, box.height, side, False, quarters_upright(orientation))
            for orientation, box in some
        ]
        outputs, _ = await view.infer(detector.net, [box for _, box in some], side, fits)
        for i, ((orientation, region), fit) in enumerate(zip(some, fits, strict=True)):
            own = {name: values[i] for name, values in outputs.items()}
            boxes, scores = detector.decode(own, fit.reshaped, most)
            boxes = turned_back(boxes, fit.quarters)
            parts[orientation].append(_placed(view, region, boxes, scores))
    return {orientation: _merged(view, found) for orientation, found in parts.items()}


def turned_back(boxes: Floats, quarters: int) -> Floats:
    """Boxes (N, 4) x, y, width, height in fractions of a region, from what they are in the same
    after quarters clockwise.

    Where the region was turned once, its left edge lies at the top: y was x, x was 1 - y.
    """
    for _ in range(quarters):
        x, y, width, height = boxes.T
        boxes = np.stack([y, 1 - x - width, height, width], axis=1)
    return boxes


def _placed(view: View, region: Box, boxes: Floats, scores: Floats) -> _Found:
    """boxes: (N, 4) in fractions of the region."""
    if region == view.whole:
        return _Found(boxes, scores, np.zeros(len(scores), np.bool_))
    picture, size = np.array([view.width, view.height]), np.array([region.width, region.height])
    corner = np.array([region.x, region.y])
    low, sides = boxes[:, :2] * size, boxes[:, 2:] * size
    edge = _EDGE * size.max()
    goes_on = [(low < edge) & (corner > 0), (low + sides > size - edge) & (corner + size < picture)]
    placed = np.concatenate([(low + corner) / picture, sides / picture], axis=1)
    is_cut: NDArray[np.bool_] = np.any(goes_on, axis=(0, 2))
    return _Found(placed, scores, is_cut)


def _merged(view: View, parts: Sequence[_Found]) -> _Found:
    """Of the whole picture and its tiles; each face once, best first."""
    if len(parts) == 1:
        return parts[0]
    boxes, scores, is_cut = _joined(parts)
    kept = merge(boxes * _size(view), scores, is_cut)
    return _Found(boxes[kept], scores[kept], is_cut[kept])


def _faces(view: View, looks: _Looks, most: int | None, least: float = 0.0) -> list[FaceDetection]:
    """Of all orientations; each face once, best first.

    Pictures are turned as a whole, as a rule, so a face counts more in the orientation in which
    most is found. least: in others only those count whose score is above.
    """
    boxes, scores, _ = _joined(list(looks.values()))
    lies = np.repeat(list(looks), [len(found.scores) for found in looks.values()])
    kept = np.arange(len(scores))
    if len(looks) > 1:
        usual = max(looks, key=lambda orientation: certainty(looks[orientation].scores))
        is_usual = lies == usual
        (counts,) = np.nonzero(is_usual | (scores > least))
        ranks = logits(scores) + _USUAL * is_usual
        kept = counts[best_of((boxes * _size(view))[counts], ranks[counts], lies[counts])]
        kept = kept[np.argsort(-scores[kept], kind="stable")]
    size = Dimensions(view.width, view.height)
    return [
        FaceDetection(float(scores[i]), Box(*boxes[i].tolist()), size, int(lies[i]))
        for i in kept[:most]
    ]


def _joined(parts: Sequence[_Found]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    return (
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.is_cut for part in parts]),
    )


def _size(view: View) -> Floats:
    """(4,) which makes pixels of fractions of the picture."""
    return np.array([view.width, view.height] * 2, np.float64)
