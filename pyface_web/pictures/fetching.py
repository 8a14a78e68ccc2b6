"""Files from an address: images, videos, JSON, weights, as face-api.js fetches them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from pyface_web.errors import FetchError, InputError, MediaNotReadyError, WeightsError
from pyface_web.host import IN_BROWSER, is_missing, js_class, js_value, kind_of
from pyface_web.pictures.source import image_of, ready, resolve, unreadable
from pyface_web.values import outside
from pyface_web.waits import within
from pyface_web.weights.addresses import absolute, checked_address
from pyface_web.weights.fetch import Download, way_to
from pyface_web.weights.manifest import MAX_WEIGHT_BYTES


async def fetch_or_throw(url: str, init: Mapping[str, Any] | None = None) -> Any:
    """The browser's Response for an address; FetchError for a status of 400 or more.

    init: the options of fetch(), such as {"method": "POST"}.
    Only in a browser; `fetch_json`, `fetch_net_weights` and `fetch_image` work everywhere.
    """
    url = checked_address(url)
    if not IN_BROWSER:
        raise FetchError(
            f"{url}: fetch_or_throw gives the browser's Response, and there is no browser here; "
            "use fetch_json, fetch_net_weights or fetch_image"
        )
    import js

    options = js.Object.new()
    if init is not None:
        js.Object.assign(options, js_value(dict(init)) if isinstance(init, Mapping) else init)
    control = js.AbortController.new()  # so that nothing goes on after the limit
    own = getattr(options, "signal", None)
    if is_missing(own):
        options.signal = control.signal
    elif hasattr(js.AbortSignal, "any"):
        options.signal = js.AbortSignal.any(js.Array.of(own, control.signal))
    hint = "is the network up, and the server?"
    try:
        asked = js.fetch(absolute(url), options)
        response = await within("network", asked, FetchError, f"{url}: no answer", hint)
    except FetchError:
        control.abort()
        raise
    except Exception as error:
        raise FetchError(
            f"{url}: expected an answer, got none ({getattr(error, 'message', error)}); "
            f"{way_to(url)}"
        ) from error
    if response.status >= 400:
        raise FetchError(
            f"{url}: expected a file, got HTTP status {response.status} {response.statusText}; "
            "is the address right?"
        )
    return response


async def fetch_json(uri: str) -> Any:
    """The value of a JSON file, as Python values. In CPython uri may be a path.

    Raises FetchError for an address that does not answer with JSON.
    """
    uri = checked_address(uri)
    asked = Download(uri, "JSON file", outside.MAX_BYTES)
    data = await asked.read()
    begin = data[:40].decode("utf-8", "replace")
    remedy = f"it begins {begin!r}; {asked.instead() or 'is the address right?'}"
    return outside.parse(data, uri, error=FetchError, remedy=remedy)


async def fetch_net_weights(uri: str) -> npt.NDArray[np.float32]:
    """The values of a .weights file, a flat float32 array, for `net.load`. uri may be a path.

    Raises FetchError for an address without a file, WeightsError for a length that cannot be.
    """
    uri = checked_address(uri)
    asked = Download(uri, "weights file", MAX_WEIGHT_BYTES)
    data = await asked.read()
    if len(data) % 4 or not data:
        raise WeightsError(
            f"{uri}: expected float32 values, got {len(data)} bytes, which is not a multiple of "
            f"4 above 0; {asked.instead() or 'is it the .weights file of a net?'}"
        )
    return np.frombuffer(data, "<f4")


async def fetch_image(uri: str) -> Any:
    """An image from an address: an img element that has loaded, an RGBA array in CPython.

    Raises FetchError for a status of 400 or more and for what is not an image.

    ```python
    image = await faceapi.fetch_image("photo.jpg")
    faces = await faceapi.detect_all_faces(image)
    ```
    """
    if not IN_BROWSER:
        from io import BytesIO

        from PIL import Image

        asked = Download(checked_address(uri), "image")
        data = await asked.read()
        try:
            return ready(Image.open(BytesIO(data))).array()
        except Exception as error:  # Pillow has one for each kind of damage
            raise FetchError(
                f"{uri}: expected an image, got what Pillow cannot read ({type(error).__name__}); "
                f"{asked.instead() or 'is it an image?'}"
            ) from error
    blob = await _blob(uri)
    image = await image_of(blob)
    if image is None:
        raise _other_than("an image", uri, blob)
    return image


async def fetch_video(uri: str) -> Any:
    """A video element that plays a file from an address, muted, and shows its first frame.

    Its bytes are wholly loaded. Only in a browser. Raises FetchError for what is not a video,
    MediaNotReadyError for one that the browser cannot play.
    """
    blob = await _blob(uri)
    import js

    video = js.document.createElement("video")
    video.muted = video.playsInline = video.autoplay = True
    video.src = js.URL.createObjectURL(blob)
    try:
        await resolve(video)
    except MediaNotReadyError as error:
        js.URL.revokeObjectURL(video.src)
        if is_missing(video.error):
            raise
        raise _other_than("a video", uri, blob) from error
    return video


def _other_than(kind: str, uri: str, blob: Any) -> FetchError:
    return FetchError(
        f"{uri}: expected {kind} that the browser can read, got {blob.size} bytes of "
        f"{blob.type or 'no content type'}; is the address right?"
    )


async def _blob(uri: str) -> Any:
    response = await fetch_or_throw(uri)
    found = response.headers.get("content-type") or ""
    import js

    parts = js.Array.new()
    reader = response.body.getReader()
    what = f"{uri}: the next part of the answer did not come"
    try:
        while True:
            part = await within("network", reader.read(), FetchError, what, "is the network up?")
            if part.done:
                return js.Blob.new(parts, js_value({"type": found}))
            parts.push(part.value)
    except FetchError:
        raise
    except Exception as error:
        message = getattr(error, "message", error)
        raise FetchError(f"{uri}: an answer that broke off ({message}); try again") from error
    finally:
        reader.cancel()


async def buffer_to_image(buf: Any) -> Any:
    """A loaded img element from a Blob or File, as an image picker gives it, or from the bytes of a
    file.

    Raises InputError for anything else, MediaNotReadyError for what is not an image.
    """
    blob = _blob_of(buf)
    image = await image_of(blob)
    if image is None:
        raise unreadable(blob)
    return image


def _blob_of(given: Any) -> Any:
    if js_class(given) in ("Blob", "File"):
        return given
    kind = kind_of(given)
    if IN_BROWSER and kind in ("bytes", "bytearray", "memoryview", "ArrayBuffer", "Uint8Array"):
        import js

        return js.Blob.new(js.Array.of(js_value(given)))
    raise InputError(f"expected a Blob or File, or the bytes of a file, got {kind}")
