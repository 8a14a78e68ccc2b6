"""Telling the visitor: what goes on, what came out, what went wrong, in <page-status>."""

from __future__ import annotations

import asyncio
from typing import Any

from js import document

import pyface_web as faceapi

_TITLES = {
    faceapi.errors.CameraError: "The camera could not be opened",
    faceapi.errors.InputError: "That picture could not be used",
    faceapi.errors.WeightsError: "A download failed",
}


def status() -> Any:
    """The page's <page-status>."""
    return document.querySelector("page-status")


def busy(text: str, loaded: int = 0, total: int = 0, unit: str = "bytes") -> None:
    """What is going on; with a total a bar that says how far, else one that only moves.

    unit: what is counted, such as "pictures".
    """
    set_busy(True)
    status().busy(text, loaded, total, unit)


def done(text: str) -> None:
    """What came out, said to those who do not see the page, too."""
    set_busy(False)
    status().done(text)


def set_busy(value: bool) -> None:
    """Mark the page as busy, in words that are said later, or as idle."""
    busy_or_not = "true" if value else "false"
    document.querySelector("main").setAttribute("aria-busy", busy_or_not)  # html must not have it


def is_busy() -> bool:
    """Whether something is going on."""
    return bool(document.querySelector("main").getAttribute("aria-busy") == "true")


def say(text: str) -> None:
    """Say something to those who do not see the page."""
    status().say(text)


def note(text: str) -> None:
    """A remark that is no error."""
    status().note(text)


def show_error(error: Exception, title: str | None = None) -> None:
    """The message of an exception, in the page's alert region."""
    found = (text for kind, text in _TITLES.items() if isinstance(error, kind))
    expected = isinstance(error, faceapi.PyfaceError)
    text = str(error) if expected else f"{type(error).__name__}: {error}"
    status().error(title or next(found, "That did not work"), text)


async def paint() -> None:
    """Let the browser show what was said before the work begins."""
    await asyncio.sleep(0.02)
