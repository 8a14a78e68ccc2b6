"""What can be passed as a picture, and whether it is ready: everything becomes a `Picture`."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyface_web.errors import (
    ElementNotFoundError,
    EmptyImageError,
    InputError,
    MediaNotReadyError,
    TaintedCanvasError,
)
from pyface_web.host import (
    DRAWABLE,
    IN_BROWSER,
    element_of,
    has_page,
    is_missing,
    js_class,
    js_value,
    kind_and_remedy,
    seen_from_worker,
    sees_page,
)
from pyface_web.pictures.arrays import pixels_of_array
from pyface_web.pictures.elsewhere import pixels_of_page, wait_for_page
from pyface_web.pictures.files import data_of, decoded, is_file, is_there, name_of, path_of
from pyface_web.pictures.loading import has_loaded, load_frame, load_image, source_of
from pyface_web.pictures.pillow import pixels_of
from pyface_web.pictures.stills import still_of
from pyface_web.values.given import items_of
from pyface_web.values.orientation import is_pillow
from pyface_web.waits import within
from pyface_web.wording import code, spoken

# The names of width and height in pixels of what the page can draw.
_SIZES = dict.fromkeys(DRAWABLE, ("width", "height")) | {
    "HTMLImageElement": ("naturalWidth", "naturalHeight"),
    "HTMLVideoElement": ("videoWidth", "videoHeight"),
    "VideoFrame": ("displayWidth", "displayHeight"),
}
_DRAWABLE = (
    "an img, video or canvas element, its id, an OffscreenCanvas, ImageBitmap, ImageData, "
    "VideoFrame, Blob or File"
)


@dataclass(frozen=True)
class Picture:
    """A picture that is ready: pixels is a JavaScript object or an (H, W, 4) uint8 array (RGBA).

    In CPython an array may be (H, W, 3) as well: adding alpha to a photograph takes longer than to
    find a face in it. width and height are its natural size; `close` frees what was made only for
    this picture.
    """

    pixels: Any
    width: int
    height: int
    close: Callable[[], None] = lambda: None

    @property
    def is_array(self) -> bool:
        return isinstance(self.pixels, np.ndarray)

    @property
    def is_exact(self) -> bool:
        """Whether its pixels are so many as its size says, and lie as they are seen. What is not
        exact has to be drawn in its size to be read.

        An img may have another density, be turned, or have no pixels at all (SVG); a video may have
        pixels that are not square, or be turned. Chromium refuses to upload a video whose size is
        another; other browsers take a part of it, or take it as it is stored.
        """
        kind = js_class(self.pixels)
        if kind == "HTMLVideoElement":
            return _knows_turned_frames() or not is_missing(self.pixels.srcObject)
        if kind == "VideoFrame":
            return _is_frame_exact(self.pixels)
        return kind != "HTMLImageElement"

    def array(self) -> NDArray[np.uint8]:
        """(H, W, 4) RGBA; reads elements through a 2D canvas."""
        return with_alpha(self.as_stored())

    def as_stored(self) -> NDArray[np.uint8]:
        """(H, W, 3 or 4), as `array` without adding alpha to what has none."""
        return self.pixels if self.is_array else _read(self.pixels, self.width, self.height)


@dataclass(eq=False)
class PictureList:
    """Pictures that are ready, as `NetInput` holds them: every input may be one.

    is_batch: whether nets for one face give a list for it, as for any list of pictures.
    """

    pictures: tuple[Picture, ...]
    is_batch: bool


def sources_of(given: object) -> tuple[list[object], bool]:
    """The pictures of what is given to a net for one face, and whether it answers with a list."""
    if isinstance(given, PictureList):
        return [_lent(picture) for picture in given.pictures], given.is_batch
    if isinstance(given, list | tuple):
        return items_of(given, "pictures"), True
    return [given], False


def named(source: object) -> Any:
    """What a text names: an element of the page by its id or selector, else a file by its path;
    anything else as `element_of` gives it.

    Where there is a page, its elements come first, and a file counts that is there.
    Raises ElementNotFoundError where there is neither, InputError for an address.
    """
    if not isinstance(source, str):
        return element_of(source)
    text = str.__str__(source)
    if not sees_page():
        return path_of(text)
    try:
        return element_of(text)
    except ElementNotFoundError:
        path = Path(text)
        if is_there(path):
            return path
        raise


async def resolve(source: object) -> Picture:
    """Make sure that a picture can be read, waiting for it where it is still loading.

    Raises InputError or one of its subclasses.
    """
    source = named(source)
    if is_file(source):
        return await _from_file(source)
    kind = js_class(source)
    if kind == "HTMLImageElement":
        await load_image(source)
        return _sized(source)
    if kind == "HTMLVideoElement":
        await load_frame(source)
    if kind in ("Blob", "File"):
        return await _from_blob(source)
    if seen_from_worker(source) == "HTMLImageElement":
        await wait_for_page(source)
    return ready(source)


def ready(source: object) -> Picture:
    """As `resolve`, without waiting: MediaNotReadyError for what has not loaded yet."""
    if isinstance(source, Picture):
        return source
    if isinstance(source, PictureList):
        return _only(source)
    if isinstance(source, np.ndarray):
        return _from_array(source)
    if is_pillow(source):
        return _from_array(pixels_of(source))
    source = named(source)
    if is_file(source) and not IN_BROWSER:
        return _from_array(decoded(source))
    kind = js_class(source)
    if kind in _SIZES:
        if not has_loaded(source):
            raise MediaNotReadyError(
                f"{source_of(source)} has not loaded (yet), or failed to; "
                f"{code('await faceapi.await_media_loaded(element)')} waits for it"
            )
        return _sized(source)
    if kind in ("Blob", "File") or is_file(source):
        raise MediaNotReadyError(
            f"a {kind or 'file'} has to be decoded first: "
            f"{code('await faceapi.buffer_to_image(file)')}"
        )
    if seen_from_worker(source) in _SIZES:
        return _from_array(pixels_of_page(source, *_SIZES[seen_from_worker(source)]))
    raise InputError(
        f"cannot use {kind_and_remedy(source)} as a picture; {_meant(source)}expected {_accepted()}"
    )


def _accepted() -> str:
    return spoken(
        f"{_DRAWABLE}, a path, the bytes of a file or an open one, an array (height, width[, 3 or "
        "4]), or a Pillow image",
        f"{_DRAWABLE}, or {{ data, shape }}",
    )


def _meant(source: object) -> str:
    """What was probably meant, where that can be told."""
    if isinstance(source, list | tuple):
        each = spoken("[await ... for picture in pictures]", "for (const picture of pictures) ...")
        return f"pass one after the other, {each}; "
    if is_missing(source):
        return spoken(
            "is the variable set, and was the element there when it was looked for? ",
            "is the variable set, and was the element there? ",
        )
    return ""


def renewed(picture: Picture) -> Picture:
    """A picture in the size that its element has by now, which may be another after waiting.

    Raises InputError where it shows nothing any more.
    """
    if picture.is_array:
        return picture
    now = ready(picture.pixels)
    return replace(picture, width=now.width, height=now.height)


def is_ready(picture: Picture) -> bool:
    """Whether a picture can be read now: its element may have begun to load or seek since."""
    return picture.is_array or has_loaded(picture.pixels)


async def ready_again(picture: Picture) -> None:
    """Wait until a picture can be read that has begun to load or seek since; see `is_ready`."""
    if not is_ready(picture):
        await resolve(picture.pixels)


def check_unchanged(picture: Picture) -> None:
    """Raise InputError where the element of a picture has got another size: it shows another."""
    size = (picture.width, picture.height)
    if picture.is_array or (now := natural_size(picture.pixels)) == size:
        return
    raise InputError(
        f"{js_class(picture.pixels)} was {size[0]}x{size[1]} pixels when the call began to look at "
        f"it, and is {now[0]}x{now[1]} now; let it be until the call has ended, or pass a copy"
    )


def natural_size(element: Any) -> tuple[int, int]:
    """Width and height of the pixels of an element or another drawable object of the page."""
    kind = js_class(element)
    if kind == "HTMLImageElement":
        element = _sizing(element)
    width, height = _SIZES.get(kind or seen_from_worker(element), ("width", "height"))
    return int(getattr(element, width)), int(getattr(element, height))


def _sizing(image: Any) -> Any:
    """An img element that knows the natural size of the picture of one: mostly that itself.

    Safari's engine gives a drawing (SVG) the natural size in which the page shows it at the time,
    and there nothing says what is one. What is not shown has its own; the picture is there at once,
    as the page has it. It has no density, so one that may have another than 1 is left.
    """
    import js

    is_chosen = getattr(image.parentElement, "localName", "") == "picture"
    is_shown_so = abs(image.naturalWidth - image.width) <= 1
    if is_chosen or image.srcset or not is_shown_so or not js.navigator.vendor.startswith("Apple"):
        return image
    address = image.currentSrc
    own = _unshown().get(image)
    if is_missing(own) or own.src != address:
        own = image.ownerDocument.createElement("img")
        if not is_missing(image.crossOrigin):
            own.crossOrigin = image.crossOrigin
        own.src = address
        _unshown().set(image, own)
    return own if own.naturalWidth else image


@cache
def _unshown() -> Any:
    """Image -> another one with the same picture, which no page shows; held as long as those."""
    import js

    return js.WeakMap.new()


def _only(given: PictureList) -> Picture:
    if len(given.pictures) != 1:
        raise InputError(
            f"expected one picture, got {len(given.pictures)}; detect in each of them by itself"
        )
    return _lent(given.pictures[0])


def _lent(picture: Picture) -> Picture:
    """A picture that whoever gets it cannot close."""
    return Picture(picture.pixels, picture.width, picture.height)


def _from_array(array: NDArray[Any]) -> Picture:
    pixels = pixels_of_array(array)
    height, width = pixels.shape[:2]
    _check_size(width, height, "the array")
    if IN_BROWSER:  # where whatever looks at it wants four channels
        pixels = with_alpha(pixels)
    return Picture(np.ascontiguousarray(pixels), width, height)


async def _from_file(file: object) -> Picture:
    if not IN_BROWSER:
        return _from_array(await asyncio.to_thread(decoded, file))
    from js import Array, File

    data = data_of(file)
    try:
        return await _from_blob(File.new(Array.of(js_value(data)), name_of(file).strip("'\"")))
    except MediaNotReadyError:
        if not _has_pillow():
            raise
    return _from_array(decoded(file))


def _has_pillow() -> bool:
    """Whether Pillow is there, which reads other files than the browser: TIFF, for example."""
    return find_spec("PIL") is not None


def with_alpha(array: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 4) of (H, W, 3 or 4): RGB becomes opaque RGBA."""
    if array.shape[2] == 4:
        return array
    opaque = np.full((*array.shape[:2], 4), 255, np.uint8)
    opaque[..., :3] = array
    return opaque


