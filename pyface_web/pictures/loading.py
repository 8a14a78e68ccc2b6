"""Waiting until an image or a video of the page can be read, and seeing where that cannot come."""

from __future__ import annotations

import asyncio
from typing import Any

from pyface_web.errors import MediaNotReadyError
from pyface_web.host import is_missing, js_class
from pyface_web.waits import heard, within
from pyface_web.wording import quoted

HAVE_CURRENT_DATA = 2  # HTMLMediaElement.readyState: there is a frame to draw
_EMPTY, _NO_SOURCE = 0, 3  # HTMLMediaElement.networkState
_SETTLING = 0.1  # seconds in which a browser has begun to try the <source> elements of a video
_ADDRESS = "is its address right, and does its server answer?"
_ANSWER = "does its server answer, and does its stream give pictures?"
_SOURCE = "set its src or srcObject"


def has_loaded(element: Any) -> bool:
    """Whether an element shows a picture: an image that has one, a video with a frame, a canvas."""
    kind = js_class(element)
    if kind == "HTMLImageElement":
        return bool(element.complete) and element.naturalWidth > 0
    return kind != "HTMLVideoElement" or element.readyState >= HAVE_CURRENT_DATA


async def load_image(image: Any) -> None:
    """Wait until an img element is decoded; MediaNotReadyError if it does not load.

    One that waits until it is scrolled to (loading="lazy") is told to load now.
    """
    name = f"the image {source_of(image)}"
    if not image.complete:
        if image.loading == "lazy":
            image.loading = "eager"
        await heard(
            "media", image, ("load", "error"), MediaNotReadyError, f"{name} did not load", _ADDRESS
        )
    try:
        await within("media", image.decode(), MediaNotReadyError, f"{name} was not decoded")
    except MediaNotReadyError:
        raise
    except Exception as error:
        raise MediaNotReadyError(
            f"{name} could not be loaded or is not an image the browser knows "
            f"({getattr(error, 'message', error)}); check its address"
        ) from error


async def load_frame(video: Any, limit: str = "media") -> None:
    """Wait until a video element has a frame; MediaNotReadyError if none can come, or comes.

    limit: the field of `Waits` that says how long. A video that would load nothing before it
    plays (preload="none") is told to. One without a source may be about to get it: pages often
    ask while their camera is still starting.
    """
    if video.readyState >= HAVE_CURRENT_DATA:
        return
    name = f"the video {source_of(video)}"
    if video.preload == "none":
        video.preload = "auto"
    if video.networkState == _NO_SOURCE and not is_missing(video.querySelector("source")):
        await asyncio.sleep(_SETTLING)
    while video.readyState < HAVE_CURRENT_DATA:
        _refuse(video, name)
        hint = _SOURCE if video.networkState == _EMPTY else _ANSWER
        # Errors of its <source> elements are heard, too: it has none of its own for them.
        events = ("loadeddata", "error", "emptied")
        await heard(limit, video, events, MediaNotReadyError, f"{name} showed no frame", hint)


def _refuse(video: Any, name: str) -> None:
    """MediaNotReadyError where it is known already that a video will show no frame."""
    if not is_missing(video.error):
        raise MediaNotReadyError(
            f"{name} could not be played: {video.error.message or 'unknown format or address'}; "
            "check its address"
        )
    stream = video.srcObject
    if not is_missing(stream) and hasattr(stream, "getVideoTracks"):
        if not list(stream.getVideoTracks()):
            raise MediaNotReadyError(f"the stream of {name} has only sound; give it another one")
    # With an address or a stream the browser may not have begun to look, and says so later.
    elif video.networkState == _NO_SOURCE and not video.hasAttribute("src"):
        raise MediaNotReadyError(
            f"{name} has nothing to show; none of its sources is there and of a format that the "
            "browser knows"
        )


def source_of(element: Any) -> str:
    """What an element shows, or its id, in a message."""
    name = getattr(element, "currentSrc", "") or getattr(element, "src", "")
    label = name if len(name) < 80 else name[:60] + "..."
    label = label or getattr(element, "id", "")
    return quoted(label) if label else "without a source"
