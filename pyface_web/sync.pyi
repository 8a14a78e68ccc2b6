"""The same names without `await`; written by tools/sync_stub.py."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Generic, Self, TypeVar, overload

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray

from pyface_web import (
    BIOMETRIC_NOTICE as BIOMETRIC_NOTICE,
    FACE_EXPRESSION_LABELS as FACE_EXPRESSION_LABELS,
    AgeAndGender as AgeAndGender,
    AnchorPosition as AnchorPosition,
    Backend as Backend,
    BoundingBox as BoundingBox,
    Box as Box,
    BoxWithText as BoxWithText,
    Camera as Camera,
    Comparison as Comparison,
    CpuBackend as CpuBackend,
    Dimensions as Dimensions,
    DrawBox as DrawBox,
    DrawBoxOptions as DrawBoxOptions,
    DrawFaceLandmarks as DrawFaceLandmarks,
    DrawFaceLandmarksOptions as DrawFaceLandmarksOptions,
    DrawTextField as DrawTextField,
    DrawTextFieldOptions as DrawTextFieldOptions,
    ErrorRates as ErrorRates,
    ExpressionProbability as ExpressionProbability,
    FaceDetection as FaceDetection,
    FaceDetectionWithLandmarks as FaceDetectionWithLandmarks,
    FaceExpressions as FaceExpressions,
    FaceFinder as FaceFinder,
    FaceIndex as FaceIndex,
    FaceLandmarks as FaceLandmarks,
    FaceLandmarks5 as FaceLandmarks5,
    FaceLandmarks68 as FaceLandmarks68,
    FaceMatch as FaceMatch,
    FaceMatcher as FaceMatcher,
    FaceQuality as FaceQuality,
    FaceResult as FaceResult,
    Frame as Frame,
    FullFaceDescription as FullFaceDescription,
    Gender as Gender,
    HeadPose as HeadPose,
    Identity as Identity,
    LabeledBox as LabeledBox,
    LabeledFaceDescriptors as LabeledFaceDescriptors,
    MtcnnOptions as MtcnnOptions,
    NetInput as NetInput,
    ObjectDetection as ObjectDetection,
    PictureFaces as PictureFaces,
    PictureLike as PictureLike,
    Point as Point,
    PredictedBox as PredictedBox,
    Progress as Progress,
    PyfaceError as PyfaceError,
    QualityLimits as QualityLimits,
    QualityProblem as QualityProblem,
    Rect as Rect,
    SsdMobilenetv1Options as SsdMobilenetv1Options,
    TinyFaceDetectorOptions as TinyFaceDetectorOptions,
    TinyYolov2Options as TinyYolov2Options,
    TinyYolov2SizeType as TinyYolov2SizeType,
    TrackedFace as TrackedFace,
    Tracker as Tracker,
    TrackOptions as TrackOptions,
    Waits as Waits,
    Weights as Weights,
    close_camera as close_camera,
    cluster as cluster,
    compute_reshaped_dimensions as compute_reshaped_dimensions,
    create_canvas as create_canvas,
    dispose as dispose,
    distance_histograms as distance_histograms,
    draw as draw,
    draw_box as draw_box,
    draw_contour as draw_contour,
    draw_detection as draw_detection,
    draw_detections as draw_detections,
    draw_face_expressions as draw_face_expressions,
    draw_face_landmarks as draw_face_landmarks,
    draw_landmarks as draw_landmarks,
    draw_on as draw_on,
    draw_text as draw_text,
    error_rates as error_rates,
    errors as errors,
    estimate_head_pose as estimate_head_pose,
    euclidean_distance as euclidean_distance,
    extend_with_age as extend_with_age,
    extend_with_face_descriptor as extend_with_face_descriptor,
    extend_with_face_detection as extend_with_face_detection,
    extend_with_face_expressions as extend_with_face_expressions,
    extend_with_face_landmarks as extend_with_face_landmarks,
    extend_with_gender as extend_with_gender,
    get_center_point as get_center_point,
    get_context2d_or_throw as get_context2d_or_throw,
    get_default_draw_options as get_default_draw_options,
    get_media_dimensions as get_media_dimensions,
    get_model_uris as get_model_uris,
    get_waits as get_waits,
    inverse_sigmoid as inverse_sigmoid,
    iou as iou,
    is_dimensions as is_dimensions,
    is_even as is_even,
    is_float as is_float,
    is_media_element as is_media_element,
    is_media_loaded as is_media_loaded,
    is_tensor as is_tensor,
    is_tensor1_d as is_tensor1_d,
    is_tensor2_d as is_tensor2_d,
    is_tensor3_d as is_tensor3_d,
    is_tensor4_d as is_tensor4_d,
    is_valid_number as is_valid_number,
    is_valid_probablitiy as is_valid_probablitiy,
    is_with_age as is_with_age,
    is_with_face_detection as is_with_face_detection,
    is_with_face_expressions as is_with_face_expressions,
    is_with_face_landmarks as is_with_face_landmarks,
    is_with_gender as is_with_gender,
    match_dimensions as match_dimensions,
    memory as memory,
    min_bbox as min_bbox,
    non_max_suppression as non_max_suppression,
    normalize as normalize,
    pad_to_square as pad_to_square,
    pair_distances as pair_distances,
    range as range,
    resize_results as resize_results,
    resolve_input as resolve_input,
    round as round,
    set_latest_frame as set_latest_frame,
    set_waits as set_waits,
    shuffle_array as shuffle_array,
    sigmoid as sigmoid,
    suggest_threshold as suggest_threshold,
    to_coco as to_coco,
    to_records as to_records,
    utils as utils,
    validate_config as validate_config,
)
from pyface_web.draw.annotate import Style
from pyface_web.draw.face import FrameLike, Label, ShownFaces
from pyface_web.engine.debug import DrawTime, ValueRange
from pyface_web.engine.session import View
from pyface_web.graph.node import Node
from pyface_web.models.architecture import Architecture, InputSize
from pyface_web.people.comparison import FaceLike
from pyface_web.people.matcher import DescriptorLike, DescriptorsLike
from pyface_web.people.store import Clock
from pyface_web.pictures.canvases import Canvas
from pyface_web.pictures.crops import Region
from pyface_web.pictures.given import ElementLike, FacePictures
from pyface_web.pipeline.finder import Wanted
from pyface_web.pipeline.nets import Landmarks
from pyface_web.pipeline.tasks import All, Single
from pyface_web.values.alignment import Align, Aligns
from pyface_web.values.arrays import Array
from pyface_web.values.geometry import SizeLike
from pyface_web.values.options import DetectorOptions
from pyface_web.values.orientation import Image
from pyface_web.values.results import Descriptor
from pyface_web.video.camera import Facing
from pyface_web.video.overlay import DrawFaces
from pyface_web.weights.fetch import OnProgress
from pyface_web.weights.load import Place, RawWeights
from pyface_web.weights.model import Model
from pyface_web.weights.shards import Tensor

__all__ = [
    "BIOMETRIC_NOTICE",
    "FACE_EXPRESSION_LABELS",
    "AgeAndGender",
    "AgeGenderNet",
    "AnchorPosition",
    "Backend",
    "BoundingBox",
    "Box",
    "BoxWithText",
    "Camera",
    "Comparison",
    "ComposableTask",
    "ComputeAllFaceDescriptorsTask",
    "ComputeFaceDescriptorsTaskBase",
    "ComputeSingleFaceDescriptorTask",
    "CpuBackend",
    "DetectAllFaceLandmarksTask",
    "DetectAllFacesTask",
    "DetectFaceLandmarksTaskBase",
    "DetectFacesTaskBase",
    "DetectSingleFaceLandmarksTask",
    "DetectSingleFaceTask",
    "Dimensions",
    "DrawBox",
    "DrawBoxOptions",
    "DrawFaceLandmarks",
    "DrawFaceLandmarksOptions",
    "DrawTextField",
    "DrawTextFieldOptions",
    "ErrorRates",
    "ExpressionProbability",
    "FaceDetection",
    "FaceDetectionNet",
    "FaceDetectionWithLandmarks",
    "FaceExpressionNet",
    "FaceExpressions",
    "FaceFinder",
    "FaceIndex",
    "FaceLandmark68Net",
    "FaceLandmark68TinyNet",
    "FaceLandmarkNet",
    "FaceLandmarks",
    "FaceLandmarks5",
    "FaceLandmarks68",
    "FaceMatch",
    "FaceMatcher",
    "FaceQuality",
    "FaceRecognitionNet",
    "FaceResult",
    "FoundFaces",
    "Frame",
    "Frames",
    "FullFaceDescription",
    "Gender",
    "HeadPose",
    "Identity",
    "IdentityStore",
    "LabeledBox",
    "LabeledFaceDescriptors",
    "Mtcnn",
    "MtcnnOptions",
    "NetInput",
    "NeuralNetwork",
    "ObjectDetection",
    "PictureFaces",
    "PictureLike",
    "Point",
    "PredictedBox",
    "Progress",
    "PyfaceError",
    "QualityLimits",
    "QualityProblem",
    "Rect",
    "SsdMobilenetv1",
    "SsdMobilenetv1Options",
    "TinyFaceDetector",
    "TinyFaceDetectorOptions",
    "TinyYolov2",
    "TinyYolov2Options",
    "TinyYolov2SizeType",
    "TrackOptions",
    "TrackedFace",
    "Tracker",
    "Waits",
    "Weights",
    "all_faces",
    "all_faces_mtcnn",
    "all_faces_ssd_mobilenetv1",
    "all_faces_tiny_yolov2",
    "annotate",
    "assess_face_quality",
    "await_media_loaded",
    "backend_label",
    "buffer_to_image",
    "close_camera",
    "cluster",
    "compare",
    "compute_descriptor",
    "compute_face_descriptor",
    "compute_reshaped_dimensions",
    "create_canvas",
    "create_canvas_from_media",
    "create_face_detection_net",
    "create_face_landmark_net",
    "create_face_recognition_net",
    "create_mtcnn",
    "create_ssd_mobilenetv1",
    "create_tiny_face_detector",
    "create_tiny_yolov2",
    "describe_backend",
    "detect_all_faces",
    "detect_face_landmarks",
    "detect_face_landmarks_tiny",
    "detect_landmarks",
    "detect_single_face",
    "device_capabilities",
    "dispose",
    "distance_histograms",
    "draw",
    "draw_box",
    "draw_contour",
    "draw_detection",
    "draw_detections",
    "draw_face_expressions",
    "draw_face_landmarks",
    "draw_landmarks",
    "draw_on",
    "draw_text",
    "error_rates",
    "errors",
    "estimate_head_pose",
    "euclidean_distance",
    "export_onnx",
    "extend_with_age",
    "extend_with_face_descriptor",
    "extend_with_face_detection",
    "extend_with_face_expressions",
    "extend_with_face_landmarks",
    "extend_with_gender",
    "extract_face_tensors",
    "extract_faces",
    "fetch_image",
    "fetch_json",
    "fetch_net_weights",
    "fetch_or_throw",
    "fetch_video",
    "find_faces",
    "get_backend",
    "get_center_point",
    "get_context2d_or_throw",
    "get_default_draw_options",
    "get_media_dimensions",
    "get_model_uris",
    "get_waits",
    "image_tensor_to_canvas",
    "image_to_square",
    "inverse_sigmoid",
    "iou",
    "is_dimensions",
    "is_even",
    "is_float",
    "is_media_element",
    "is_media_loaded",
    "is_tensor",
    "is_tensor1_d",
    "is_tensor2_d",
    "is_tensor3_d",
    "is_tensor4_d",
    "is_valid_number",
    "is_valid_probablitiy",
    "is_with_age",
    "is_with_face_detection",
    "is_with_face_expressions",
    "is_with_face_landmarks",
    "is_with_gender",
    "list_cameras",
    "load_age_gender_model",
    "load_face_detection_model",
    "load_face_expression_model",
    "load_face_landmark_model",
    "load_face_landmark_tiny_model",
    "load_face_recognition_model",
    "load_mtcnn_model",
    "load_ssd_mobilenetv1_model",
    "load_tiny_face_detector_model",
    "load_tiny_yolov2_model",
    "load_weight_map",
    "locate_faces",
    "match_dimensions",
    "memory",
    "min_bbox",
    "mtcnn",
    "nets",
    "non_max_suppression",
    "normalize",
    "open_camera",
    "pad_to_square",
    "pair_distances",
    "predict_age_and_gender",
    "profile",
    "recognize_face_expressions",
    "resize_results",
    "resolve_input",
    "set_backend",
    "set_latest_frame",
    "set_waits",
    "shuffle_array",
    "sigmoid",
    "ssd_mobilenetv1",
    "suggest_threshold",
    "tiny_face_detector",
    "tiny_yolov2",
    "to_coco",
    "to_net_input",
    "to_records",
    "track",
    "utils",
    "validate_config",
    "value_ranges",
    "warmup",
]

T_co = TypeVar("T_co")
T = TypeVar("T")
F = TypeVar("F")
_P = TypeVar("_P", bound=PictureLike)

class NeuralNetwork:
    """A net on the global session: load it, run it, ask whether it is loaded, free it.

    Raises InputError for what is no architecture.
    """

    ARCHITECTURE: ClassVar[Architecture]
    VARIANTS: ClassVar[tuple[Architecture, ...]]
    def __init__(self, architecture: Architecture | None = None) -> None: ...
    @property
    def network(self) -> Architecture:
        """The same as `architecture`."""
    def load(self, weights: Weights = None, on_progress: OnProgress | None = None) -> None:
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
    def set_tensors(self, tensors: Mapping[str, Tensor] | None) -> None:
        """Take over checked tensors, or forget them."""
    def load_from_uri(self, uri: Place = None, on_progress: OnProgress | None = None) -> None:
        """As `load` with an address, or one for each file; WeightsError for anything else."""
    def load_from_disk(self, file_path: str | Path) -> None:
        """As `load` with a path of Python's file system, in a page that of Pyodide.

        Raises WeightsError for what is no path.
        """
    def load_from_weight_map(self, weight_map: Mapping[str, npt.ArrayLike]) -> None:
        """Take over arrays, any shape, by their names in the weight manifest; others are ignored.

        Raises MissingTensorError, TensorShapeError or ShardError; the net then stays as it was.
        """
    def extract_weights(self, weights: RawWeights) -> None:
        """Take over a flat float32 array, or its bytes, in the order of face-api.js.

        Raises WeightsError for another count or type; the net then stays as it was.
        """
    @property
    def params(self) -> dict[str, Array] | None:
        """Path in the weight manifest -> float32 array of any shape, or None before `load`."""
    def get_param_from_path(self, param_path: str) -> Array:
        """An array, any shape, by its path in the manifest; MissingTensorError if unknown."""
    def get_param_list(self) -> list[tuple[str, Array]]:
        """(path, float32 array of any shape) of every tensor."""
    def serialize_params(self) -> Array:
        """All weights as one flat float32 array, as `load` and `extract_weights` take it.

        face-api.js leaves out parts of composed nets here, so that its own array does not load.
        """
    def warm_up(self, view: View) -> None:
        """Compile and upload what the net needs, and run it once on a picture."""
    def get_default_model_name(self) -> str:
        """Beginning of the names of the weight files."""
    def dispose(self) -> None:
        """Forget the weights, and free what the backend holds of them; may be repeated."""
    @property
    def parts(self) -> tuple[Model, ...]:
        """The nets that run in its place, one by one: itself."""
    @property
    def name(self) -> str:
        """Its name in `nets`."""
    @property
    def version(self) -> int:
        """How often its weights were exchanged."""
    @property
    def is_loaded(self) -> bool:
        """Whether it has weights."""
    @property
    def tensors(self) -> Mapping[str, Tensor]:
        """Path -> tensor; raises NotLoadedError before `load`."""
    @property
    def in_words(self) -> str:
        """What messages call it: as it is found in `nets`, a part of a net by the whole."""
    @property
    def not_loaded(self) -> str:
        """What is said where it is used without weights."""
    @property
    def how_to_load(self) -> str:
        """What loads its weights."""
    def as_it_is(self) -> Self:
        """The net with the weights that it has now, whatever is loaded into it afterwards."""
    def parts_as_they_are(self) -> tuple[Model, ...]:
        """Its parts with the weights that they have now, all of them of one load."""
    @property
    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Path -> dequantised float32 array of any shape; raises NotLoadedError before `load`."""
    def graph(self, size: InputSize) -> dict[str, Node]:
        """The fused graph for square inputs of `size` pixels, or for a pyramid of them."""

