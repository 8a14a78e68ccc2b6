"""Weights that are numbers, but none of a trained net: what it says of a picture is refused."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web.errors import WeightsError
from pyface_web.models.decode.ssd import decode_ssd
from pyface_web.pipeline.nets import NeuralNetwork, nets
from tests.reference.nets import weighted

PICTURE = np.random.default_rng(3).integers(0, 255, (48, 64, 3), np.uint8)
ASK: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "tiny_face_detector": lambda net: net.locate_faces(
        PICTURE, faceapi.TinyFaceDetectorOptions(64, 0.1)
    ),
    "mtcnn": lambda net: net.forward(PICTURE, faceapi.MtcnnOptions(min_face_size=20)),
    "face_landmark68_net": lambda net: net.detect_landmarks(PICTURE),
    "face_landmark68_tiny_net": lambda net: net.detect_landmarks(PICTURE),
    "face_recognition_net": lambda net: net.compute_face_descriptor(PICTURE),
    "face_expression_net": lambda net: net.predict_expressions(PICTURE),
    "age_gender_net": lambda net: net.predict_age_and_gender(PICTURE),
}


@pytest.fixture(autouse=True)
def numpy_alone():
    asyncio.run(faceapi.set_backend("reference"))
    yield
    faceapi.dispose()


def ask(net: NeuralNetwork) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nor is anything but the error said
        return asyncio.run(ASK[net.name](net))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ASK)
def test_weights_of_noise_give_an_answer_or_are_named(name):
    random = np.random.default_rng(len(name))
    kind = type(nets[name])
    said = set()
    for size in (5, 1e30) if name != "face_recognition_net" else (5,):
        net = kind()
        count = sum(int(np.prod(shape)) for shape in net.architecture.raw_order().values())
        net.extract_weights((random.standard_normal(count) * size).astype(np.float32))
        try:
            ask(net)
        except WeightsError as error:
            said.add(str(error))
    assert said, "noise of this size leads to numbers beyond all reason"
    for text in said:
        assert "its weights are broken; load them anew" in text
        assert f"await faceapi.{net.architecture.loader}()" in text or "the detector finds" in text


def test_an_exponential_that_overflows_is_the_weights_fault():
    """A side of a box is exp() of what the net gives: it was `Box.x: -inf` of an input."""
    good = weighted(nets.tiny_face_detector.architecture)
    bias = np.zeros(25, np.float32)
    bias[2::5], bias[4::5] = 1e4, 10
    net = faceapi.TinyFaceDetector()
    net.load_from_weight_map({**good.arrays, "conv8/bias": bias})
    with pytest.raises(WeightsError, match=r"boxes of no usable size .* its weights are broken"):
        ask(net)
    encodings = np.array([[0, 0, 1e5, 0]])
    with pytest.raises(WeightsError, match="boxes of no usable size"):
        decode_ssd(encodings, np.ones((1, 3)), np.array([[0, 0, 1, 1]]), 0.5, 100, (512, 512))


def test_nets_of_no_finite_answer_do_not_say_that_nobody_is_there():
    """NaN is above no threshold."""
    good = weighted(nets.tiny_face_detector.architecture)
    net = faceapi.TinyFaceDetector()
    net.load_from_weight_map(
        {**good.arrays, "conv0/filters": np.full((3, 3, 3, 16), 3e38, np.float32)}
    )
    with pytest.raises(WeightsError, match=r"nets\.tiny_face_detector gives grid that are no usa"):
        ask(net)
    assert net.is_loaded
    net.load_from_weight_map(good.arrays)
    assert ask(net) == []
