"""Functions: load nets, detect faces, compute landmarks and descriptors. One session for all.

Names and argument order are those of face-api.js in snake_case.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, overload

import numpy as np

from pyface_web.engine.backend import Backend, ability, label_of
from pyface_web.engine.debug import DrawTime, ValueRange
from pyface_web.pictures.given import FacePictures, PictureLike
from pyface_web.pipeline import choice
from pyface_web.pipeline.nets import Landmarks, NeuralNetwork, nets, session
from pyface_web.pipeline.tasks import DetectAllFacesTask, DetectSingleFaceTask
from pyface_web.values.detection import FaceDetection
from pyface_web.values.expressions import AgeAndGender, FaceExpressions
from pyface_web.values.given import instance
from pyface_web.values.numeric import whole
from pyface_web.values.options import (
    MOST_SIDE,
    DetectorOptions,
    MtcnnOptions,
    SsdMobilenetv1Options,
    TinyFaceDetectorOptions,
    TinyYolov2Options,
    read_options,
)
from pyface_web.values.results import Descriptor, FaceResult
from pyface_web.weights.fetch import OnProgress
from pyface_web.weights.load import Place

_P = TypeVar("_P", bound=PictureLike)
_BLACK = np.zeros((8, 8, 3), np.uint8)  # a picture where any will do


# --- loading


async def load_ssd_mobilenetv1_model(
    uri: Place = None, on_progress: OnProgress | None = None
) -> None:
    """Load SSD MobileNetV1 (5.6 MB), the default detector, from a folder or a manifest.

    ```python
    await faceapi.load_ssd_mobilenetv1_model()  # where weights are found by themselves
    await faceapi.load_ssd_mobilenetv1_model("/models")  # a folder, or its address
    ```
    """
    await nets.ssd_mobilenetv1.load(uri, on_progress)


async def load_tiny_face_detector_model(
    uri: Place = None, on_progress: OnProgress | None = None
) -> None:
    """Load the tiny face detector (190 KB).

    ```python
    await faceapi.load_tiny_face_detector_model()
    faces = await faceapi.detect_all_faces("photo", faceapi.TinyFaceDetectorOptions())
    ```
    """
    await nets.tiny_face_detector.load(uri, on_progress)


async def load_tiny_yolov2_model(uri: Place = None, on_progress: OnProgress | None = None) -> None:
    """Load Tiny YOLOv2 with separable convolutions, from files of yours.

    ```python
    await faceapi.load_tiny_yolov2_model("/my_models")
    faces = await faceapi.detect_all_faces("photo", faceapi.TinyYolov2Options())
    ```
    """
    await nets.tiny_yolov2.load(uri, on_progress)


async def load_face_landmark_model(
    uri: Place = None, on_progress: OnProgress | None = None
) -> None:
    """Load the 68-point landmark net (360 KB).

    ```python
    await faceapi.load_face_landmark_model()
    faces = await faceapi.detect_all_faces("photo").with_face_landmarks()
    ```
    """
    await nets.face_landmark68_net.load(uri, on_progress)


async def load_face_landmark_tiny_model(
    uri: Place = None, on_progress: OnProgress | None = None
) -> None:
    """Load the tiny 68-point landmark net (77 KB).

    ```python
    await faceapi.load_face_landmark_tiny_model()
    faces = await faceapi.detect_all_faces("photo").with_face_landmarks(use_tiny_model=True)
    ```
    """
    await nets.face_landmark68_tiny_net.load(uri, on_progress)


async def load_face_recognition_model(
    uri: Place = None, on_progress: OnProgress | None = None
) -> None:
    """Load the face recognition net (6.4 MB).

    ```python
    await faceapi.load_face_recognition_model()
    faces = await faceapi.detect_all_faces("photo").with_face_landmarks().with_face_descriptors()
    ```
    """
    await nets.face_recognition_net.load(uri, on_progress)


async def load_face_expression_model(
    uri: Place = None, on_progress: OnProgress | None = None
) -> None:
    """Load the face expression net (330 KB).

    ```python
    await faceapi.load_face_expression_model()
    faces = await faceapi.detect_all_faces("photo").with_face_expressions()
    ```
    """
    await nets.face_expression_net.load(uri, on_progress)


async def load_age_gender_model(uri: Place = None, on_progress: OnProgress | None = None) -> None:
    """Load the age and gender net (430 KB).

    ```python
    await faceapi.load_age_gender_model()
    faces = await faceapi.detect_all_faces("photo").with_age_and_gender()
    ```
    """
    await nets.age_gender_net.load(uri, on_progress)


async def load_mtcnn_model(uri: Place = None, on_progress: OnProgress | None = None) -> None:
    """Load MTCNN (2.0 MB).

    ```python
    await faceapi.load_mtcnn_model()
    faces = await faceapi.detect_all_faces("photo", faceapi.MtcnnOptions(min_face_size=40))
    ```
    """
    await nets.mtcnn.load(uri, on_progress)


load_face_detection_model = load_ssd_mobilenetv1_model


# --- high level


def detect_all_faces(
    input: PictureLike, options: DetectorOptions | None = None
) -> DetectAllFacesTask:
    """All faces of a picture, best first: `await` gives a list of FaceDetection.

    Chain `.with_face_landmarks()` and `.with_face_descriptors()` for lists of FaceResult.
    The class of `options` decides which detector runs; SSD MobileNetV1 by default.

    ```python
    for face in await faceapi.detect_all_faces("photo"):
        print(face.score, face.box)  # 0.99 Box(x=413.1, y=353.6, width=177.1, height=240.3)

    faces = await faceapi.detect_all_faces("photo").with_face_landmarks().with_face_descriptors()
    ```
    """
    return DetectAllFacesTask(session, nets, input, options)


def detect_single_face(
    input: PictureLike, options: DetectorOptions | None = None
) -> DetectSingleFaceTask:
    """The face with the highest score, or None; chain as with `detect_all_faces`.

    ```python
    face = await faceapi.detect_single_face("photo").with_face_landmarks()
    if face:
        print(face.landmarks.left_eye)
    ```
    """
    return DetectSingleFaceTask(session, nets, input, options)


# --- everything at once, as older pages of face-api.js ask for it


async def all_faces_ssd_mobilenetv1(
    input: PictureLike, min_confidence: float | None = None
) -> list[FaceResult]:
    """Faces found by SSD MobileNetV1, with landmarks and descriptors.

    The same as `detect_all_faces(...).with_face_landmarks().with_face_descriptors()`.
    """
    given = {"min_confidence": min_confidence}
    return await _all_faces(input, read_options(SsdMobilenetv1Options, given))


async def all_faces_tiny_yolov2(
    input: PictureLike, forward_params: TinyYolov2Options | Mapping[str, Any] | None = None
) -> list[FaceResult]:
    """Faces found by Tiny YOLOv2, with landmarks and descriptors.

    forward_params: options of the detector, or a mapping of them.
    """
    return await _all_faces(input, read_options(TinyYolov2Options, forward_params))


async def all_faces_mtcnn(
    input: PictureLike, forward_params: MtcnnOptions | Mapping[str, Any] | None = None
) -> list[FaceResult]:
    """Faces found by MTCNN, with 68 landmarks and descriptors.

    forward_params: options of the detector, or a mapping of them.
    """
    return await _all_faces(input, read_options(MtcnnOptions, forward_params))


async def _all_faces(input: PictureLike, options: DetectorOptions) -> list[FaceResult]:
    return await detect_all_faces(input, options).with_face_landmarks().with_face_descriptors()


all_faces = all_faces_ssd_mobilenetv1


# --- low level


async def ssd_mobilenetv1(
    input: PictureLike, options: SsdMobilenetv1Options | Mapping[str, Any] | None = None
) -> list[FaceDetection]:
    """Faces found by SSD MobileNetV1. options: of this class, or a mapping of its values."""
    return await nets.ssd_mobilenetv1.locate_faces(input, options)


async def tiny_face_detector(
    input: PictureLike, options: TinyFaceDetectorOptions | Mapping[str, Any] | None = None
) -> list[FaceDetection]:
    """Faces found by the tiny face detector. options: of this class, or a mapping of its values."""
    return await nets.tiny_face_detector.locate_faces(input, options)


async def tiny_yolov2(
    input: PictureLike, options: TinyYolov2Options | Mapping[str, Any] | None = None
) -> list[FaceDetection]:
    """Faces found by Tiny YOLOv2. options: of this class, or a mapping of its values."""
    return await nets.tiny_yolov2.locate_faces(input, options)


async def mtcnn(input: PictureLike, options: MtcnnOptions | None = None) -> list[FaceResult]:
    """Faces found by MTCNN, with five points each (`landmarks` is a FaceLandmarks5)."""
    return await nets.mtcnn.forward(input, options)


locate_faces = ssd_mobilenetv1


@overload
async def detect_face_landmarks(face_input: PictureLike) -> Landmarks: ...  # pragma: no cover
@overload
async def detect_face_landmarks(
    face_input: list[_P] | tuple[_P, ...],
) -> list[Landmarks]: ...  # pragma: no cover
async def detect_face_landmarks(face_input: FacePictures) -> Landmarks | list[Landmarks]:
    """68 points of a picture that shows one face; a list of them for a list of pictures.

    ```python
    faces = await faceapi.detect_all_faces("photo")
    crops = await faceapi.extract_faces("photo", faces)
    points = await faceapi.detect_face_landmarks(crops[0])
    points.positions.shape  # (68, 2), in pixels of the crop
    ```
    """
    return await nets.face_landmark68_net.detect_landmarks(face_input)


@overload
async def detect_face_landmarks_tiny(face_input: PictureLike) -> Landmarks: ...  # pragma: no cover
@overload
async def detect_face_landmarks_tiny(
    face_input: list[_P] | tuple[_P, ...],
) -> list[Landmarks]: ...  # pragma: no cover
async def detect_face_landmarks_tiny(face_input: FacePictures) -> Landmarks | list[Landmarks]:
    """As `detect_face_landmarks`, with the tiny net."""
    return await nets.face_landmark68_tiny_net.detect_landmarks(face_input)


detect_landmarks = detect_face_landmarks


@overload
async def compute_face_descriptor(face_input: PictureLike) -> Descriptor: ...  # pragma: no cover
@overload
async def compute_face_descriptor(
    face_input: list[_P] | tuple[_P, ...],
) -> list[Descriptor]: ...  # pragma: no cover
async def compute_face_descriptor(face_input: FacePictures) -> Descriptor | list[Descriptor]:
    """(128,) float32 of a picture that shows one aligned face; a list for a list of pictures.

    ```python
    descriptor = await faceapi.compute_face_descriptor("face.jpg")  # (128,)
    one, other = await faceapi.compute_face_descriptor(["face.jpg", "other.jpg"])
    faceapi.euclidean_distance(one, other)  # 0.43
    ```
    """
    return await nets.face_recognition_net.compute_face_descriptor(face_input)


compute_descriptor = compute_face_descriptor


@overload
async def recognize_face_expressions(
    face_input: PictureLike,
) -> FaceExpressions: ...  # pragma: no cover
@overload
async def recognize_face_expressions(
    face_input: list[_P] | tuple[_P, ...],
) -> list[FaceExpressions]: ...  # pragma: no cover
async def recognize_face_expressions(
    face_input: FacePictures,
) -> FaceExpressions | list[FaceExpressions]:
    """Seven probabilities of a picture that shows one face; a list for a list of pictures.

    ```python
    expressions = await faceapi.recognize_face_expressions("face.jpg")
    expressions["happy"]  # 0.98
    expressions.as_sorted_array()[0].expression  # 'happy'
    ```
    """
    return await nets.face_expression_net.predict_expressions(face_input)


@overload
async def predict_age_and_gender(face_input: PictureLike) -> AgeAndGender: ...  # pragma: no cover
@overload
async def predict_age_and_gender(
    face_input: list[_P] | tuple[_P, ...],
) -> list[AgeAndGender]: ...  # pragma: no cover
async def predict_age_and_gender(face_input: FacePictures) -> AgeAndGender | list[AgeAndGender]:
    """Age and gender of a picture that shows one face; a list for a list of pictures.

    ```python
    guess = await faceapi.predict_age_and_gender("face.jpg")
    print(round(guess.age), guess.gender, guess.gender_probability)  # 31 female 0.97
    ```
    """
    return await nets.age_gender_net.predict_age_and_gender(face_input)


# --- session


async def set_backend(backend: str | Backend, precision: int | None = None) -> None:
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
    await faceapi.set_backend("fastest")  # once the nets are loaded
    await faceapi.get_backend()  # 'wasm'
    ```
    """
    await choice.set_backend(backend, precision)