class AgeGenderNet(NeuralNetwork):
    """The age and gender net (430 KB)."""
    def predict_age_and_gender(self, input: FacePictures) -> AgeAndGender | list[AgeAndGender]:
        """Age and gender of a picture that shows one face; a list for a list of pictures."""
    def forward(self, input: FacePictures) -> tuple[Array, Array]:
        """(N,) ages in years, and (N, 2) probabilities of male and female, of N pictures.

        Raises InputError for an empty list.
        """

class Repeatable:
    """An awaitable for `asyncio.run`, `create_task` and task groups, which want coroutines.

    A coroutine ends once. This may be awaited again, and by several at a time, so whoever drives it
    by `send`, `throw` and `close` has steps of their own.
    """
    def __init__(self) -> None: ...
    def send(self, value: Any) -> Any:
        """The next step, for asyncio."""
    def throw(self, typ: Any, val: object = None, tb: TracebackType | None = None) -> Any:
        """A step that begins with an exception, for asyncio."""
    def close(self) -> None:
        """End the steps that were begun, for asyncio."""

class ComposableTask(Generic[T]):
    """Something to compute on one picture; await it, or await run().

    asyncio takes it for a coroutine: `asyncio.run(task)`, `asyncio.create_task(task)`.
    Raises InputError for what is no task before it.
    """
    def run(self) -> T:
        """The result; it is computed once."""

