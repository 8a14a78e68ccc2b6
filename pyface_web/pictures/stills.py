"""What videos and frames of them show, on a canvas, where a browser does not draw them right.

Safari's engine draws all of a frame of which only a part is to be seen, and nothing of a video that
is outside of what the window shows. WebKitGTK draws nothing either where the machine is so busy
that a frame takes it 0.2 s.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pyface_web.host import is_missing, js_class, js_value

_TRIES = 5
_RED, _GREEN = (255, 0, 0, 255), (0, 255, 0, 255)


def still_of(source: Any, width: int, height: int) -> Any:
    """A canvas of this size with what a video or VideoFrame shows.

    None where the browser draws that as well, of any other picture, and of what cannot be read:
    whoever draws it says why.
    """
    kind = js_class(source)
    if kind not in ("HTMLVideoElement", "VideoFrame") or not _is_loose():
        return None
    import js

    canvas = js.OffscreenCanvas.new(width, height)
    context = canvas.getContext("2d")
    try:
        for _ in range(_TRIES):
            if kind == "VideoFrame":
                _draw_seen(context, source, width, height)
            else:
                context.drawImage(source, 0, 0, width, height)
                if _shows(canvas):  # turned as it is seen, which a frame need not be
                    break
                frame = js.VideoFrame.new(source)
                _draw_seen(context, frame, width, height)
                frame.close()
            if _shows(canvas):
                break
    except Exception:  # it is of another origin, or closed
        return None
    return canvas


@cache
def _is_loose() -> bool:
    """Whether this engine draws all of a frame. It is the one that may draw nothing, too, which
    cannot be seen at once."""
    import js

    if not hasattr(js, "VideoFrame"):
        return False
    try:
        pixels = js.Uint8Array.of(*_RED, *_GREEN, *_RED, *_GREEN)
        part = {"x": 1, "y": 0, "width": 1, "height": 1}
        size = {"codedWidth": 2, "codedHeight": 2, "visibleRect": part}
        frame = js.VideoFrame.new(pixels, js_value({"format": "RGBA", "timestamp": 0, **size}))
        red = pixel_of(frame)[0]
        frame.close()
    except Exception:
        return False
    return bool(red > 0)


def _draw_seen(context: Any, frame: Any, width: int, height: int) -> None:
    seen, wide, high = frame.visibleRect, frame.codedWidth, frame.codedHeight
    if is_missing(seen) or seen.x + seen.width > wide or seen.y + seen.height > high:
        context.drawImage(frame, 0, 0, width, height)
        return
    across, down = width / seen.width, height / seen.height
    context.drawImage(frame, -seen.x * across, -seen.y * down, wide * across, high * down)


def _shows(canvas: Any) -> bool:
    return bool(pixel_of(canvas)[3] > 0)


def pixel_of(source: Any) -> Any:
    """Red, green, blue and alpha, 0..255, of all that a source shows, drawn as one pixel.

    What a browser raises where it is of another origin, or closed.
    """
    import js

    options = js_value({"willReadFrequently": True})
    context = js.OffscreenCanvas.new(1, 1).getContext("2d", options)
    context.drawImage(source, 0, 0, 1, 1)
    return context.getImageData(0, 0, 1, 1).data