async def get_backend() -> str:
    """Name of the backend that runs nets; the first call starts it.

    ```python
    await faceapi.get_backend()  # 'webgl', 'wasm', 'onnx' or 'reference'
    ```
    """
    return (await session.backend()).name


async def backend_label() -> str:
    """The backend in two or three words, for a badge: "WebGL2", or "NumPy, slow"."""
    return label_of(await session.backend())


async def describe_backend() -> str:
    """Which backend runs, on what, and why.

    ```python
    print(await faceapi.describe_backend())
    # onnxruntime 1.32.0 on the CPU: webgl is not used: WebGL2 needs a browser, ...
    ```
    """
    backend = await session.backend()
    return f"{backend.description}: {session.reason}"


async def warmup(*which: NeuralNetwork) -> None:
    """Compile and upload what nets need, and run each once, so that the first call is fast.

    Without arguments: all nets that are loaded.

    ```python
    await faceapi.load_tiny_face_detector_model()
    await faceapi.warmup()  # while the visitor still reads
    ```
    """
    for net in which:
        instance(net, NeuralNetwork, "warmup", "pass nets such as nets.tiny_face_detector")
    chosen = which or tuple(net for _, net in nets.items() if net.is_loaded)
    generation = session.generation
    for net in chosen:
        async with session.open(_BLACK, generation) as view:
            await net.warm_up(view)


