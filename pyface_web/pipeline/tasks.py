"""Composable tasks: detection, then what nets add to each face, on one picture.

A task does nothing until it is awaited, runs once however often it is awaited, and raises what
goes wrong (the original's tasks hang). Whoever stops waiting ends it for nobody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import (
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Hashable,
    Iterator,
    Mapping,
)
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pyface_web.engine.session import Session, View
from pyface_web.errors import InputError
from pyface_web.pipeline import stages
from pyface_web.pipeline.crowd import look_together
from pyface_web.pipeline.repeatable import Repeatable
from pyface_web.pipeline.shared import SharedWork
from pyface_web.pipeline.stages import STAGES, Faces, Nets
from pyface_web.values.alignment import DEFAULT_ALIGN, DEFAULT_REFINE, Align
from pyface_web.values.detection import FaceDetection
from pyface_web.values.face_list import FaceList
from pyface_web.values.given import instance, part, truth
from pyface_web.values.numeric import shown
from pyface_web.values.options import DetectorOptions
from pyface_web.values.results import FaceResult

T = TypeVar("T")
All = list[FaceResult]
Single = FaceResult | None
Stage = Callable[[View, Nets, Faces], Awaitable[Faces]]
_DETECTORS = tuple(stages.DETECTORS.values())


@dataclass(frozen=True)
class _Start:
    """What a chain of tasks begins with: a picture, and what looks at it."""

    session: Session
    nets: Nets
    source: object


class ComposableTask(Repeatable[T]):
    """Something to compute on one picture; await it, or await run().

    asyncio takes it for a coroutine: `asyncio.run(task)`, `asyncio.create_task(task)`.
    Raises InputError for what is no task before it.
    """

    _single = False  # whether the result is one face or None, not a list

    def __init__(self, before: _Start | ComposableTask[Any], stage: Stage) -> None:
        if not isinstance(before, _Start | ComposableTask):
            raise InputError(
                f"{type(self).__name__}: expected the task before it, got {shown(before)}; begin "
                "with detect_all_faces or detect_single_face"
            )
        if not callable(stage):
            raise InputError(f"{type(self).__name__}: stage: expected a stage, got {shown(stage)}")
        super().__init__()
        self._parent = before if isinstance(before, ComposableTask) else None
        self._start: _Start = before._start if isinstance(before, ComposableTask) else before
        self._stage = stage
        # Equal where another task asks the same of its picture.
        self._asks: Hashable = stage if isinstance(stage, stages.Stage) else id(stage)
        self._work: SharedWork[T] = SharedWork()
        self._faces: Faces | None = None  # once they are found

    if not TYPE_CHECKING:  # which is to find names that are not there

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(_misplaced(self, name), name=name, obj=self)

    def __await__(self) -> Generator[Any, None, T]:
        return self.run().__await__()

    def run(self) -> asyncio.Future[T]:
        """Start the task, or join it where it runs already.

        To cancel the future ends the wait for it, and the task where nobody else waits; what was
        ended so starts again when it is asked for once more.
        """
        return self._work.join(self._begin)

    def _begin(self) -> Coroutine[Any, Any, T]:
        return self._run(self._start.session.generation)

    async def _run(self, generation: int) -> T:
        # An ancestor that was awaited before has its faces already. It is waited for before the
        # picture is opened, since it needs the session for itself.
        for task in self._ancestors():
            if task._work.has_begun:
                await task.run()
        session, source = self._start.session, self._start.source
        question = self._question(generation)
        faces = await look_together(session, source, question, self._compute, generation)
        self._faces = faces
        if not self._single:
            return cast(T, FaceList(faces))
        return cast(T, faces[0] if faces else None)

    def _question(self, generation: int) -> Hashable:
        """What is asked of the picture; None where it is of faces that this task alone knows."""
        if any(task._faces is not None for task in self._ancestors()):
            return None
        return (generation, self._asks, *(task._asks for task in self._ancestors()))

    def _ancestors(self) -> Iterator[ComposableTask[Any]]:
        task = self._parent
        while task is not None:
            yield task
            task = task._parent

    async def _compute(self, view: View) -> Faces:
        """The faces, on a picture that the session holds."""
        if self._faces is not None:
            return self._faces
        before = await self._parent._compute(view) if self._parent else ()
        return await self._stage(view, self._start.nets, before)


def _misplaced(task: ComposableTask[Any], name: str) -> str:
    """What is said of a name that a task does not have."""
    said = f"{type(task).__name__!r} has no attribute {name!r}"
    if name not in ("with_face_descriptor", "with_face_descriptors"):
        return said
    if not isinstance(task, AllAlignedFacesTask | SingleAlignedFaceTask):
        return f"{said}; call .with_face_landmarks() before, by which descriptors are cut out"
    right = "with_face_descriptor()" if task._single else "with_face_descriptors()"
    return f"{said}; it is .{right} here, of {'one face' if task._single else 'a list of faces'}"


# --- what can follow


class AllFacesTask(ComposableTask[T]):
    """A list of faces."""

    def with_face_landmarks(
        self, use_tiny_model: bool = False, refine: bool = DEFAULT_REFINE
    ) -> DetectAllFaceLandmarksTask:
        """68 points for every face.

        refine: find them once more, on the face as they turn it upright; False leaves them as
        face-api.js has them, of the detection's box alone. Raises OptionsError for other values.

        ```python
        faces = await faceapi.detect_all_faces("photo").with_face_landmarks()
        faces[0].landmarks.positions  # (68, 2) in pixels of the picture
        ```
        """
        return DetectAllFaceLandmarksTask(self, use_tiny_model, refine)

    def with_face_expressions(self, align: Align = DEFAULT_ALIGN) -> AllFacesTask[All]:
        """Seven probabilities for every face.

        align: see `AllAlignedFacesTask.with_face_expressions`; without landmarks both are the
        detection's box.

        ```python
        faces = await faceapi.detect_all_faces("photo").with_face_expressions()
        faces[0].expressions.as_sorted_array()[0]  # ('happy', 0.98)
        ```
        """
        return AllFacesTask(self, STAGES["expressions"].given(align=align))

    def with_age_and_gender(self, align: Align = DEFAULT_ALIGN) -> AllFacesTask[All]:
        """Age and gender of every face. align: as for `with_face_expressions`.

        ```python
        faces = await faceapi.detect_all_faces("photo").with_age_and_gender()
        faces[0].age, faces[0].gender, faces[0].gender_probability  # 31.4, 'female', 0.97
        ```
        """
        return AllFacesTask(self, STAGES["age_and_gender"].given(align=align))


class AllAlignedFacesTask(AllFacesTask[All]):
    """A list of faces with landmarks."""

    def with_face_descriptors(self, align: Align = DEFAULT_ALIGN) -> ComputeAllFaceDescriptorsTask:
        """A descriptor for every face.

        align: how the face is cut out. "upright" turns it by its landmarks, as the net learned it
        (dlib's face chip), so that a head may lean; "box" is the square of face-api.js, which never
        turns. The two do not compare. Raises OptionsError for anything else.

        ```python
        task = faceapi.detect_all_faces("photo").with_face_landmarks()
        faces = await task.with_face_descriptors()
        faces[0].descriptor  # (128,) float32
        ```
        """
        return ComputeAllFaceDescriptorsTask(self, STAGES["descriptors"].given(align=align))

    def with_face_expressions(self, align: Align = DEFAULT_ALIGN) -> AllAlignedFacesTask:
        """Seven probabilities for every face.

        align: how the face is cut out: "upright", a square about its landmarks, turned by them, or
        "box", the box around them, as in face-api.js. Raises OptionsError for anything else.
        """
        return AllAlignedFacesTask(self, STAGES["expressions"].given(align=align))

    def with_age_and_gender(self, align: Align = DEFAULT_ALIGN) -> AllAlignedFacesTask:
        """Age and gender of every face. align: as for `with_face_expressions`."""
        return AllAlignedFacesTask(self, STAGES["age_and_gender"].given(align=align))


class SingleFaceTask(ComposableTask[T]):
    """One face, or None."""

    _single = True

    def with_face_landmarks(
        self, use_tiny_model: bool = False, refine: bool = DEFAULT_REFINE
    ) -> DetectSingleFaceLandmarksTask:
        """68 points of the face; as `AllFacesTask.with_face_landmarks`."""
        return DetectSingleFaceLandmarksTask(self, use_tiny_model, refine)

    def with_face_expressions(self, align: Align = DEFAULT_ALIGN) -> SingleFaceTask[Single]:
        """Seven probabilities for the face; as `AllFacesTask.with_face_expressions`."""
        return SingleFaceTask(self, STAGES["expressions"].given(align=align))

    def with_age_and_gender(self, align: Align = DEFAULT_ALIGN) -> SingleFaceTask[Single]:
        """Age and gender of the face; as `AllFacesTask.with_age_and_gender`."""
        return SingleFaceTask(self, STAGES["age_and_gender"].given(align=align))


class SingleAlignedFaceTask(SingleFaceTask[Single]):
    """One face with landmarks, or None."""

    def with_face_descriptor(self, align: Align = DEFAULT_ALIGN) -> ComputeSingleFaceDescriptorTask:
        """The descriptor of the face; as `AllAlignedFacesTask.with_face_descriptors`.

        ```python
        task = faceapi.detect_single_face("photo").with_face_landmarks()
        face = await task.with_face_descriptor()
        if face:
            matcher.find_best_match(face.descriptor)
        ```
        """
        return ComputeSingleFaceDescriptorTask(self, STAGES["descriptors"].given(align=align))

    def with_face_expressions(self, align: Align = DEFAULT_ALIGN) -> SingleAlignedFaceTask:
        """Seven probabilities for the face; as `AllAlignedFacesTask.with_face_expressions`."""
        return SingleAlignedFaceTask(self, STAGES["expressions"].given(align=align))

    def with_age_and_gender(self, align: Align = DEFAULT_ALIGN) -> SingleAlignedFaceTask:
        """Age and gender of the face; as `AllAlignedFacesTask.with_age_and_gender`."""
        return SingleAlignedFaceTask(self, STAGES["age_and_gender"].given(align=align))


# --- the tasks, by the names of face-api.js


class DetectFacesTaskBase(ComposableTask[T]):
    """The first task of a chain: a picture and the options whose class names the detector.

    Raises InputError for another session or nets, OptionsError for other options.
    """

    def __init__(
        self, session: Session, nets: Nets, source: object, options: DetectorOptions | None
    ) -> None:
        instance(session, Session, type(self).__name__, "use detect_all_faces")
        if not isinstance(nets, Mapping) or any(part(nets, name) is None for name, _ in _DETECTORS):
            raise InputError(f"{type(self).__name__}: expected nets, got {shown(nets)}")
        chosen, single = stages.check_options(options), self._single
        super().__init__(
            _Start(session, nets, source),
            lambda view, nets, _: stages.detect(view, nets, chosen, single),
        )
        self._options = chosen
        self._asks = (id(session), id(nets), single, repr(chosen))


class DetectAllFacesTask(
    DetectFacesTaskBase[list[FaceDetection]], AllFacesTask[list[FaceDetection]]
):
    """All faces of a picture, best first."""


class DetectSingleFaceTask(
    DetectFacesTaskBase[FaceDetection | None], SingleFaceTask[FaceDetection | None]
):
    """The face with the highest score, or None."""


class DetectFaceLandmarksTaskBase(ComposableTask[T]):
    """Faces with landmarks."""

    def __init__(
        self, before: ComposableTask[Any], use_tiny_model: bool, refine: bool = DEFAULT_REFINE
    ) -> None:
        is_tiny = truth(use_tiny_model, "with_face_landmarks: use_tiny_model")
        stage = STAGES["tiny_landmarks" if is_tiny else "landmarks"]
        super().__init__(before, stage.given(refine=refine))


class DetectAllFaceLandmarksTask(DetectFaceLandmarksTaskBase[All], AllAlignedFacesTask):
    """All faces with landmarks."""


class DetectSingleFaceLandmarksTask(DetectFaceLandmarksTaskBase[Single], SingleAlignedFaceTask):
    """The best face with landmarks, or None."""


class ComputeFaceDescriptorsTaskBase(ComposableTask[T]):
    """Faces with landmarks and descriptors."""


class ComputeAllFaceDescriptorsTask(ComputeFaceDescriptorsTaskBase[All], AllAlignedFacesTask):
    """All faces with landmarks and descriptors."""


class ComputeSingleFaceDescriptorTask(
    ComputeFaceDescriptorsTaskBase[Single], SingleAlignedFaceTask
):
    """The best face with landmarks and descriptor, or None."""
