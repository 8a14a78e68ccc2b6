"""Nets: each loads its weights and computes on the one session. Their names are face-api.js's.

`nets` holds one of each, which the tasks use; more can be made, with weights of their own.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any, ClassVar, TypeVar

import numpy as np
import numpy.typing as npt

from pyface_web.engine.registry import say_loaded
from pyface_web.engine.session import Session, View, Views
from pyface_web.errors import (
    DisposedError,
    InputError,
    MissingTensorError,
    OptionsError,
    WeightsError,
)
from pyface_web.host import kind_of
from pyface_web.models.age_gender import AGE_GENDER
from pyface_web.models.architecture import Architecture, Pyramid
from pyface_web.models.face_expression import FACE_EXPRESSION
from pyface_web.models.face_landmark_68 import FACE_LANDMARK_68, FACE_LANDMARK_68_TINY
from pyface_web.models.face_recognition import FACE_RECOGNITION
from pyface_web.models.mtcnn import MTCNN
from pyface_web.models.ssd_mobilenetv1 import SSD_MOBILENETV1
from pyface_web.models.tiny_face_detector import TINY_FACE_DETECTOR
from pyface_web.models.tiny_yolov2 import TINY_YOLOV2, TINY_YOLOV2_SEPARABLE
from pyface_web.pictures.given import FacePictures, PictureLike
from pyface_web.pictures.source import sources_of
from pyface_web.pipeline import crops, stages
from pyface_web.pipeline.cascade import MtcnnFound, mtcnn_cascade, mtcnn_results
from pyface_web.pipeline.crowd import Begun, look_together, shared
from pyface_web.pipeline.detectors import anchors_of, ssd_heads
from pyface_web.values.arrays import Array
from pyface_web.values.detection import FaceDetection, ObjectDetection
from pyface_web.values.expressions import AgeAndGender, FaceExpressions
from pyface_web.values.face_list import FaceList
from pyface_web.values.geometry import Box, Point
from pyface_web.values.landmarks import FaceLandmarks68
from pyface_web.values.numeric import shown
from pyface_web.values.options import (
    DetectorOptions,
    MtcnnOptions,
    SsdMobilenetv1Options,
    TinyFaceDetectorOptions,
    TinyYolov2Options,
    read_options,
)
from pyface_web.values.results import Descriptor, FaceResult
from pyface_web.weights.addresses import is_address
from pyface_web.weights.fetch import OnProgress
from pyface_web.weights.load import Place, RawWeights, Weights, from_raw, from_values, load_tensors
from pyface_web.weights.model import Model
from pyface_web.weights.shards import Tensor, to_array

Landmarks = FaceLandmarks68

_Net = TypeVar("_Net", bound="NeuralNetwork")
_Value = TypeVar("_Value")

session = Session()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=session.go_on_in_fork)
_numbers = count(1)  # of the nets that were made, to tell those of one kind apart
_changes = count(1)  # of weights, in the order in which they were asked for
_AT_ONCE = 32  # pictures of a list that are held at the same time


class NeuralNetwork(Model):
    """A net on the global session: load it, run it, ask whether it is loaded, free it.

    Raises InputError for what is no architecture.
    """

    ARCHITECTURE: ClassVar[Architecture]
    VARIANTS: ClassVar[tuple[Architecture, ...]] = ()  # what its constructor chooses from

    def __init__(self, architecture: Architecture | None = None) -> None:
        kind, chosen = type(self), architecture
        if chosen is None:
            chosen = getattr(kind, "ARCHITECTURE", None)
        if not isinstance(chosen, Architecture):
            known = kind is not NeuralNetwork
            raise InputError(
                f"{kind.__name__}: expected an Architecture, got {shown(architecture)}; "
                + ("leave it out" if known else "use a class of a net, such as TinyFaceDetector")
            )
        super().__init__(chosen)
        self.key = f"{self.name}#{next(_numbers)}"
        self.change = 0  # that its weights come from
        # A net that nobody holds any more leaves nothing on the device.
        weakref.finalize(self, session.abandon, self.key).atexit = False

    @property
    def network(self) -> Architecture:
        """The same as `architecture`."""
        return self.architecture

    async def load(self, weights: Weights = None, on_progress: OnProgress | None = None) -> None:
        """Load weights; on failure the net stays as it was.

        What is asked for last stays, in whatever order weights arrive.
        weights: address of the folder that its files are in, or of the manifest there, which ends
        in .json; a `Path` is one of Python's file system, in a page, too. None is the page's
        folder, and in plain Python what is found: a folder that PYFACE_WEB_MODELS names, models/
        beside the package, the user's cache, and else the published weights, downloaded into that.
        Or {name: address} for each file, as where addresses are
        signed; or a flat float32 array, or its bytes, in the order of face-api.js.
        A query, such as ?token=..., goes to all files of the folder.
        Raises a WeightsError that says what was wrong with which file, DisposedError if the net was
        disposed of meanwhile.
        """
        change = next(_changes)
        tensors = await load_tensors(self.architecture, weights, on_progress)
        with self._changing:
            is_newest = change > self.change
            if is_newest:
                self.set_tensors(tensors)
                self.change = change
        if is_newest:
            say_loaded(self)
        elif not self.is_loaded:
            raise DisposedError(
                f"{self.in_words} was disposed of while its weights were on their way; "
                "load it again"
            )

    def set_tensors(self, tensors: Mapping[str, Tensor] | None) -> None:
        """Take over checked tensors, or forget them."""
        with self._changing:
            super().set_tensors(tensors)
            self.change = next(_changes)

    async def load_from_uri(self, uri: Place = None, on_progress: OnProgress | None = None) -> None:
        """As `load` with an address, or one for each file; WeightsError for anything else."""
        if not (uri is None or is_address(uri)):
            raise WeightsError(
                f"{self.name}.load_from_uri: expected an address, got {kind_of(uri)}; "
                "pass weights to load or extract_weights"
            )
        await self.load(uri, on_progress)

    async def load_from_disk(self, file_path: str | Path) -> None:
        """As `load` with a path of Python's file system, in a page that of Pyodide.

        Raises WeightsError for what is no path.
        """
        if not isinstance(file_path, str | Path):
            raise WeightsError(
                f"{self.name}.load_from_disk: expected a path, got {kind_of(file_path)}"
            )
        await self.load(Path(file_path))

    def load_from_weight_map(self, weight_map: Mapping[str, npt.ArrayLike]) -> None:
        """Take over arrays, any shape, by their names in the weight manifest; others are ignored.

        Raises MissingTensorError, TensorShapeError or ShardError; the net then stays as it was.
        """
        self.set_tensors(from_values(self.architecture, weight_map))

    def extract_weights(self, weights: RawWeights) -> None:
        """Take over a flat float32 array, or its bytes, in the order of face-api.js.

        Raises WeightsError for another count or type; the net then stays as it was.
        """
        self.set_tensors(from_raw(self.architecture, weights))

    @property
    def params(self) -> dict[str, Array] | None:
        """Path in the weight manifest -> float32 array of any shape, or None before `load`."""
        return dict(self.arrays) if self.is_loaded else None

    def get_param_from_path(self, param_path: str) -> Array:
        """An array, any shape, by its path in the manifest; MissingTensorError if unknown."""
        if not isinstance(param_path, str) or param_path not in self.tensors:
            raise MissingTensorError(
                f"{self.name}: there is no tensor {shown(param_path)}; expected one of "
                f"{self._some()}"
            )
        return self.tensors[param_path].array()

    def get_param_list(self) -> list[tuple[str, Array]]:
        """(path, float32 array of any shape) of every tensor."""
        return list(self.arrays.items())

    def serialize_params(self) -> Array:
        """All weights as one flat float32 array, as `load` and `extract_weights` take it.

        face-api.js leaves out parts of composed nets here, so that its own array does not load.
        """
        return to_array(self.tensors, self.architecture.raw_order(), self.architecture.raw_layouts)

    async def warm_up(self, view: View) -> None:
        """Compile and upload what the net needs, and run it once on a picture."""
        await view.infer(self, [view.whole])

    def get_default_model_name(self) -> str:
        """Beginning of the names of the weight files."""
        return self.architecture.model_name

    def dispose(self) -> None:
        """Forget the weights, and free what the backend holds of them; may be repeated."""
        session.forget(self.key)
        self.set_tensors(None)

    def _some(self) -> str:
        names = list(self.tensors)
        return ", ".join(names[:3]) + f" and {len(names) - 3} more"

    def __repr__(self) -> str:
        return f"<{type(self).__name__}{'' if self.is_loaded else ' (not loaded)'}>"

    async def _raw(self, input: object, size: int | None = None) -> dict[str, Array]:
        """Outputs of the net for a picture, or for a list of them, (N, height, width, C) each."""
        _ = self.tensors
        parts: list[dict[str, Array]] = []

        async def infer(views: Views, boxes: list[Box]) -> Iterable[None]:
            parts.append((await views.infer(self, boxes, size))[0])
            return [None] * len(boxes)

        await per_face(input, infer)
        if not parts:
            raise InputError(f"{self.in_words}: expected at least one picture, got an empty list")
        return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


async def per_face(
    input: object,
    compute: Callable[[Views, list[Box]], Awaitable[Iterable[_Value]]],
    net: NeuralNetwork | None = None,
) -> _Value | list[_Value]:
    """One value for one picture, a list for a list of pictures, which go as one batch.

    net: which computes, where whoever asks it about the same picture may be given the same value.
    """
    sources, is_batch = sources_of(input)
    generation = session.generation

    async def run(begun: Begun) -> list[_Value]:
        found: list[_Value] = []
        for first in range(0, len(sources), _AT_ONCE):
            some = sources[first : first + _AT_ONCE]
            async with session.open_each(some, generation) as views:
                begun()
                found.extend(await compute(views, views.whole))
        return found

    if is_batch:
        return await run(lambda: None)
    question = None if net is None else (generation, net.key)
    return (await shared(sources[0], question, run))[0]


class _FaceDetector(NeuralNetwork):
    """A net that finds faces in a picture."""

    OPTIONS: ClassVar[type[DetectorOptions]]

    async def locate_faces(
        self, input: PictureLike, options: DetectorOptions | Mapping[str, Any] | None = None
    ) -> list[Any]:
        """Faces of a picture, best first. options: of the net's class, or a mapping of them."""
        chosen = read_options(self.OPTIONS, options)
        _, find = stages.DETECTORS[self.OPTIONS]
        question = (session.generation, self.key, repr(chosen))
        faces = await look_together(session, input, question, lambda view: find(view, self, chosen))
        return FaceList(faces)


