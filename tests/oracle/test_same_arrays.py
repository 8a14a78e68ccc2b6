"""Arrays here are the tensors of face-api.js: cut, padded, normalised, put on canvases, batched."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import pyface_web as faceapi

RANDOM = np.random.default_rng(6)
PICTURE = RANDOM.integers(0, 256, (30, 50, 3)).astype(np.uint8)
# Smooth, so that a difference in sampling by a fraction of a pixel stays small.
SMOOTH = np.stack(
    [np.add.outer(np.arange(90), np.arange(150)), *np.meshgrid(np.arange(150), np.arange(90))], -1
).astype(np.uint8)
BOXES = [(10.5, 3.3, 10.4, 8.9), (-4.2, -3, 20, 20), (40, 20, 30.5, 30.5)]


@pytest.fixture(scope="module")
def oracle(scripts: dict[str, Page]) -> Page:
    page = scripts["0.22.2"]
    page.evaluate(
        """async () => {
          await faceapi.tf.setBackend("cpu");
          globalThis.pixels = (array, shape) => faceapi.tf.tensor(array.flat(9), shape);
          globalThis.plain = async (tensor) => [tensor.shape, Array.from(await tensor.data())];
        }"""
    )
    return page


def now(code: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that waits for nothing; Playwright has the event loop here."""
    try:
        code.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something")


def of(plain: Any) -> np.ndarray:
    shape, values = plain
    return np.array(values).reshape(shape)


def test_crops(oracle: Page) -> None:
    """Of boxes, and of detections, whose boxes are floored when they are clipped, not before."""
    found = oracle.evaluate(
        """async ([picture, boxes]) => {
          const tensor = pixels(picture, [30, 50, 3]);
          const size = { width: 50, height: 30 };
          const rects = boxes.map(([x, y, width, height]) => new faceapi.Rect(x, y, width, height));
          const faces = rects.map((rect) => new faceapi.FaceDetection(
            0.9, rect.rescale({ width: 1 / 50, height: 1 / 30 }), size));
          const crops = await faceapi.extractFaceTensors(tensor, [...rects, ...faces]);
          return Promise.all(crops.map(plain));
        }""",
        [PICTURE.tolist(), BOXES],
    )
    rects = [faceapi.Rect(*box) for box in BOXES]
    faces = [faceapi.FaceDetection(0.9, rect.rescale((1 / 50, 1 / 30)), (50, 30)) for rect in rects]
    mine = now(faceapi.extract_face_tensors(PICTURE, [*rects, *faces]))
    assert len(mine) == len(found)
    for crop, expected in zip(mine, found, strict=True):
        np.testing.assert_array_equal(crop, of(expected))


@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("shape", [(3, 8), (8, 3), (4, 7), (5, 5)])
def test_padding(oracle: Page, shape: tuple[int, int], centred: bool) -> None:
    picture = PICTURE[None, : shape[0], : shape[1]]
    found = oracle.evaluate(
        "([array, shape, centred]) => plain(faceapi.padToSquare(pixels(array, shape), centred))",
        [picture.tolist(), picture.shape, centred],
    )
    np.testing.assert_array_equal(faceapi.pad_to_square(picture, centred), of(found))


def test_normalising(oracle: Page) -> None:
    mean = [122.782, 117.001, 104.298]
    found = oracle.evaluate(
        "([array, mean]) => plain(faceapi.normalize(pixels(array, [1, 30, 50, 3]), mean))",
        [PICTURE.tolist(), mean],
    )
    np.testing.assert_allclose(faceapi.normalize(PICTURE[None], mean), of(found), atol=1e-4)


def test_a_canvas_of_an_array(oracle: Page) -> None:
    values = PICTURE + RANDOM.uniform(0, 0.99, PICTURE.shape)
    found = oracle.evaluate(
        """async (array) => {
          const canvas = await faceapi.imageTensorToCanvas(pixels(array, [30, 50, 3]));
          const context = canvas.getContext("2d");
          return Array.from(context.getImageData(0, 0, canvas.width, canvas.height).data);
        }""",
        values.tolist(),
    )
    mine = now(faceapi.image_tensor_to_canvas(values))
    np.testing.assert_array_equal(mine, np.array(found).reshape(30, 50, 4))


@pytest.mark.parametrize("centred", [True, False])
def test_a_batch_of_canvases(oracle: Page, centred: bool) -> None:
    """Which the browser shrinks there, in its own way; by half a grey level on average here."""
    found = oracle.evaluate(
        """async ([picture, centred]) => {
          const canvas = await faceapi.imageTensorToCanvas(pixels(picture, [90, 150, 3]));
          const input = await faceapi.toNetInput([canvas, canvas]);
          const batch = await plain(input.toBatchTensor(64, centred));
          const { width, height } = input.getReshapedInputDimensions(1);
          return [batch, [width, height], input.batchSize, input.isBatchInput,
            input.getInputWidth(0), input.getInputHeight(1), input.inputDimensions];
        }""",
        [SMOOTH.tolist(), centred],
    )
    given = now(faceapi.to_net_input([SMOOTH, SMOOTH]))
    batch = given.to_batch_tensor(64, centred)
    difference = np.abs(batch - of(found[0]))
    assert batch.shape == (2, 64, 64, 3)
    assert difference.mean() < 0.6 and np.quantile(difference, 0.95) <= 2
    size = given.get_reshaped_input_dimensions(1)
    assert [
        [size.width, size.height],
        given.batch_size,
        given.is_batch_input,
        given.get_input_width(0),
        given.get_input_height(1),
        [list(dimensions) for dimensions in given.input_dimensions],
    ] == found[1:]
