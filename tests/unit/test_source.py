"""Pictures in CPython: arrays and Pillow images; everything else is refused with a reason."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from PIL import Image

from pyface_web.errors import EmptyImageError, InputError, PyfaceError
from pyface_web.pictures.source import Picture, resolve


def resolved(source: object) -> Picture:
    return asyncio.run(resolve(source))


def test_rgba_array_is_taken_as_it_is():
    array = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
    picture = resolved(array)
    assert (picture.width, picture.height) == (3, 2)
    np.testing.assert_array_equal(picture.array(), array)


def test_rgb_array_becomes_opaque():
    array = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    picture = resolved(array)
    np.testing.assert_array_equal(picture.array()[..., :3], array)
    assert (picture.array()[..., 3] == 255).all()


def test_a_view_becomes_contiguous():
    array = np.arange(4 * 6 * 4, dtype=np.uint8).reshape(4, 6, 4)[::2, ::-1]
    picture = resolved(array)
    assert picture.array().flags.c_contiguous
    np.testing.assert_array_equal(picture.array(), array)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK", "1"])
def test_pillow_image_of_any_mode(mode):
    image = Image.new("RGB", (5, 3), (250, 10, 20)).convert(mode)
    picture = resolved(image)
    assert (picture.width, picture.height) == (5, 3)
    np.testing.assert_array_equal(picture.array(), np.asarray(image.convert("RGBA")))


def test_a_picture_stays_itself():
    picture = Picture(np.zeros((2, 2, 4), np.uint8), 2, 2)
    assert resolved(picture) is picture


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (np.zeros((4, 4, 3)), r"uint8, RGB or RGBA, got \(4, 4, 3\) of float64; scale to 0..255"),
        (np.zeros((4, 4, 3), np.int64), r"got \(4, 4, 3\) of int64"),
        (np.zeros((4, 4, 3), bool), r"got \(4, 4, 3\) of bool"),
        (np.zeros((4, 4), np.uint8), r"expected \(height, width, 3 or 4\) .* got \(4, 4\)"),
        (np.zeros((4, 4, 1), np.uint8), r"got \(4, 4, 1\)"),
        (np.zeros((2, 4, 4, 3), np.uint8), r"got \(2, 4, 4, 3\)"),
        (np.zeros((3, 4, 4), np.uint8)[..., :2], r"got \(3, 4, 2\)"),
        ("image.jpg", "'image.jpg' is a string, which names an element of a page, .* no page here"),
        (None, "cannot use None or null as a picture; expected an img, video"),
        (12, "cannot use int as a picture"),
        (b"\xff\xd8", "cannot use bytes as a picture"),
        ([[0, 0, 0]], "cannot use list as a picture"),
    ],
    ids=[
        "float64", "int64", "bool", "two axes", "one channel", "four axes", "two channels",
        "string", "None", "number", "bytes", "list",
    ],
)  # fmt: skip
def test_refused(source, message):
    with pytest.raises(InputError, match=message) as caught:
        resolved(source)
    assert isinstance(caught.value, PyfaceError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    "source",
    [
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((0, 5, 4), np.uint8),
        np.zeros((5, 0, 3), np.uint8),
        Image.new("RGB", (0, 0)),
    ],
    ids=["0x0", "5x0", "0x5", "Pillow 0x0"],
)
def test_empty_pictures_are_refused(source):
    with pytest.raises(EmptyImageError, match="pixels, expected at least 1x1"):
        resolved(source)
