"""Composable tasks: detection, then what nets add to each face, on one picture.

A task does nothing until it is awaited, runs once however often it is awaited, and raises what
goes wrong (the original's tasks hang).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from functools import partial
from typing import Any, Generic, TypeVar

from pyface_web.engine.session import Session, View
from pyface_web.pipeline import stages
from pyface_web.pipeline.stages import Nets
from pyface_web.values.detection import FaceDetection
from pyface_web.values.options import DetectorOptions
from pyface_web.values.results import FaceResult

T = TypeVar("T")
All = list[FaceResult]
Single = FaceResult | None
Stage = Callable[[View, Nets, Any], Awaitable[list[FaceResult]]]


class ComposableTask(Generic[T]):
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
            return await self._compute(view)

    async def _compute(self, view: View) -> T:
        """The result, on a picture that the session holds."""
        raise NotImplementedError(type(self).__name__)

    async def _base(self, view: View) -> Any:
        """The parent's result."""
        parent = self._parent
        return parent._future.result() if parent._future else await parent._compute(view)


# --- one more net on the faces of another task


class _ExtendedTask(ComposableTask[T]):
    """The faces of its parent with what one stage adds: a list, or a single one or None."""

    def __init__(self, parent: Any, stage: Stage) -> None:
        super().__init__(parent._session, parent._nets, parent._source, parent)
        self._stage = stage

    async def _compute(self, view: View) -> T:
        base: Any = await self._base(view)
        if isinstance(base, list):
            found: Any = await self._stage(view, self._nets, base)
            return found  # type: ignore[no-any-return]
        found = await self._stage(view, self._nets, [base] if base else [])
        return found[0] if found else None  # type: ignore[return-value]


class _AllFaces:
    """What can follow where there is a list of faces."""

    def with_face_landmarks(self, use_tiny_model: bool = False) -> DetectAllFaceLandmarksTask:
        """68 points for every face."""
        return DetectAllFaceLandmarksTask(self, use_tiny_model)

    def with_face_expressions(self) -> PredictAllFaceExpressionsTask:
        """Seven probabilities for every face."""
        return PredictAllFaceExpressionsTask(self, stages.add_expressions)

    def with_age_and_gender(self) -> PredictAllAgeAndGenderTask:
        """Age and gender of every face."""
        return PredictAllAgeAndGenderTask(self, stages.add_age_and_gender)


class _AllFacesAligned(_AllFaces):
    """What can follow where there is a list of faces with landmarks."""

    def with_face_descriptors(self) -> ComputeAllFaceDescriptorsTask:
        """A descriptor for every face."""
        return ComputeAllFaceDescriptorsTask(self, stages.add_descriptors)

    def with_face_expressions(self) -> PredictAllFaceExpressionsWithFaceAlignmentTask:
        """Seven probabilities for every face."""
        return PredictAllFaceExpressionsWithFaceAlignmentTask(self, stages.add_expressions)

    def with_age_and_gender(self) -> PredictAllAgeAndGenderWithFaceAlignmentTask:
        """Age and gender of every face."""
        return PredictAllAgeAndGenderWithFaceAlignmentTask(self, stages.add_age_and_gender)


class _SingleFace:
    """What can follow where there is one face, or None."""

    def with_face_landmarks(self, use_tiny_model: bool = False) -> DetectSingleFaceLandmarksTask:
        """68 points of the face."""
        return DetectSingleFaceLandmarksTask(self, use_tiny_model)

    def with_face_expressions(self) -> PredictSingleFaceExpressionsTask:
        """Seven probabilities for the face."""
        return PredictSingleFaceExpressionsTask(self, stages.add_expressions)

    def with_age_and_gender(self) -> PredictSingleAgeAndGenderTask:
        """Age and gender of the face."""
        return PredictSingleAgeAndGenderTask(self, stages.add_age_and_gender)


