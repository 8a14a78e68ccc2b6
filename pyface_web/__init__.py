"""Face detection, landmarks, descriptors and recognition in the browser, in Python.

import pyface_web as faceapi

await faceapi.load_tiny_face_detector_model("/models")
faces = await faceapi.detect_all_faces("myImg", faceapi.TinyFaceDetectorOptions())
faceapi.draw_detection("overlay", faces)
"""

from pyface_web import errors
from pyface_web.api import (
    compute_descriptor,
    compute_face_descriptor,
    describe_backend,
    detect_all_faces,
    detect_face_landmarks,
    detect_face_landmarks_tiny,
    detect_landmarks,
    detect_single_face,
    device_capabilities,
    dispose,
    extract_faces,
    get_backend,
    load_face_detection_model,
    load_face_landmark_model,
    load_face_landmark_tiny_model,
    load_face_recognition_model,
    load_ssd_mobilenetv1_model,
    load_tiny_face_detector_model,
    locate_faces,
    memory,
    nets,
    profile,
    set_backend,
    ssd_mobilenetv1,
    tiny_face_detector,
    value_ranges,
    warmup,
)
from pyface_web.decode.boxes import (
    iou,
    non_max_suppression,
)
from pyface_web.dom import draw
from pyface_web.dom.draw import (
    BoxWithText,
    draw_box,
    draw_detection,
    draw_detections,
    draw_face_landmarks,
    draw_landmarks,
    draw_text,
    get_default_draw_options,
)
from pyface_web.dom.drawables import (
    AnchorPosition,
    DrawBox,
    DrawBoxOptions,
    DrawFaceLandmarks,
    DrawFaceLandmarksOptions,
    DrawTextField,
    DrawTextFieldOptions,
    draw_contour,
)
from pyface_web.dom.media import (
    buffer_to_image,
    create_canvas,
    create_canvas_from_media,
    fetch_image,
)
from pyface_web.errors import (
    PyfaceError,
)
from pyface_web.geometry import (
    BoundingBox,
    Box,
    Dimensions,
    Point,
    Rect,
)
from pyface_web.matcher import (
    FaceMatch,
    FaceMatcher,
    LabeledFaceDescriptors,
    euclidean_distance,
)
from pyface_web.options import (
    SsdMobilenetv1Options,
    TinyFaceDetectorOptions,
)
from pyface_web.results import (
    FaceDetection,
    FaceLandmarks,
    FaceLandmarks5,
    FaceLandmarks68,
    FaceResult,
    ObjectDetection,
    resize_results,
)
from pyface_web.weights.fetch import (
    Progress,
)

__version__ = "0.1.0"
__all__ = [
    "AnchorPosition",
    "BoundingBox",
    "Box",
    "BoxWithText",
    "Dimensions",
    "DrawBox",
    "DrawBoxOptions",
    "DrawFaceLandmarks",
    "DrawFaceLandmarksOptions",
    "DrawTextField",
    "DrawTextFieldOptions",
    "FaceDetection",
    "FaceLandmarks",
    "FaceLandmarks5",
    "FaceLandmarks68",
    "FaceMatch",
    "FaceMatcher",
    "FaceResult",
    "LabeledFaceDescriptors",
    "ObjectDetection",
    "Point",
    "Progress",
    "PyfaceError",
    "Rect",
    "SsdMobilenetv1Options",
    "TinyFaceDetectorOptions",
    "buffer_to_image",
    "compute_descriptor",
    "compute_face_descriptor",
    "create_canvas",
    "create_canvas_from_media",
    "describe_backend",
    "detect_all_faces",
    "detect_face_landmarks",
    "detect_face_landmarks_tiny",
    "detect_landmarks",
    "detect_single_face",
    "device_capabilities",
    "dispose",
    "draw",
    "draw_box",
    "draw_contour",
    "draw_detection",
    "draw_detections",
    "draw_face_landmarks",
    "draw_landmarks",
    "draw_text",
    "errors",
    "euclidean_distance",
    "extract_faces",
    "fetch_image",
    "get_backend",
    "get_default_draw_options",
    "iou",
    "load_face_detection_model",
    "load_face_landmark_model",
    "load_face_landmark_tiny_model",
    "load_face_recognition_model",
    "load_ssd_mobilenetv1_model",
    "load_tiny_face_detector_model",
    "locate_faces",
    "memory",
    "nets",
    "non_max_suppression",
    "profile",
    "resize_results",
    "set_backend",
    "ssd_mobilenetv1",
    "tiny_face_detector",
    "value_ranges",
    "warmup",
]
