"""Live video: faces of the newest frame, over and over, followed from frame to frame."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from pyface_web.draw.overlay import Overlay, Shown, check_functions, surface_for
from pyface_web.errors import MediaNotReadyError
from pyface_web.pictures.canvases import Canvas
from pyface_web.pictures.given import ElementLike
from pyface_web.pipeline import stages
from pyface_web.pipeline.nets import nets, session
from pyface_web.values.detection import FaceDetection
from pyface_web.values.fields import checked_fields, count
from pyface_web.values.geometry import Dimensions
from pyface_web.values.given import instance, items_of
from pyface_web.values.notebook import numbered_html
from pyface_web.values.numeric import finite
from pyface_web.values.options import TrackOptions, read_options
from pyface_web.values.results import FaceResult
from pyface_web.video.frames import ShownFrames
from pyface_web.video.overlay import DrawFaces, draw_tracked_faces, fitted
from pyface_web.video.tracker import TrackedFace, Tracker

STOPPED = "it was stopped"
RATE_OF = 10  # frames that `Frames.rate` counts


@dataclass(frozen=True)
@checked_fields(
    faces=lambda value, what: [instance(face, TrackedFace, what) for face in items_of(value, what)],
    number=count,
    dropped=count,
)
class Frame:
    """A frame of a video, and the faces in it.

    faces: with ids that last; best first.
    time: of the frame, in seconds of the video; of a canvas, since the page was opened.
    number: of the frames that were looked at, from 1.
    dropped: frames that the video showed since the last one and nobody looked at.
    milliseconds: that finding the faces took.
    size: of the frame in pixels, which boxes and points are in.
    """

    faces: list[TrackedFace]
    time: float
    number: int
    dropped: int
    milliseconds: float
    size: Dimensions

    def _repr_html_(self) -> str:
        faces = [(f"#{tracked.id}", tracked.face) for tracked in self.faces]
        return numbered_html(faces, f"frame {self.number}, at {self.time:.2f} s")


class Frames:
    """The frames of a live video with their faces: what `track` gives, to iterate over.

    Each step looks at the newest frame; those that came while the loop was busy are dropped. It
    waits while the video is paused, unless it is set to another time, and, without the option
    background, while the page is hidden. It ends with the video or its stream. Leaving the loop,
    `stop` and the end of `async with` let go of everything.

    reason: in words, why the frames have ended; "" as long as they go on.
    """

    def __init__(self, video: ElementLike, options: TrackOptions) -> None:
        self._tracker = Tracker(options)
        self._shown = ShownFrames(video, self._tracker.options.background)
        self._newest: Frame | None = None
        self._number = 0
        self._looked: deque[float] = deque(maxlen=RATE_OF)  # when the last frames were, in seconds
        self._overlays: list[Overlay] = []
        self._turn = asyncio.Lock()

    @property
    def reason(self) -> str:
        """In words, why the frames have ended; "" as long as they go on."""
        return self._shown.reason

    @property
    def is_stopped(self) -> bool:
        """Whether the frames have ended."""
        return bool(self.reason)

    @property
    def rate(self) -> float:
        """How many frames are looked at in a second, by the last ten; 0 before the second."""
        if len(self._looked) < 2:
            return 0.0
        return (len(self._looked) - 1) / (time.perf_counter() - self._looked[0])

    def __aiter__(self) -> AsyncIterator[Frame]:
        return _Loop(self)

    async def __anext__(self) -> Frame:
        """The next frame; after the last, StopAsyncIteration."""
        frame = await self._next()
        if frame is None:
            raise StopAsyncIteration
        return frame

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """End the frames and let go of everything: callbacks, listeners, overlays, faces."""
        self._close()
        async with self._turn:  # a frame that is being looked at
            pass

    def faces_at(self, time: float | None = None) -> list[TrackedFace]:
        """The newest faces, moved on by their velocity for at most 0.25 s.

        time: to which to move them, in seconds of the video; by default that of the frame that
        is on the screen now, which is newer than the one that was looked at.
        """
        newest, shown = self._newest, self._shown.newest
        if newest is None:
            return []
        if time is not None:
            now = finite(time, "Frames.faces_at: time")
        else:
            now = shown.time if shown else newest.time
        return [face.after(now - newest.time) for face in newest.faces]

    def draw_on(
        self,
        canvas: Canvas | None = None,
        draw: DrawFaces | None = None,
        label: Callable[[TrackedFace], str] | None = None,
    ) -> None:
        """Draw the faces at each refresh of the screen, moved to the frame that is shown.

        canvas: nothing, for one that is laid over the video and follows it; another element that
        shows the same picture, likewise; or a canvas of yours that lies over the video, or shows
        all of it by itself. That gets as many pixels as the screen shows it with, and is
        cleared before each drawing and at the end. All follow what CSS does to the video.
        draw: called with the 2D context and the faces, in CSS pixels of the video as it is shown,
        upright: where it is mirrored, the faces are, so that text can be read; by default draws
        boxes, numbers and landmarks. label: gives the text of a face for the default.
        Raises InputError for what is no canvas.
        """
        check_functions("Frames.draw_on", draw=draw, label=label)
        if self.is_stopped:
            return

        def by_default(context: Any, faces: Sequence[TrackedFace]) -> None:
            draw_tracked_faces(context, faces, label)

        surface = surface_for(canvas, self._shown.element)
        self._overlays.append(Overlay(surface, draw or by_default, self._look, fitted))

    def _look(self) -> Shown | None:
        return Shown(self._newest.size, self.faces_at()) if self._newest else None

    async def _next(self) -> Frame | None:
        async with self._turn:
            try:
                await asyncio.sleep(0)  # the page first, also where the next frame is there already
                frame = None
                while frame is None and (found := await self._shown.next()):
                    frame = await self._look_at(found[0].time, found[1])
            except BaseException as error:
                self._close(str(error) or STOPPED)
                raise
        if frame is None or self.is_stopped:
            self._close()
            return None
        return frame

    async def _look_at(self, at: float, dropped: int) -> Frame | None:
        """The faces of the frame at a time; None where the video has begun to seek, or lost its
        source: what is shown knows what follows."""
        try:
            faces, milliseconds, size = await follow(self._shown.element, self._tracker, at)
        except MediaNotReadyError:
            return None
        self._number += 1
        self._looked.append(time.perf_counter())
        self._newest = Frame(faces, at, self._number, dropped, milliseconds, size)
        return self._newest

    def _close(self, reason: str = STOPPED) -> None:
        self._shown.close(reason)
        for overlay in self._overlays:
            overlay.close()
        self._overlays.clear()
        self._tracker.reset()
        self._newest = None


class _Loop:
    """One `async for` over frames. Whoever leaves it, by break or an error, lets go of this; then
    the frames end at once. A generator would be closed by the event loop, some time later."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Frame:
        return await anext(self._frames)

    def __del__(self) -> None:
        self._frames._close()