class SsdMobilenetv1(_FaceDetector):
    """SSD MobileNetV1 (5.6 MB), the default detector."""

    ARCHITECTURE = SSD_MOBILENETV1
    OPTIONS = SsdMobilenetv1Options

    async def forward(self, input: FacePictures) -> tuple[Array, Array]:
        """The heads as they are: (5118, 4) box encodings and (5118, 3) class logits.

        Raises InputError for an empty list.
        """
        return ssd_heads(await self._raw(input))


class _GridDetector(_FaceDetector):
    """A net whose output is a grid of cells with five anchors each."""

    OPTIONS: ClassVar[type[TinyYolov2Options]]

    @property
    def anchors(self) -> list[Point]:
        """Width (as x) and height (as y) of the five anchors in grid cells of 32 pixels."""
        return [Point(x, y) for x, y in anchors_of(self.architecture).tolist()]

    async def forward(self, input: FacePictures, input_size: int = 416) -> Array:
        """(N, S/32, S/32, 5 V): the grid as it is, for N pictures scaled to squares of S pixels.

        V = 5 values of each anchor: the logits of x, y, width, height and score; Tiny YOLOv2 with
        ordinary convolutions has a sixth, that of the class. Raises InputError for an empty list.
        """
        size = self.OPTIONS(input_size=input_size).input_size
        return (await self._raw(input, size))["grid"]

    async def detect(
        self, input: PictureLike, options: TinyYolov2Options | Mapping[str, Any] | None = None
    ) -> list[ObjectDetection]:
        """As `locate_faces`, as objects of the class "face"."""
        faces: list[FaceDetection] = await self.locate_faces(input, options)
        return [
            ObjectDetection(face.score, face.score, "face", face.relative_box, face.image_size)
            for face in faces
        ]