class ComputeFaceDescriptorsTaskBase(ComposableTask[T]):
    """Faces with landmarks and descriptors."""

class AllFacesTask(ComposableTask[T]):
    """A list of faces."""
    def with_face_landmarks(
        self, use_tiny_model: bool = False, refine: bool = ...
    ) -> DetectAllFaceLandmarksTask:
        """68 points for every face.

        refine: find them once more, on the face as they turn it upright; False leaves them as
        face-api.js has them, of the detection's box alone. Raises OptionsError for other values.

        ```python
        faces = faceapi.detect_all_faces("photo").with_face_landmarks().run()
        faces[0].landmarks.positions  # (68, 2) in pixels of the picture
        ```
        """
    def with_face_expressions(self, align: Align = ...) -> AllFacesTask[All]:
        """Seven probabilities for every face.

        align: see `AllAlignedFacesTask.with_face_expressions`; without landmarks both are the
        detection's box.

        ```python
        faces = faceapi.detect_all_faces("photo").with_face_expressions().run()
        faces[0].expressions.as_sorted_array()[0]  # ('happy', 0.98)
        ```
        """
    def with_age_and_gender(self, align: Align = ...) -> AllFacesTask[All]:
        """Age and gender of every face. align: as for `with_face_expressions`.

        ```python
        faces = faceapi.detect_all_faces("photo").with_age_and_gender().run()
        faces[0].age, faces[0].gender, faces[0].gender_probability  # 31.4, 'female', 0.97
        ```
        """
    def __iter__(self: AllFacesTask[list[F]]) -> Iterator[F]: ...
    def __len__(self) -> int: ...
    def __getitem__(self: AllFacesTask[list[F]], index: int) -> F: ...

class AllAlignedFacesTask(AllFacesTask[All]):
    """A list of faces with landmarks."""
    def with_face_descriptors(self, align: Align = ...) -> ComputeAllFaceDescriptorsTask:
        """A descriptor for every face.

        align: how the face is cut out. "upright" turns it by its landmarks, as the net learned it
        (dlib's face chip), so that a head may lean; "box" is the square of face-api.js, which never
        turns. The two do not compare. Raises OptionsError for anything else.

        ```python
        task = faceapi.detect_all_faces("photo").with_face_landmarks()
        faces = task.with_face_descriptors().run()
        faces[0].descriptor  # (128,) float32
        ```
        """
    def with_face_expressions(self, align: Align = ...) -> AllAlignedFacesTask:
        """Seven probabilities for every face.

        align: how the face is cut out: "upright", a square about its landmarks, turned by them, or
        "box", the box around them, as in face-api.js. Raises OptionsError for anything else.
        """
    def with_age_and_gender(self, align: Align = ...) -> AllAlignedFacesTask:
        """Age and gender of every face. align: as for `with_face_expressions`."""

class ComputeAllFaceDescriptorsTask(ComputeFaceDescriptorsTaskBase[All], AllAlignedFacesTask):
    """All faces with landmarks and descriptors."""

class SingleFaceTask(ComposableTask[T]):
    """One face, or None."""
    def with_face_landmarks(
        self, use_tiny_model: bool = False, refine: bool = ...
    ) -> DetectSingleFaceLandmarksTask:
        """68 points of the face; as `AllFacesTask.with_face_landmarks`."""
    def with_face_expressions(self, align: Align = ...) -> SingleFaceTask[Single]:
        """Seven probabilities for the face; as `AllFacesTask.with_face_expressions`."""
    def with_age_and_gender(self, align: Align = ...) -> SingleFaceTask[Single]:
        """Age and gender of the face; as `AllFacesTask.with_age_and_gender`."""

class SingleAlignedFaceTask(SingleFaceTask[Single]):
    """One face with landmarks, or None."""
    def with_face_descriptor(self, align: Align = ...) -> ComputeSingleFaceDescriptorTask:
        """The descriptor of the face; as `AllAlignedFacesTask.with_face_descriptors`.

        ```python
        task = faceapi.detect_single_face("photo").with_face_landmarks()
        face = task.with_face_descriptor().run()
        if face:
            matcher.find_best_match(face.descriptor)
        ```
        """
    def with_face_expressions(self, align: Align = ...) -> SingleAlignedFaceTask:
        """Seven probabilities for the face; as `AllAlignedFacesTask.with_face_expressions`."""
    def with_age_and_gender(self, align: Align = ...) -> SingleAlignedFaceTask:
        """Age and gender of the face; as `AllAlignedFacesTask.with_age_and_gender`."""

class ComputeSingleFaceDescriptorTask(
    ComputeFaceDescriptorsTaskBase[Single], SingleAlignedFaceTask
):
    """The best face with landmarks and descriptor, or None."""

class DetectFaceLandmarksTaskBase(ComposableTask[T]):
    """Faces with landmarks."""

class DetectAllFaceLandmarksTask(DetectFaceLandmarksTaskBase[All], AllAlignedFacesTask):
    """All faces with landmarks."""

class DetectFacesTaskBase(ComposableTask[T]):
    """The first task of a chain: a picture and the options whose class names the detector.

    Raises InputError for another session or nets, OptionsError for other options.
    """