async def follow(
    source: object, tracker: Tracker, at: float
) -> tuple[list[TrackedFace], float, Dimensions]:
    """The tracker's faces of the frame at a time in seconds, how many milliseconds it took to find
    them, and the size of the frame in pixels."""
    start = time.perf_counter()
    faces, size = await faces_of(source, tracker, at)
    milliseconds = (time.perf_counter() - start) * 1000
    return tracker.update(faces, at, new_above=tracker.options.threshold), milliseconds, size


async def faces_of(
    source: object, tracker: Tracker, at: float
) -> tuple[Sequence[FaceDetection | FaceResult], Dimensions]:
    """The faces of the frame at a time in seconds, for a tracker, with all that its options ask
    for; and the size of the frame in pixels."""
    options = tracker.options
    if tracker.generation is None:
        tracker.generation = session.generation

    async def look(view: Any) -> tuple[Sequence[Any], Dimensions]:
        found = await stages.detect(view, nets, options.low_score_detector)
        faces: Sequence[Any] = tracker.filter_detections(found, at)
        for name, given in options.stages.items():
            faces = await stages.STAGES[name].given(**given)(view, nets, faces)
        return faces, Dimensions(view.width, view.height)

    return await session.look(source, look, tracker.generation, is_live=True)


def track(
    video: ElementLike, options: TrackOptions | Mapping[str, Any] | None = None, **overrides: Any
) -> Frames:
    """The faces of a live video: `async for frame in track("camera"): print(frame.faces)`.

    video: a video element, a canvas, or the id of one. A video that has not loaded is waited for,
    and so is one that is paused or has ended, until it plays.
    options: TrackOptions or a mapping of its values; single ones also as keyword arguments.

    Never looks at two frames at once; the newest one wins. With background=True it goes on while
    the page is hidden, ten times a second at most; `rate` of what this returns says how often it
    does. Raises InputError for another source,
    OptionsError for other options, and while iterating MediaNotReadyError for a video that cannot
    be played, DisposedError once `dispose` has freed the device.

    ```python
    await faceapi.open_camera("camera")
    async with faceapi.track("camera", tiny_landmarks=True) as frames:
        frames.draw_on()
        async for frame in frames:
            print([tracked.id for tracked in frame.faces])
    ```
    """
    return Frames(video, read_options(TrackOptions, options, **overrides))