class TinyFaceDetector(_GridDetector):
    """The tiny face detector (190 KB)."""

    ARCHITECTURE = TINY_FACE_DETECTOR
    OPTIONS = TinyFaceDetectorOptions


class TinyYolov2(_GridDetector):
    """Tiny YOLOv2, with separable or with ordinary convolutions; its weights are yours to bring.

    face-api.js has them no longer. They are 1,794,500 numbers for separable convolutions (files
    named tiny_yolov2_separable_conv_model), 15,767,454 for ordinary ones (tiny_yolov2_model).
    """

    OPTIONS = TinyYolov2Options
    VARIANTS = (TINY_YOLOV2_SEPARABLE, TINY_YOLOV2)

    def __init__(self, with_separable_convs: bool = True) -> None:
        """Raises OptionsError for anything but True and False, weights for instance."""
        if not isinstance(with_separable_convs, bool):
            raise OptionsError(
                "TinyYolov2: with_separable_convs: expected True or False, got "
                f"{shown(with_separable_convs)}; load weights into the net with load()"
            )
        super().__init__(TINY_YOLOV2_SEPARABLE if with_separable_convs else TINY_YOLOV2)

    @property
    def with_separable_convs(self) -> bool:
        """Whether its convolutions are separable."""
        return self.architecture is TINY_YOLOV2_SEPARABLE


