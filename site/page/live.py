"""Live video on a page: what starts and stops it, faces over it, and plots of how it goes.

async def look():
    async with faceapi.track("video") as frames:
        frames.draw_on(page.element("overlay"))
        async for frame in frames:
            pace.show(frame)
    return frames.reason

live.run(look, open_video, close_video)
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import js
from js import document

import pyface_web as faceapi

from .controls import element, launch, on
from .stage import FONT, MARK, draw_box, draw_lines
from .status import done, show_error, status

COLORS = (MARK, "#fcd34d", "#f9a8d4", "#93c5fd", "#bef264", "#d8b4fe", "#fdba74", "#fca5a5")
Faces = Sequence[Any]
Label = Callable[[Any], str]


def color(id: int) -> str:
    """The colour of a tracked face."""
    return COLORS[(id - 1) % len(COLORS)]


class Live:
    """A button that starts and stops work on live video."""

    def __init__(
        self,
        look: Callable[[], Awaitable[str]],
        open: Callable[[], Awaitable[object]],
        close: Callable[[], object],
        button: Any,
    ) -> None:
        self._look, self._open, self._close, self._button = look, open, close, button
        self._stage = document.querySelector(".stage.live")
        self._words = (button.dataset.start, button.dataset.stop)
        self._running: asyncio.Future[None] | None = None
        self._looking: asyncio.Future[str] | None = None
        self._begins_anew = False
        self._turn = asyncio.Lock()  # what runs closes before the next opens

    @property
    def is_running(self) -> bool:
        """Whether it is started."""
        return self._running is not None and not self._running.done()

    def start(self) -> None:
        """Start; what runs is stopped first."""
        self.stop()
        status().clear()
        self._running = launch(self._work())

    def stop(self) -> None:
        """Stop, and close what is open."""
        self._begins_anew = False
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def look_anew(self) -> None:
        """Begin to look again, with other settings; what is open stays open."""
        if self._looking is not None and self.is_running:
            self._begins_anew = True
            self._looking.cancel()

    async def toggle(self) -> None:
        """Stop where it runs, else start; it says that it has stopped when all is closed."""
        if not self.is_running:
            self.start()
            return
        self.stop()
        async with self._turn:
            done("Stopped")

    async def _work(self) -> None:
        async with self._turn:
            try:
                self._button.textContent = self._words[1]
                await self._open()
                self._stage.dataset.state = "on"
                done(await self._look_on())
            except faceapi.errors.MediaNotReadyError as error:
                show_error(error, "That video could not be played")
                done("Stopped")
            finally:
                self._button.textContent = self._words[0]
                self._stage.dataset.state = "off"
                self._close()

    async def _look_on(self) -> str:
        while True:
            self._begins_anew = False
            self._looking = asyncio.ensure_future(self._look())
            try:
                reason = await self._looking
            except asyncio.CancelledError:
                if not self._begins_anew:
                    raise
            else:
                return reason[:1].upper() + reason[1:]


def run(
    look: Callable[[], Awaitable[str]],
    open: Callable[[], Awaitable[object]],
    close: Callable[[], object],
    *,
    button: str = "start",
    settings: str = "settings",
    source: str = "source",
) -> Live:
    """Let a button start and stop look(), which goes over frames and returns why they ended.

    open() comes before it, such as opening a camera; close() after it, whatever happens. A setting
    that changes begins look anew; the form `source`, if there is one, opens anew, too.
    """
    live = Live(look, open, close, element(button))
    on(button, "click", lambda _event: live.toggle())
    for form in (settings, source):
        if document.getElementById(form):
            on(form, "submit", lambda _event: None)
    on(settings, "change", lambda _event: live.look_anew())
    if document.getElementById(source):
        on(source, "change", lambda _event: live.start() if live.is_running else None)
    element(button).disabled = False
    return live


async def open_camera(video: str, chosen: str) -> None:
    """Open the camera that is chosen: "user", "environment" or an id of `list_cameras`.

    One that camera.js has opened while Python was on its way stays open.
    """
    shown = element(video)
    early = getattr(shown.dataset, "camera", None)
    if early is not None:
        del shown.dataset.camera
    if early == chosen and shown.srcObject.active:
        await faceapi.await_media_loaded(shown)
        return
    which = {"facing": chosen} if chosen in ("user", "environment") else {"camera": chosen}
    await faceapi.open_camera(shown, **which)


# --- faces over the video


def draw_faces(context: Any, faces: Faces, label: Label | None = None) -> None:
    """Boxes in the colours of their faces, with landmarks and labels; a drawing for `draw_on`."""
    for tracked in faces:
        if tracked.face.landmarks:
            draw_lines(context, tracked.face.landmarks)
        text = label(tracked) if label else f"{tracked.id}"
        draw_box(context, tracked.face.detection.box, text, color(tracked.id))


class Trails:
    """Where the middles of faces were in the last moments."""

    def __init__(self, seconds: float = 2.0) -> None:
        self._seconds = seconds
        self._places: dict[int, deque[tuple[float, float, float]]] = {}

    def draw(self, context: Any, faces: Faces) -> None:
        """Draw a line for each face that is seen, and remember where it is."""
        now = time.monotonic()
        seen = {tracked.id for tracked in faces}
        self._places = {id: places for id, places in self._places.items() if id in seen}
        for tracked in faces:
            box, size = tracked.face.detection.relative_box, tracked.face.detection.image_size
            places = self._places.setdefault(tracked.id, deque())
            places.append((now, box.x + box.width / 2, box.y + box.height / 2))
            while now - places[0][0] > self._seconds:
                places.popleft()
            context.beginPath()
            for _, x, y in places:
                context.lineTo(x * size.width, y * size.height)
            context.strokeStyle, context.lineWidth = color(tracked.id), 3
            context.lineJoin = "round"
            context.stroke()


# --- plots, each a canvas whose size is fixed in CSS


def _plot(canvas: Any) -> tuple[Any, float, float]:
    """An empty canvas with as many pixels as it is shown with; its width and height in CSS."""
    ratio, width, height = js.devicePixelRatio, canvas.clientWidth, canvas.clientHeight
    canvas.width, canvas.height = round(width * ratio), round(height * ratio)
    context = canvas.getContext("2d")
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    return context, width, height


def _css(name: str) -> str:
    return str(js.getComputedStyle(document.documentElement).getPropertyValue(name))


class Pace:
    """How long each frame took, as columns, and how many there are in a second.

    In the element with this id: a canvas, and [data-value] for "fps", "milliseconds", and "scale".
    The scale doubles where a column would be too tall, and goes back only when all are short.
    """

    LEAST = 50  # milliseconds at the top
    COLUMNS = 60

    def __init__(self, id: str = "pace") -> None:
        self._canvas = element(id).querySelector("canvas")
        self._texts = {
            name: element(id).querySelector(f"[data-value={name}]")
            for name in ("fps", "milliseconds", "scale")
        }
        self._frames: deque[tuple[float, float]] = deque(maxlen=self.COLUMNS)
        self._top = self.LEAST
        self._said = 0.0

    def show(self, frame: Any) -> None:
        """Add a frame of `faceapi.track`."""
        now = time.monotonic()
        self._frames.append((now, frame.milliseconds))
        most = max(took for _, took in self._frames)
        while most > self._top:
            self._top *= 2
        while self._top > self.LEAST and most < 0.4 * self._top:
            self._top //= 2
        self._draw()
        if now - self._said > 0.5:  # readable: not at every frame
            self._said = now
            recent = [(at, took) for at, took in self._frames if now - at < 2]
            rate = (len(recent) - 1) / (now - recent[0][0]) if len(recent) > 1 else 0.0
            typical = sorted(took for _, took in recent)[len(recent) // 2]
            self._say(f"{rate:.0f}", f"{typical:.0f}")

    def clear(self) -> None:
        """Show nothing."""
        self._frames.clear()
        self._said = 0.0
        self._draw()
        self._say("0", "0")

    def _say(self, rate: str, typical: str) -> None:
        self._texts["fps"].textContent, self._texts["milliseconds"].textContent = rate, typical
        self._texts["scale"].textContent = f"{self._top} ms"

    def _draw(self) -> None:
        context, width, height = _plot(self._canvas)
        context.fillStyle = _css("--accent")
        column = width / self.COLUMNS
        first = self.COLUMNS - len(self._frames)
        for i, (_, took) in enumerate(self._frames):
            tall = min(1.0, took / self._top) * height
            context.fillRect((first + i) * column, height - tall, max(column - 1, 1), tall)


class Timeline:
    """Which face was seen when, in the last seconds: a row for each, in a canvas with this id."""

    ROWS = 8

    def __init__(self, id: str = "timeline", seconds: float = 20.0) -> None:
        self._canvas, self._seconds = element(id), seconds
        self._seen: dict[int, list[tuple[float, float]]] = {}
        self._before: float | None = None

    def show(self, frame: Any) -> None:
        """Add a frame of `faceapi.track`."""
        now = time.monotonic()
        before = self._before if self._before is not None else now
        self._before = now
        for tracked in frame.faces:
            spans = self._seen.setdefault(tracked.id, [])
            if spans and spans[-1][1] == before:
                spans[-1] = (spans[-1][0], now)
            else:
                spans.append((now, now))
        for id, spans in list(self._seen.items()):
            while spans and spans[0][1] < now - self._seconds:
                spans.pop(0)
            if not spans:
                del self._seen[id]
        self._draw(now)

    def clear(self) -> None:
        """Show nothing."""
        self._seen.clear()
        self._before = None
        self._draw(0.0)

    def _draw(self, now: float) -> None:
        context, width, height = _plot(self._canvas)
        row, left = height / self.ROWS, 28
        ids = sorted(self._seen)[-self.ROWS :]
        context.font, context.textBaseline = f"12px {FONT}", "middle"
        for place, id in enumerate(ids):
            middle = (place + 0.5) * row
            context.fillStyle = _css("--quiet")
            context.fillText(str(id), 4, middle)
            context.fillStyle = color(id)
            for start, end in self._seen[id]:
                x, until = (
                    left + (width - left) * (1 - (now - at) / self._seconds) for at in (start, end)
                )
                x = max(x, left)
                context.fillRect(x, middle - row * 0.3, max(until - x, 2), row * 0.6)
        words = ", ".join(f"face {id}" for id in ids) or "none"
        self._canvas.setAttribute(
            "aria-label", f"Faces seen in the last {self._seconds:.0f} seconds: {words}"
        )


# --- small things on the page


def write(id: str, text: str) -> None:
    """A text that changes often: it is set only where it differs, and not read out."""
    if element(id).textContent != text:
        element(id).textContent = text


def offer_cameras(id: str, cameras: Sequence[Any]) -> None:
    """Add the cameras of this device to a select, by name; what is chosen stays."""
    select = element(id)
    known = {option.value for option in select.options}
    for camera in cameras:
        if camera.id and camera.id not in known:
            option = document.createElement("option")
            option.value, option.textContent = camera.id, camera.label or "A camera"
            select.append(option)
