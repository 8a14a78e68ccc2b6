"""Files as pictures: a path, bytes, or what is open; decoded by Pillow, or by the browser."""

from __future__ import annotations

import os
from collections.abc import Coroutine
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyface_web.errors import InputError, MediaNotReadyError
from pyface_web.host import IN_BROWSER, is_js, kind_of, sees_page
from pyface_web.pictures.pillow import pixels_of
from pyface_web.values.given import part
from pyface_web.weights.addresses import scheme_of
from pyface_web.wording import quoted

_DRIVE = 1  # letters of a scheme that is none


def is_file(value: object) -> bool:
    """Whether a value is a path (no text), the bytes of a file, or a file that is open."""
    return isinstance(value, os.PathLike | bytes | bytearray | memoryview) or is_open(value)


def is_open(value: object) -> bool:
    """Whether a value is a file that is open, or something like it."""
    return not is_js(value) and callable(part(value, "read"))


def path_of(text: str) -> Path:
    """A text as a path; InputError for an address, which has to be fetched."""
    if len(scheme_of(text)) > _DRIVE:
        raise InputError(
            f"{quoted(text[:100])} is an address, and a text is the path of a file here; "
            "await faceapi.fetch_image(address) gives the picture at one"
        )
    return Path(text)


def is_there(path: Path) -> bool:
    """Whether a path is that of a file."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long, or with a NUL
        return False


def _without_page() -> str:
    if not IN_BROWSER or sees_page():
        return ""
    return (
        " There is no page here in which a text could be the id of an element: pass the bytes of a "
        "picture, or await faceapi.fetch_image(its address)"
    )


def data_of(file: Any) -> bytes:
    """The bytes of a path, of bytes, or of what is open, which is then where it was.

    Raises InputError where there is no such file, or where it does not give bytes.
    """
    try:
        data = _read(file)
    except (OSError, ValueError) as error:  # ValueError: it is closed, or a NUL in a path
        raise InputError(
            f"{name_of(file)} as a picture: expected a file, got {_reason(error)}; "
            f"is its path right?{_without_page()}"
        ) from error
    if not isinstance(data, bytes | bytearray | memoryview):
        if isinstance(data, Coroutine):
            data.close()
        raise InputError(
            f"{name_of(file)} as a picture: expected bytes of its read(), got {kind_of(data)}; "
            "open it with open(path, 'rb'), or pass what its read() gives, awaited"
        )
    if not data:
        raise MediaNotReadyError(
            f"{name_of(file)} as a picture: expected a file of a picture, got no bytes; is it "
            "empty, or was it read before? file.seek(0)"
        )
    return bytes(data)


def _read(file: Any) -> Any:
    if isinstance(file, bytes | bytearray | memoryview):
        return file
    if isinstance(file, os.PathLike):
        return Path(file).read_bytes()
    start = file.tell() if _is_seekable(file) else None
    try:
        return file.read()
    finally:
        if start is not None:
            file.seek(start)


def _is_seekable(file: Any) -> bool:
    seekable = getattr(file, "seekable", None)
    return callable(seekable) and bool(seekable())


def decoded(file: Any) -> NDArray[np.uint8]:
    """(H, W, 3 or 4) of what `data_of` reads, as `pixels_of` gives it; needs Pillow.

    Of an animated file it is the first picture. Raises MediaNotReadyError for what is no picture.
    """
    data = data_of(file)
    with opened(file, data) as image:
        return pixels_of(image)


def opened(file: Any, data: bytes) -> Any:
    """The Pillow image of a file with these bytes, which are not decoded yet."""
    try:
        from PIL import Image
    except ImportError:
        raise InputError(
            f"{name_of(file)} as a picture: Pillow, which reads files, is not installed; "
            "pip install pillow, or pass an array"
        ) from None
    try:
        image = Image.open(BytesIO(data))
    except Exception as error:  # Pillow has one for each kind of damage
        raise MediaNotReadyError(
            f"{name_of(file)} ({len(data)} bytes, {data[:8]!r} first) is not an image that Pillow "
            f"can read ({type(error).__name__}); expected JPEG, PNG, WebP, GIF, AVIF or the like"
        ) from error
    if isinstance(file, os.PathLike):
        image.filename = os.fspath(file)  # for what is said of it later
    return image


def name_of(file: Any) -> str:
    """What a message calls a file."""
    if isinstance(file, bytes | bytearray | memoryview):
        return f"{len(file)} bytes"
    name = os.fspath(file) if isinstance(file, os.PathLike) else getattr(file, "name", None)
    text = name if isinstance(name, str) else kind_of(file)
    return quoted(text if len(text) <= 200 else f"{text[:200]}...")


def _reason(error: Exception) -> str:
    found = getattr(error, "strerror", None) or str(error)
    return f"{type(error).__name__} ({found})"
