"""Composable tasks: detection, then landmarks, then descriptors, on one picture.

A task does nothing until it is awaited, runs once however often it is awaited, and raises what
goes wrong (the original's tasks hang).
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from dataclasses import replace
from typing import Any, Generic, TypeVar

import numpy as np

from pyface_web.decode.landmarks import decode_landmarks
from pyface_web.decode.ssd import decode_ssd
from pyface_web.decode.yolo import decode_tiny_yolo
from pyface_web.errors import OptionsError
from pyface_web.geometry import Box, Dimensions, Point
from pyface_web.net import WeightedNet
from pyface_web.options import DetectorOptions, SsdMobilenetv1Options, TinyFaceDetectorOptions
from pyface_web.results import FaceDetection, FaceLandmarks68, FaceResult, crop_box
from pyface_web.session import Session, View, Views

T = TypeVar("T")
DETECTORS = "SsdMobilenetv1Options or TinyFaceDetectorOptions"


class Nets:
    """The nets that tasks use, by the names of face-api.js."""

    ssd_mobilenetv1: WeightedNet
    tiny_face_detector: WeightedNet
    face_landmark_68_net: WeightedNet
    face_landmark_68_tiny_net: WeightedNet
    face_recognition_net: WeightedNet


class Task(Generic[T]):
    """Something to compute on one picture; await it, or await run()."""

    def __init__(self, session: Session, nets: Nets, source: object, parent: Any = None) -> None:
        self._session, self._nets, self._source, self._parent = session, nets, source, parent
        self._future: asyncio.Future[T] | None = None

    def __await__(self) -> Generator[Any, None, T]:
        return self.run().__await__()

    def run(self) -> asyncio.Future[T]:
        """Start the task, or join it where it runs already."""
        if self._future is None:
            self._future = asyncio.ensure_future(self._run())
        return self._future

    async def _run(self) -> T:
        # An ancestor that was awaited before has its result already. It is waited for before the
        # picture is opened, since it needs the session for itself.
        ancestor = self._parent
        while ancestor is not None:
            if ancestor._future is not None:
                await ancestor._future
            ancestor = ancestor._parent
        async with self._session.open(self._source) as view:
            return await self.compute(view)

    async def compute(self, view: View) -> T:
        """The result, on a picture that the session holds."""
        raise NotImplementedError(type(self).__name__)

    async def _base(self, view: View) -> Any:
        """The parent's result."""
        parent = self._parent
        return parent._future.result() if parent._future else await parent.compute(view)


class DetectAllFacesTask(Task[list[FaceDetection]]):
    """All faces of a picture, best first."""

    def __init__(
        self, session: Session, nets: Nets, source: object, options: DetectorOptions | None
    ) -> None:
        super().__init__(session, nets, source)
        self._options = check_options(options)

    async def compute(self, view: View) -> list[FaceDetection]:
        return await detect(view, self._nets, self._options)

    def with_face_landmarks(self, use_tiny_model: bool = False) -> DetectAllFaceLandmarksTask:
        """68 points for every face."""
        return DetectAllFaceLandmarksTask(self, use_tiny_model)


class DetectSingleFaceTask(Task[FaceDetection | None]):
    """The face with the highest score, or None."""

    def __init__(
        self, session: Session, nets: Nets, source: object, options: DetectorOptions | None
    ) -> None:
        super().__init__(session, nets, source)
        self._options = check_options(options)

    async def compute(self, view: View) -> FaceDetection | None:
        found = await detect(view, self._nets, self._options)
        return max(found, key=lambda face: face.score, default=None)

    def with_face_landmarks(self, use_tiny_model: bool = False) -> DetectSingleFaceLandmarksTask:
        """68 points of the face."""
        return DetectSingleFaceLandmarksTask(self, use_tiny_model)


class DetectAllFaceLandmarksTask(Task[list[FaceResult]]):
    """All faces with landmarks."""

    def __init__(self, parent: DetectAllFacesTask, tiny: bool) -> None:
        super().__init__(parent._session, parent._nets, parent._source, parent)
        self._tiny = bool(tiny)

    async def compute(self, view: View) -> list[FaceResult]:
        return await add_landmarks(view, self._nets, await self._base(view), self._tiny)

    def with_face_descriptors(self) -> ComputeAllFaceDescriptorsTask:
        """A descriptor for every face."""
        return ComputeAllFaceDescriptorsTask(self)


class DetectSingleFaceLandmarksTask(Task[FaceResult | None]):
    """The best face with landmarks, or None."""

    def __init__(self, parent: DetectSingleFaceTask, tiny: bool) -> None:
        super().__init__(parent._session, parent._nets, parent._source, parent)
        self._tiny = bool(tiny)

    async def compute(self, view: View) -> FaceResult | None:
        face = await self._base(view)
        found = await add_landmarks(view, self._nets, [face] if face else [], self._tiny)
        return found[0] if found else None

    def with_face_descriptor(self) -> ComputeSingleFaceDescriptorTask:
        """The descriptor of the face."""
        return ComputeSingleFaceDescriptorTask(self)