class DetectAllFacesTask(
    DetectFacesTaskBase[list[FaceDetection]], AllFacesTask[list[FaceDetection]]
):
    """All faces of a picture, best first."""

class DetectSingleFaceLandmarksTask(DetectFaceLandmarksTaskBase[Single], SingleAlignedFaceTask):
    """The best face with landmarks, or None."""

class DetectSingleFaceTask(
    DetectFacesTaskBase[FaceDetection | None], SingleFaceTask[FaceDetection | None]
):
    """The face with the highest score, or None."""

class _FaceDetector(NeuralNetwork):
    """A net that finds faces in a picture."""

    OPTIONS: ClassVar[type[DetectorOptions]]
    def locate_faces(
        self, input: PictureLike, options: DetectorOptions | Mapping[str, Any] | None = None
    ) -> list[Any]:
        """Faces of a picture, best first. options: of the net's class, or a mapping of them."""

class SsdMobilenetv1(_FaceDetector):
    """SSD MobileNetV1 (5.6 MB), the default detector."""
    def forward(self, input: FacePictures) -> tuple[Array, Array]:
        """The heads as they are: (5118, 4) box encodings and (5118, 3) class logits.

        Raises InputError for an empty list.
        """

class FaceExpressionNet(NeuralNetwork):
    """The face expression net (330 KB)."""
    def predict_expressions(self, input: FacePictures) -> FaceExpressions | list[FaceExpressions]:
        """Seven probabilities of a picture that shows one face; a list for a list of pictures."""
    def forward(self, input: FacePictures) -> Array:
        """(N, 7) probabilities of N pictures, in the order of FACE_EXPRESSION_LABELS.

        Raises InputError for an empty list.
        """

class FaceLandmark68Net(NeuralNetwork):
    """The 68-point landmark net (360 KB)."""
    def detect_landmarks(self, input: FacePictures) -> Landmarks | list[Landmarks]:
        """68 points of a picture that shows one face; a list of them for a list of pictures."""
    def forward(self, input: FacePictures) -> Array:
        """(N, 136): x0, y0, x1, y1 ... relative to each of N pictures; InputError for none."""

class FaceLandmark68TinyNet(FaceLandmark68Net):
    """The tiny 68-point landmark net (77 KB)."""

class FaceRecognitionNet(NeuralNetwork):
    """The face recognition net (6.4 MB)."""
    def compute_face_descriptor(self, input: FacePictures) -> Descriptor | list[Descriptor]:
        """(128,) float32 of a picture that shows one aligned face; a list for a list of them."""
    def forward(self, input: FacePictures) -> Array:
        """(N, 128) descriptors of N pictures; InputError for none."""

class FoundFaces:
    """What `find_faces` gives: the faces of each picture, in their order.

    Whoever leaves its loop early ends what is under way: `await found.aclose()`.
    """
    def __init__(self, pictures: Iterable[PictureLike], wanted: Wanted, workers: int) -> None: ...
    def __iter__(self) -> FoundFaces: ...
    def __next__(self) -> PictureFaces: ...
    def __len__(self) -> int:
        """How many pictures there are; TypeError where they do not say."""
    def aclose(self) -> None:
        """End it; pictures that were not looked at are left."""

class Frames:
    """The frames of a live video with their faces: what `track` gives, to iterate over.

    Each step looks at the newest frame; those that came while the loop was busy are dropped. It
    waits while the video is paused, unless it is set to another time, and, without the option
    background, while the page is hidden. It ends with the video or its stream. Leaving the loop,
    `stop` and the end of `async with` let go of everything.

    reason: in words, why the frames have ended; "" as long as they go on.
    """
    def __init__(self, video: ElementLike, options: TrackOptions) -> None: ...
    @property
    def reason(self) -> str:
        """In words, why the frames have ended; "" as long as they go on."""
    @property
    def is_stopped(self) -> bool:
        """Whether the frames have ended."""
    @property
    def rate(self) -> float:
        """How many frames are looked at in a second, by the last ten; 0 before the second."""
    def __iter__(self) -> Iterator[Frame]: ...
    def __next__(self) -> Frame:
        """The next frame; after the last, StopAsyncIteration."""
    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...
    def stop(self) -> None:
        """End the frames and let go of everything: callbacks, listeners, overlays, faces."""
    def faces_at(self, time: float | None = None) -> list[TrackedFace]:
        """The newest faces, moved on by their velocity for at most 0.25 s.

        time: to which to move them, in seconds of the video; by default that of the frame that
        is on the screen now, which is newer than the one that was looked at.
        """
    def draw_on(
        self,
        canvas: Canvas | None = None,
        draw: DrawFaces | None = None,
        label: Callable[[TrackedFace], str] | None = None,
    ) -> None:
        """Draw the faces at each refresh of the screen, moved to the frame that is shown.

        canvas: nothing, for one that is laid over the video and follows it; another element that
        shows the same picture, likewise; or a canvas of yours that lies over the video, or shows
        all of it by itself. That gets as many pixels as the screen shows it with, and is
        cleared before each drawing and at the end. All follow what CSS does to the video.
        draw: called with the 2D context and the faces, in CSS pixels of the video as it is shown,
        upright: where it is mirrored, the faces are, so that text can be read; by default draws
        boxes, numbers and landmarks. label: gives the text of a face for the default.
        Raises InputError for what is no canvas.
        """

