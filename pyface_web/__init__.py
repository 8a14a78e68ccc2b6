"""Face detection, landmarks, descriptors and recognition in the browser, in Python.

```python
import pyface_web as faceapi

await faceapi.load_tiny_face_detector_model("/models")
faces = await faceapi.detect_all_faces("myImg", faceapi.TinyFaceDetectorOptions())
faceapi.draw_detection("overlay", faces)
```
"""

# Each public name once: `X as X` is how type checkers know a name that is meant for others.
from types import ModuleType as _Module

from pyface_web import (
    draw as draw,
    errors as errors,
)
from pyface_web.api import (
    all_faces as all_faces,
    all_faces_mtcnn as all_faces_mtcnn,
    all_faces_ssd_mobilenetv1 as all_faces_ssd_mobilenetv1,
    all_faces_tiny_yolov2 as all_faces_tiny_yolov2,
    backend_label as backend_label,
    compute_descriptor as compute_descriptor,
    compute_face_descriptor as compute_face_descriptor,
    describe_backend as describe_backend,
    detect_all_faces as detect_all_faces,
    detect_face_landmarks as detect_face_landmarks,
    detect_face_landmarks_tiny as detect_face_landmarks_tiny,
    detect_landmarks as detect_landmarks,
    detect_single_face as detect_single_face,
    device_capabilities as device_capabilities,
    dispose as dispose,
    export_onnx as export_onnx,
    get_backend as get_backend,
    load_age_gender_model as load_age_gender_model,
    load_face_detection_model as load_face_detection_model,
    load_face_expression_model as load_face_expression_model,
    load_face_landmark_model as load_face_landmark_model,
    load_face_landmark_tiny_model as load_face_landmark_tiny_model,
    load_face_recognition_model as load_face_recognition_model,
    load_mtcnn_model as load_mtcnn_model,
    load_ssd_mobilenetv1_model as load_ssd_mobilenetv1_model,
    load_tiny_face_detector_model as load_tiny_face_detector_model,
    load_tiny_yolov2_model as load_tiny_yolov2_model,
    locate_faces as locate_faces,
    memory as memory,
    mtcnn as mtcnn,
    predict_age_and_gender as predict_age_and_gender,
    profile as profile,
    recognize_face_expressions as recognize_face_expressions,
    set_backend as set_backend,
    ssd_mobilenetv1 as ssd_mobilenetv1,
    tiny_face_detector as tiny_face_detector,
    tiny_yolov2 as tiny_yolov2,
    value_ranges as value_ranges,
    warmup as warmup,
)
from pyface_web.compat import (
    utils as utils,
)
from pyface_web.compat.arrays import (
    inverse_sigmoid as inverse_sigmoid,
    normalize as normalize,
    pad_to_square as pad_to_square,
    shuffle_array as shuffle_array,
    sigmoid as sigmoid,
)
from pyface_web.compat.extensions import (
    FaceDetectionWithLandmarks as FaceDetectionWithLandmarks,
    FullFaceDescription as FullFaceDescription,
    extend_with_age as extend_with_age,
    extend_with_face_descriptor as extend_with_face_descriptor,
    extend_with_face_detection as extend_with_face_detection,
    extend_with_face_expressions as extend_with_face_expressions,
    extend_with_face_landmarks as extend_with_face_landmarks,
    extend_with_gender as extend_with_gender,
    is_with_age as is_with_age,
    is_with_face_detection as is_with_face_detection,
    is_with_face_expressions as is_with_face_expressions,
    is_with_face_landmarks as is_with_face_landmarks,
    is_with_gender as is_with_gender,
)
from pyface_web.compat.net_input import (
    NetInput as NetInput,
    to_net_input as to_net_input,
)
from pyface_web.compat.utils import (
    compute_reshaped_dimensions as compute_reshaped_dimensions,
    get_center_point as get_center_point,
    is_dimensions as is_dimensions,
    is_even as is_even,
    is_float as is_float,
    is_tensor as is_tensor,
    is_tensor1_d as is_tensor1_d,
    is_tensor2_d as is_tensor2_d,
    is_tensor3_d as is_tensor3_d,
    is_tensor4_d as is_tensor4_d,
    is_valid_number as is_valid_number,
    is_valid_probablitiy as is_valid_probablitiy,
    range as range,
    round as round,
)
from pyface_web.compat.yolo_config import (
    validate_config as validate_config,
)
from pyface_web.draw.annotate import annotate as annotate
from pyface_web.draw.overlay import draw_on as draw_on
from pyface_web.draw.results import (
    BoxWithText as BoxWithText,
    draw_box as draw_box,
    draw_detection as draw_detection,
    draw_detections as draw_detections,
    draw_face_expressions as draw_face_expressions,
    draw_face_landmarks as draw_face_landmarks,
    draw_landmarks as draw_landmarks,
    draw_text as draw_text,
    get_default_draw_options as get_default_draw_options,
)
from pyface_web.draw.shapes import (
    AnchorPosition as AnchorPosition,
    DrawBox as DrawBox,
    DrawBoxOptions as DrawBoxOptions,
    DrawFaceLandmarks as DrawFaceLandmarks,
    DrawFaceLandmarksOptions as DrawFaceLandmarksOptions,
    DrawTextField as DrawTextField,
    DrawTextFieldOptions as DrawTextFieldOptions,
    draw_contour as draw_contour,
)
from pyface_web.engine.backend import (
    Backend as Backend,
    CpuBackend as CpuBackend,
)
from pyface_web.errors import (
    PyfaceError as PyfaceError,
)
from pyface_web.models.decode.boxes import (
    iou as iou,
    non_max_suppression as non_max_suppression,
)
from pyface_web.people.calibration import (
    ErrorRates as ErrorRates,
    distance_histograms as distance_histograms,
    error_rates as error_rates,
    pair_distances as pair_distances,
    suggest_threshold as suggest_threshold,
)
from pyface_web.people.cluster import (
    cluster as cluster,
)
from pyface_web.people.comparison import (
    Comparison as Comparison,
    compare as compare,
)
from pyface_web.people.identity import (
    Identity as Identity,
)
from pyface_web.people.index import (
    FaceIndex as FaceIndex,
)
from pyface_web.people.matcher import (
    FaceMatch as FaceMatch,
    FaceMatcher as FaceMatcher,
    LabeledFaceDescriptors as LabeledFaceDescriptors,
    euclidean_distance as euclidean_distance,
)
from pyface_web.people.pose import (
    HeadPose as HeadPose,
    estimate_head_pose as estimate_head_pose,
)
from pyface_web.people.quality import (
    FaceQuality as FaceQuality,
    QualityLimits as QualityLimits,
    QualityProblem as QualityProblem,
    assess_face_quality as assess_face_quality,
)
from pyface_web.people.store import (
    BIOMETRIC_NOTICE as BIOMETRIC_NOTICE,
    IdentityStore as IdentityStore,
)
from pyface_web.pictures.canvases import (
    create_canvas as create_canvas,
    create_canvas_from_media as create_canvas_from_media,
    get_context2d_or_throw as get_context2d_or_throw,
    image_tensor_to_canvas as image_tensor_to_canvas,
    image_to_square as image_to_square,
)
from pyface_web.pictures.crops import (
    extract_face_tensors as extract_face_tensors,
    extract_faces as extract_faces,
)
from pyface_web.pictures.fetching import (
    buffer_to_image as buffer_to_image,
    fetch_image as fetch_image,
    fetch_json as fetch_json,
    fetch_net_weights as fetch_net_weights,
    fetch_or_throw as fetch_or_throw,
    fetch_video as fetch_video,
)
from pyface_web.pictures.given import (
    PictureLike as PictureLike,
)
from pyface_web.pictures.media import (
    await_media_loaded as await_media_loaded,
    get_media_dimensions as get_media_dimensions,
    is_media_element as is_media_element,
    is_media_loaded as is_media_loaded,
    match_dimensions as match_dimensions,
    resolve_input as resolve_input,
)
from pyface_web.pipeline.crowd import set_latest_frame as set_latest_frame
from pyface_web.pipeline.find import (
    FoundFaces as FoundFaces,
    find_faces as find_faces,
)
from pyface_web.pipeline.finder import (
    FaceFinder as FaceFinder,
)
from pyface_web.pipeline.nets import (
    AgeGenderNet as AgeGenderNet,
    FaceDetectionNet as FaceDetectionNet,
    FaceExpressionNet as FaceExpressionNet,
    FaceLandmark68Net as FaceLandmark68Net,
    FaceLandmark68TinyNet as FaceLandmark68TinyNet,
    FaceLandmarkNet as FaceLandmarkNet,
    FaceRecognitionNet as FaceRecognitionNet,
    Mtcnn as Mtcnn,
    NeuralNetwork as NeuralNetwork,
    SsdMobilenetv1 as SsdMobilenetv1,
    TinyFaceDetector as TinyFaceDetector,
    TinyYolov2 as TinyYolov2,
    create_face_detection_net as create_face_detection_net,
    create_face_landmark_net as create_face_landmark_net,
    create_face_recognition_net as create_face_recognition_net,
    create_mtcnn as create_mtcnn,
    create_ssd_mobilenetv1 as create_ssd_mobilenetv1,
    create_tiny_face_detector as create_tiny_face_detector,
    create_tiny_yolov2 as create_tiny_yolov2,
    nets as nets,
)
from pyface_web.pipeline.tasks import (
    ComposableTask as ComposableTask,
    ComputeAllFaceDescriptorsTask as ComputeAllFaceDescriptorsTask,
    ComputeFaceDescriptorsTaskBase as ComputeFaceDescriptorsTaskBase,
    ComputeSingleFaceDescriptorTask as ComputeSingleFaceDescriptorTask,
    DetectAllFaceLandmarksTask as DetectAllFaceLandmarksTask,
    DetectAllFacesTask as DetectAllFacesTask,
    DetectFaceLandmarksTaskBase as DetectFaceLandmarksTaskBase,
    DetectFacesTaskBase as DetectFacesTaskBase,
    DetectSingleFaceLandmarksTask as DetectSingleFaceLandmarksTask,
    DetectSingleFaceTask as DetectSingleFaceTask,
)
from pyface_web.values.coco import (
    to_coco as to_coco,
)
from pyface_web.values.detection import (
    FaceDetection as FaceDetection,
    ObjectDetection as ObjectDetection,
)
from pyface_web.values.expressions import (
    FACE_EXPRESSION_LABELS as FACE_EXPRESSION_LABELS,
    AgeAndGender as AgeAndGender,
    ExpressionProbability as ExpressionProbability,
    FaceExpressions as FaceExpressions,
    Gender as Gender,
)
from pyface_web.values.geometry import (
    BoundingBox as BoundingBox,
    Box as Box,
    Dimensions as Dimensions,
    Point as Point,
    Rect as Rect,
    min_bbox as min_bbox,
)
from pyface_web.values.labeled_boxes import (
    LabeledBox as LabeledBox,
    PredictedBox as PredictedBox,
)
from pyface_web.values.landmarks import (
    FaceLandmarks as FaceLandmarks,
    FaceLandmarks5 as FaceLandmarks5,
    FaceLandmarks68 as FaceLandmarks68,
)
from pyface_web.values.options import (
    MtcnnOptions as MtcnnOptions,
    SsdMobilenetv1Options as SsdMobilenetv1Options,
    TinyFaceDetectorOptions as TinyFaceDetectorOptions,
    TinyYolov2Options as TinyYolov2Options,
    TinyYolov2SizeType as TinyYolov2SizeType,
    TrackOptions as TrackOptions,
)
from pyface_web.values.picture_faces import (
    PictureFaces as PictureFaces,
)
from pyface_web.values.records import (
    to_records as to_records,
)
from pyface_web.values.results import (
    FaceResult as FaceResult,
    resize_results as resize_results,
)
from pyface_web.video.camera import (
    Camera as Camera,
    close_camera as close_camera,
    list_cameras as list_cameras,
    open_camera as open_camera,
)
from pyface_web.video.track import (
    Frame as Frame,
    Frames as Frames,
    track as track,
)
from pyface_web.video.tracker import (
    TrackedFace as TrackedFace,
    Tracker as Tracker,
)
from pyface_web.waits import (
    Waits as Waits,
    get_waits as get_waits,
    set_waits as set_waits,
)
from pyface_web.weights.fetch import (
    Progress as Progress,
)
from pyface_web.weights.load import (
    Weights as Weights,
    get_model_uris as get_model_uris,
    load_weight_map as load_weight_map,
)

__version__ = "0.1.0"
_SHADOWING = ("range", "round")
# Without those that `import *` would put in the place of Python's own, and without the parts of the
# package.
__all__ = sorted(
    name
    for name, value in globals().items()
    if name[0] != "_"
    and name not in _SHADOWING
    and (name in ("draw", "errors", "utils") or not isinstance(value, _Module))
)
