"""The types of what can be passed as a picture, for type checkers and editors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from pyface_web.pictures.source import Picture, PictureList


class PillowImage(Protocol):
    """An image of Pillow, which need not be installed."""

    @property
    def mode(self) -> str: ...
    @property
    def size(self) -> tuple[int, int]: ...
    def tobytes(self, encoder_name: str = ..., *args: Any) -> bytes: ...


class JsElement(Protocol):
    """An object of JavaScript as Pyodide hands it over: an img, a canvas, a Blob, ..."""

    @property
    def js_id(self) -> int: ...


class OpenFile(Protocol):
    """What has the bytes of a file: opened with open(path, "rb"), uploaded, or io.BytesIO."""

    def read(self) -> bytes: ...


PictureLike: TypeAlias = (
    str
    | os.PathLike[str]
    | bytes
    | bytearray
    | memoryview
    | OpenFile
    | npt.NDArray[np.uint8 | np.uint16 | np.bool_ | np.floating[Any]]
    | PillowImage
    | JsElement
    | Picture
    | PictureList
)
"""A picture. A text is the id of an element of the page, or #selector; where there is no page, or
no such element, the path of a file. The bytes of a file, or an open one, are decoded, turned as
their EXIF data says; of an animation it is the first picture. An array is (height, width), or
(height, width, 1, 3 or 4) as RGB and RGBA, of uint8, of uint16 (0..65535), of real numbers (0..1),
or of bool (True is white). Images of Pillow may have any mode. In a browser there are elements of
the page, too: img, video, canvas, OffscreenCanvas, ImageBitmap, ImageData, VideoFrame, Blob, File.
"""

ElementLike: TypeAlias = str | JsElement
"""An element of the page, its id, or a selector that begins with #."""

FacePictures: TypeAlias = PictureLike | Sequence[PictureLike]
"""One picture that shows one face, or several; an array of four axes, (1, H, W, C), is one."""
