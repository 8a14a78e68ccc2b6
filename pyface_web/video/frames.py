"""Which frame a video shows: the newest one, when there is a new one, and whether one will come."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from pyface_web.errors import InputError, MediaNotReadyError
from pyface_web.host import find_element, is_missing, js_class, kind_of
from pyface_web.pictures.loading import HAVE_CURRENT_DATA, has_loaded, source_of
from pyface_web.waits import within

_VIDEO_EVENTS = ("loadedmetadata", "play", "playing", "ended", "error")
VIDEO_ENDED = "the video has ended"
STREAM_ENDED = "the stream of the video has ended; was the camera unplugged, or stopped?"


@dataclass(frozen=True)
class ShownFrame:
    """A frame: time in seconds of the video, number counted by the browser."""

    time: float
    number: int


class ShownFrames:
    """The frames of a video or canvas as the page shows them.

    Frames are counted while the page is visible and the video plays; of a canvas, every refresh
    of the screen is one. Where the browser has no requestVideoFrameCallback, a frame is a refresh
    of the screen at which the video's time has changed.

    reason: in words, why no further frame will come; "" as long as one may.
    """

    def __init__(self, source: object) -> None:
        element: Any = find_element(source) if isinstance(source, str) else source
        kind = js_class(element)
        if kind not in ("HTMLVideoElement", "HTMLCanvasElement"):
            raise InputError(
                "track: expected a video element, a canvas, or the id of one, "
                f"got {kind_of(element)}"
            )
        self.element = element
        self.reason = ""
        self.newest: ShownFrame | None = None
        self._is_video = kind == "HTMLVideoElement"
        self._has_callbacks = hasattr(element, "requestVideoFrameCallback")
        self._taken = 0
        self._request: Any = None
        self._waiting: asyncio.Future[None] | None = None
        self._stream: Any = None
        self._listeners: list[tuple[Any, str]] = []
        self._proxies: list[Any] = []

    async def next(self) -> tuple[ShownFrame, int] | None:
        """The newest frame that was not asked for yet, and how many were skipped; waits for one.

        None where no frame will come, see `reason`. Raises MediaNotReadyError for a video that
        cannot be played. One call at a time.
        """
        if not self._proxies and not self.reason:
            self._start()
        while not self.reason:
            newest = self.newest
            if newest and newest.number > self._taken and self.is_playing:
                skipped = newest.number - self._taken - 1 if self._taken else 0
                self._taken = newest.number
                return newest, skipped
            self._check()
            self._waiting = asyncio.get_running_loop().create_future()
            if not self._is_due:
                await self._waiting
                continue
            what = f"the video {source_of(self.element)} showed no frame"
            hint = "does its server answer?"
            await within("media", self._waiting, MediaNotReadyError, what, hint)
        return None

    @property
    def is_playing(self) -> bool:
        """Whether there is something new to look at: a visible page, and a video that plays."""
        from js import document

        if document.visibilityState == "hidden":
            return False
        video = self.element
        return not self._is_video or not (
            video.paused or video.ended or video.readyState < HAVE_CURRENT_DATA
        )

    @property
    def _is_due(self) -> bool:
        """Whether the first frame of a video may come at any moment: it has something to show, and
        is to play."""
        from js import document

        video = self.element
        if not self._is_video or has_loaded(video) or document.visibilityState == "hidden":
            return False
        is_to_play = not video.paused or video.autoplay
        return bool(is_to_play and (not is_missing(video.srcObject) or video.currentSrc))

    def close(self, reason: str) -> None:
        """Let go of everything of the page; `next` gives None from now on. May be repeated."""
        if self.reason:
            return
        self.reason = reason
        self._cancel()
        for target, name in self._listeners:
            target.removeEventListener(name, self._changed)
        for proxy in self._proxies:
            proxy.destroy()
        self._listeners.clear()
        self._proxies.clear()
        self._wake()

    def _start(self) -> None:
        from js import document
        from pyodide.ffi import create_proxy

        self._ticked, self._changed = create_proxy(self._on_frame), create_proxy(self._on_change)
        self._proxies = [self._ticked, self._changed]
        if self._is_video:
            for name in _VIDEO_EVENTS:
                self._listen(self.element, name)
        self._listen(document, "visibilitychange")
        self._watch_stream()
        self._ask()
        self._look_for_end()

    def _listen(self, target: Any, name: str) -> None:
        target.addEventListener(name, self._changed)
        self._listeners.append((target, name))

    def _watch_stream(self) -> None:
        """Hear of a camera that is unplugged or stopped, of which the video itself says nothing.

        With sound the stream goes on, so its tracks are heard; a track that a script stops says
        nothing, so the stream is.
        """
        stream: Any = self.element.srcObject if self._is_video else None
        if stream == self._stream or is_missing(stream) or not hasattr(stream, "getVideoTracks"):
            return
        self._stream = stream
        self._listen(stream, "inactive")
        for track in stream.getVideoTracks():
            self._listen(track, "ended")

    def _look_for_end(self) -> None:
        if not self._is_video:
            return
        tracks = list(self._stream.getVideoTracks()) if self._stream is not None else []
        if tracks and all(track.readyState == "ended" for track in tracks):
            self.close(STREAM_ENDED)

    def _ask(self) -> None:
        from js import requestAnimationFrame

        if self._has_callbacks:
            self._request = self.element.requestVideoFrameCallback(self._ticked)
        else:
            self._request = requestAnimationFrame(self._ticked)

    def _cancel(self) -> None:
        from js import cancelAnimationFrame

        if self._request is not None and self._has_callbacks:
            self.element.cancelVideoFrameCallback(self._request)
        elif self._request is not None:
            cancelAnimationFrame(self._request)
        self._request = None

    def _on_frame(self, now: float, details: Any = None) -> None:
        self._ask()
        if not self.is_playing:
            return
        if self._has_callbacks:
            self.newest = ShownFrame(float(details.mediaTime), int(details.presentedFrames))
        else:
            time = float(self.element.currentTime) if self._is_video else now / 1000
            before = self.newest
            if before is None or time != before.time:
                self.newest = ShownFrame(time, before.number + 1 if before else 1)
        self._wake()

    def _on_change(self, event: Any) -> None:
        if event.type == "loadedmetadata":  # perhaps of another stream, which counts anew
            self._watch_stream()
        if event.type in ("loadedmetadata", "visibilitychange"):
            # Frames that nobody could see were not skipped.
            self.newest, self._taken = None, 0
        self._look_for_end()
        if event.type == "ended" and self._is_video and self.element.ended:
            self.close(VIDEO_ENDED if is_missing(self.element.srcObject) else STREAM_ENDED)
        self._wake()

    def _check(self) -> None:
        error = getattr(self.element, "error", None) if self._is_video else None
        if not is_missing(error):
            raise MediaNotReadyError(
                f"the video could not be played: {getattr(error, 'message', '') or 'no reason'}; "
                "check its address and format"
            )

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