class IdentityStore:
    """Enrolled people by label.

    ```python
    store = faceapi.IdentityStore.open()
    store.enrol("Ada", face.descriptor)
    str(store.find_best_match(query))  # 'Ada (0.38)'
    store.keep()  # only when the visitor asked for it
    ```

    name: of the database, if they are kept; a site may have several.
    expires_after: days after which a person is forgotten, counted from the last enrolment; None
        for never. clock: tells the time.
    allow_mixed: whether descriptors that were cut in two ways are compared all the same, as in
        FaceMatcher; without it people are enrolled, and looked for, with those of one way.
    Raises OptionsError for a name that is no text of 1 to 80 characters, and for other days.
    """
    def __init__(
        self,
        name: str = "identities",
        *,
        expires_after: float | None = None,
        clock: Clock = ...,
        allow_mixed: bool = False,
    ) -> None: ...
    @classmethod
    def open(
        cls,
        name: str = "identities",
        *,
        expires_after: float | None = None,
        clock: Clock = ...,
        allow_mixed: bool = False,
    ) -> IdentityStore:
        """The store that was kept under this name, or an empty one in memory.

        expires_after: days, for a store that is not kept; what was kept has its own.
        Raises StorageError if the browser refuses to say; `IdentityStore()` works in memory then.
        """
    @property
    def name(self) -> str:
        """Name of the database, if identities are kept."""
    @property
    def is_kept(self) -> bool:
        """Whether identities are also in the browser's IndexedDB, and changes are written there."""
    @property
    def expires_after(self) -> float | None:
        """Days after which a person is forgotten; None for never."""
    @property
    def allow_mixed(self) -> bool:
        """Whether descriptors are compared that were cut in two ways."""
    @property
    def align(self) -> Aligns | None:
        """How the descriptors of everybody enrolled were cut, as far as it is known.

        "box" of people whom an older version kept, or who came out of its files. Faces that are to
        be found among them, or enrolled beside them, are cut alike with
        `.with_face_descriptor(align=store.align or "upright")`.
        """
    @property
    def identities(self) -> list[Identity]:
        """Everybody enrolled whose time is not up, by label."""
    def __iter__(self) -> Iterator[Identity]: ...
    def __len__(self) -> int: ...
    def __contains__(self, label: object) -> bool: ...
    def __getitem__(self, label: str) -> Identity: ...
    def matcher(self, distance_threshold: float = ...) -> FaceMatcher:
        """A FaceMatcher of everybody enrolled now; later changes do not reach it."""
    def find_best_match(
        self, descriptor: DescriptorLike, distance_threshold: float = ...
    ) -> FaceMatch:
        """The nearest person if nearer than the threshold, else `unknown`; descriptor: (128,).

        Raises ShapeError for another descriptor, MixedDescriptorsError for one that was cut in
        another way than those here, OptionsError for a threshold below 0.
        """
    def enrol(
        self,
        label: str,
        descriptor: DescriptorsLike,
        *,
        portrait: str | None = None,
        align: Align | None = None,
    ) -> Identity:
        """Add descriptors of a person, (128,) or (N, 128), to a new or known label.

        label: 1 to 80 characters; spaces around it are dropped. portrait: a data URL of a small
        PNG, JPEG or WebP (at most 65,536 characters), which replaces an earlier one. align: how
        the descriptors were cut, if they do not say it themselves, as those of results do.
        Gives the person with all their descriptors.
        Raises InputError for a label that cannot be one or looks like another person's (the same in
        capitals, I for l, a Cyrillic letter), and for another portrait, MixedDescriptorsError for
        descriptors that were cut in another way than those here, ShapeError for descriptors
        that cannot be used, StorageError if identities are kept and the browser refuses; nothing
        has changed then.
        """
    def rename(self, label: str, new_label: str, *, merge: bool = False) -> Identity:
        """Give a person another label. merge: onto a label that is there, as the same person.

        Raises InputError for a label that is not there, for a new one that is (without merge), and
        as for `enrol`; StorageError as for `enrol`.
        """
    def delete(self, label: str) -> None:
        """Forget a person; InputError if there is no such label, StorageError as for `enrol`."""
    def delete_all(self) -> None:
        """Forget everybody, also what is kept. The store stays kept, empty.

        Raises StorageError as for `enrol`.
        """
    def set_expires_after(self, days: float | None) -> None:
        """Change after how many days a person is forgotten; None for never.

        Raises OptionsError for days that are not above 0 and at most 36,500; StorageError as for
        `enrol`.
        """
    def keep(self) -> None:
        """Keep identities in the browser's IndexedDB, now and after every change.

        Only this origin can read them. Call it when the visitor asks for it. People who are kept
        under this name already, by another tab, are then here too; of one label, those of here.
        Raises StorageError if the browser refuses (a private window, blocked, full), and in
        CPython; everything stays in memory then.
        """
    def stop_keeping(self) -> None:
        """Remove the database, also one that cannot be read; identities stay in memory.

        Other tabs do not bring it back. Raises StorageError if the browser refuses.
        """
    def refresh(self) -> None:
        """Read what is kept again, as other tabs may have changed it; nothing if it is not kept.

        Raises StorageError if the browser refuses, or gives what cannot be read.
        """
    def export_json(self, passphrase: str | None = None) -> str:
        """Everybody enrolled as JSON text; with a passphrase, of 8 characters or more, encrypted.

        Descriptors are exact: float32, little-endian, base64. `pyface_web/people/file.py`
        describes the format: PBKDF2-HMAC-SHA-256 and AES-256-GCM by WebCrypto.
        Raises OptionsError for a passphrase that is too short, StorageError for one in CPython or
        on a page without WebCrypto, IdentityFileError for more than 64 MiB.
        """
    def import_json(
        self, text: str | bytes, passphrase: str | None = None, merge: bool = True
    ) -> list[Identity]:
        """Add the people of an exported file, or of face-api.js's JSON, and give them.

        text: what `export_json` made, or the JSON of LabeledFaceDescriptors (one, or a list) or of
        a FaceMatcher. merge: a label that is there gets the new descriptors too; otherwise
        everybody here is replaced. People whose time is up are left out. The page has its turn
        every few milliseconds; nothing of the file is there until all of it is.
        Raises IdentityFileError for a file that cannot be read or has a label that looks like
        another's, MixedDescriptorsError for descriptors that were cut in another way than those
        here (without merge, than others of the file), PassphraseError for a
        passphrase that is missing or wrong, or an altered file, OptionsError for a passphrase that
        is no text, StorageError where there is no WebCrypto and as for `enrol`; nothing was
        imported then.
        """

class Mtcnn(_FaceDetector):
    """MTCNN (2.0 MB): three nets in a row, faces of any size, five points each."""
    @cached_property
    def parts(self) -> tuple[Model, ...]:
        """The three nets, which share its weights."""
    def __init__(self) -> None: ...
    def set_tensors(self, tensors: Mapping[str, Tensor] | None) -> None:
        """Take over checked tensors, or forget them; the three nets share them."""
    def dispose(self) -> None:
        """Forget the weights, and free what the backend holds of them; may be repeated."""
    def warm_up(self, view: View) -> None:
        """Run each of the three nets once."""
    def forward(
        self, input: PictureLike, options: MtcnnOptions | Mapping[str, Any] | None = None
    ) -> list[FaceResult]:
        """Faces of a picture with their five points (FaceLandmarks5), best first."""
    def forward_with_stats(
        self, input: PictureLike, options: MtcnnOptions | Mapping[str, Any] | None = None
    ) -> tuple[list[FaceResult], dict[str, Any]]:
        """As `forward`, and how it came about.

        The second value has `total` (milliseconds), `scales`, `pyramid` (sizes of the levels as
        {width, height}), `stage1` (scale and num_boxes of each level), and the numbers of boxes
        that came into each later stage: `stage2_num_input_boxes`, `stage3_num_input_boxes`. The
        original's times of the parts of a stage have no counterpart: a stage is one batch here.
        """

class _GridDetector(_FaceDetector):
    """A net whose output is a grid of cells with five anchors each."""

    OPTIONS: ClassVar[type[TinyYolov2Options]]
    @property
    def anchors(self) -> list[Point]:
        """Width (as x) and height (as y) of the five anchors in grid cells of 32 pixels."""
    def forward(self, input: FacePictures, input_size: int = 416) -> Array:
        """(N, S/32, S/32, 5 V): the grid as it is, for N pictures scaled to squares of S pixels.

        V = 5 values of each anchor: the logits of x, y, width, height and score; Tiny YOLOv2 with
        ordinary convolutions has a sixth, that of the class. Raises InputError for an empty list.
        """
    def detect(
        self, input: PictureLike, options: TinyYolov2Options | Mapping[str, Any] | None = None
    ) -> list[ObjectDetection]:
        """As `locate_faces`, as objects of the class "face"."""

class TinyFaceDetector(_GridDetector):
    """The tiny face detector (190 KB)."""

class TinyYolov2(_GridDetector):
    """Tiny YOLOv2, with separable or with ordinary convolutions; its weights are yours to bring.

    face-api.js has them no longer. They are 1,794,500 numbers for separable convolutions (files
    named tiny_yolov2_separable_conv_model), 15,767,454 for ordinary ones (tiny_yolov2_model).
    """
    def __init__(self, with_separable_convs: bool = True) -> None:
        """Raises OptionsError for anything but True and False, weights for instance."""
    @property
    def with_separable_convs(self) -> bool:
        """Whether its convolutions are separable."""

class _Nets(Mapping[str, NeuralNetwork]):
    ssd_mobilenetv1: SsdMobilenetv1
    tiny_face_detector: TinyFaceDetector
    tiny_yolov2: TinyYolov2
    mtcnn: Mtcnn
    face_landmark68_net: FaceLandmark68Net
    face_landmark68_tiny_net: FaceLandmark68TinyNet
    face_recognition_net: FaceRecognitionNet
    face_expression_net: FaceExpressionNet
    age_gender_net: AgeGenderNet
    def __getitem__(self, name: str) -> NeuralNetwork: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...

nets: _Nets

