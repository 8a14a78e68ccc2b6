"""Canvases without a page: RGBA arrays. And crops, as canvases and as arrays."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import numpy as np
import pytest
from PIL import Image

import pyface_web as faceapi
from pyface_web.errors import EmptyImageError, InputError, OptionsError
from pyface_web.pictures.letterbox import letterbox, resample

PICTURE = np.random.default_rng(4).integers(0, 256, (30, 50, 3), np.uint8)


def wait(code: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(code)


@pytest.mark.parametrize(
    "arguments",
    [(50, 30), ({"width": 50, "height": 30},), (faceapi.Dimensions(50, 30),), ((50, 30),)],
    ids=["numbers", "mapping", "Dimensions", "tuple"],
)
def test_an_empty_canvas(arguments: tuple[Any, ...]) -> None:
    canvas = faceapi.create_canvas(*arguments)
    assert canvas.shape == (30, 50, 4) and not canvas.any()


def test_a_size_that_is_none() -> None:
    with pytest.raises(InputError, match="expected something with width and height, got 3"):
        faceapi.create_canvas(3)
    with pytest.raises(InputError, match=r"Dimensions\.height: expected at least 0, got -1"):
        faceapi.create_canvas(3, -1)


def test_a_canvas_with_a_picture() -> None:
    canvas = wait(faceapi.create_canvas_from_media(PICTURE))
    np.testing.assert_array_equal(canvas[..., :3], PICTURE)
    small = wait(faceapi.create_canvas_from_media(Image.fromarray(PICTURE), (10, 6)))
    assert small.shape == (6, 10, 4)


@pytest.mark.parametrize("centred", [False, True])
def test_image_to_square_is_what_nets_see(centred: bool) -> None:
    square = wait(faceapi.image_to_square(PICTURE, 64, centred))
    expected = resample(PICTURE, faceapi.Box(0, 0, 50, 30), letterbox(50, 30, 64, centred))
    np.testing.assert_array_equal(square[..., :3], expected)
    assert (square[..., 3] == 255).all()
    with pytest.raises(OptionsError, match="input_size"):
        wait(faceapi.image_to_square(PICTURE, 0))


@pytest.mark.parametrize(
    ("array", "pixel"),
    [
        (np.full((2, 3), 7), [7, 7, 7, 255]),
        (np.full((2, 3, 1), 7.9), [7, 7, 7, 255]),
        (np.full((1, 2, 3, 3), 255.9), [255, 255, 255, 255]),
        (np.tile(np.uint8([1, 2, 3]), (2, 3, 1)), [1, 2, 3, 255]),
        (np.tile(np.uint8([1, 2, 3, 4]), (2, 3, 1)), [1, 2, 3, 4]),
    ],
    ids=["grey", "one channel", "a batch of one", "RGB", "RGBA"],
)
def test_image_tensor_to_canvas(array: np.ndarray, pixel: list[int]) -> None:
    canvas = wait(faceapi.image_tensor_to_canvas(array))
    assert canvas.shape == (2, 3, 4) and canvas.dtype == np.uint8
    assert (canvas == pixel).all()


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((2, 2, 2)), r"1, 3 or 4\) numbers, got an array of \(2, 2, 2\)"),
        (np.zeros((2, 4, 4, 3)), r"got an array of \(2, 4, 4, 3\)"),
        (np.zeros(3), r"got an array of \(3,\)"),
        (np.zeros((0, 2, 3)), r"at least 1x1 of numbers .* got \(0, 2, 3\)"),
        (np.full((2, 2), "a"), "of <U1"),
        (np.full((2, 2), -1), r"got -1 to -1; scale them, or clip them with \.clip\(0, 255\)"),
        (np.full((2, 2), 256), "from 0 to 255, got 256"),
        (np.full((2, 2), np.nan), "got nan"),
    ],
    ids=["two channels", "batch", "one axis", "empty", "text", "negative", "large", "NaN"],
)
def test_pixels_that_are_none(array: np.ndarray, message: str) -> None:
    with pytest.raises(InputError, match=message):
        wait(faceapi.image_tensor_to_canvas(array))


# --- crops: a detection at 10.5..20.9 of 50 pixels in width, 3.3..12.2 of 30 in height

DETECTION = faceapi.FaceDetection(0.9, (10.5 / 50, 3.3 / 30, 10.4 / 50, 8.9 / 30), (50, 30))


@pytest.mark.parametrize("kind", ["array", "batch of one", "float array", "Pillow image"])
def test_arrays_are_cut_without_flooring_first(kind: str) -> None:
    sources: dict[str, Any] = {
        "array": PICTURE,
        "batch of one": PICTURE[None],
        "float array": PICTURE / 255,
        "Pillow image": Image.fromarray(PICTURE),
    }
    given = sources[kind]
    (crop,) = wait(faceapi.extract_face_tensors(given, [DETECTION]))
    pixels = given / 1 if kind == "float array" else PICTURE
    np.testing.assert_array_equal(crop, pixels[3:11, 10:20])
    assert crop.dtype == pixels.dtype


def test_an_array_may_be_a_pixel_larger_than_a_canvas() -> None:
    """Clipped at 0, a box that begins at -0.5 keeps its right edge; floored first, it does not."""
    detection = faceapi.FaceDetection(0.9, (-0.5 / 50, -0.5 / 30, 10.5 / 50, 10.5 / 30), (50, 30))
    (canvas,) = wait(faceapi.extract_faces(PICTURE, [detection]))
    (array,) = wait(faceapi.extract_face_tensors(PICTURE, [detection]))
    assert canvas.shape == (9, 9, 4) and array.shape == (10, 10, 3)


def test_crops_are_copies_and_any_number_of_channels_will_do() -> None:
    layers = np.zeros((30, 50, 7), np.float16)
    (crop,) = wait(faceapi.extract_face_tensors(layers, [faceapi.Rect(0, 0, 5, 5)]))
    crop += 1
    assert crop.shape == (5, 5, 7) and not layers.any()
    result = faceapi.FaceResult(DETECTION)
    crops = wait(faceapi.extract_face_tensors(PICTURE, (result, (1, 2, 3, 4))))
    assert [crop.shape for crop in crops] == [(8, 10, 3), (4, 3, 3)]
    assert wait(faceapi.extract_face_tensors(PICTURE, [])) == []


@pytest.mark.parametrize(
    ("given", "regions", "error", "message"),
    [
        (PICTURE[..., 0], [], InputError, r"\(height, width, channels\), got \(30, 50\)"),
        (np.zeros((2, 3, 3, 3)), [], InputError, r"got \(2, 3, 3, 3\)"),
        (PICTURE, DETECTION, InputError, "expected a list of detections or boxes, got FaceDet"),
        (PICTURE, [faceapi.Box(60, 0, 5, 5)], EmptyImageError, "part of the 50x30 picture"),
        (PICTURE, [None], InputError, "a box: expected"),
        (None, [], InputError, "cannot use None"),
    ],
    ids=["two axes", "batch", "no list", "outside", "no box", "None"],
)
def test_crops_that_cannot_be(
    given: Any, regions: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        wait(faceapi.extract_face_tensors(given, regions))