async def profile(net: NeuralNetwork, size: int | None = None, repeats: int = 20) -> list[DrawTime]:
    """The time of every draw of a net on the device, in order: `repeats` runs, the best of three.

    size: side of the net's input. Raises BackendError where the backend cannot tell, as NumPy.

    ```python
    for draw in await faceapi.profile(faceapi.nets.tiny_face_detector):
        print(draw)  #     0.31 ms   12.4 GMAC/s  208x208x16     conv0
    ```
    """
    size = _checked_net(net, size, "profile")
    repeats = whole(repeats, "profile: repeats", 1, 10_000)
    async with session.open(_BLACK) as view:
        times: list[DrawTime] = await view.use("profile", net, size, repeats)
        return times


async def value_ranges(
    net: NeuralNetwork, input: PictureLike, size: int | None = None
) -> list[ValueRange]:
    """The range of every op's values when a net sees a picture, and how many are not finite.

    Raises BackendError where the backend cannot tell, as NumPy.
    """
    size = _checked_net(net, size, "value_ranges")
    async with session.open(input) as view:
        ranges: list[ValueRange] = await view.use("value_ranges", net, view.picture.array(), size)
        return ranges


async def device_capabilities() -> dict[str, str | int | bool]:
    """What the device can do: its name, float textures, targets of a draw, size of a texture.

    Raises BackendError where the backend cannot tell, as NumPy.
    """
    found: dict[str, str | int | bool] = ability(await session.backend(), "capabilities")()
    return found


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
    await faceapi.load_tiny_face_detector_model()
    paths = faceapi.export_onnx(faceapi.nets.tiny_face_detector, "tiny.onnx", size=416)
    ```
    """
    from pyface_web.engine.onnx.export import export_parts

    return export_parts(net, path, _checked_net(net, size, "export_onnx"))


def _checked_net(net: object, size: object, what: str) -> int | None:
    """The size of the input of a net, checked; InputError for what is no net, or another size."""
    instance(net, NeuralNetwork, what)
    return None if size is None else whole(size, f"{what}: size", 1, MOST_SIDE)


def memory() -> dict[str, int | str]:
    """Exact counts and bytes of textures, buffers and programs, and counters of draws and reads.

    ```python
    faceapi.memory()["texture_bytes"]  # 24117248; 0 after faceapi.dispose()
    ```
    """
    return session.memory()


def dispose() -> None:
    """Free everything on the device; weights stay loaded, the next call starts again.

    Calls that were begun before and have not ended raise DisposedError, those that wait for their
    turn or their picture, too, and so does the next frame of `track`: nothing but a call that
    comes afterwards takes up the device again.

    ```python
    faceapi.dispose()  # where nobody looks for faces for a while
    await faceapi.detect_all_faces("photo")  # takes up the device again
    ```
    """
    session.close()