class _SingleFaceAligned(_SingleFace):
    """What can follow where there is one face with landmarks, or None."""

    def with_face_descriptor(self) -> ComputeSingleFaceDescriptorTask:
        """The descriptor of the face."""
        return ComputeSingleFaceDescriptorTask(self, stages.add_descriptors)

    def with_face_expressions(self) -> PredictSingleFaceExpressionsWithFaceAlignmentTask:
        """Seven probabilities for the face."""
        return PredictSingleFaceExpressionsWithFaceAlignmentTask(self, stages.add_expressions)

    def with_age_and_gender(self) -> PredictSingleAgeAndGenderWithFaceAlignmentTask:
        """Age and gender of the face."""
        return PredictSingleAgeAndGenderWithFaceAlignmentTask(self, stages.add_age_and_gender)


# --- the tasks, by the names of face-api.js


class DetectFacesTaskBase(ComposableTask[T]):
    """The first task of a chain: a picture and the options whose class names the detector."""

    def __init__(
        self, session: Session, nets: Nets, source: object, options: DetectorOptions | None
    ) -> None:
        super().__init__(session, nets, source)
        self._options = stages.check_options(options)

    async def _detect(self, view: View) -> list[FaceDetection]:
        return await stages.detect(view, self._nets, self._options)


class DetectAllFacesTask(DetectFacesTaskBase[list[FaceDetection]], _AllFaces):
    """All faces of a picture, best first."""

    async def _compute(self, view: View) -> list[FaceDetection]:
        return await self._detect(view)


class DetectSingleFaceTask(DetectFacesTaskBase[FaceDetection | None], _SingleFace):
    """The face with the highest score, or None."""

    async def _compute(self, view: View) -> FaceDetection | None:
        return max(await self._detect(view), key=lambda face: face.score, default=None)


class DetectFaceLandmarksTaskBase(_ExtendedTask[T]):
    """Faces with landmarks."""

    def __init__(self, parent: Any, use_tiny_model: bool) -> None:
        super().__init__(parent, partial(stages.add_landmarks, tiny=bool(use_tiny_model)))


class DetectAllFaceLandmarksTask(DetectFaceLandmarksTaskBase[All], _AllFacesAligned):
    """All faces with landmarks."""


class DetectSingleFaceLandmarksTask(DetectFaceLandmarksTaskBase[Single], _SingleFaceAligned):
    """The best face with landmarks, or None."""


class ComputeFaceDescriptorsTaskBase(_ExtendedTask[T]):
    """Faces with landmarks and descriptors."""


class ComputeAllFaceDescriptorsTask(ComputeFaceDescriptorsTaskBase[All], _AllFacesAligned):
    """All faces with landmarks and descriptors."""


class ComputeSingleFaceDescriptorTask(ComputeFaceDescriptorsTaskBase[Single], _SingleFaceAligned):
    """The best face with landmarks and descriptor, or None."""


class PredictAllFaceExpressionsTask(_ExtendedTask[All], _AllFaces):
    """All faces with expressions."""


class PredictAllFaceExpressionsWithFaceAlignmentTask(
    _AllFacesAligned, PredictAllFaceExpressionsTask
):
    """All faces with landmarks and expressions."""


class PredictSingleFaceExpressionsTask(_ExtendedTask[Single], _SingleFace):
    """The best face with expressions, or None."""


class PredictSingleFaceExpressionsWithFaceAlignmentTask(
    _SingleFaceAligned, PredictSingleFaceExpressionsTask
):
    """The best face with landmarks and expressions, or None."""


class PredictAllAgeAndGenderTask(_ExtendedTask[All], _AllFaces):
    """All faces with age and gender."""


class PredictAllAgeAndGenderWithFaceAlignmentTask(_AllFacesAligned, PredictAllAgeAndGenderTask):
    """All faces with landmarks, age and gender."""


class PredictSingleAgeAndGenderTask(_ExtendedTask[Single], _SingleFace):
    """The best face with age and gender, or None."""


class PredictSingleAgeAndGenderWithFaceAlignmentTask(
    _SingleFaceAligned, PredictSingleAgeAndGenderTask
):
    """The best face with landmarks, age and gender, or None."""