def all_faces_mtcnn(
    input: PictureLike, forward_params: MtcnnOptions | Mapping[str, Any] | None = None
) -> list[FaceResult]:
    """Faces found by MTCNN, with 68 landmarks and descriptors.

    forward_params: options of the detector, or a mapping of them.
    """

def all_faces_ssd_mobilenetv1(
    input: PictureLike, min_confidence: float | None = None
) -> list[FaceResult]:
    """Faces found by SSD MobileNetV1, with landmarks and descriptors.

    The same as `detect_all_faces(...).with_face_landmarks().with_face_descriptors()`.
    """

def all_faces_tiny_yolov2(
    input: PictureLike, forward_params: TinyYolov2Options | Mapping[str, Any] | None = None
) -> list[FaceResult]:
    """Faces found by Tiny YOLOv2, with landmarks and descriptors.

    forward_params: options of the detector, or a mapping of them.
    """

def annotate(
    picture: PictureLike,
    results: ShownFaces | FrameLike | PictureFaces | None,
    *,
    label: Label | None = None,
    box: DrawBoxOptions | Style = None,
    landmarks: DrawFaceLandmarksOptions | Style = None,
    text: DrawTextFieldOptions | Style = None,
    min_expression: float = ...,
) -> Image:
    """The picture with its faces drawn on it: an image of Pillow, RGB, or RGBA if one sees through.

    picture: whatever `detect_all_faces` takes; it stays as it is. results: one or a list of
    results, detections, landmarks, or boxes in its pixels, or what `find_faces` and `track` give.
    Those of the picture in another size are brought to its own.
    label: gives the text above a face in place of its score; of "" or None there is none.
    box, landmarks, text: options of DrawBox, DrawFaceLandmarks and DrawTextField, all or those that
    differ, or False for what is not to be drawn. text is the age, gender and expressions of a face
    above the probability min_expression, below its box. Sizes left out grow with the picture.

    ```python
    faces = faceapi.detect_all_faces("photo.jpg").with_face_landmarks().run()
    image = faceapi.annotate("photo.jpg", faces, box={"box_color": "lime"})
    image.save("faces.png")  # in a notebook, image as the last line shows it
    ```

    Needs Pillow. Raises InputError where that is missing, for other pictures and results;
    OptionsError for other options and for what is no CSS colour.
    """

@overload
def assess_face_quality(
    image: PictureLike, face: FaceResult, limits: QualityLimits | None = None
) -> FaceQuality: ...
@overload
def assess_face_quality(
    image: PictureLike, face: Sequence[FaceResult], limits: QualityLimits | None = None
) -> list[FaceQuality]: ...
def await_media_loaded(media: Any) -> None:
    """Wait until an img, video or canvas element (or the one with this id) has a picture.

    Raises MediaNotReadyError for an image that fails to load, and for a video that cannot be
    played or shows no frame in time, InputError for what is no such element.
    """

def backend_label() -> str:
    """The backend in two or three words, for a badge: "WebGL2", or "NumPy, slow"."""

def buffer_to_image(buf: Any) -> Any:
    """A loaded img element from a Blob or File, as an image picker gives it, or from the bytes of a
    file.

    Raises InputError for anything else, MediaNotReadyError for what is not an image.
    """

def compare(
    a: FaceLike,
    b: FaceLike,
    distance_threshold: float = ...,
    *,
    options: DetectorOptions | None = None,
) -> Comparison:
    """How far two faces lie apart, and whether that is one person.

    a, b: pictures, of which the best face counts; results with a descriptor; or descriptors, (128,)
        numbers. Pictures need the nets of a detector, of 68 landmarks and of face recognition.
    distance_threshold: one person lies nearer than this.
    options: of the detector; its class says which, SSD MobileNetV1 by default.

    ```python
    distance, same = faceapi.compare("ada.jpg", "unknown.jpg")  # (0.41, True)
    ```

    Raises InputError for a picture without a face and for a result without a descriptor, its
    subclass MixedDescriptorsError for descriptors that were cut in two ways, ShapeError for
    descriptors of another shape, OptionsError for other options, and what the nets raise.
    """

@overload
def compute_face_descriptor(face_input: PictureLike) -> Descriptor: ...
@overload
def compute_face_descriptor(face_input: list[_P] | tuple[_P, ...]) -> list[Descriptor]: ...
def create_canvas_from_media(media: PictureLike, dims: SizeLike | None = None) -> Canvas:
    """A canvas with what a picture shows, waiting for it where it is still loading.

    media: any picture, as `detect_all_faces` takes it. dims: the size of the canvas, to which the
    picture is stretched; by default its natural size.
    """

def create_face_landmark_net(weights: RawWeights) -> FaceLandmark68Net:
    """A new 68-point landmark net with these weights; WeightsError where they do not fit."""

def create_face_recognition_net(weights: RawWeights) -> FaceRecognitionNet:
    """A new face recognition net with these weights; WeightsError where they do not fit."""

def create_mtcnn(weights: RawWeights) -> Mtcnn:
    """A new MTCNN with these weights; WeightsError where they do not fit."""

def create_ssd_mobilenetv1(weights: RawWeights) -> SsdMobilenetv1:
    """A new SSD MobileNetV1 with these weights; WeightsError where they do not fit."""

def create_tiny_face_detector(weights: RawWeights) -> TinyFaceDetector:
    """A new tiny face detector with these weights; WeightsError where they do not fit."""

def create_tiny_yolov2(weights: RawWeights, with_separable_convs: bool = True) -> TinyYolov2:
    """A new Tiny YOLOv2 with these weights; WeightsError where they do not fit."""

def describe_backend() -> str:
    """Which backend runs, on what, and why.

    ```python
    print(faceapi.describe_backend())
    # onnxruntime 1.32.0 on the CPU: webgl is not used: WebGL2 needs a browser, ...
    ```
    """

def detect_all_faces(
    input: PictureLike, options: DetectorOptions | None = None
) -> DetectAllFacesTask:
    """All faces of a picture, best first: `await` gives a list of FaceDetection.

    Chain `.with_face_landmarks()` and `.with_face_descriptors()` for lists of FaceResult.
    The class of `options` decides which detector runs; SSD MobileNetV1 by default.

    ```python
    for face in faceapi.detect_all_faces("photo").run():
        print(face.score, face.box)  # 0.99 Box(x=413.1, y=353.6, width=177.1, height=240.3)

    faces = faceapi.detect_all_faces("photo").with_face_landmarks().with_face_descriptors().run()
    ```
    """

@overload
def detect_face_landmarks(face_input: PictureLike) -> Landmarks: ...
@overload
def detect_face_landmarks(face_input: list[_P] | tuple[_P, ...]) -> list[Landmarks]: ...
@overload
def detect_face_landmarks_tiny(face_input: PictureLike) -> Landmarks: ...
@overload
def detect_face_landmarks_tiny(face_input: list[_P] | tuple[_P, ...]) -> list[Landmarks]: ...
def detect_single_face(
    input: PictureLike, options: DetectorOptions | None = None
) -> DetectSingleFaceTask:
    """The face with the highest score, or None; chain as with `detect_all_faces`.

    ```python
    face = faceapi.detect_single_face("photo").with_face_landmarks().run()
    if face:
        print(face.landmarks.left_eye)
    ```
    """

def device_capabilities() -> dict[str, str | int | bool]:
    """What the device can do: its name, float textures, targets of a draw, size of a texture.

    Raises BackendError where the backend cannot tell, as NumPy.
    """

