"""People with pictures, as the visitor puts them together: a label each, and a face per picture."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from js import document

import pyface_web as faceapi

from .controls import element, on, text_of
from .faces import count, detect, named
from .pictures import load
from .portraits import in_words, portraits
from .status import busy, note, paint, show_error


@dataclass(eq=False)
class Portrait:
    """The best face of a picture. descriptor: (128,)."""

    canvas: Any
    descriptor: Any
    quality: faceapi.FaceQuality


async def best_face(picture: Any) -> Portrait | None:
    """The largest face of a picture (what `load` takes, or a canvas); None if there is none."""
    image = picture if hasattr(picture, "getContext") else await load(picture)
    task = await detect(image, sizes=(224, 608))
    faces = await task.with_face_landmarks().with_face_descriptors()
    if not faces:
        return None
    best = max(faces, key=lambda face: face.detection.box.area)
    quality = await faceapi.assess_face_quality(image, best)
    (canvas,) = await portraits(image, [best])
    return Portrait(canvas, best.descriptor, quality)


class Person:
    """A card of the list: label, portraits, and a place for more."""

    def __init__(self, card: Any, number: int) -> None:
        self.card = card
        self.default = f"Person {number}"
        self.portraits: list[Portrait] = []
        self.field = card.querySelector(".label")
        self.field.placeholder = self.default
        card.dataset.number = str(number)
        self.name_controls()

    @property
    def label(self) -> str:
        """What the visitor typed, or "Person 1"."""
        return str(self.field.value).strip() or self.default

    def name_controls(self) -> None:
        """Say whose controls they are, to those who do not see where they stand."""
        self.field.setAttribute("aria-label", f"Name of {self.default}")
        self.card.querySelector(".remove").setAttribute("aria-label", f"Remove {self.label}")
        add = self.card.querySelector("input[type=file]")
        add.setAttribute("aria-label", f"Add pictures of {self.label}")

    def show(self) -> None:
        """Fill the card with the portraits, and with what is wrong with them."""
        items = []
        for index, portrait in enumerate(self.portraits):
            item = document.createElement("li")
            said = in_words(portrait.quality)
            canvas = named(portrait.canvas, f"{self.label}, picture {index + 1}")
            drop = text_of("button", "\N{MULTIPLICATION SIGN}", "drop-picture")
            drop.type = "button"
            drop.dataset.index = str(index)
            drop.setAttribute("aria-label", f"Remove picture {index + 1} of {self.label}")
            caption = text_of("small", said)
            caption.dataset.ok = str(portrait.quality.ok).lower()
            item.append(canvas, drop, caption)
            items.append(item)
        self.card.querySelector(".thumbs-of").replaceChildren(*items)
        problems = {p.name: p.text for one in self.portraits for p in one.quality.problems}
        remarks = [text_of("li", text) for text in problems.values()]  # one of each kind
        self.card.querySelector(".remarks").replaceChildren(*remarks)


class Album:
    """A list of people that the visitor fills; each is a copy of <template id="person">.

    changed(): called after every change.
    """

    def __init__(self, id: str, changed: Callable[[], object]) -> None:
        self.people: list[Person] = []
        self._list = element(id)
        self._changed = changed
        self._numbers = 0
        self._at_work = asyncio.Lock()
        on(self._list, "change", self._change)
        on(self._list, "click", self._click)
        on(self._list, "dragover", lambda event: self._mark(event))
        on(self._list, "dragleave", lambda event: self._mark(None))
        on(self._list, "drop", self._drop)
        on(document, "paste", self._paste)

    def labeled_descriptors(self) -> list[faceapi.LabeledFaceDescriptors]:
        """Everybody who has a picture: label and descriptors, (n, 128)."""
        return [
            faceapi.LabeledFaceDescriptors(person.label, [p.descriptor for p in person.portraits])
            for person in self.people
            if person.portraits
        ]

    def add_person(self) -> Person:
        """A new person at the end of the list."""
        self._numbers += 1
        template = element("person").content.firstElementChild
        person = Person(template.cloneNode(True), self._numbers)
        self.people.append(person)
        self._list.append(person.card)
        return person

    def clear(self) -> None:
        """Remove everybody."""
        self.people.clear()
        self._list.replaceChildren()
        self._numbers = 0
        self._changed()

    async def add(self, person: Person, pictures: Iterable[Any]) -> None:
        """Add the best face of each picture to a person; what cannot be used is said."""
        pictures = list(pictures)
        without = []
        async with self._at_work:
            for index, picture in enumerate(pictures):
                if person not in self.people:  # removed meanwhile
                    return
                busy(person.label, index, len(pictures), unit="pictures")
                await paint()
                try:
                    found = await best_face(picture)
                except faceapi.errors.InputError as error:
                    show_error(error)
                    continue
                if found is None:
                    without.append(getattr(picture, "name", "a picture"))
                else:
                    person.portraits.append(found)
                    person.show()
        if without:
            note(f"No face was found in {', '.join(without)}.")
        if person in self.people:
            self._changed()

    def summary(self) -> str:
        """ "5 people, 20 pictures"."""
        number = len(self.people)
        pictures = count(sum(len(person.portraits) for person in self.people), "picture")
        return f"{number} {'person' if number == 1 else 'people'}, {pictures}"

    def show_pairs(self, id: str) -> None:
        """Show the two people whose pictures are nearest, and the two furthest of one person."""
        owned = [(person, portrait) for person in self.people for portrait in person.portraits]
        nearest, furthest = (math.inf, 0, 0), (-math.inf, 0, 0)
        rows = np.array([portrait.descriptor for _, portrait in owned], np.float64)
        labels = np.array([person.label for person, _ in owned])
        for i in range(len(owned) - 1):
            distances = np.linalg.norm(rows[i + 1 :] - rows[i], axis=1)
            is_same = labels[i + 1 :] == labels[i]
            low, high = np.where(is_same, np.inf, distances), np.where(is_same, distances, -np.inf)
            nearest = min(nearest, (low.min(), i, i + 1 + int(low.argmin())))
            furthest = max(furthest, (high.max(), i, i + 1 + int(high.argmax())))
        figures = [
            _pair(text, distance, *owned[i], *owned[j])
            for text, (distance, i, j) in (
                ("Nearest of two people", nearest),
                ("Furthest of one person", furthest),
            )
            if math.isfinite(distance)
        ]
        element(id).replaceChildren(*figures)

    # --- what the visitor does

    def _person_of(self, event: Any) -> Person | None:
        card = event.target.closest(".person-card")
        return next((p for p in self.people if card and p.card.isSameNode(card)), None)

    def _change(self, event: Any) -> Any:
        person = self._person_of(event)
        if person is None:
            return None
        if event.target.type == "file":
            files = list(event.target.files)
            event.target.value = ""  # so that the same file can be chosen again
            return self.add(person, files)
        person.name_controls()
        person.show()
        self._changed()
        return None

    def _click(self, event: Any) -> None:
        person, button = self._person_of(event), event.target.closest("button")
        if person is None or button is None:
            return
        if button.classList.contains("remove"):
            self.people.remove(person)
            person.card.remove()
            self._list.tabIndex = -1
            self._list.focus()  # the button that had the focus is gone
        else:
            del person.portraits[int(button.dataset.index)]
            person.show()
            person.field.focus()
        self._changed()

    def _mark(self, event: Any) -> None:
        if event is not None:
            event.preventDefault()
        over = self._person_of(event) if event is not None else None
        for person in self.people:
            person.card.querySelector(".drop").classList.toggle("over", person is over)

    def _drop(self, event: Any) -> Any:
        event.preventDefault()
        self._mark(None)
        person = self._person_of(event)
        return person and self.add(person, list(event.dataTransfer.files))

    def _paste(self, event: Any) -> Any:
        files = list(event.clipboardData.files)
        if not files or not self.people:
            return None
        event.preventDefault()
        return self.add(self._person_of(event) or self.people[-1], files)


def _pair(
    text: str, distance: float, first: Person, a: Portrait, second: Person, b: Portrait
) -> Any:
    figure = document.createElement("figure")
    names = first.label if first.label == second.label else f"{first.label}, {second.label}"
    for label, portrait in ((first.label, a), (second.label, b)):
        copy = faceapi.create_canvas(portrait.canvas.width, portrait.canvas.height)
        copy.getContext("2d").drawImage(portrait.canvas, 0, 0)
        figure.append(named(copy, label))
    caption = document.createElement("figcaption")
    number = text_of("strong", f"{distance:.2f}")
    caption.append(number, text_of("span", text), text_of("small", names))
    figure.append(caption)
    return figure
