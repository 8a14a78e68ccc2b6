"""Pictures that the visitor chose, and the page's work on them; the newest wish wins."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, TypeVar

from js import document

import pyface_web as faceapi

from .controls import launch, on
from .stage import stage
from .status import busy, done, paint, set_busy, show_error, status

Picture = Any
"""A File of the visitor, or a sample: an object with url and name."""
Found = TypeVar("Found")
Look = Callable[[Any], Awaitable[str | None]]


def chosen(id: str | None = None) -> list[Picture]:
    """What is chosen in the <picture-chooser> with this id, or in the only one."""
    chooser = document.getElementById(id) if id else document.querySelector("picture-chooser")
    return list(chooser.pictures)


async def load(picture: Picture) -> Any:
    """A loaded img element of a picture, its alternative text set."""
    image = _waiting(key(picture))
    if image is None:
        url = getattr(picture, "url", None)
        image = await (faceapi.fetch_image(url) if url else faceapi.buffer_to_image(picture))
    image.alt = picture.name
    return image


def _waiting(key: str) -> Any:
    """The img element that preview.js has shown while Python was on its way, if there is one."""
    shown = document.querySelectorAll(".stage img[data-picture]")
    return next((image for image in shown if image.dataset.picture == key), None)


def key(picture: Picture) -> str:
    """What tells one picture from another; of a sample its address."""
    if getattr(picture, "url", None):
        return str(picture.url)
    return f"{picture.name} {picture.size} {picture.lastModified}"


def per_picture(
    find: Callable[[Picture], Awaitable[Found]], most: int = 64
) -> Callable[[Picture], Awaitable[Any]]:
    """find, which remembers what it found in so many of the last pictures."""
    known: dict[str, Found] = {}

    async def found(picture: Picture) -> Found:
        name = key(picture)
        if name not in known:
            known[name] = await find(picture)
            for old in list(known)[:-most]:
                del known[old]
        return known[name]

    return found


def refuse(picture: Picture, error: Exception) -> None:
    """Say of one picture that it could not be used, and why."""
    show_error(error, f"{picture.name} could not be used")


async def each(
    pictures: Sequence[Picture],
    find: Callable[[Picture], Awaitable[Found]],
    failed: Callable[[Picture, Exception], object] = refuse,
) -> AsyncIterator[tuple[Picture, Found]]:
    """Each picture with what find(picture) found, and a bar that counts them.

    One that fails is left out, and handed to failed.
    """
    for index, picture in enumerate(pictures):
        busy("Finding faces", index, len(pictures), unit="pictures")
        await paint()
        try:
            found = await find(picture)
        except Exception as error:
            failed(picture, error)
        else:
            yield picture, found


def react(work: Callable[[], Awaitable[str | None]], *, within: Any = document) -> None:
    """Call work() now, and again when other pictures are chosen or a control within changes.

    work returns what came out, in a sentence. A newer wish ends an older one.
    """
    latest: list[Any] = []

    async def say() -> None:
        done(await work() or "Ready. Choose a picture.")

    def begin(event: Any) -> None:
        if latest:
            latest.pop().cancel()
        if event:  # what was said while the page started stays
            status().clear()
        set_busy(True)  # at once, so that nobody takes the page for done
        latest.append(launch(say()))

    on(document, "pictures", begin)
    if within:
        on(within, "change", begin)
    begin(None)


def run(look: Look, *, settings: str = "settings") -> None:
    """Call look(image) for the picture that is chosen, and again when a setting changes.

    look returns what came out, in a sentence. A newer wish ends an older one. settings: id of the
    form whose controls look reads, if the page has it.
    """
    opened = per_picture(load, most=1)  # the one that is shown; each takes 4 bytes a pixel

    async def work() -> str | None:
        for picture in chosen()[:1]:
            busy("Opening the picture")
            image = await opened(picture)
            if image is not stage().image:
                stage().show(image)
            busy("Finding faces")
            await paint()
            return await look(image) or "Done"
        return None

    form = document.getElementById(settings)
    if form:
        on(form, "submit", lambda _event: None)
    react(work, within=form)
