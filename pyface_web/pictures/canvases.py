"""Canvases: made empty, from a picture, or from an array; and what they are drawn with.

Where there is no page (CPython), an (H, W, 4) uint8 array of RGBA stands for a canvas.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from pyface_web.errors import InputError, OptionsError
from pyface_web.host import IN_BROWSER, has_page, is_missing, js_class, kind_and_remedy, kind_of
from pyface_web.pictures.given import PictureLike
from pyface_web.pictures.letterbox import letterbox, resample
from pyface_web.pictures.media import resolve_input
from pyface_web.pictures.source import Picture, resolve, with_alpha
from pyface_web.values.arrays import array_of
from pyface_web.values.geometry import Box, Dimensions, SizeLike
from pyface_web.values.given import part, truth
from pyface_web.values.likely import not_there
from pyface_web.values.numeric import as_whole, shown, written

MOST_SIDE, MOST_PIXELS = 65_535, 2**28
"""Of a canvas, in the browsers that allow most."""
MOST_SQUARE = 16_384
"""Side of a square picture: as many pixels, and the largest texture of most devices."""

Canvas: TypeAlias = Any
"""A canvas element or OffscreenCanvas; where one is taken, also its id, or a 2D context of it.

Where there is no page (CPython), functions give an (H, W, 4) uint8 array of RGBA instead.
"""
Context: TypeAlias = Any
"""A 2D context of a canvas."""


def get_context2d_or_throw(canvas: Canvas) -> Context:
    """The 2D context of a canvas, an id or selector of one, or the context itself.

    Raises InputError for anything else, and for a canvas that is used with WebGL.
    """
    element = resolve_input(canvas)
    if part(element, "getContext") is not None:
        context = _context_of(element)
        if is_missing(context):
            raise InputError(
                "the canvas to draw on: expected a 2D context, got null; "
                "it is already used with another kind of context, take a second canvas on top"
            )
        return context
    if part(element, "strokeRect") is not None:
        return element
    raise InputError(
        "the canvas to draw on: expected a canvas, its id or a 2D context, got "
        f"{kind_and_remedy(element)}{not_there(element)}"
    )


def _context_of(element: Any) -> Context:
    try:
        return element.getContext("2d")
    except Exception as error:
        raise InputError(
            f"the canvas to draw on: expected a canvas with a 2D context, got {kind_of(element)}, "
            f"which gives none ({type(error).__name__})"
        ) from error


def create_canvas(dims: SizeLike | float, height: float | None = None) -> Canvas:
    """An empty canvas: create_canvas(size) with anything that has a size, or (width, height).

    A canvas element; where there is no document (a worker), an OffscreenCanvas; where there is
    no page at all, an (H, W, 4) array of zeros. Fractions of a pixel are cut off.
    Raises InputError for what has no size, and for more pixels than a canvas can have.
    """
    size = Dimensions.of(dims) if height is None else Dimensions(dims, height)  # type: ignore[arg-type]
    width, high = checked_pixels(size, "create_canvas")
    if not IN_BROWSER:
        return np.zeros((high, width, 4), np.uint8)
    import js

    if not has_page():
        return js.OffscreenCanvas.new(width, high)
    canvas = js.document.createElement("canvas")
    canvas.width, canvas.height = width, high
    return canvas


def checked_pixels(size: Dimensions, what: str) -> tuple[int, int]:
    """A size in whole pixels; InputError if no canvas can have so many."""
    width, height = int(size.width), int(size.height)
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
        raise InputError(
            f"{what}: expected sides of at most {MOST_SIDE} pixels and {MOST_PIXELS} in all, got "
            f"{size.width:g} x {size.height:g}"
        )
    return width, height


async def create_canvas_from_media(media: PictureLike, dims: SizeLike | None = None) -> Canvas:
    """A canvas with what a picture shows, waiting for it where it is still loading.

    media: any picture, as `detect_all_faces` takes it. dims: the size of the canvas, to which the
    picture is stretched; by default its natural size.
    """
    picture = await resolve(media)
    try:
        return canvas_of_picture(picture, dims)
    finally:
        picture.close()


def canvas_of_picture(picture: Picture, dims: SizeLike | None = None) -> Canvas:
    """A canvas with a picture that is ready; see `create_canvas_from_media`."""
    whole = Box(0, 0, picture.width, picture.height)
    size = Dimensions.of(dims) if dims is not None else Dimensions(whole.width, whole.height)
    canvas = crop(picture, whole)
    if (size.width, size.height) == (whole.width, whole.height):
        return canvas
    if not IN_BROWSER:
        from PIL import Image

        width, height = checked_pixels(size, "create_canvas_from_media")
        if not width or not height:
            return np.zeros((height, width, 4), np.uint8)
        resized = Image.fromarray(canvas).resize((width, height))
        return np.asarray(resized)
    target = create_canvas(size)
    target.getContext("2d").drawImage(canvas, 0, 0, size.width, size.height)
    return target


def crop(picture: Picture, box: Box) -> Canvas:
    """The pixels of a box (whole pixels inside the picture), 1:1: a canvas, or an RGBA array."""
    x, y, width, height = (int(v) for v in (box.x, box.y, box.width, box.height))
    if not IN_BROWSER:
        pixels = picture.as_stored()[y : y + height, x : x + width]
        return with_alpha(pixels.copy())
    canvas = create_canvas(width, height)
    context = canvas.getContext("2d")
    if picture.is_array:
        context.putImageData(_image_data(picture.array()), -x, -y)
    elif js_class(picture.pixels) == "ImageData":
        context.putImageData(picture.pixels, -x, -y)
    else:
        # All of it, in its natural size, of which the canvas keeps the box: browsers differ in what
        # the numbers of a part count, where an element has another number of pixels than that.
        context.drawImage(picture.pixels, -x, -y, picture.width, picture.height)
    return canvas


async def image_to_square(
    input: PictureLike, input_size: int, center_image: bool = False
) -> Canvas:
    """A black square canvas of side input_size with a picture fitted into it, as nets see it.

    The longer side fills the square; the picture lies at the upper left, or in the middle with
    center_image. Sampled as the nets' input is: bilinear, rounded to 8 bits.
    Raises OptionsError for a side that is no whole number from 1, InputError for no picture.
    """
    side, is_centred = checked_side(input_size), truth(center_image, "center_image")
    picture = await resolve(input)
    try:
        pixels = letterboxed(picture, side, is_centred)
    finally:
        picture.close()
    return _canvas_of_pixels(pixels.astype(np.uint8))


def letterboxed(picture: Picture, side: int, centred: bool) -> npt.NDArray[np.float32]:
    """(side, side, 3): a picture fitted into a black square, integers 0..255."""
    whole = Box(0, 0, picture.width, picture.height)
    fit = letterbox(picture.width, picture.height, side, centred)
    return resample(picture.as_stored(), whole, fit)


def checked_side(value: object) -> int:
    """The side of a square net input, or OptionsError."""
    side = as_whole(value)
    if side is None or not 1 <= side <= MOST_SQUARE:
        raise OptionsError(
            f"input_size: expected a positive whole number up to {MOST_SQUARE}, got {shown(value)}"
            f"{written(value)}"
        )
    return side


async def image_tensor_to_canvas(img_tensor: npt.ArrayLike, canvas: Canvas = None) -> Canvas:
    """A canvas (or the one given, resized) that shows an array of pixels.

    img_tensor: (H, W), (H, W, C) or (1, H, W, C) with C = 1 (grey), 3 (RGB) or 4 (RGBA); numbers
    from 0 to 255, fractions are cut off. Raises InputError for other shapes and numbers.
    """
    expected = "(height, width, 1, 3 or 4) numbers"
    pixels = _rgba(array_of(img_tensor, "pixels", expected, error=InputError))
    if canvas is None or not IN_BROWSER:
        return _canvas_of_pixels(pixels)
    target = resolve_input(canvas)
    target.width, target.height = pixels.shape[1], pixels.shape[0]
    get_context2d_or_throw(target).putImageData(_image_data(pixels), 0, 0)
    return target


def _rgba(array: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """(H, W, 4) uint8 of an array as `image_tensor_to_canvas` takes it."""
    shape = array.shape[1:] if array.ndim == 4 and len(array) == 1 else array.shape
    grey = len(shape) == 2 or (len(shape) == 3 and shape[2] == 1)
    if not grey and (len(shape) != 3 or shape[2] not in (3, 4)):
        raise InputError(
            f"pixels: expected (height, width, 1, 3 or 4) numbers, got an array of {array.shape}"
        )
    if array.size == 0 or array.dtype.kind not in "fiu":
        raise InputError(
            f"pixels: expected at least 1x1 of numbers from 0 to 255, got {array.shape} of "
            f"{array.dtype}"
        )
    # written so that NaN is out of range too
    if not (array.min() >= 0 and array.max() < 256):
        raise InputError(
            f"pixels: expected numbers from 0 to 255, got {array.min():g} to {array.max():g}; "
            "scale them, or clip them with .clip(0, 255)"
        )
    values = array.reshape(shape[0], shape[1], -1).astype(np.uint8)
    if grey:
        values = np.repeat(values, 3, axis=2)
    rgba = np.full((shape[0], shape[1], 4), 255, np.uint8)
    rgba[..., : values.shape[2]] = values
    return rgba


def _canvas_of_pixels(pixels: npt.NDArray[np.uint8]) -> Canvas:
    """A canvas of (H, W, 3 or 4) pixels, or the array itself where there is no page."""
    pixels = _rgba(pixels)
    if not IN_BROWSER:
        return pixels
    canvas = create_canvas(pixels.shape[1], pixels.shape[0])
    canvas.getContext("2d").putImageData(_image_data(pixels), 0, 0)
    return canvas


def _image_data(pixels: npt.NDArray[np.uint8]) -> Any:
    from js import ImageData, Uint8ClampedArray
    from pyodide.ffi import to_js

    data = to_js(pixels.reshape(-1))
    return ImageData.new(Uint8ClampedArray.new(data), pixels.shape[1], pixels.shape[0])
