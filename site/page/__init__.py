"""What the demo pages share: pictures in, faces drawn and listed, progress and errors in words.

A demo is a function of a picture:

    async def look(image):
        faces = await faceapi.detect_all_faces(image)
        page.stage().show(image, faces)
        return f"{len(faces)} faces"

    page.run(look)
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from js import performance

import pyface_web as faceapi

from . import nets
from .album import Album
from .controls import checked, element, launch, made, number, on, text_of, value
from .faces import cards, count, crops, detect, figure, named, pick, thumbnail
from .files import read, save
from .nets import need
from .pictures import Picture, chosen, each, load, per_picture, react, run
from .plots import bars, heat_map, histogram, scale
from .portraits import data_url, portraits
from .roster import Roster
from .stage import Stage, stage
from .status import busy, done, is_busy, note, paint, say, show_error, status

__all__ = [
    "Album",
    "Picture",
    "Roster",
    "Stage",
    "bars",
    "busy",
    "cards",
    "checked",
    "chosen",
    "count",
    "crops",
    "data_url",
    "detect",
    "done",
    "each",
    "element",
    "figure",
    "heat_map",
    "histogram",
    "is_busy",
    "launch",
    "load",
    "loaded",
    "made",
    "named",
    "need",
    "nets",
    "note",
    "number",
    "on",
    "paint",
    "per_picture",
    "pick",
    "portraits",
    "react",
    "read",
    "run",
    "save",
    "say",
    "scale",
    "show_error",
    "stage",
    "start",
    "status",
    "text_of",
    "thumbnail",
    "value",
]


@dataclass
class Loaded:
    """What loading the page took: seconds since it was opened, and bytes that were not cached."""

    seconds: float = 0.0
    bytes: int = 0


loaded = Loaded()


async def start(models: str, downloaded: int) -> None:
    """Start the backend, and say which one runs. boot.js calls this before the page's code.

    models: address of their folder. downloaded: bytes that loading the page took.
    """

    def show_warning(message: Warning | str, *_: object, **__: object) -> None:
        note(str(message))

    warnings.simplefilter("always")
    warnings.showwarning = show_warning
    nets.MODELS = models
    busy("Compiling what the nets need")
    await paint()
    await faceapi.warmup()
    badge = element("badge")
    badge.textContent = badge.dataset.backend = await faceapi.backend_label()
    badge.title = await faceapi.describe_backend()
    loaded.seconds, loaded.bytes = performance.now() / 1000, downloaded
    done("Ready")
