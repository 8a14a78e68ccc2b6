"""Lists of faces: each cut out of its picture, with what is known about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from js import document

import pyface_web as faceapi

from .controls import element, text_of


def count(number: int, thing: str, each: Sequence[str] = ()) -> str:
    """A number and what it counts: "1 face", "3 faces", or "2 faces: happy, sad"."""
    counted = f"{number} {thing}" if number == 1 else f"{number} {thing}s"
    return f"{counted}: {', '.join(each)}" if each else counted


async def cards(
    id: str, image: Any, faces: Sequence[Any], about: Callable[[Any], str | Sequence[Any]]
) -> list[Any]:
    """Fill a list with a card for each face of a picture; returns the cards.

    about(face): text of its card, or elements for it.
    """
    boxes = [getattr(face, "detection", face).box.to_square() for face in faces]
    width, height = image.naturalWidth, image.naturalHeight
    shown = [not box.clip_at_image_borders(width, height).is_empty for box in boxes]
    inside = [box for box, is_shown in zip(boxes, shown, strict=True) if is_shown]
    crops = iter(await faceapi.extract_faces(image, inside))
    made = []
    for index, face in enumerate(faces):
        if not shown[index]:
            continue
        card = document.createElement("li")
        card.className = "face-card"
        crop = next(crops)
        crop.setAttribute("role", "img")
        crop.setAttribute("aria-label", f"Face {index + 1}")
        said = about(face)
        texts = [text_of("p", said)] if isinstance(said, str) else list(said)
        body = document.createElement("div")
        body.append(text_of("p", f"Face {index + 1}", "name"), *texts)
        card.append(crop, body)
        made.append(card)
    element(id).replaceChildren(*made)
    return made
