"""Lists of faces: each cut out of its picture, with what is known about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any

from js import document

import pyface_web as faceapi

from .controls import element, text_of
from .stage import paint_faces


def count(number: int, thing: str, each: Sequence[str] = ()) -> str:
    """A number and what it counts: "1 face", "3 faces", or "2 faces: happy, sad"."""
    counted = f"{number} {thing}" if number == 1 else f"{number} {thing}s"
    return f"{counted}: {', '.join(each)}" if each else counted


async def detect(image: Any, score: float = 0.5, sizes: Sequence[int] = (608, 224)) -> Any:
    """The faces that the tiny detector finds, as a task to go on with: (await detect(image))
    .with_face_landmarks() does not look for them again.

    Input size 608 finds the small faces of groups, but misses those that fill a picture; where it
    finds none, 224 looks for a portrait. sizes: in which order, for pictures that are more often
    the other kind.
    """
    for size in sizes:
        options = faceapi.TinyFaceDetectorOptions(size, score_threshold=score)
        task = faceapi.detect_all_faces(image, options)
        if await task:
            break
    return task


async def crops(image: Any, faces: Sequence[Any], margin: float = 0.0) -> list[Any]:
    """Faces cut out of their picture as squares: a canvas each, empty for one that lies outside.

    image: an element that is loaded. margin: what is added on each side, as a part of the face's.
    """
    boxes = [getattr(face, "detection", face).box.to_square() for face in faces]
    boxes = [box.pad(2 * margin * box.width, 2 * margin * box.height) for box in boxes]
    size = faceapi.get_media_dimensions(image)
    inside = [not box.clip_at_image_borders(size.width, size.height).is_empty for box in boxes]
    made = iter(await faceapi.extract_faces(image, list(compress(boxes, inside))))
    cut = [next(made) if is_inside else document.createElement("canvas") for is_inside in inside]
    return [named(crop, f"Face {index + 1}") for index, crop in enumerate(cut)]


def named(picture: Any, text: str) -> Any:
    """A canvas, as a picture with an alternative text."""
    picture.setAttribute("role", "img")
    picture.setAttribute("aria-label", text)
    return picture


def thumbnail(
    image: Any, faces: Sequence[Any], labels: Sequence[str] = (), width: int = 480
) -> Any:
    """A small canvas of a picture with its faces, by their numbers or by labels.

    width: of its pixels; about two for one of CSS.
    """
    canvas = document.createElement("canvas")
    canvas.width = width
    canvas.height = round(width * image.naturalHeight / image.naturalWidth)
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
    boxes = [getattr(face, "detection", face) for face in faces]
    paint_faces(canvas, faceapi.resize_results(boxes, canvas), 2, labels)
    return named(canvas, count(len(faces), "face", labels))


def figure(*parts: Any, css: str = "") -> Any:
    """A list item of a gallery: a canvas, and lines of text or other elements below."""
    item = document.createElement("li")
    item.className = css
    item.append(*(text_of("p", part) if isinstance(part, str) else part for part in parts))
    return item


_picking: dict[str, Sequence[Any]] = {}  # id of a stage: the faces that can be picked there


def pick(id: str, faces: Sequence[Any]) -> Any:
    """The face that is picked on the stage with this id, None if there are none.

    For faces that are new there it puts a radio button over each; the largest is picked first.
    """
    frame = element(id).querySelector(".frame")
    if _picking.get(id) is not faces:
        _picking[id] = faces
        buttons = document.createElement("fieldset")
        buttons.className = "pick"
        buttons.append(text_of("legend", "Face to compare", "visually-hidden"))
        largest = max(faces, key=lambda face: face.detection.box.area, default=None)
        for index, face in enumerate(faces):
            button, label = document.createElement("input"), document.createElement("label")
            button.type, button.name, button.value = "radio", f"pick-{id}", str(index)
            button.checked = face is largest
            button.setAttribute("aria-label", f"Face {index + 1}")
            box = face.detection.relative_box
            for side in ("left", "top", "width", "height"):
                label.style.setProperty(side, f"{getattr(box, side):.2%}")
            label.append(button)
            buttons.append(label)
        old = frame.querySelector(".pick")
        if old:
            old.remove()
        frame.append(buttons)
    picked = frame.querySelector(".pick :checked")
    return faces[int(picked.value)] if picked else None


async def cards(
    id: str, image: Any, faces: Sequence[Any], about: Callable[[Any], str | Sequence[Any]]
) -> list[Any]:
    """Fill a list with a card for each face of a picture; returns the cards.

    about(face): text of its card, or elements for it.
    """
    made = []
    for index, (face, crop) in enumerate(zip(faces, await crops(image, faces), strict=True)):
        card = document.createElement("li")
        card.className = "face-card"
        said = about(face)
        texts = [text_of("p", said)] if isinstance(said, str) else list(said)
        body = document.createElement("div")
        body.append(text_of("p", f"Face {index + 1}", "name"), *texts)
        card.append(crop, body)
        made.append(card)
    element(id).replaceChildren(*made)
    return made
