"""Which frame a video shows: the newest one, when there is a new one, and whether one will come."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from pyface_web.errors import InputError, MediaNotReadyError
from pyface_web.host import element_of, is_missing, js_class, kind_and_remedy
from pyface_web.pictures.loading import WITHOUT_SOURCE, has_loaded, has_source, source_of
from pyface_web.video.clock import Clock, find_clock
from pyface_web.waits import get_waits, too_long

_VIDEO_EVENTS = (
    "loadedmetadata",
    "loadeddata",
    "canplay",
    "play",
    "playing",
    "seeking",
    "seeked",
    "emptied",
    "ended",
    "error",
)
_LOOK = 0.25  # seconds between two looks at what no event tells of
# Seconds after which a browser that told of no frame will tell of none, though it shows them.
_SILENCE = 2.0
_STRANGE = 1.0  # seconds that a frame of a film is not away from where the film is
VIDEO_ENDED = "the video has ended"
STREAM_ENDED = "the stream of the video has ended; was the camera unplugged, or stopped?"
WINDOW_GONE = (
    "the window of the video was closed, or its frame taken away; nothing plays there any more"
)
BACKGROUND_RATE = 10  # frames of a hidden page that are looked at in a second, at most
SOURCE_GONE = (
    "the video has nothing to show any more; its srcObject or src was taken away, and track has to "
    "be called again once it has another one"
)


@dataclass(frozen=True)
class ShownFrame:
    """A frame: time in seconds of the video, number counted by the browser."""

    time: float
    number: int


class ShownFrames:
    """The frames of a video or canvas as the page shows them.

    Frames are counted while the page that it is in is visible and the video plays, or, where it is
    paused, is set to another time; of a canvas, every refresh of the screen is one. Where the
    browser has no requestVideoFrameCallback, a frame is a refresh of the screen at which the
    video's time has changed; where it has told of neither for two seconds, it is looked for every
    0.25 s.

    background: frames of a hidden page count, too, up to BACKGROUND_RATE a second.
    reason: in words, why no further frame will come; "" as long as one may.
    """

    def __init__(self, source: object, background: bool = False) -> None:
        element: Any = element_of(source)
        kind = js_class(element)
        if kind not in ("HTMLVideoElement", "HTMLCanvasElement"):
            raise InputError(
                "track: expected a video element, a canvas, or the id of one, "
                f"got {kind_and_remedy(element)}"
            )
        self.element = element
        self.reason = ""
        self.newest: ShownFrame | None = None
        self._is_video = kind == "HTMLVideoElement"
        self._has_callbacks = hasattr(element, "requestVideoFrameCallback")
        # Number of the frame that was asked for last, if some until the next one can be skipped.
        self._taken: int | None = None
        self._number = 0  # of the newest frame
        self._presented: int | None = None  # what the browser had counted then
        self._background = background
        self._create_clock: Any = None
        self._clock: Clock | None = None  # that ticks in the background
        self._told_at = 0.0  # when the browser last told of a frame
        self._silence = 0.0  # seconds in which the browser told of no frame
        self._offset = 0.0  # seconds by which a frame's time is ahead of its video's
        # Seconds for a frame that may come at any moment, or without a source.
        self._waited = 0.0
        self._request: Any = None
        # Document that the element is in, which may be that of an iframe or of a window of its own.
        self._page: Any = None
        self._timer: Any = None
        self._waiting: asyncio.Future[None] | None = None
        self._stream: Any = None
        self._had_source = self._is_video and self._has_source
        self._begun = getattr(element, "currentTime", None)  # seconds of it when it was given
        self._is_scrubbed = False  # the video is paused, and was set to another time since
        self._listeners: list[tuple[Any, str]] = []
        self._proxies: list[Any] = []

    async def next(self) -> tuple[ShownFrame, int] | None:
        """The newest frame that was not asked for yet, and how many were skipped; waits for one.

        None where no frame will come, see `reason`. Raises MediaNotReadyError for a video that
        cannot be played. One call at a time.
        """
        if not self._proxies and not self.reason:
            if self._background:
                self._create_clock = await find_clock()
            if not self.reason:
                self._start()
        self._waited = 0.0
        while not self.reason:
            newest = self.newest
            if newest and newest.number > (self._taken or 0) and self.is_playing:
                skipped = 0 if self._taken is None else newest.number - self._taken - 1
                self._taken = newest.number
                return newest, skipped
            self._check()
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        return None

    @property
    def is_playing(self) -> bool:
        """Whether there is something new to look at: a page that is visible or need not be, and a
        video that plays or is scrubbed."""
        if self._is_hidden:
            return False
        video = self.element
        if not self._is_video:
            return True
        rests = (video.paused or video.ended) and not self._is_scrubbed
        return not rests and has_loaded(video)

    @property
    def _is_due(self) -> bool:
        """Whether the first frame of a video may come at any moment: it has something to show, and
        is to play."""
        video = self.element
        if not self._is_video or has_loaded(video) or self._is_hidden:
            return False
        return bool(not video.paused or video.autoplay) and self._has_source

    @property
    def _is_hidden(self) -> bool:
        return not self._background and self._is_page_hidden

    @property
    def _is_page_hidden(self) -> bool:
        return bool(self.element.ownerDocument.visibilityState == "hidden")

    @property
    def _has_source(self) -> bool:
        return has_source(self.element)

    def close(self, reason: str) -> None:
        """Let go of everything of the page; `next` gives None from now on. May be repeated."""
        if self.reason:
            return
        self.reason = reason
        if not self._proxies:
            return
        from js import clearInterval

        self._cancel()
        for target, name in self._listeners:
            target.removeEventListener(name, self._changed)
        if self._timer is not None:
            clearInterval(self._timer)
        if self._clock is not None:
            self._clock.close()
            self._clock = None
        for proxy in self._proxies:
            proxy.destroy()
        self._listeners.clear()
        self._proxies.clear()
        self._wake()

    def _start(self) -> None:
        from js import setInterval
        from pyodide.ffi import create_proxy

        self._ticked, self._changed = create_proxy(self._on_frame), create_proxy(self._on_change)
        self._looked = create_proxy(self._on_look)
        self._proxies = [self._ticked, self._changed, self._looked]
        if self._is_video:
            for name in _VIDEO_EVENTS:
                self._listen(self.element, name)
            is_elsewhere = self.element.seeking or self.element.currentTime != self._begun
            self._is_scrubbed = bool(self.element.paused and is_elsewhere)
        self._timer = setInterval(self._looked, _LOOK * 1000)
        self._ask()
        self._watch_page()
        self._look_for_end()

    def _watch_page(self) -> None:
        """Hear of the page that shows the element, which changes where that is moved, as into a
        picture-in-picture window."""
        page = self.element.ownerDocument
        if self._page is not None and self._page.isSameNode(page):
            return
        self._page = page
        self._listen(page, "visibilitychange")
        self._wind()

    @property
    def _view(self) -> Any:
        import js

        view = self.element.ownerDocument.defaultView
        return js if is_missing(view) else view

    def _wind(self) -> None:
        """Let the clock go while nobody sees the page."""
        if self._clock is not None:
            self._clock.close()
            self._clock = None
        if self._create_clock is not None and self._is_page_hidden:
            self._clock = Clock(self._create_clock, 1 / BACKGROUND_RATE, self._on_tick)

    def _on_tick(self) -> None:
        # Where a page is hidden and its video is not, in a window of its own, the browser goes on
        # to tell of frames.
        from js import performance

        if perf_counter() - self._told_at > 2 / BACKGROUND_RATE and self.is_playing:
            self._add_if_new(performance.now())

    def _listen(self, target: Any, name: str) -> None:
        target.addEventListener(name, self._changed)
        self._listeners.append((target, name))

    def _watch_stream(self) -> None:
        """Hear of a camera that is unplugged or stopped, of which the video itself says nothing.

        With sound the stream goes on, so its tracks are heard; a track that a script stops says
        nothing, so the stream is. One that is taken away is still looked at, as its end may be why.
        """
        if not self._has_source:
            return
        self._had_source = True
        stream: Any = self.element.srcObject
        if is_missing(stream) or not hasattr(stream, "getVideoTracks"):
            stream = None
        if stream == self._stream:
            return
        self._stream = stream
        if stream is not None:
            self._listen(stream, "inactive")
            for track in stream.getVideoTracks():
                self._listen(track, "ended")

    def _look_for_end(self) -> None:
        if not self._is_video:
            return
        self._watch_stream()
        tracks = list(self._stream.getVideoTracks()) if self._stream is not None else []
        if tracks and all(track.readyState == "ended" for track in tracks):
            self.close(STREAM_ENDED)

    def _ask(self) -> None:
        if self._has_callbacks:
            self._request = self.element.requestVideoFrameCallback(self._ticked)
        else:
            self._request = self._view.requestAnimationFrame(self._ticked)

    def _cancel(self) -> None:
        if self._request is not None and self._has_callbacks:
            self.element.cancelVideoFrameCallback(self._request)
        elif self._request is not None:
            self._view.cancelAnimationFrame(self._request)
        self._request = None

    def _on_frame(self, now: float, details: Any = None) -> None:
        self._ask()
        self._silence = 0.0
        self._told_at = perf_counter()
        before = self._presented or 0
        if self._has_callbacks:
            self._presented = int(details.presentedFrames)
        if not self.is_playing:
            return
        if self._has_callbacks:
            time, shown_at = float(details.mediaTime), float(self.element.currentTime)
            # Firefox counts on where a film begins anew, with leaps; only a stream has a time of
            # its own.
            if is_missing(self.element.srcObject) and abs(time - shown_at) > _STRANGE:
                time = shown_at
            self._offset = time - shown_at
            self._add(time, max((self._presented or 0) - before, 1))
        else:
            self._add_if_new(now)

    def _add_if_new(self, now: float) -> None:
        """Add a frame of which the browser did not tell; now: in milliseconds of the page."""
        time = float(self.element.currentTime) + self._offset if self._is_video else now / 1000
        if self.newest is None or time != self.newest.time:
            self._add(time, 1)

    def _add(self, time: float, count: int) -> None:
        self._number += count
        self.newest = ShownFrame(time, self._number)
        self._wake()

    def _on_look(self) -> None:
        """See what no event tells of: a track that was stopped, frames, the time that passes."""
        from js import performance

        self._look_for_end()
        if self.reason:
            return
        self._watch_page()
        self._silence += _LOOK
        if self._is_video and self._silence > _SILENCE and self.is_playing:
            self._add_if_new(performance.now())
        is_gone = (
            self._is_video
            and self._had_source
            and not self._has_source
            and not has_loaded(self.element)
        )
        self._waited = self._waited + _LOOK if is_gone or self._is_due else 0.0
        if is_gone and self._waited >= WITHOUT_SOURCE:
            self.close(SOURCE_GONE)
        elif self._is_video and is_missing(self.element.ownerDocument.defaultView):
            self.close(WINDOW_GONE)
        self._wake()

    def _on_change(self, event: Any) -> None:
        kind = event.type
        if kind in ("loadedmetadata", "visibilitychange"):
            # Perhaps of another stream, which counts anew; and what nobody could see was not
            # skipped.
            self.newest = self._taken = self._presented = None
            if kind == "visibilitychange":
                self._wind()
        elif kind == "seeking":
            self.newest = None  # it is of where the video was
            self._is_scrubbed = bool(self.element.paused)
        elif kind in ("play", "emptied"):
            self._is_scrubbed = False
        self._look_for_end()
        has_ended = self._is_video and self.element.ended and not self._is_scrubbed
        if kind == "ended" and has_ended:
            self.close(VIDEO_ENDED if is_missing(self.element.srcObject) else STREAM_ENDED)
        self._wake()

    def _check(self) -> None:
        error = getattr(self.element, "error", None) if self._is_video else None
        if not is_missing(error):
            raise MediaNotReadyError(
                f"the video could not be played: {getattr(error, 'message', '') or 'no reason'}; "
                "check its address and format"
            )
        if self._waited >= get_waits().media and self._is_due:
            what = f"the video {source_of(self.element)} showed no frame"
            raise MediaNotReadyError(too_long("media", what, "does its server answer?"))

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