class Mtcnn(_FaceDetector):
    """MTCNN (2.0 MB): three nets in a row, faces of any size, five points each."""

    ARCHITECTURE = MTCNN
    OPTIONS = MtcnnOptions

    @cached_property
    def parts(self) -> tuple[Model, ...]:
        """The three nets, which share its weights."""
        return tuple(Model(part) for part in self.architecture.parts)

    def __init__(self) -> None:
        super().__init__()
        for part in self.parts:
            part.key = f"{self.key}/{part.name}"
            weakref.finalize(self, session.abandon, part.key).atexit = False

    def set_tensors(self, tensors: Mapping[str, Tensor] | None) -> None:
        """Take over checked tensors, or forget them; the three nets share them."""
        with self._changing:
            super().set_tensors(tensors)
            for part in self.parts:
                part.set_tensors(tensors)

    def dispose(self) -> None:
        """Forget the weights, and free what the backend holds of them; may be repeated."""
        super().dispose()
        for part in self.parts:
            session.forget(part.key)

    async def warm_up(self, view: View) -> None:
        """Run each of the three nets once."""
        pnet, *others = self.parts
        pyramid = Pyramid((view.width, view.height), ((24, 24), (16, 16)))
        await view.infer_pyramid(pnet, pyramid)
        for net in others:
            await view.infer(net, [view.whole])

    async def forward(
        self, input: PictureLike, options: MtcnnOptions | Mapping[str, Any] | None = None
    ) -> list[FaceResult]:
        """Faces of a picture with their five points (FaceLandmarks5), best first."""
        faces, _ = await self.forward_with_stats(input, options)
        return faces

    async def forward_with_stats(
        self, input: PictureLike, options: MtcnnOptions | Mapping[str, Any] | None = None
    ) -> tuple[list[FaceResult], dict[str, Any]]:
        """As `forward`, and how it came about.

        The second value has `total` (milliseconds), `scales`, `pyramid` (sizes of the levels as
        {width, height}), `stage1` (scale and num_boxes of each level), and the numbers of boxes
        that came into each later stage: `stage2_num_input_boxes`, `stage3_num_input_boxes`. The
        original's times of the parts of a stage have no counterpart: a stage is one batch here.
        """
        chosen = read_options(MtcnnOptions, options)
        start = perf_counter()

        async def look(view: View) -> tuple[list[FaceResult], MtcnnFound]:
            found = await mtcnn_cascade(view, self, chosen)
            return mtcnn_results(view, found), found

        question = (session.generation, self.key, "stats", repr(chosen))
        faces, found = await look_together(session, input, question, look)
        return faces, {
            "total": (perf_counter() - start) * 1e3,
            "scales": [level.scale for level in found.levels],
            "pyramid": [{"width": lv.width, "height": lv.height} for lv in found.levels],
            "stage1": [
                {"scale": level.scale, "num_boxes": boxes}
                for level, boxes in zip(found.levels, found.boxes_of_levels, strict=True)
            ],
            "stage2_num_input_boxes": found.boxes_of_first,
            "stage3_num_input_boxes": found.boxes_of_second,
        }


