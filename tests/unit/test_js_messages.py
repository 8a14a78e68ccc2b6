"""The Python end of the JavaScript face, as mappings: no page is needed."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pyface_web import messages
from pyface_web.pipeline.nets import nets as global_nets
from pyface_web.values.detection import FaceDetection
from pyface_web.values.expressions import FaceExpressions, Gender
from pyface_web.values.geometry import Box, Dimensions, Point
from pyface_web.values.landmarks import FaceLandmarks5, FaceLandmarks68
from pyface_web.values.results import FaceResult
from tests.alike import differences

PICTURE = np.full((48, 64, 3), 200, np.uint8)


def ask(**message: Any) -> Any:
    """The value of the answer; fails on an error."""
    answer = asyncio.run(messages.handle(message))
    assert "error" not in answer, answer
    return answer["value"]


def error_of(**message: Any) -> dict[str, str]:
    answer = asyncio.run(messages.handle(message))
    assert "value" not in answer
    return answer["error"]


def weights(name: str, scale: float = 0.0) -> NDArray[np.float32]:
    """Weights of a net in the raw order, random but always the same ones."""
    order = global_nets[name].architecture.raw_order()
    count = sum(int(np.prod(shape)) for shape in order.values())
    return (np.random.default_rng(2).standard_normal(count) * scale).astype(np.float32)


@pytest.fixture
def nets() -> Iterator[None]:
    """Nets that know nothing: every cell of the tiny detector scores 0.5."""
    scales = {
        "tiny_face_detector": 0.0,
        "face_landmark68_net": 0.1,
        "face_recognition_net": 0.0,
        "face_expression_net": 0.0,
        "age_gender_net": 0.0,
    }
    for name, scale in scales.items():
        ask(call="load", net=name, weights=weights(name, scale))
    yield
    for name in scales:
        ask(call="dispose", net=name)
    ask(call="dispose")


def a_detection() -> FaceDetection:
    return FaceDetection(0.875, Box(0.1, 0.2, 0.3, 0.4), Dimensions(640, 480))


def a_result() -> FaceResult:
    points = FaceLandmarks68(
        np.random.default_rng(1).random((68, 2), np.float32), Dimensions(191, 187)
    )
    return FaceResult.with_landmarks(a_detection(), points, Point(64, 96))


def everything() -> FaceResult:
    return replace(
        a_result(),
        descriptor=np.random.default_rng(2).random(128, np.float32),
        expressions=FaceExpressions([0.125, 0.5, 0.25, 0.125, 0, 0, 0]),
        age=33.25,
        gender=Gender.FEMALE,
        gender_probability=0.75,
        descriptor_align="upright",
    )


def five_points() -> FaceResult:
    points = np.random.default_rng(3).random((5, 2), np.float32)
    landmarks = FaceLandmarks5(points, Dimensions(192, 192))
    return FaceResult.with_landmarks(a_detection(), landmarks, Point(64, 96))


@pytest.mark.parametrize(
    "face",
    [
        a_detection(),
        a_result(),
        everything(),
        five_points(),
        FaceResult(a_detection(), age=20.5, gender=Gender.MALE, gender_probability=0.5),
        FaceResult(a_detection(), expressions=everything().expressions),
    ],
    ids=["detection", "landmarks", "everything", "five points", "age", "expressions"],
)
def test_a_face_survives_the_way_to_the_page_and_back(face: FaceDetection | FaceResult) -> None:
    assert messages._face_from_message(messages._face_to_message(face)) == face


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

    check(messages._face_to_message(everything()))
    check(asyncio.run(messages.handle({"call": "memory"})))
    check(asyncio.run(messages.handle({"call": "nonsense"})))


@pytest.mark.usefixtures("nets")
def test_stages_in_one_message_or_one_by_one_give_the_same() -> None:
    options = {"detector": "tiny_face_detector", "inputSize": 32, "scoreThreshold": 0.4}
    stages = ["detect", "age_and_gender", "landmarks", "expressions", "descriptors"]
    at_once = ask(call="faces", input=PICTURE, options=options, stages=stages)
    assert at_once
    faces = ask(call="faces", input=PICTURE, options=options, stages=stages[:1])
    assert set(faces[0]) == {"score", "box", "size"}
    for stage in stages[1:]:
        faces = ask(call="faces", input=PICTURE, faces=faces, stages=[stage])
    assert not differences(faces, at_once)
    assert {"landmarks", "descriptor", "expressions", "age", "gender"} < set(faces[0])
    single = ask(call="faces", input=PICTURE, options=options, stages=stages, single=True)
    assert not differences(single, at_once[:1])  # a batch of one


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
def test_calls_on_a_net_take_one_picture_or_a_list() -> None:
    def of(call: str, net: str) -> Any:
        one = ask(call=call, net=net, input=PICTURE)
        assert len(ask(call=call, net=net, input=[PICTURE, PICTURE])) == 2
        return one

    assert of("descriptor", "face_recognition_net").shape == (128,)
    assert of("landmarks", "face_landmark68_net")["size"] == [64, 48]
    assert of("expressions", "face_expression_net").tolist() == pytest.approx([1 / 7] * 7)
    guess = of("age_and_gender", "age_gender_net")
    assert guess == {"age": 0.0, "gender": "female", "gender_probability": 0.5}
    options = {"inputSize": 32, "scoreThreshold": 0.4}
    located = ask(call="locate", net="tiny_face_detector", input=PICTURE, options=options)
    by_stage = {**DETECT, "options": {"detector": "tiny_face_detector", **options}}
    assert located == ask(**by_stage, input=PICTURE)


def test_a_net_of_the_page_has_weights_of_its_own() -> None:
    name = "face_landmark68_tiny_net"
    mine, other = {"id": 7, "kind": name}, {"id": 8, "kind": name}
    try:
        for net, scale in ((mine, 0.1), (other, 0.2)):
            ask(call="load", net=net, weights=weights(name, scale))
        assert {7, 8} <= set(messages.loaded())
        assert name not in messages.loaded()
        found = [ask(call="landmarks", net=net, input=PICTURE)["points"] for net in (mine, other)]
        assert not np.allclose(*found)
    finally:
        for net in (mine, other, {"id": 9, "kind": name}):
            ask(call="dispose", net=net)
    assert not {7, 8, 9} & set(messages.loaded())
    error = error_of(call="landmarks", net=mine, input=PICTURE)
    assert error["name"] == "NotLoadedError"
    ask(call="dispose", net=mine)
    assert not messages._own


@pytest.mark.usefixtures("nets")
def test_a_tracker_gives_the_faces_of_frames_ids() -> None:
    detector = {"detector": "tiny_face_detector", "inputSize": 32, "scoreThreshold": 0.4}
    options = {"detector": detector, "landmarks": True, "minIou": 0.5, "keepSeconds": None}
    ask(call="begin_track", tracker=4, options=options)
    first = ask(call="track", tracker=4, input=PICTURE, time=1.0)
    then = ask(call="track", tracker=4, input=PICTURE, time=1.25)
    assert first["size"] == [64, 48]
    assert first["milliseconds"] > 0
    ids = [face["id"] for face in first["faces"]]
    assert ids == list(range(1, len(ids) + 1))
    assert {face["id"] for face in then["faces"]} == set(ids)
    assert {face["seconds"] for face in then["faces"]} == {0.25}
    assert "landmarks" in then["faces"][0]["face"]
    assert then["faces"][0]["velocity"] == pytest.approx([0, 0], abs=1e-3)

    ask(call="begin_track", tracker=5)
    assert error_of(call="track", tracker=5, input=PICTURE, time=math.nan)["name"] == "InputError"
    for tracker in (4, 5, 4):
        ask(call="end_track", tracker=tracker)
    assert not messages._trackers
    error = error_of(call="track", tracker=4, input=PICTURE, time=2.0)
    assert (error["name"], "has ended" in error["message"]) == ("InputError", True)


def test_mtcnn_answers_with_how_it_came_about() -> None:
    net = {"id": 7, "kind": "mtcnn"}
    ask(call="load", net=net, weights=weights("mtcnn"))
    found = ask(call="mtcnn", net=net, input=PICTURE, options={"minFaceSize": 24})
    ask(call="dispose", net=net)
    assert found["faces"] == []  # without weights a cell is a face with probability 0.5
    assert found["stats"]["scales"] == [0.5, 0.5 * 0.709]
    assert {"total", "pyramid", "stage1", "stage2_num_input_boxes"} < set(found["stats"])


def test_weights_may_come_by_name() -> None:
    net = {"id": 7, "kind": "face_landmark68_tiny_net"}
    order = global_nets["face_landmark68_tiny_net"].architecture.raw_order()
    named = {
        name: {"data": memoryview(np.ones(shape, np.float32).reshape(-1)), "shape": list(shape)}
        for name, shape in order.items()
    }
    ask(call="load", net=net, weight_map=named)
    assert 7 in messages.loaded()
    load = {"call": "load", "net": net}
    for odd in (
        None,
        5,
        {},
        {"data": [1, 2], "shape": [3]},
        {"data": "x", "shape": [1]},
        {"data": [1], "shape": [0.5]},
    ):
        weight_map = {**named, next(iter(named)): odd}
        answer = asyncio.run(messages.handle({**load, "weight_map": weight_map}))
        assert answer["error"]["name"] == "WeightsError", odd
        assert answer["error"]["message"].startswith("weights by name: expected"), odd
    answer = asyncio.run(messages.handle({**load, "weight_map": 5}))
    assert answer["error"]["name"] == "WeightsError"
    assert 7 in messages.loaded(), "the net stays as it was"
    ask(call="dispose", net=net)


def test_loading_says_which_nets_are_loaded() -> None:
    name = "face_landmark68_tiny_net"
    loaded = asyncio.run(messages.handle({"call": "load", "net": name, "weights": weights(name)}))
    assert name in loaded["loaded"]
    assert name in messages.loaded()
    freed = asyncio.run(messages.handle({"call": "dispose", "net": name}))
    assert name not in freed["loaded"]


def test_weights_may_come_as_a_buffer() -> None:
    name = "face_landmark68_tiny_net"
    ask(call="load", net=name, weights=memoryview(weights(name)))
    assert name in messages.loaded()
    ask(call="dispose", net=name)


DETECT: dict[str, Any] = {"call": "faces", "stages": ["detect"]}


@pytest.mark.parametrize(
    ("message", "name", "text"),
    [
        ({"call": "nonsense"}, "OptionsError", 'no call "nonsense"'),
        ({}, "OptionsError", "no call undefined"),
        ({**DETECT, "input": PICTURE}, "NotLoadedError", "nets.ssdMobilenetv1 has no weights"),
        ({**DETECT}, "InputError", "input is null or undefined"),
        ({**DETECT, "input": "someId"}, "InputError", "someId"),
        ({**DETECT, "options": {"detector": "nose"}}, "OptionsError", "nose"),
        ({**DETECT, "options": {"minConfidence": 2}}, "OptionsError", "minConfidence"),
        ({"call": "faces", "stages": ["sniff"], "input": PICTURE}, "OptionsError", "sniff"),
        ({"call": "load", "net": "nose"}, "OptionsError", '"nose"'),
        (
            {"call": "load", "net": "face_recognition_net", "weights": np.zeros(3, np.float32)},
            "ShardError",
            "3",
        ),
        ({"call": "load", "net": {"id": 1, "kind": "nose"}}, "OptionsError", '"nose"'),
        (
            {"call": "descriptor", "net": "age_gender_net"},
            "OptionsError",
            "not what nets.ageGender",
        ),
        ({"call": "begin_track", "tracker": 1, "options": {"nose": 1}}, "OptionsError", "nose"),
        (
            {"call": "begin_track", "tracker": 1, "options": {"minIou": 2}},
            "OptionsError",
            "minIou",
        ),
        ({"call": "set_backend", "name": "abacus"}, "OptionsError", "abacus"),
        ({"call": "load"}, "InputError", "load: net is missing"),
        ({"call": "load", "net": "mtcnn", "weight_map": [1]}, "WeightsError", "{ data, shape }"),
        (
            {"call": "load", "net": "mtcnn", "weight_map": {"a": {"data": [1], "shape": [2]}}},
            "WeightsError",
            "cannot reshape",
        ),
    ],
)
def test_failures_are_answers_with_the_name_of_the_exception(
    message: dict[str, Any], name: str, text: str
) -> None:
    error = error_of(**message)
    assert error["name"] == name
    assert text in error["message"]
    assert "traceback" not in error


@pytest.mark.parametrize("kind", [KeyError, asyncio.CancelledError])
def test_what_should_not_happen_comes_with_its_traceback(
    monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]
) -> None:
    async def unlucky(_: Any) -> None:
        raise kind("luck")

    monkeypatch.setitem(messages.CALLS, "unlucky", unlucky)
    error = error_of(call="unlucky")
    assert error["name"] == kind.__name__
    assert "in unlucky" in error["traceback"]