async def _from_blob(blob: Any) -> Picture:
    from js import createImageBitmap

    what = f"{_name_of(blob)} was not decoded"
    try:
        bitmap = await within("media", createImageBitmap(blob), MediaNotReadyError, what)
    except MediaNotReadyError:
        raise
    except Exception:  # SVG, or a file that is damaged, of which an img shows what there is
        image = await image_of(blob)
        if image is None:
            raise unreadable(blob) from None
        return _sized(image)
    return Picture(bitmap, int(bitmap.width), int(bitmap.height), lambda: bitmap.close())


async def image_of(blob: Any) -> Any:
    """A loaded img element that shows a Blob or File, None where none can. In a worker, which has
    no elements, an ImageBitmap.

    Its type decides nothing: a browser looks into the bytes, and only of SVG it has to be told.
    They are in its address, so it may be given to other elements, and nothing is to revoke.
    """
    import js

    what = f"{_name_of(blob)} could not be read"
    if not has_page():
        try:
            return await within("media", js.createImageBitmap(blob), MediaNotReadyError, what)
        except MediaNotReadyError:
            raise
        except Exception:
            return None
    data = (await within("media", blob.arrayBuffer(), MediaNotReadyError, what)).to_bytes()
    text = b64encode(data).decode("ascii")
    for type in dict.fromkeys((blob.type, "", "image/svg+xml")):
        image = js.Image.new()
        image.src = f"data:{type};base64,{text}"
        try:
            await load_image(image)
            return image
        except MediaNotReadyError:
            if not image.complete:
                raise
    return None


