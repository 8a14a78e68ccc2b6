"""Small pictures of faces, and in a few words what their quality is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyface_web as faceapi

from .faces import crops

SIDE = 160  # pixels; enough to recognise somebody, and about 10,000 characters as JPEG

_WORDS = {
    "cut_off": "cut off",
    "too_small": "small",
    "low_score": "unsure",
    "blurred": "blurred",
    "turned_aside": "turned aside",
    "turned_up_or_down": "turned",
    "tilted": "tilted",
    "too_dark": "dark",
    "too_bright": "too bright",
}


def in_words(quality: faceapi.FaceQuality) -> str:
    """ "good", or what is wrong: "small, blurred"."""
    return ", ".join(_WORDS[problem.name] for problem in quality.problems) or "good"


async def portraits(image: Any, faces: Sequence[Any]) -> list[Any]:
    """A square canvas of 160 pixels for each face; a part of it must lie in the picture."""
    return [_square(crop) for crop in await crops(image, faces)]


def _square(crop: Any) -> Any:
    canvas = faceapi.create_canvas(faceapi.Dimensions(SIDE, SIDE))
    context = canvas.getContext("2d")
    context.imageSmoothingQuality = "high"
    side = min(crop.width, crop.height)  # less than square where the picture ends
    left, top = (crop.width - side) / 2, (crop.height - side) / 2
    context.drawImage(crop, left, top, side, side, 0, 0, SIDE, SIDE)
    return canvas


def data_url(canvas: Any) -> str:
    """A canvas as the data URL of a JPEG, as `IdentityStore.enrol` takes it."""
    return str(canvas.toDataURL("image/jpeg", 0.85))
