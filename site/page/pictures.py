"""Pictures that the visitor chose, and the page's work on them; the newest wish wins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from js import document

import pyface_web as faceapi

from .controls import launch, on, show_outputs
from .stage import stage
from .status import busy, done, paint, status

Picture = Any
"""A File of the visitor, or a sample: an object with url and name."""
Look = Callable[[Any], Awaitable[str | None]]


def chosen(id: str | None = None) -> list[Picture]:
    """What is chosen in the <picture-chooser> with this id, or in the only one."""
    chooser = document.getElementById(id) if id else document.querySelector("picture-chooser")
    return list(chooser.pictures)


async def load(picture: Picture) -> Any:
    """A loaded img element of a picture, its alternative text set."""
    url = getattr(picture, "url", None)
    image = await (faceapi.fetch_image(url) if url else faceapi.buffer_to_image(picture))
    image.alt = picture.name
    return image


def run(look: Look, *, settings: str = "settings") -> None:
    """Call look(image) for the picture that is chosen, and again when a setting changes.

    look returns what came out, in a sentence. A newer wish ends an older one. settings: id of the
    form whose controls look reads, if the page has it.
    """
    kept: dict[str, Any] = {}

    async def work(again: bool) -> None:
        status().clear()
        if not again or "image" not in kept:
            pictures = chosen()
            if not pictures:
                return
            busy("Opening the picture")
            kept.pop("image", None)
            kept["image"] = await load(pictures[0])
            stage().show(kept["image"])
        busy("Finding faces")
        await paint()
        done(await look(kept["image"]) or "Done")

    latest: list[Any] = []

    def begin(again: bool) -> None:
        if latest:
            latest.pop().cancel()
        latest.append(launch(work(again)))

    on(document, "pictures", lambda _event: begin(False))
    form = document.getElementById(settings)
    if form:
        on(form, "change", lambda _event: begin(True))
        on(form, "submit", lambda _event: None)
    show_outputs()
    begin(False)