def unreadable(blob: Any) -> MediaNotReadyError:
    """What to raise for a Blob or File that the browser cannot decode."""
    return MediaNotReadyError(
        f"{_name_of(blob)} ({blob.type or 'no type'}, {blob.size} bytes) is not an image that the "
        "browser can read; expected JPEG, PNG, WebP, GIF, AVIF, SVG or the like"
    )


def _name_of(blob: Any) -> str:
    return getattr(blob, "name", "") or "the Blob"


def _sized(pixels: Any) -> Picture:
    size, kind = natural_size(pixels), js_class(pixels)
    of_source = {"HTMLImageElement": "the image", "HTMLVideoElement": "the video"}.get(kind)
    _check_size(*size, f"{of_source} {source_of(pixels)}" if of_source else kind)
    still = still_of(pixels, *size)
    return Picture(pixels if still is None else still, *size)


@cache
def _knows_turned_frames() -> bool:
    """Whether a browser knows how frames of a video are turned, as it then does when it uploads."""
    import js

    return hasattr(js, "VideoFrame") and bool(js.Reflect.has(js.VideoFrame.prototype, "rotation"))


def _is_frame_exact(frame: Any) -> bool:
    shown = frame.visibleRect
    size = (frame.displayWidth, frame.displayHeight)
    turned = getattr(frame, "rotation", 0) or getattr(frame, "flip", False)
    return not (turned or is_missing(shown)) and (shown.width, shown.height) == size


_CLOSABLE = ("VideoFrame", "ImageBitmap")
_SOUND_ONLY = (
    "has it only sound, or pictures in a format that this browser does not know, such as H.265?"
)


def _check_size(width: int, height: int, what: str) -> None:
    if width < 1 or height < 1:
        remedy = "has it been given a picture, or a size?"
        if what in _CLOSABLE:
            remedy = "was it closed, or given away? Pass it before that, or a copy"
        elif what.startswith("the video"):
            remedy = _SOUND_ONLY
        raise EmptyImageError(f"{what} is {width}x{height} pixels, expected at least 1x1; {remedy}")


def _read(pixels: Any, width: int, height: int) -> NDArray[np.uint8]:
    from js import OffscreenCanvas

    data = pixels
    if js_class(pixels) != "ImageData":
        options = js_value({"willReadFrequently": True})
        context = OffscreenCanvas.new(width, height).getContext("2d", options)
        context.drawImage(pixels, 0, 0, width, height)
        try:
            data = context.getImageData(0, 0, width, height)
        except Exception as error:
            raise TaintedCanvasError from error
    return np.asarray(data.data.to_py(), np.uint8).reshape(height, width, 4)
