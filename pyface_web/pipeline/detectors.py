"""SSD MobileNetV1 and the nets of the Tiny YOLOv2 family on a picture that the session holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyface_web.engine.session import View
from pyface_web.models.architecture import Architecture
from pyface_web.models.decode import ssd, yolo
from pyface_web.models.tiny_yolov2 import TINY_YOLOV2
from pyface_web.pipeline.search import Detector, Outputs, search
from pyface_web.values.arrays import Floats
from pyface_web.values.detection import FaceDetection
from pyface_web.values.options import SsdMobilenetv1Options, TinyYolov2Options
from pyface_web.weights.model import Model


async def tiny_faces(view: View, net: Model, options: TinyYolov2Options) -> list[FaceDetection]:
    """Faces found by the tiny face detector or Tiny YOLOv2, best first."""
    net = net.as_it_is()  # the same weights for all parts of the picture
    _ = net.tensors  # says what to do where it is not loaded

    def decode(
        outputs: Outputs, reshaped: tuple[int, int], _most: int | None
    ) -> tuple[Floats, Floats]:
        return yolo.decode_tiny_yolo(
            outputs["grid"],
            options.input_size,
            reshaped,
            options.score_threshold,
            anchors_of(net.architecture),
            class_logit=net.architecture is TINY_YOLOV2,
        )

    return await search(
        view, Detector(net, options.input_size, yolo.SEEN, yolo.FAINT, decode), options
    )


def anchors_of(architecture: Architecture) -> Any:
    """(5, 2): width and height in grid cells of the anchors of a net with a grid."""
    is_larger = architecture is TINY_YOLOV2
    return yolo.TINY_YOLOV2_ANCHORS if is_larger else yolo.TINY_FACE_ANCHORS


async def ssd_faces(view: View, net: Model, options: SsdMobilenetv1Options) -> list[FaceDetection]:
    """Faces found by SSD MobileNetV1, best first."""
    net = net.as_it_is()  # anchors and boxes of the same weights
    anchors = net.tensors["Output/extra_dim"].array()[0]

    def decode(
        outputs: Outputs, reshaped: tuple[int, int], most: int | None
    ) -> tuple[Floats, Floats]:
        heads = ssd_heads(outputs)
        return ssd.decode_ssd(
            *heads, anchors, options.min_confidence, most or len(anchors), reshaped
        )

    detector = Detector(net, ssd.INPUT_SIZE, ssd.SEEN, ssd.FAINT, decode, ssd.TALL)
    return await search(view, detector, options, options.max_results)


def ssd_heads(outputs: Outputs) -> tuple[Any, Any]:
    """(5118, 4) box encodings and (5118, 3) class logits of the six pairs of heads."""
    boxes = np.concatenate([outputs[f"boxes_{p}"].reshape(-1, 4) for p in range(6)])
    return boxes, np.concatenate([outputs[f"classes_{p}"].reshape(-1, 3) for p in range(6)])
