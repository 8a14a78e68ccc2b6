"""Waiting until an image or a video of the page can be read, and seeing where that cannot come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import cache
from time import monotonic
from typing import Any

from pyface_web.errors import MediaNotReadyError
from pyface_web.host import is_missing, js_class
from pyface_web.pictures.stills import pixel_of
from pyface_web.waits import get_waits, until, within
from pyface_web.wording import quoted

_HAVE_CURRENT_DATA = 2  # HTMLMediaElement.readyState: there is a frame to draw
_EMPTY, _IDLE, _NO_SOURCE = 0, 1, 3  # HTMLMediaElement.networkState
_PAINTING = 0.1  # seconds in which a browser has painted the frame that a video has
_TRIES = 10  # to see whether it has
_SETTLING = 0.1  # seconds in which a browser has begun to load a video, if it will
WITHOUT_SOURCE = 1.0
"""Seconds in which a page that exchanges cameras has given a video the other one."""
_ADDRESS = "is its address right, and does its server answer?"
_ANSWER = "does its server answer, and does its stream give pictures?"
_SOURCE = "set its src or srcObject"
_INTO_THE_PAGE = "put it into the page: document.body.append(element)"
# What tells that a video may have another state. Errors of its <source> elements are heard, too: it
# has none of its own for them.
_FRAME_EVENTS = (
    "loadedmetadata",
    "loadeddata",
    "canplay",
    "playing",
    "seeked",
    "emptied",
    "error",
    "ended",
)


def has_loaded(element: Any) -> bool:
    """Whether an element shows a picture: an image that has one, a video with the frame it is to
    show, a canvas."""
    kind = js_class(element)
    if kind == "HTMLImageElement":
        return bool(element.complete) and element.naturalWidth > 0
    return kind != "HTMLVideoElement" or _has_frame(element)


def _has_frame(video: Any) -> bool:
    # Firefox still has the frame from before while it seeks, and says that it has one.
    return bool(video.readyState >= _HAVE_CURRENT_DATA and not video.seeking)


async def load_image(image: Any) -> None:
    """Wait until an img element is decoded; MediaNotReadyError if it does not load.

    One that waits until it is scrolled to (loading="lazy") is told to load now. While it is waited
    for it may be given another address: then that one counts.
    """
    if _is_inert(image) and not has_loaded(image):
        raise _inert(f"the image {source_of(image)}")

    def late() -> str:
        failed = "was not decoded" if image.complete else "did not load"
        return f"the image {source_of(image)} {failed}"

    def hint() -> str:
        return "" if image.complete else _ADDRESS

    await within("media", _read_image(image), MediaNotReadyError, late, hint)


def _is_inert(element: Any) -> bool:
    """Whether no window shows the document of an element, so that nothing loads there: of a
    template, of a DOMParser, of a frame that is gone."""
    return is_missing(element.ownerDocument.defaultView)


def _inert(name: str) -> MediaNotReadyError:
    return MediaNotReadyError(
        f"{name} is in a document that no window shows, such as that of a template or a DOMParser, "
        f"where nothing loads; {_INTO_THE_PAGE}"
    )


async def _read_image(image: Any) -> None:
    again = False
    while True:
        if not image.complete:
            if image.loading == "lazy":
                image.loading = "eager"
            await until(lambda: bool(image.complete), image, ("load", "error"))
        shown = image.currentSrc
        try:
            await image.decode()
            is_shown = image.complete and image.currentSrc == shown
            if has_loaded(image) or is_shown:  # a drawing may be empty
                return
        except Exception as error:
            # An image of a frame that was removed can be drawn, though it is decoded no more.
            if has_loaded(image) and _is_inert(image):
                return
            is_other = not image.complete or image.currentSrc != shown
            # Decoding is given up as well where it was told to load the same address once more.
            if not is_other and (again or not has_loaded(image)):
                raise MediaNotReadyError(
                    f"the image {source_of(image)} could not be loaded or is not an image the "
                    f"browser knows ({getattr(error, 'message', error)}); {_way_to(image)}"
                ) from error
            again = not is_other


async def load_frame(video: Any, limit: str = "media") -> None:
    """Wait until a video element has a frame; MediaNotReadyError if none can come, or comes.

    limit: the field of `Waits` that says how long. A video that would load nothing, or no frame,
    before it plays is told to. One without a source may be about to get it: pages often ask while
    their camera is still starting. One whose source was taken away gets no other, unless within a
    second. One that seeks has a frame when it has come there.
    """

    def late() -> str:
        failed = "did not come to where it was set to" if video.seeking else "showed no frame"
        return f"the video {source_of(video)} {failed}"

    def hint() -> str:
        if _is_inert(video):
            return _INTO_THE_PAGE
        return _SOURCE if video.networkState == _EMPTY else _ANSWER

    if _has_frame(video) and _is_painted(video):
        return
    if _is_inert(video) and not await _is_loading(video):
        raise _inert(f"the video {source_of(video)}")
    end = monotonic() + getattr(get_waits(), limit)
    while True:
        await within(limit, _read_frame(video), MediaNotReadyError, late, hint)
        # By the time that this goes on it may have begun to seek once more.
        if _has_frame(video) or monotonic() > end:
            return


async def _is_loading(video: Any) -> bool:
    """Whether an engine loads a video in a document that no window shows, as a few do."""
    await asyncio.sleep(_SETTLING)
    return video.networkState not in (_EMPTY, _NO_SOURCE)


def has_source(video: Any) -> bool:
    """Whether a video has been given something to show."""
    return (
        not is_missing(video.srcObject)
        or bool(video.hasAttribute("src"))
        or not is_missing(video.querySelector("source"))
    )


def _had_source(video: Any) -> bool:
    """Whether it ever was: a browser goes on to say which file that was; of a stream only we
    know."""
    return bool(video.currentSrc) or bool(_drawn().has(video))


async def _read_frame(video: Any) -> None:
    source_at = monotonic()  # when it last had one
    if video.networkState == _NO_SOURCE and not is_missing(video.querySelector("source")):
        await asyncio.sleep(_SETTLING)

    def holds() -> bool:
        nonlocal source_at
        if _has_frame(video):
            return True
        _refuse(video, f"the video {source_of(video)}")
        if has_source(video):
            source_at = monotonic()
        elif monotonic() - source_at >= WITHOUT_SOURCE and _had_source(video):
            raise MediaNotReadyError(
                f"the video {source_of(video)} has nothing to show any more: its srcObject or src "
                "was taken away; give it another one"
            )
        preload = video.preload
        if preload == "none" or (preload == "metadata" and video.networkState == _IDLE):
            video.preload = "auto"
        return False

    with _next_paint(video) as painted:
        await until(holds, video, _FRAME_EVENTS)
        await painted()
    for _ in range(_TRIES):
        if _is_painted(video):
            return
        with _next_paint(video) as painted:
            await painted()
    _drawn().set(video, _stream_of(video))  # as far as can be known


def _is_painted(video: Any) -> bool:
    """Whether there is a frame to take, as far as the browser lets that be known.

    At first Chromium may have one, and draw nothing of it.
    """
    import js

    try:
        if hasattr(js, "VideoFrame"):
            js.VideoFrame.new(video).close()
        if _drawn().get(video) != _stream_of(video):
            if not pixel_of(video)[3]:
                return False
            _drawn().set(video, _stream_of(video))
    except Exception as error:  # that it is of another origin is said later
        return getattr(error, "name", "") != "InvalidStateError"
    return True


@cache
def _drawn() -> Any:
    """Video -> that of which it was seen to give a picture; held by the page, as long as those."""
    import js

    return js.WeakMap.new()


def _stream_of(video: Any) -> str:
    return f"{video.currentSrc} {getattr(video.srcObject, 'id', '')}"


@contextmanager
def _next_paint(video: Any) -> Iterator[Callable[[], Awaitable[None]]]:
    """Gives what waits until a video that has got a frame has painted it, too.

    Chromium says that a video has a frame, or has come to where it was set to, before it has
    painted that: it then gives the frame from before, or none, until it tells of the next one.
    Other browsers may not tell of it.
    """
    if not hasattr(video, "requestVideoFrameCallback"):
        yield _at_once
        return
    import js
    from pyodide.ffi import create_proxy

    told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    request: Any = None
    timer: Any = None

    def tell(*given: object) -> None:
        nonlocal request
        if given and video.seeking:  # of where it was; the timer gives nothing
            request = video.requestVideoFrameCallback(proxy)
        elif not told.done():
            told.set_result(None)

    proxy = create_proxy(tell)
    request = video.requestVideoFrameCallback(proxy)

    async def painted() -> None:
        nonlocal timer
        timer = js.setTimeout(proxy, _PAINTING * 1000)
        await told

    try:
        yield painted
    finally:
        video.cancelVideoFrameCallback(request)
        js.clearTimeout(timer)
        proxy.destroy()


async def _at_once() -> None:
    pass


def _refuse(video: Any, name: str) -> None:
    """MediaNotReadyError where it is known already that a video will show no frame."""
    if not is_missing(video.error):
        raise MediaNotReadyError(
            f"{name} could not be played: {video.error.message or 'unknown format or address'}; "
            "check its address"
        )
    stream = video.srcObject
    if not is_missing(stream) and hasattr(stream, "getVideoTracks"):
        tracks = list(stream.getVideoTracks())
        if not tracks:
            raise MediaNotReadyError(f"the stream of {name} has only sound; give it another one")
        if all(track.readyState == "ended" for track in tracks):
            raise MediaNotReadyError(
                f"the stream of {name} has ended, and it shows no frame; give it another one"
            )
    # With an address or a stream the browser may not have begun to look, and says so later.
    elif (
        video.networkState == _NO_SOURCE
        and not video.hasAttribute("src")
        and not is_missing(video.querySelector("source"))
    ):
        raise MediaNotReadyError(
            f"{name} has nothing to show; none of its sources is there and of a format that the "
            "browser knows"
        )


def _way_to(image: Any) -> str:
    has_address = getattr(image, "currentSrc", "") or getattr(image, "src", "")
    return "check its address" if has_address else "set its src"


def source_of(element: Any) -> str:
    """What an element shows, or its id, in a message."""
    name = getattr(element, "currentSrc", "") or getattr(element, "src", "")
    label = name if len(name) < 80 else name[:60] + "..."
    label = label or getattr(element, "id", "")
    return quoted(label) if label else "without a source"
