"""Pictures of the page, for Python in a worker of PyScript: it sees elements through a proxy.

No canvas of the worker can show such an element. A canvas of the page can, and what that has is
copied, through a memory that both share.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pyface_web.errors import MediaNotReadyError, TaintedCanvasError
from pyface_web.host import js_value
from pyface_web.waits import within

_MOST = 4 << 20  # bytes at once: PyScript's shared memory has 16 MB


async def wait_for_page(image: Any) -> None:
    """Wait until an img element of the page has its picture.

    Raises MediaNotReadyError where it has none in time, or fails to load.
    """
    if image.naturalWidth:
        return
    what = "the img element of the page has no picture"
    try:
        await within("media", image.decode(), MediaNotReadyError, what)
    except MediaNotReadyError:
        raise
    except Exception as error:
        raise MediaNotReadyError(f"{what}; is its address right?") from error


def pixels_of_page(element: Any, width_of: str, height_of: str) -> npt.NDArray[np.uint8]:
    """What an element of the page shows now, (height, width, 4) RGBA.

    width_of, height_of: its properties that have its natural size in pixels.
    Raises MediaNotReadyError where that is nothing yet, TaintedCanvasError for a picture of another
    origin that the page may not read.
    """
    import js

    width, height = int(getattr(element, width_of)), int(getattr(element, height_of))
    if not (width and height):
        raise MediaNotReadyError(
            "the element of the page shows nothing (yet), or failed to load; wait until it does"
        )
    canvas = js.document.createElement("canvas")
    canvas.width, canvas.height = width, height
    context = canvas.getContext("2d", js_value({"willReadFrequently": True}))
    context.drawImage(element, 0, 0, width, height)
    pixels = np.empty((height, width, 4), np.uint8)
    rows = max(1, _MOST // (4 * width))
    for top in range(0, height, rows):
        part = pixels[top : top + rows]
        try:
            data = context.getImageData(0, top, width, len(part)).data
        except Exception as error:
            raise TaintedCanvasError(
                "the picture is of another origin and may not be read; "
                'its server has to allow it, and the element needs crossorigin="anonymous"'
            ) from error
        part[...] = np.asarray(data.to_py(), np.uint8).reshape(part.shape)
    return pixels
