"""The Python end of the JavaScript face, as mappings: no page is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pyface_web import api, js_face
from pyface_web.geometry import Box, Dimensions, Point
from pyface_web.results import FaceDetection, FaceLandmarks68, FaceResult

PICTURE = np.full((48, 64, 3), 200, np.uint8)


def ask(**message: Any) -> Any:
    """The value of the answer; fails on an error."""
    answer = asyncio.run(js_face.handle(message))
    assert "error" not in answer, answer
    return answer["value"]


def error_of(**message: Any) -> dict[str, str]:
    answer = asyncio.run(js_face.handle(message))
    assert "value" not in answer
    return answer["error"]


def weights(name: str, scale: float = 0.0) -> NDArray[np.float32]:
    """Weights of a net in the raw order, random but always the same ones."""
    order = dict(api.nets.items())[name].network.raw_order()
    count = sum(int(np.prod(shape)) for shape in order.values())
    return (np.random.default_rng(2).standard_normal(count) * scale).astype(np.float32)


@pytest.fixture
def nets() -> Iterator[None]:
    """Nets that know nothing: every cell of the tiny detector scores 0.5."""
    scales = {"tiny_face_detector": 0.0, "face_landmark68_net": 0.1, "face_recognition_net": 0.0}
    for name, scale in scales.items():
        ask(call="load", net=name, weights=weights(name, scale))
    yield
    for name in scales:
        ask(call="dispose", net=name)
    ask(call="dispose")


def a_result(with_descriptor: bool = True) -> FaceResult:
    rng = np.random.default_rng(1)
    detection = FaceDetection(0.875, Box(0.1, 0.2, 0.3, 0.4), Dimensions(640, 480))
    points = FaceLandmarks68(rng.random((68, 2), np.float32), Dimensions(191, 187))
    result = FaceResult.with_landmarks(detection, points, Point(64, 96))
    if not with_descriptor:
        return result
    return replace(result, descriptor=rng.random(128, np.float32))


@pytest.mark.parametrize(
    "face",
    [a_result().detection, a_result(with_descriptor=False), a_result()],
    ids=["detection", "landmarks", "descriptor"],
)
def test_a_face_survives_the_way_to_the_page_and_back(face: FaceDetection | FaceResult) -> None:
    assert js_face._unpacked(js_face._packed(face)) == face


def test_answers_hold_only_values_that_can_be_cloned() -> None:
    def check(value: object) -> None:
        if isinstance(value, dict):
            assert all(type(key) is str for key in value)
            for item in value.values():
                check(item)
        elif isinstance(value, list):
            for item in value:
                check(item)
        elif isinstance(value, np.ndarray):
            assert value.dtype == np.float32
            assert value.ndim == 1
        else:
            assert type(value) in (float, int, str, bool, type(None))

    check(js_face._packed(a_result()))
    check(asyncio.run(js_face.handle({"call": "memory"})))
    check(asyncio.run(js_face.handle({"call": "nonsense"})))


@pytest.mark.usefixtures("nets")
def test_stages_in_one_message_or_one_by_one_give_the_same() -> None:
    options = {"detector": "tiny_face_detector", "inputSize": 32, "scoreThreshold": 0.4}
    stages = ["detect", "landmarks", "descriptors"]
    at_once = ask(call="faces", input=PICTURE, options=options, stages=stages)
    assert at_once
    faces = ask(call="faces", input=PICTURE, options=options, stages=stages[:1])
    assert set(faces[0]) == {"score", "box", "size"}
    for stage in stages[1:]:
        faces = ask(call="faces", input=PICTURE, faces=faces, stages=[stage])
    assert [js_face._unpacked(face) for face in faces] == [js_face._unpacked(f) for f in at_once]
    single = ask(call="faces", input=PICTURE, options=options, stages=stages, single=True)
    assert [js_face._unpacked(face) for face in single] == [js_face._unpacked(at_once[0])]


@pytest.mark.parametrize("detector", ["tiny_face_detector", "tiny_yolov2"])
def test_a_detector_by_its_name(detector: str) -> None:
    options = {"detector": detector, "inputSize": 32, "scoreThreshold": 0.4}
    message = {"call": "faces", "input": PICTURE, "options": options, "stages": ["detect"]}
    assert error_of(**message)["name"] == "NotLoadedError"
    ask(call="load", net=detector, weights=weights(detector))
    try:
        assert {face["score"] for face in ask(**message)} == {0.5}
    finally:
        ask(call="dispose", net=detector)


@pytest.mark.usefixtures("nets")
def test_per_face_calls_take_one_picture_or_a_list() -> None:
    assert ask(call="descriptor", input=PICTURE).shape == (128,)
    assert len(ask(call="descriptor", input=[PICTURE, PICTURE])) == 2
    assert ask(call="landmarks", input=PICTURE)["size"] == [64, 48]
    assert len(ask(call="landmarks", input=[PICTURE, PICTURE])) == 2


def test_loading_says_which_nets_are_loaded() -> None:
    name = "face_landmark68_tiny_net"
    loaded = asyncio.run(js_face.handle({"call": "load", "net": name, "weights": weights(name)}))
    assert name in loaded["loaded"]
    assert name in js_face.loaded()
    freed = asyncio.run(js_face.handle({"call": "dispose", "net": name}))
    assert name not in freed["loaded"]


def test_weights_may_come_as_a_buffer() -> None:
    name = "face_landmark68_tiny_net"
    ask(call="load", net=name, weights=memoryview(weights(name)))
    assert name in js_face.loaded()
    ask(call="dispose", net=name)


DETECT: dict[str, Any] = {"call": "faces", "stages": ["detect"]}


@pytest.mark.parametrize(
    ("message", "name", "text"),
    [
        ({"call": "nonsense"}, "OptionsError", "no call 'nonsense'"),
        ({}, "OptionsError", "no call None"),
        ({**DETECT, "input": PICTURE}, "NotLoadedError", "ssd_mobilenetv1 has no weights"),
        ({**DETECT}, "InputError", "input is missing"),
        ({**DETECT, "input": "someId"}, "InputError", "someId"),
        ({**DETECT, "options": {"detector": "nose"}}, "OptionsError", "nose"),
        ({**DETECT, "options": {"minConfidence": 2}}, "OptionsError", "min_confidence"),
        ({"call": "faces", "stages": ["sniff"], "input": PICTURE}, "OptionsError", "sniff"),
        ({"call": "load", "net": "nose"}, "OptionsError", "'nose'"),
        (
            {"call": "load", "net": "face_recognition_net", "weights": np.zeros(3, np.float32)},
            "ShardError",
            "3",
        ),
        ({"call": "set_backend", "name": "abacus"}, "OptionsError", "abacus"),
    ],
)
def test_failures_are_answers_with_the_name_of_the_exception(
    message: dict[str, Any], name: str, text: str
) -> None:
    error = error_of(**message)
    assert error["name"] == name
    assert text in error["message"]
    assert "traceback" not in error


def test_what_should_not_happen_comes_with_its_traceback() -> None:
    error = error_of(call="load")
    assert error["name"] == "KeyError"
    assert "_load" in error["traceback"]
