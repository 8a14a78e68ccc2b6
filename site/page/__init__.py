"""What the demo pages share: pictures in, faces drawn and listed, progress and errors in words.

A demo is a function of a picture:

    async def look(image):
        faces = await faceapi.detect_all_faces(image)
        page.stage().show(image, faces)
        return f"{len(faces)} faces"

    page.run(look)
"""

from __future__ import annotations

import pyface_web as faceapi

from . import nets
from .album import Album
from .controls import checked, element, launch, number, on, text_of, value
from .faces import cards, count, crops, figure, named, pick, thumbnail
from .files import save
from .nets import need
from .pictures import Picture, chosen, each, key, load, per_picture, react, run
from .plots import bars, heat_map, histogram, scale
from .stage import Stage, stage
from .status import busy, done, note, paint, say, show_error, status

__all__ = [
    "Album",
    "Picture",
    "Stage",
    "bars",
    "busy",
    "cards",
    "checked",
    "chosen",
    "count",
    "crops",
    "done",
    "each",
    "element",
    "figure",
    "heat_map",
    "histogram",
    "key",
    "launch",
    "load",
    "named",
    "need",
    "nets",
    "note",
    "number",
    "on",
    "paint",
    "per_picture",
    "pick",
    "react",
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


async def start() -> None:
    """Start the backend, and say which one runs. boot.js calls this before the page's code."""
    import warnings

    def show_warning(message: Warning | str, *_: object, **__: object) -> None:
        note(str(message))

    warnings.simplefilter("always")
    warnings.showwarning = show_warning
    busy("Starting WebGL2")
    await paint()
    await faceapi.warmup()
    backend = await faceapi.get_backend()
    badge = element("badge")
    badge.textContent = {"webgl": "WebGL2"}.get(backend, "NumPy, slow")
    badge.dataset.backend = backend
    badge.title = await faceapi.describe_backend()
    done("Ready")
