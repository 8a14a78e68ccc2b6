"""Looking for faces in the whole of a picture and in tiles of it, in batches of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pyface_web.engine.session import View
from pyface_web.models.decode.merge import merge
from pyface_web.pictures.letterbox import letterbox
from pyface_web.pictures.tiles import tiles_of
from pyface_web.values.arrays import Array, Floats
from pyface_web.values.detection import FaceDetection
from pyface_web.values.geometry import Box, Dimensions
from pyface_web.values.options import SsdMobilenetv1Options, TinyYolov2Options
from pyface_web.weights.model import Model

Options = SsdMobilenetv1Options | TinyYolov2Options
Outputs = dict[str, Array]
Decode = Callable[[Outputs, tuple[int, int], int | None], tuple[Floats, Floats]]

_AT_ONCE = 4 * 512**2  # pixels of input in a batch, which bounds what its layers take
_EDGE = 0.02  # of a tile's longer side: a box that ends closer to its edge may go on beyond


@dataclass(frozen=True)
class Detector:
    """A net that finds faces, and how to read it.

    side: of its input, in pixels. seen: side in it from which nine in ten faces are found.
    decode: outputs for one region (without the first axis), its width and height in the input, and
    at most how many faces -> boxes (N, 4) x, y, width, height in fractions of the region, and
    scores (N,), best first.
    """

    net: Model
    side: int
    seen: int
    decode: Decode


@dataclass(frozen=True)
class _Found:
    """Of one region: boxes (N, 4) in fractions of the picture, scores (N,), and whether each box
    may be cut off by an edge of the region."""

    boxes: Floats
    scores: Floats
    is_cut: NDArray[np.bool_]


async def search(
    view: View, detector: Detector, options: Options, most: int | None = None
) -> list[FaceDetection]:
    """Faces of a picture, best first, at most so many; each once, in however many tiles it is."""
    tiles = _tiles(view, detector, options)
    found = await _look(view, detector, [view.whole, *tiles], None if tiles else most)
    boxes = np.concatenate([part.boxes for part in found])
    scores = np.concatenate([part.scores for part in found])
    if tiles:
        pixels = boxes * np.array([view.width, view.height] * 2)
        kept = merge(pixels, scores, np.concatenate([part.is_cut for part in found]))[:most]
        boxes, scores = boxes[kept], scores[kept]
    size = Dimensions(view.width, view.height)
    return [
        FaceDetection(score, Box(*box), size)
        for box, score in zip(boxes.tolist(), scores.tolist(), strict=True)
    ]


def _tiles(view: View, detector: Detector, options: Options) -> list[Box]:
    if options.tiles is None:
        return []
    size = (view.width, view.height)
    return tiles_of(*size, options.tiles, options.min_face_size, detector.side, detector.seen)


async def _look(
    view: View, detector: Detector, regions: Sequence[Box], most: int | None
) -> list[_Found]:
    """What is found in each region, a bounded number of them at a time."""
    side = detector.side
    at_once = max(1, _AT_ONCE // side**2)
    found = []
    for first in range(0, len(regions), at_once):
        some = regions[first : first + at_once]
        fits = [letterbox(box.width, box.height, side, centred=False) for box in some]
        outputs, _ = await view.infer(detector.net, some, side, fits)
        for i, (region, fit) in enumerate(zip(some, fits, strict=True)):
            own = {name: values[i] for name, values in outputs.items()}
            found.append(_found(view, region, *detector.decode(own, fit.reshaped, most)))
    return found


def _found(view: View, region: Box, boxes: Floats, scores: Floats) -> _Found:
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
