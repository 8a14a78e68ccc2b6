"""Pictures in and out of the page: fetched images, canvases, cut-outs."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from pyface_web.dom.source import Picture, js_class, resolve, unreadable
from pyface_web.errors import FetchError, InputError, MediaNotReadyError
from pyface_web.geometry import Box
from pyface_web.weights.fetch import IN_BROWSER, fetch_bytes


def cut(picture: Picture, box: Box) -> Any:
    """The pixels of a box (whole pixels inside the picture), 1:1: a canvas, or an RGBA array."""
    x, y, width, height = (int(v) for v in (box.x, box.y, box.width, box.height))
    if not IN_BROWSER:
        return picture.array()[y : y + height, x : x + width].copy()
    canvas = create_canvas(width, height)
    context = canvas.getContext("2d")
    if picture.is_array or js_class(picture.pixels) == "ImageData":
        context.putImageData(_image_data(picture), -x, -y)
    else:
        context.drawImage(picture.pixels, x, y, width, height, 0, 0, width, height)
    return canvas


def create_canvas(width: int, height: int) -> Any:
    """A canvas element; where there is no document (a worker), an OffscreenCanvas."""
    import js

    if not hasattr(js, "document"):
        return js.OffscreenCanvas.new(width, height)
    canvas = js.document.createElement("canvas")
    canvas.width, canvas.height = width, height
    return canvas


async def create_canvas_from_media(media: object) -> Any:
    """A canvas with what an image, video or other picture shows, in its natural size."""
    picture = await resolve(media)
    try:
        return cut(picture, Box(0, 0, picture.width, picture.height))
    finally:
        picture.close()


async def fetch_image(uri: str) -> Any:
    """An image from an address: an img element that has loaded, an RGBA array in CPython.

    Raises FetchError for a status of 400 or more and for what is not an image.
    """
    if not IN_BROWSER:
        from io import BytesIO

        import numpy as np
        from PIL import Image

        data = await fetch_bytes(uri, kind="image")
        return np.asarray(Image.open(BytesIO(data)).convert("RGBA"))
    import js

    response = await js.fetch(uri)
    kind = response.headers.get("content-type") or "no content type"
    if response.status >= 400 or not kind.startswith("image/"):
        raise FetchError(
            f"{uri}: expected an image, got HTTP status {response.status} with {kind}; "
            "is the address right?"
        )
    return await buffer_to_image(await response.blob())


async def buffer_to_image(blob: Any) -> Any:
    """A loaded img element from a Blob or File, as an image picker gives it."""
    import js

    if js_class(blob) not in ("Blob", "File"):
        raise InputError(f"expected a Blob or File, got {js_class(blob) or type(blob).__name__}")
    image = js.Image.new()
    # The bytes are in the address, so it may be given to other elements, and nothing is to revoke.
    data = (await blob.arrayBuffer()).to_bytes()
    image.src = f"data:{blob.type};base64,{b64encode(data).decode('ascii')}"
    try:
        await resolve(image)
    except MediaNotReadyError as error:
        raise unreadable(blob) from error
    return image


def _image_data(picture: Picture) -> Any:
    if not picture.is_array:
        return picture.pixels
    from js import ImageData, Uint8ClampedArray
    from pyodide.ffi import to_js

    data = to_js(picture.array().reshape(-1))
    return ImageData.new(Uint8ClampedArray.new(data), picture.width, picture.height)