class FaceLandmark68Net(NeuralNetwork):
    """The 68-point landmark net (360 KB)."""

    ARCHITECTURE = FACE_LANDMARK_68

    async def detect_landmarks(self, input: FacePictures) -> Landmarks | list[Landmarks]:
        """68 points of a picture that shows one face; a list of them for a list of pictures."""
        return await per_face(
            input, lambda views, boxes: crops.landmarks_of(views, self, boxes), self
        )

    async def forward(self, input: FacePictures) -> Array:
        """(N, 136): x0, y0, x1, y1 ... relative to each of N pictures; InputError for none."""
        pictures: list[Any] = sources_of(input)[0]
        found = await self.detect_landmarks(pictures)
        assert isinstance(found, list)
        if not found:
            raise InputError(f"{self.in_words}: expected at least one picture, got an empty list")
        return np.stack([face.relative_positions.reshape(-1) for face in found])


class FaceLandmark68TinyNet(FaceLandmark68Net):
    """The tiny 68-point landmark net (77 KB)."""

    ARCHITECTURE = FACE_LANDMARK_68_TINY


class FaceRecognitionNet(NeuralNetwork):
    """The face recognition net (6.4 MB)."""

    ARCHITECTURE = FACE_RECOGNITION

    async def compute_face_descriptor(self, input: FacePictures) -> Descriptor | list[Descriptor]:
        """(128,) float32 of a picture that shows one aligned face; a list for a list of them."""
        return await per_face(
            input, lambda views, boxes: crops.descriptors_of(views, self, boxes), self
        )

    async def forward(self, input: FacePictures) -> Array:
        """(N, 128) descriptors of N pictures; InputError for none."""
        return (await self._raw(input))["descriptor"].reshape(-1, 128)


class FaceExpressionNet(NeuralNetwork):
    """The face expression net (330 KB)."""

    ARCHITECTURE = FACE_EXPRESSION

    async def predict_expressions(
        self, input: FacePictures
    ) -> FaceExpressions | list[FaceExpressions]:
        """Seven probabilities of a picture that shows one face; a list for a list of pictures."""
        return await per_face(
            input, lambda views, boxes: crops.expressions_of(views, self, boxes), self
        )

    async def forward(self, input: FacePictures) -> Array:
        """(N, 7) probabilities of N pictures, in the order of FACE_EXPRESSION_LABELS.

        Raises InputError for an empty list.
        """
        logits = (await self._raw(input))["expressions"].reshape(-1, 7)
        return crops.softmax(logits).astype(np.float32)


