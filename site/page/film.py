"""What a video element shows: a walk over sample pictures, or a file of the visitor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import js
from js import document
from pyodide.ffi import create_proxy

import pyface_web as faceapi

from .controls import element, on

WIDTH, HEIGHT = 640, 480
# A sample and what of it is shown: from and to, each x, y of the middle and the width, in fractions
# of its width and height.
SHOTS = (
    (3, (0.30, 0.42, 0.50), (0.66, 0.42, 0.50)),
    (4, (0.70, 0.36, 0.60), (0.34, 0.36, 0.60)),
    (6, (0.34, 0.40, 0.55), (0.70, 0.34, 0.40)),
)
SECONDS = 6.0  # of a shot


class Film:
    """A video element with something to show."""

    def __init__(self, id: str) -> None:
        self.video = element(id)
        self.file: Any = None
        self._url = ""
        self._stream: Any = None

    async def show(self, which: str) -> None:
        """Show "sample", or "own": the file that the visitor gave."""
        video = self.video
        if which == "own":
            video.srcObject = None
            video.src = self._url
        else:
            self._stream = self._stream or await _walk(video)
            video.srcObject = self._stream
        video.autoplay = not js.matchMedia("(prefers-reduced-motion: reduce)").matches
        await faceapi.await_media_loaded(video)

    def on_file(self, input: str, drop: str, then: Callable[[], object]) -> None:
        """Take files from a picker, and those that are dropped on the page; then() after each."""

        def take(files: Any) -> None:
            if not files.length:
                return
            self.file = files.item(0)
            js.URL.revokeObjectURL(self._url)
            self._url = js.URL.createObjectURL(self.file)
            own = element("own")
            own.disabled, own.checked = False, True
            element("own-name").textContent = self.file.name
            then()

        def dragged(event: Any) -> None:
            event.preventDefault()  # else the browser leaves the page for the file
            element(drop).classList.toggle("over", event.type == "dragover")
            if event.type == "drop":
                take(event.dataTransfer.files)

        def picked(event: Any) -> None:
            event.stopPropagation()  # it is no setting
            take(event.target.files)
            event.target.value = ""  # so that the same file can be chosen again

        on(element(input), "change", picked)
        for name in ("dragover", "dragleave", "drop"):
            on(document, name, dragged)
        take(element(input).files)  # chosen while Python was on its way


async def _walk(video: Any) -> Any:
    """A stream in which a camera moves over the sample pictures, while the video plays."""
    pictures = {
        number: await faceapi.fetch_image(f"../../images/sample{number}.jpg")
        for number in {shot[0] for shot in SHOTS}
    }
    canvas = document.createElement("canvas")
    canvas.width, canvas.height = WIDTH, HEIGHT
    context = canvas.getContext("2d")
    played = [0.0, 0.0]  # seconds of the film, time of the last refresh

    def draw(now: float) -> None:
        js.requestAnimationFrame(proxy)
        elapsed, played[1] = now / 1000 - played[1], now / 1000
        if video.paused and played[0]:
            return
        played[0] += min(elapsed, 0.1)
        shot, part = divmod(played[0] / SECONDS, 1)
        number, start, end = SHOTS[int(shot) % len(SHOTS)]
        eased = part * part * (3 - 2 * part)
        x, y, wide = (a + (b - a) * eased for a, b in zip(start, end, strict=True))
        picture = pictures[number]
        width = wide * picture.naturalWidth
        height = width * HEIGHT / WIDTH
        left = x * picture.naturalWidth - width / 2
        top = min(max(y * picture.naturalHeight - height / 2, 0), picture.naturalHeight - height)
        context.drawImage(picture, left, top, width, height, 0, 0, WIDTH, HEIGHT)

    proxy = create_proxy(draw)
    js.requestAnimationFrame(proxy)
    return canvas.captureStream()