class ComputeAllFaceDescriptorsTask(Task[list[FaceResult]]):
    """All faces with landmarks and descriptors."""

    def __init__(self, parent: DetectAllFaceLandmarksTask) -> None:
        super().__init__(parent._session, parent._nets, parent._source, parent)

    async def compute(self, view: View) -> list[FaceResult]:
        return await add_descriptors(view, self._nets, await self._base(view))


class ComputeSingleFaceDescriptorTask(Task[FaceResult | None]):
    """The best face with landmarks and descriptor, or None."""

    def __init__(self, parent: DetectSingleFaceLandmarksTask) -> None:
        super().__init__(parent._session, parent._nets, parent._source, parent)

    async def compute(self, view: View) -> FaceResult | None:
        face = await self._base(view)
        found = await add_descriptors(view, self._nets, [face] if face else [])
        return found[0] if found else None


def check_options(options: object) -> DetectorOptions:
    """The options, SsdMobilenetv1Options() for None; raises OptionsError for anything else."""
    if options is None:
        return SsdMobilenetv1Options()
    if not isinstance(options, SsdMobilenetv1Options | TinyFaceDetectorOptions):
        raise OptionsError(
            f"options of the type {type(options).__name__}; expected {DETECTORS}, whose class "
            "decides which detector runs"
        )
    return options


async def detect(view: View, nets: Nets, options: DetectorOptions) -> list[FaceDetection]:
    """Faces of a picture with the detector that the options belong to."""
    if isinstance(options, TinyFaceDetectorOptions):
        boxes, scores = await _tiny(view, nets.tiny_face_detector, options)
    else:
        assert isinstance(options, SsdMobilenetv1Options)
        boxes, scores = await _ssd(view, nets.ssd_mobilenetv1, options)
    size = Dimensions(view.width, view.height)
    return [
        FaceDetection(score, Box(*box), size)
        for box, score in zip(boxes.tolist(), scores.tolist(), strict=True)
    ]


async def _tiny(view: View, net: WeightedNet, options: TinyFaceDetectorOptions) -> Any:
    _ = net.tensors  # says what to do where it is not loaded
    outputs, fits = await view.infer(net, [view.whole], options.input_size)
    return decode_tiny_yolo(
        outputs["grid"][0], options.input_size, fits[0].reshaped, options.score_threshold
    )


async def _ssd(view: View, net: WeightedNet, options: SsdMobilenetv1Options) -> Any:
    anchors = net.tensors["Output/extra_dim"].array()[0]
    outputs, fits = await view.infer(net, [view.whole])
    boxes = np.concatenate([outputs[f"boxes_{p}"].reshape(-1, 4) for p in range(6)])
    classes = np.concatenate([outputs[f"classes_{p}"].reshape(-1, 3) for p in range(6)])
    return decode_ssd(
        boxes, classes, anchors, options.min_confidence, options.max_results, fits[0].reshaped
    )


async def landmarks_of(
    view: View | Views, net: WeightedNet, crops: list[Box]
) -> list[FaceLandmarks68]:
    """Landmarks relative to each crop."""
    _ = net.tensors
    if not crops:
        return []
    outputs, _fits = await view.infer(net, crops)
    sizes = np.array([(crop.width, crop.height) for crop in crops])
    points = decode_landmarks(outputs["points"].reshape(len(crops), -1), sizes)
    return [
        FaceLandmarks68(point, Dimensions(crop.width, crop.height))
        for point, crop in zip(points, crops, strict=True)
    ]


async def add_landmarks(
    view: View, nets: Nets, detections: list[FaceDetection], tiny: bool
) -> list[FaceResult]:
    """Results with landmarks; a face whose box lies wholly outside the picture is dropped."""
    crops = [crop_box(face, view.width, view.height) for face in detections]
    pairs = [(f, c) for f, c in zip(detections, crops, strict=True) if not c.is_empty]
    net = nets.face_landmark_68_tiny_net if tiny else nets.face_landmark_68_net
    found = await landmarks_of(view, net, [crop for _, crop in pairs])
    return [
        FaceResult.with_landmarks(face, landmarks, Point(crop.x, crop.y))
        for (face, crop), landmarks in zip(pairs, found, strict=True)
    ]


async def descriptors_of(view: View | Views, net: WeightedNet, crops: list[Box]) -> Any:
    """(N, 128) float32."""
    _ = net.tensors
    if not crops:
        return np.zeros((0, 128), np.float32)
    outputs, _fits = await view.infer(net, crops)
    return outputs["descriptor"].reshape(len(crops), 128)


async def add_descriptors(view: View, nets: Nets, faces: list[FaceResult]) -> list[FaceResult]:
    """Results with descriptors; a face whose square lies wholly outside the picture is dropped."""
    rects = [face.descriptor_rect for face in faces]
    crops = [crop_box(rect, view.width, view.height) for rect in rects if rect is not None]
    pairs = [(f, c) for f, c in zip(faces, crops, strict=True) if not c.is_empty]
    found = await descriptors_of(view, nets.face_recognition_net, [crop for _, crop in pairs])
    return [
        replace(face, descriptor=descriptor)
        for (face, _), descriptor in zip(pairs, found, strict=True)
    ]