class AgeGenderNet(NeuralNetwork):
    """The age and gender net (430 KB)."""

    ARCHITECTURE = AGE_GENDER

    async def predict_age_and_gender(
        self, input: FacePictures
    ) -> AgeAndGender | list[AgeAndGender]:
        """Age and gender of a picture that shows one face; a list for a list of pictures."""
        return await per_face(input, lambda views, boxes: crops.ages_of(views, self, boxes), self)

    async def forward(self, input: FacePictures) -> tuple[Array, Array]:
        """(N,) ages in years, and (N, 2) probabilities of male and female, of N pictures.

        Raises InputError for an empty list.
        """
        raw = await self._raw(input)
        gender = crops.softmax(raw["gender"].reshape(-1, 2)).astype(np.float32)
        return raw["age"].reshape(-1), gender


FaceDetectionNet = SsdMobilenetv1
FaceLandmarkNet = FaceLandmark68Net


class GlobalNets(Mapping[str, NeuralNetwork]):
    """One of each net, which tasks and the functions of the module use: the list of all nets.

    Each is an attribute, by the name of its architecture, and a value of this mapping.
    """

    def __init__(self) -> None:
        self.ssd_mobilenetv1: SsdMobilenetv1 = SsdMobilenetv1()
        self.tiny_face_detector: TinyFaceDetector = TinyFaceDetector()
        self.tiny_yolov2: TinyYolov2 = TinyYolov2()
        self.mtcnn: Mtcnn = Mtcnn()
        self.face_landmark68_net: FaceLandmark68Net = FaceLandmark68Net()
        self.face_landmark68_tiny_net: FaceLandmark68TinyNet = FaceLandmark68TinyNet()
        self.face_recognition_net: FaceRecognitionNet = FaceRecognitionNet()
        self.face_expression_net: FaceExpressionNet = FaceExpressionNet()
        self.age_gender_net: AgeGenderNet = AgeGenderNet()
        for name, net in self.items():
            assert name == net.name, f"nets.{name} is called {net.name} by its architecture"
            for part in (net, *net.parts):
                part.key = part.name

    def __getitem__(self, name: str) -> NeuralNetwork:
        net = vars(self).get(name) if isinstance(name, str) else None
        if not isinstance(net, NeuralNetwork):
            raise KeyError(name)
        return net

    def __iter__(self) -> Iterator[str]:
        return iter(vars(self))

    def __len__(self) -> int:
        return len(vars(self))

    def __repr__(self) -> str:
        state = (f"{name}{'' if net.is_loaded else ' (not loaded)'}" for name, net in self.items())
        return f"<nets: {', '.join(state)}>"


nets = GlobalNets()


# --- nets of one's own, from weights as a flat float32 array or its bytes


def create_ssd_mobilenetv1(weights: RawWeights) -> SsdMobilenetv1:
    """A new SSD MobileNetV1 with these weights; WeightsError where they do not fit."""
    return _with(SsdMobilenetv1(), weights)


def create_tiny_face_detector(weights: RawWeights) -> TinyFaceDetector:
    """A new tiny face detector with these weights; WeightsError where they do not fit."""
    return _with(TinyFaceDetector(), weights)


def create_tiny_yolov2(weights: RawWeights, with_separable_convs: bool = True) -> TinyYolov2:
    """A new Tiny YOLOv2 with these weights; WeightsError where they do not fit."""
    return _with(TinyYolov2(with_separable_convs), weights)


def create_face_landmark_net(weights: RawWeights) -> FaceLandmark68Net:
    """A new 68-point landmark net with these weights; WeightsError where they do not fit."""
    return _with(FaceLandmark68Net(), weights)


def create_face_recognition_net(weights: RawWeights) -> FaceRecognitionNet:
    """A new face recognition net with these weights; WeightsError where they do not fit."""
    return _with(FaceRecognitionNet(), weights)


def create_mtcnn(weights: RawWeights) -> Mtcnn:
    """A new MTCNN with these weights; WeightsError where they do not fit."""
    return _with(Mtcnn(), weights)


create_face_detection_net = create_ssd_mobilenetv1


def _with(net: _Net, weights: RawWeights) -> _Net:
    net.extract_weights(weights)
    return net
