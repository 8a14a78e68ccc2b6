"""Pictures in CPython: arrays and Pillow images; everything else is refused with a reason."""

from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFile, ImageOps

import pyface_web as faceapi
from pyface_web.errors import EmptyImageError, InputError, MediaNotReadyError, PyfaceError
from pyface_web.pictures.pillow import DamagedPictureWarning
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


@pytest.mark.parametrize("mode", Image.MODES)
def test_pillow_image_of_any_mode(mode):
    """What `convert` makes of a photo shows the photo, though some modes have no colours."""
    photo = Image.new("RGB", (5, 3), (255, 51, 0))  # of the palette of P, too
    if mode == "LAB":
        image = ImageCms.profileToProfile(
            photo, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        )
    else:
        through = {"La": "LA", "PA": "LA", "RGBa": "RGBA"}.get(mode, "RGB")
        image = photo.convert(through).convert(mode)
    picture = resolved(image)
    assert (picture.width, picture.height) == (5, 3)
    found = picture.array().reshape(-1, 4)
    if mode == "1":
        assert set(found[:, 0]) == {0, 255}
    else:
        is_grey = mode[0] == "I" or mode in ("F", "L", "LA", "La", "PA")
        np.testing.assert_allclose(
            found[0], [106] * 3 + [255] if is_grey else [255, 51, 0, 255], atol=12
        )
    assert (found[:, 3] == 255).all()


@pytest.mark.parametrize("kind", [np.uint16, ">u2", np.int32, np.float32], ids=str)
def test_16_bits_of_grey_are_not_saturated(kind):
    grey = np.linspace(0, 65_535, 256).reshape(16, 16).astype(kind)
    found = resolved(Image.fromarray(grey)).array()[..., 0].reshape(-1)
    np.testing.assert_array_equal(found, np.arange(256))


def test_floats_up_to_1_are_not_black():
    grey = np.linspace(0, 1, 256, dtype=np.float32).reshape(16, 16)
    found = resolved(Image.fromarray(grey)).array()[..., 0].reshape(-1)
    np.testing.assert_array_equal(found, np.arange(256))


def file_of(image: Image.Image, **options: object) -> Image.Image:
    """What Pillow opens after it has written an image as a PNG."""
    file = BytesIO()
    image.save(file, "PNG", **options)
    return Image.open(file)


def test_a_photo_that_lies_on_its_side_is_turned():
    exif = Image.Exif()
    exif[0x112] = 6  # what is at the left of the file is at the top
    stored = Image.fromarray(np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3))
    image = file_of(stored, exif=exif)
    turned = resolved(image)
    assert (turned.width, turned.height) == (2, 3)
    assert faceapi.get_media_dimensions(image) == faceapi.Dimensions(2, 3)
    np.testing.assert_array_equal(turned.array()[..., :3], np.rot90(np.asarray(stored), -1))
    # turned by the caller, as many tutorials say
    np.testing.assert_array_equal(resolved(ImageOps.exif_transpose(image)).array(), turned.array())
    found = faceapi.FaceDetection(0.5, faceapi.Box(0, 0, 1, 1), (10, 20))
    assert faceapi.resize_results(found, image).image_size == faceapi.Dimensions(2, 3)
    np.testing.assert_array_equal(resolved(image.convert("RGB")).array(), turned.array())


def test_a_class_derived_from_pillows_is_an_image():
    class Photo(Image.Image):
        """As plugins of other packages have them."""

    image = Photo()
    image.__dict__.update(Image.new("RGB", (3, 2), (1, 2, 3)).__dict__)
    assert resolved(image).array()[0, 0].tolist() == [1, 2, 3, 255]


def test_a_file_that_breaks_off_is_searched_as_far_as_it_goes():
    file = BytesIO()
    Image.effect_noise((64, 64), 90).save(file, "PNG")
    whole = resolved(Image.open(file)).array()
    cut = Image.open(BytesIO(file.getvalue()[: len(file.getvalue()) // 2]))
    with pytest.warns(DamagedPictureWarning, match="damaged .image file is truncated"):
        found = resolved(cut).array()
    np.testing.assert_array_equal(found[:20], whole[:20])
    assert not found[-10:, :, :3].any()
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


def test_a_file_that_was_closed_is_named_so():
    with file_of(Image.new("RGB", (3, 2))) as image:
        pass
    with pytest.raises(MediaNotReadyError, match=r"still open\? Call image.load\(\) before"):
        resolved(image)


def test_a_picture_stays_itself():
    picture = Picture(np.zeros((2, 2, 4), np.uint8), 2, 2)
    assert resolved(picture) is picture


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (np.zeros((4, 4, 3)), r"uint8, RGB or RGBA, got \(4, 4, 3\) of float64; its values go up"),
        (np.zeros((4, 4, 3), np.int64), r"got \(4, 4, 3\) of int64"),
        (np.zeros((4, 4, 3), bool), r"got \(4, 4, 3\) of bool"),
        (np.zeros((4, 4), np.uint8), r"expected \(height, width, 3 or 4\) .* got \(4, 4\)"),
        (np.zeros((4, 4, 1), np.uint8), r"got \(4, 4, 1\)"),
        (np.zeros((2, 4, 4, 3), np.uint8), r"got \(2, 4, 4, 3\)"),
        (np.zeros((3, 4, 4), np.uint8)[..., :2], r"got \(3, 4, 2\)"),
        ("image.jpg", "'image.jpg' is a text, which names an element of a page .* no page here"),
        (None, "cannot use None as a picture; is the variable set, .* expected an img, video"),
        (12, "cannot use int as a picture"),
        (b"\xff\xd8", r"cannot use bytes as a picture; open it with Pillow: .*BytesIO\(data\)"),
        (Path("a.jpg"), r"as a picture; open it with Pillow: Image.open\(path\)"),
        ([[0, 0, 0]], "cannot use list as a picture"),
    ],
    ids=[
        "float64", "int64", "bool", "two axes", "one channel", "four axes", "two channels",
        "string", "None", "number", "bytes", "path", "list",
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