def export_onnx(net: NeuralNetwork, path: str | Path, size: int | None = None) -> list[Path]:
    """Write a net with its weights as an ONNX file, for other runtimes; gives the files' paths.

    MTCNN is three nets and becomes three files: "mtcnn.onnx" stands for mtcnn_pnet.onnx,
    mtcnn_rnet.onnx and mtcnn_onet.onnx.

    What enters is `image`, (N, side, side, 3) float32 for any N: pixels of 0..255, RGB, fitted into
    the square; how they are fitted, "letterbox", "letterbox_centred" or "stretch", is the entry
    `fit` of the file's metadata. Means and scales are inside. Maps come out as (N, height, width,
    channels), rows as (N, channels), by the names and with the numbers that they have here before
    they are decoded. The three of MTCNN see and give maps whose axes are exchanged, and the first
    takes a picture of any size, and `level`: (2,) int64, the height and width to shrink it to.

    size: side of the input, for the tiny detectors, which have several; by default the net's own.
    Raises NotLoadedError for a net without weights, InputError for a file that cannot be written.

    ```python
    faceapi.load_tiny_face_detector_model()
    paths = faceapi.export_onnx(faceapi.nets.tiny_face_detector, "tiny.onnx", size=416)
    ```
    """

def extract_face_tensors(
    image_tensor: PictureLike | npt.NDArray[Any], detections: Sequence[Region]
) -> list[npt.NDArray[Any]]:
    """Cut regions out of a picture as arrays, each (h, w, C).

    image_tensor: an (H, W, C) or (1, H, W, C) array of any type, which the results have too, or
    any other picture, of which they are RGB, uint8.
    detections: as for `extract_faces`, but the box of a detection is not floored before it is
    clipped, so that it may be a pixel larger.
    Raises EmptyImageError and InputError likewise.
    """

def extract_faces(input: PictureLike, detections: Sequence[Region]) -> list[Canvas]:
    """Cut regions out of a picture, pixel by pixel: canvases in a browser, RGBA arrays elsewhere.

    detections: detections or results (their boxes floored), or boxes in pixels of the picture;
    clipped at its borders.
    Raises EmptyImageError for a region that lies wholly outside, InputError for what is no list
    of regions.

    ```python
    faces = faceapi.detect_all_faces("photo").run()
    crops = faceapi.extract_faces("photo", faces)  # as many as there are faces
    ```
    """

def fetch_image(uri: str) -> Any:
    """An image from an address: an img element that has loaded, an RGBA array in CPython.

    Raises FetchError for a status of 400 or more and for what is not an image.

    ```python
    image = faceapi.fetch_image("photo.jpg")
    faces = faceapi.detect_all_faces(image).run()
    ```
    """

def fetch_json(uri: str) -> Any:
    """The value of a JSON file, as Python values. In CPython uri may be a path.

    Raises FetchError for an address that does not answer with JSON.
    """

def fetch_net_weights(uri: str) -> npt.NDArray[np.float32]:
    """The values of a .weights file, a flat float32 array, for `net.load`. uri may be a path.

    Raises FetchError for an address without a file, WeightsError for a length that cannot be.
    """

def fetch_or_throw(url: str, init: Mapping[str, Any] | None = None) -> Any:
    """The browser's Response for an address; FetchError for a status of 400 or more.

    init: the options of fetch(), such as {"method": "POST"}.
    Only in a browser; `fetch_json`, `fetch_net_weights` and `fetch_image` work everywhere.
    """

def fetch_video(uri: str) -> Any:
    """A video element that plays a file from an address, muted, and shows its first frame.

    Its bytes are wholly loaded. Only in a browser. Raises FetchError for what is not a video,
    MediaNotReadyError for one that the browser cannot play.
    """

def find_faces(
    pictures: Iterable[PictureLike],
    options: DetectorOptions | None = None,
    *,
    landmarks: bool = False,
    descriptors: bool = False,
    expressions: bool = False,
    age_and_gender: bool = False,
    workers: int = 1,
) -> FoundFaces:
    """The faces of many pictures, each as soon as they are found, in the order of the pictures.

    pictures: paths, or whatever `detect_all_faces` takes; a generator is asked as they are needed.
    options: of the detector; their class says which, SSD MobileNetV1 by default.
    landmarks, descriptors, expressions, age_and_gender: what else to find of each face.
    workers: processes that look at pictures, each with the nets that are loaded here. A script that
        asks for more than one has its work below `if __name__ == "__main__":`. For many machines
        there is `FaceFinder`.

    ```python
    found = faceapi.find_faces(sorted(Path("photos").glob("*.jpg")), descriptors=True)
    for picture in tqdm(found):
        if picture.error:
            print(picture.name, picture.error)  # the others go on
        for face in picture.faces: ...
    ```

    A picture that cannot be read has an `error` in place of faces. All else is raised: a net that
    is not loaded would be missing for each of them. Raises InputError for what is no list of
    pictures, and for workers in a page, OptionsError for other options.
    """

def get_backend() -> str:
    """Name of the backend that runs nets; the first call starts it.

    ```python
    faceapi.get_backend()  # 'webgl', 'wasm', 'onnx' or 'reference'
    ```
    """

def image_tensor_to_canvas(img_tensor: npt.ArrayLike, canvas: Canvas = None) -> Canvas:
    """A canvas (or the one given, resized) that shows an array of pixels.

    img_tensor: (H, W), (H, W, C) or (1, H, W, C) with C = 1 (grey), 3 (RGB) or 4 (RGBA); numbers
    from 0 to 255, fractions are cut off. Raises InputError for other shapes and numbers.
    """

def image_to_square(input: PictureLike, input_size: int, center_image: bool = False) -> Canvas:
    """A black square canvas of side input_size with a picture fitted into it, as nets see it.

    The longer side fills the square; the picture lies at the upper left, or in the middle with
    center_image. Sampled as the nets' input is: bilinear, rounded to 8 bits.
    Raises OptionsError for a side that is no whole number from 1, InputError for no picture.
    """

def list_cameras() -> list[Camera]:
    """The cameras of this device; their ids and labels are empty until the visitor allows one.

    ```python
    faceapi.open_camera("camera")  # the visitor is asked
    for camera in faceapi.list_cameras():
        print(camera.label)  # then open_camera("camera", camera=camera.id)
    ```

    Raises CameraUnavailableError where the page may have none.
    """

def load_age_gender_model(uri: Place = None, on_progress: OnProgress | None = None) -> None:
    """Load the age and gender net (430 KB).

    ```python
    faceapi.load_age_gender_model()
    faces = faceapi.detect_all_faces("photo").with_age_and_gender().run()
    ```
    """

def load_face_expression_model(uri: Place = None, on_progress: OnProgress | None = None) -> None:
    """Load the face expression net (330 KB).

    ```python
    faceapi.load_face_expression_model()
    faces = faceapi.detect_all_faces("photo").with_face_expressions().run()
    ```
    """

def load_face_landmark_model(uri: Place = None, on_progress: OnProgress | None = None) -> None:
    """Load the 68-point landmark net (360 KB).

    ```python
    faceapi.load_face_landmark_model()
    faces = faceapi.detect_all_faces("photo").with_face_landmarks().run()
    ```
    """

def load_face_landmark_tiny_model(uri: Place = None, on_progress: OnProgress | None = None) -> None:
    """Load the tiny 68-point landmark net (77 KB).

    ```python
    faceapi.load_face_landmark_tiny_model()
    faces = faceapi.detect_all_faces("photo").with_face_landmarks(use_tiny_model=True).run()
    ```
    """

def load_face_recognition_model(uri: Place = None, on_progress: OnProgress | None = None) -> None:
    """Load the face recognition net (6.4 MB).

    ```python
    faceapi.load_face_recognition_model()
    faces = faceapi.detect_all_faces("photo").with_face_landmarks().with_face_descriptors().run()
    ```
    """

def load_mtcnn_model(uri: Place = None, on_progress: OnProgress | None = None) -> None:
    """Load MTCNN (2.0 MB).

    ```python
    faceapi.load_mtcnn_model()
    faces = faceapi.detect_all_faces("photo", faceapi.MtcnnOptions(min_face_size=40)).run()
    ```
    """

