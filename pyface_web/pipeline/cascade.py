"""MTCNN on a picture that the session holds: three nets, each on what the one before it kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pyface_web.engine.session import View
from pyface_web.models.architecture import Pyramid
from pyface_web.models.decode import mtcnn
from pyface_web.values.arrays import Array, Floats
from pyface_web.values.detection import FaceDetection
from pyface_web.values.geometry import Box, Dimensions, Point
from pyface_web.values.landmarks import FaceLandmarks5
from pyface_web.values.options import MtcnnOptions
from pyface_web.values.results import FaceResult
from pyface_web.weights.model import Model


@dataclass(frozen=True)
class MtcnnFound:
    """What MTCNN found: (N, 4) left, top, right, bottom, (N,) scores, (N, 5, 2) points, in pixels.

    levels: of the pyramid. boxes_of_levels: how many boxes each gave; boxes_of_first,
    boxes_of_second: how many the first two nets kept.
    """

    boxes: Floats
    scores: Floats
    points: Floats
    levels: list[mtcnn.Level]
    boxes_of_levels: list[int]
    boxes_of_first: int
    boxes_of_second: int


async def mtcnn_cascade(view: View, net: Model, options: MtcnnOptions) -> MtcnnFound:
    """All three nets, each as one batch and one read."""
    pnet, rnet, onet = net.parts_as_they_are()  # all of the same weights
    _ = pnet.tensors  # says what to do where they are not loaded
    width, height = view.width, view.height
    levels = mtcnn.levels(
        width,
        height,
        options.min_face_size,
        options.scale_factor,
        options.max_num_scales,
        options.scale_steps,
    )
    counts: list[int] = []
    boxes, found = np.empty((0, 4)), np.empty((0, 4))
    first, second, third = options.score_thresholds
    if levels:
        pyramid = Pyramid((width, height), tuple((lv.width, lv.height) for lv in levels))
        outputs = await view.infer_pyramid(pnet, pyramid)
        maps = [
            (level, outputs[f"scores_{i}"][0], outputs[f"regions_{i}"][0])
            for i, level in enumerate(levels)
        ]
        boxes, counts = mtcnn.first_boxes(maps, first)
    kept = len(boxes)
    boxes, outputs = await _of_patches(view, rnet, boxes)
    if len(boxes):
        found = mtcnn.refine_boxes(boxes, outputs["scores"], outputs["regions"], second)
    boxes, outputs = await _of_patches(view, onet, found)
    if not len(boxes):
        nobody = np.empty(0), np.empty((0, 5, 2))
        return MtcnnFound(boxes, *nobody, levels, counts, kept, len(found))
    faces = mtcnn.final_faces(
        boxes, outputs["scores"], outputs["regions"], outputs["points"], third
    )
    return MtcnnFound(*faces, levels, counts, kept, len(found))


async def _of_patches(view: View, net: Model, boxes: Floats) -> tuple[Floats, dict[str, Array]]:
    """Boxes that lie in the picture, and what a net says of their pixels, stretched to its size."""
    cut, inside = mtcnn.patches(boxes, view.width, view.height)
    if not len(cut):
        return boxes[inside], {}
    outputs, _fits = await view.infer(net, [Box(*row) for row in cut.tolist()])
    return boxes[inside], {key: values[:, 0, 0] for key, values in outputs.items()}


async def mtcnn_faces(view: View, net: Model, options: MtcnnOptions) -> list[FaceDetection]:
    """Faces found by MTCNN, best first."""
    return [face.detection for face in mtcnn_results(view, await mtcnn_cascade(view, net, options))]


def mtcnn_results(view: View, found: MtcnnFound) -> list[FaceResult]:
    """Faces with their five points."""
    picture = Dimensions(view.width, view.height)
    results = []
    for corners, score, points in zip(found.boxes, found.scores, found.points, strict=True):
        box = Box.from_corners(*corners.tolist())
        detection = FaceDetection(float(score), box.rescale(picture.reverse()), picture)
        inside = (points - (box.x, box.y)) / (box.width, box.height)
        landmarks = FaceLandmarks5(inside, Dimensions(box.width, box.height))
        results.append(FaceResult.with_landmarks(detection, landmarks, Point(box.x, box.y)))
    return results
