"""Pictures in CPython: files, arrays, Pillow images; all else is refused with a reason."""

from __future__ import annotations

import asyncio
import sys
from io import BytesIO, StringIO
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


RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)


@pytest.mark.parametrize(
    ("array", "want"),
    [
        (RAMP, RAMP),
        (RAMP[..., None], RAMP),
        (RAMP[None, ..., None], RAMP),
        (np.ma.masked_less(RAMP, 9), RAMP),
        (RAMP / 255, RAMP),
        (RAMP.astype(np.float16) / 255, RAMP),
        (RAMP.astype(">f4") / 255, RAMP),
        (RAMP.astype(np.uint16) * 257, RAMP),
        (RAMP.astype(">u2") * 257, RAMP),
        (RAMP > 99, np.where(RAMP > 99, 255, 0)),
        (np.zeros((16, 16), np.uint16), np.zeros((16, 16))),
    ],
    ids=[
        "grey", "one channel", "batch of one", "masked", "reals", "half", "other endian", "16 bits",
        "16 bits of the other endian", "bool", "black in 16 bits",
    ],
)  # fmt: skip
def test_arrays_of_grey(array: np.ndarray, want: np.ndarray) -> None:
    found = resolved(array).array()
    for channel in range(3):
        np.testing.assert_array_equal(found[..., channel], want)
    assert (found[..., 3] == 255).all()


def test_real_and_16_bit_colours_are_those_of_8_bits() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (9, 7, 4), np.uint8)
    for same in (colours / 255, colours.astype(np.uint16) * 257):
        np.testing.assert_array_equal(resolved(same).array(), colours)


FILES = {
    "str": str,
    "Path": Path,
    "bytes": Path.read_bytes,
    "bytearray": lambda path: bytearray(path.read_bytes()),
    "memoryview": lambda path: memoryview(path.read_bytes()),
    "open": lambda path: path.open("rb"),
    "BytesIO": lambda path: BytesIO(path.read_bytes()),
}


@pytest.mark.parametrize("kind", FILES)
def test_files(kind: str, tmp_path: Path) -> None:
    """They are turned as their EXIF data says, and may be read twice."""
    path, exif = tmp_path / "a.png", Image.Exif()
    exif[0x112] = 6
    Image.fromarray(np.arange(18, dtype=np.uint8).reshape(2, 3, 3)).save(path, exif=exif)
    source = FILES[kind](path)
    for _ in range(2):
        found = resolved(source)
        np.testing.assert_array_equal(found.array(), resolved(Image.open(path)).array())
    assert faceapi.get_media_dimensions(source) == faceapi.Dimensions(2, 3)
    assert faceapi.NetInput([source]).batch_size == 1
    if hasattr(source, "close"):
        source.close()


def test_an_animated_file_is_its_first_picture() -> None:
    file = BytesIO()
    frames = [Image.new("RGB", (4, 3), colour) for colour in ("red", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    assert resolved(file.getvalue()).array()[0, 0].tolist() == [255, 0, 0, 255]
    image = Image.open(file)
    image.seek(1)  # an image of Pillow is what it shows
    assert resolved(image).array()[0, 0].tolist() == [0, 0, 255, 255]


def test_without_pillow_files_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(InputError, match=r"Pillow, .* pip install pillow"):
        resolved(b"GIF89a")


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


class Upload:
    """What FastAPI gives for a file of a form."""

    async def read(self) -> bytes:
        return b""


def closed() -> BytesIO:
    file = BytesIO(b"GIF89a")
    file.close()
    return file


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (np.zeros((4, 4, 3), np.int64), r"got \(4, 4, 3\) of int64; array.astype\('uint8'\) is"),
        (np.full((4, 4), 300), r"int64; its values go from 300 to 300: scale them to 0..255"),
        (np.full((4, 4), 2.5), r"go up to 2.5; array / 255 if they are 0..255"),
        (np.full((4, 4), 1.01), r"go up to 1.01; np.clip\(array, 0, 1\) if they only swing over"),
        (np.full((4, 4), 4e4), r"value of white, array / 40000"),
        (np.full((4, 4), -0.5), r"go from -0.5 to 0; \(array \+ 1\) / 2 if they are -1..1"),
        (np.full((4, 4), np.nan), "has NaN or infinity in it"),
        (np.full((4, 4), 200, np.uint16), r"go up to 200 of 65535; array.astype\('uint8'\) if"),
        (np.zeros((4, 4), complex), r"uint8, .* got \(4, 4, 1\) of complex128$"),
        (np.zeros((2, 4, 4, 3), np.uint8), r"got \(2, 4, 4, 3\) of uint8; pass the pictures"),
        (np.zeros((3, 4, 5), np.uint8), r"come first, so turn it: array.transpose\(1, 2, 0\)"),
        (np.zeros((9, 4, 2), np.uint8), r"got \(9, 4, 2\) of uint8$"),
        ("image.jpg", "'image.jpg' as a picture: expected a file, got FileNotFound.*path right"),
        ("https://a.b/c.jpg", r"is an address, .*await faceapi.fetch_image\(address\) gives the"),
        (Path("a.jpg"), "'a.jpg' as a picture: expected a file, got FileNotFoundError"),
        (Path(__file__).parent, "as a picture: expected a file, got"),
        (None, "cannot use None as a picture; is the variable set, .* expected an img, video"),
        (12, "cannot use int as a picture"),
        (b"\xff\xd8", r"2 bytes \(2 bytes, b'\\xff\\xd8' first\) is not an image that Pillow can"),
        (b"", "0 bytes as a picture: expected a file of a picture, got no bytes"),
        (StringIO("x"), r"bytes of its read\(\), got str; open it with open\(path, 'rb'\)"),
        (Upload(), r"got coroutine .*forgotten\?\); .*what its read\(\) gives, awaited"),
        (closed(), r"expected a file, got ValueError \(I/O operation on closed file"),
        ([[0, 0, 0]], "cannot use list as a picture"),
    ],
    ids=[
        "int64", "large integers", "floats of 0..255", "overshoot", "floats of 0..40000",
        "negative", "NaN", "8 bits in 16", "complex", "four axes", "planar", "two channels",
        "no file", "address", "no path", "folder", "None", "number", "bytes", "no bytes", "text",
        "upload", "closed", "list",
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