def load_ssd_mobilenetv1_model(uri: Place = None, on_progress: OnProgress | None = None) -> None:
    """Load SSD MobileNetV1 (5.6 MB), the default detector, from a folder or a manifest.

    ```python
    faceapi.load_ssd_mobilenetv1_model()  # where weights are found by themselves
    faceapi.load_ssd_mobilenetv1_model("/models")  # a folder, or its address
    ```
    """

def load_tiny_face_detector_model(uri: Place = None, on_progress: OnProgress | None = None) -> None:
    """Load the tiny face detector (190 KB).

    ```python
    faceapi.load_tiny_face_detector_model()
    faces = faceapi.detect_all_faces("photo", faceapi.TinyFaceDetectorOptions()).run()
    ```
    """

def load_tiny_yolov2_model(uri: Place = None, on_progress: OnProgress | None = None) -> None:
    """Load Tiny YOLOv2 with separable convolutions, from files of yours.

    ```python
    faceapi.load_tiny_yolov2_model("/my_models")
    faces = faceapi.detect_all_faces("photo", faceapi.TinyYolov2Options()).run()
    ```
    """

def load_weight_map(uri: Place, default_model_name: str) -> dict[str, NDArray[np.float32]]:
    """Name -> float32 array (any shape) of all tensors that a weight manifest describes.

    uri: a `Place`.
    default_model_name: in a folder, the manifest is DEFAULT_MODEL_NAME-weights_manifest.json.
    Raises a WeightsError that says what was wrong with which file.
    """

def mtcnn(input: PictureLike, options: MtcnnOptions | None = None) -> list[FaceResult]:
    """Faces found by MTCNN, with five points each (`landmarks` is a FaceLandmarks5)."""

def open_camera(
    video: Any,
    *,
    facing: Facing = "user",
    camera: str | None = None,
    width: int = 640,
    height: int = 480,
) -> Any:
    """Show a camera in a video element (or the one with this id), muted; returns its MediaStream.

    The visitor is asked for permission. What the video showed before is closed first, since phones
    open one camera at a time. Comes back with the first frame.

    facing: "user" for a camera that looks at the visitor, "environment" for one that looks away;
        another one is taken where there is none such.
    camera: the id of one of `list_cameras`, in place of facing.
    width, height: of the frames in pixels, as near as the camera comes.
    Raises CameraDeniedError, CameraNotFoundError, CameraBusyError or CameraUnavailableError, each
    with what to do; InputError for what is no video element; OptionsError for another facing.

    ```python
    faceapi.open_camera("camera", facing="environment")
    faces = faceapi.detect_all_faces("camera").run()
    faceapi.close_camera("camera")
    ```
    """

@overload
def predict_age_and_gender(face_input: PictureLike) -> AgeAndGender: ...
@overload
def predict_age_and_gender(face_input: list[_P] | tuple[_P, ...]) -> list[AgeAndGender]: ...
def profile(net: NeuralNetwork, size: int | None = None, repeats: int = 20) -> list[DrawTime]:
    """The time of every draw of a net on the device, in order: `repeats` runs, the best of three.

    size: side of the net's input. Raises BackendError where the backend cannot tell, as NumPy.

    ```python
    for draw in faceapi.profile(faceapi.nets.tiny_face_detector):
        print(draw)  #     0.31 ms   12.4 GMAC/s  208x208x16     conv0
    ```
    """

@overload
def recognize_face_expressions(face_input: PictureLike) -> FaceExpressions: ...
@overload
def recognize_face_expressions(face_input: list[_P] | tuple[_P, ...]) -> list[FaceExpressions]: ...
def set_backend(backend: str | Backend, precision: int | None = None) -> None:
    """Run nets on "webgl", on "wasm" (WebAssembly SIMD), on "reference" (NumPy), or on a `Backend`
    of your own; until `dispose`.

    Without this call, the first that is good here runs: "webgl" where a GPU draws, else "wasm".
    Outside of browsers there is "onnx" as well, which `pip install "pyface_web[fast]"` brings.

    "fastest" measures the nets that are loaded, once on each backend that may be the fastest, and
    takes the best. That is remembered for the visit and, with the loader, for later ones, until
    another net is loaded, or the renderer of WebGL or this package changes. Where no net is
    loaded, and nothing is remembered, it is chosen as if nobody had asked.

    precision: bits of a value between two layers on "webgl", 32 or 16; by default 32 where the
    device can render to such textures. Sums are 32 bits in either case; 16 halves the memory of
    the layers, and is what some phones have: this is how to see there what they see.
    Raises OptionsError for other values, BackendError where the device cannot do it.

    ```python
    faceapi.set_backend("fastest")  # once the nets are loaded
    faceapi.get_backend()  # 'wasm'
    ```
    """

def ssd_mobilenetv1(
    input: PictureLike, options: SsdMobilenetv1Options | Mapping[str, Any] | None = None
) -> list[FaceDetection]:
    """Faces found by SSD MobileNetV1. options: of this class, or a mapping of its values."""

def tiny_face_detector(
    input: PictureLike, options: TinyFaceDetectorOptions | Mapping[str, Any] | None = None
) -> list[FaceDetection]:
    """Faces found by the tiny face detector. options: of this class, or a mapping of its values."""

def tiny_yolov2(
    input: PictureLike, options: TinyYolov2Options | Mapping[str, Any] | None = None
) -> list[FaceDetection]:
    """Faces found by Tiny YOLOv2. options: of this class, or a mapping of its values."""

def to_net_input(inputs: Any) -> NetInput:
    """Any picture or list of pictures as a NetInput, once all have loaded.

    A NetInput is given back as it is. Raises InputError or one of its subclasses, as every
    function that takes a picture does, and for an empty list.
    """

def track(
    video: ElementLike, options: TrackOptions | Mapping[str, Any] | None = None, **overrides: Any
) -> Frames:
    """The faces of a live video: `async for frame in track("camera"): print(frame.faces)`.

    video: a video element, a canvas, or the id of one. A video that has not loaded is waited for,
    and so is one that is paused or has ended, until it plays.
    options: TrackOptions or a mapping of its values; single ones also as keyword arguments.

    Never looks at two frames at once; the newest one wins. With background=True it goes on while
    the page is hidden, ten times a second at most; `rate` of what this returns says how often it
    does. Raises InputError for another source,
    OptionsError for other options, and while iterating MediaNotReadyError for a video that cannot
    be played, DisposedError once `dispose` has freed the device.

    ```python
    faceapi.open_camera("camera")
    with faceapi.track("camera", tiny_landmarks=True) as frames:
        frames.draw_on()
        for frame in frames:
            print([tracked.id for tracked in frame.faces])
    ```
    """

def value_ranges(
    net: NeuralNetwork, input: PictureLike, size: int | None = None
) -> list[ValueRange]:
    """The range of every op's values when a net sees a picture, and how many are not finite.

    Raises BackendError where the backend cannot tell, as NumPy.
    """

def warmup(*which: NeuralNetwork) -> None:
    """Compile and upload what nets need, and run each once, so that the first call is fast.

    Without arguments: all nets that are loaded.

    ```python
    faceapi.load_tiny_face_detector_model()
    faceapi.warmup()  # while the visitor still reads
    ```
    """

FaceDetectionNet = SsdMobilenetv1

FaceLandmarkNet = FaceLandmark68Net

all_faces = all_faces_ssd_mobilenetv1

compute_descriptor = compute_face_descriptor

create_face_detection_net = create_ssd_mobilenetv1

detect_landmarks = detect_face_landmarks

load_face_detection_model = load_ssd_mobilenetv1_model

locate_faces = ssd_mobilenetv1
