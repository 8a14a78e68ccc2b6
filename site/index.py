"""The first page: a picture in; its faces marked, listed and named.

It rests on a few calls of the library, and on `page`, which all pages share:

    faces = await faceapi.detect_all_faces(image).with_face_landmarks().with_face_descriptors()
    matcher.add("Ada", faces[0].descriptor)
    matcher.find_best_match(faces[1].descriptor)
"""

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import page
from page import element

import pyface_web as faceapi

matcher = faceapi.FaceMatcher()  # the people whom the visitor named; in memory only
portraits: dict[str, Any] = {}  # name -> canvas with the face that was remembered first


@dataclass
class Shown:
    """The picture on the page, and what is known about its faces so far."""

    image: Any = None
    faces: list[faceapi.FaceResult] = field(default_factory=list)
    crops: list[Any] = field(default_factory=list)


shown = Shown()


# --- The picture and its faces


def detector() -> tuple[str, Any]:
    """The chosen detector's net, and its options."""
    score = page.number("score")
    if page.value("detector") == "ssd":
        return "ssd_mobilenetv1", faceapi.SsdMobilenetv1Options(min_confidence=score)
    size = page.number("input-size")
    return "tiny_face_detector", faceapi.TinyFaceDetectorOptions(size, score_threshold=score)


async def look(image: Any) -> str:
    """Find the faces by the present settings; each step is shown as soon as it is done."""
    if image is not shown.image:
        shown.image, shown.faces, shown.crops = image, [], []
        list_faces()
    for step in ("detection", "landmarks", "descriptors"):
        element(f"time-{step}").textContent = "-"

    net, options = detector()
    await page.need(net)
    page.busy("Finding faces")
    await page.paint()
    detect = faceapi.detect_all_faces(image, options)
    with timed("detection"):
        detections = await detect
    await show([faceapi.FaceResult(found) for found in detections])

    if shown.faces and page.checked("landmarks"):
        await page.need("face_landmark68_net")
        page.busy("Finding landmarks")
        align = detect.with_face_landmarks()
        with timed("landmarks"):
            faces = await align
        await show(faces)

        if page.checked("recognition"):
            await page.need("face_recognition_net")
            page.busy("Describing faces")
            with timed("descriptors"):
                faces = await align.with_face_descriptors()
            await show(faces)
    element("no-faces").textContent = "No face has been found in this picture."
    show_memory()
    return summary()


async def show(faces: list[faceapi.FaceResult]) -> None:
    """Draw and list the faces; they are cut out of the picture unless they are already."""
    if [face.detection for face in faces] == [face.detection for face in shown.faces]:
        shown.faces = faces
        name_faces()
    else:
        shown.crops = await page.crops(shown.image, faces)
        shown.faces = faces
        list_faces()


def match(face: faceapi.FaceResult) -> faceapi.FaceMatch | None:
    """Who it is: a name or `unknown`; None while there is nothing to compare."""
    if face.descriptor is None or not matcher.labels:
        return None
    return matcher.find_best_match(face.descriptor)


def is_known(match: faceapi.FaceMatch | None) -> bool:
    return match is not None and match.distance < matcher.distance_threshold


def summary() -> str:
    """What was found, in a sentence."""
    if not shown.faces:
        return "No face found. A lower minimum score, or the other detector, may find more."
    found = f"{page.count(len(shown.faces), 'face')} found"
    matches = [found for found in map(match, shown.faces) if found]
    names = [match.label for match in matches if is_known(match)]
    if not matches:
        return found
    if not names:
        return f"{found}, nobody known"
    others = len(matches) - len(names)
    return f"{found}: {', '.join(names)}" + (f" and {others} unknown" if others else "")


# --- The list of faces, and the people


def clone(template: str) -> Any:
    return element(template).content.firstElementChild.cloneNode(True)


def list_faces() -> None:
    """A card for every face."""
    cards = []
    for index, (face, crop) in enumerate(zip(shown.faces, shown.crops, strict=True)):
        card = clone("face-template")
        card.dataset.index = str(index)
        card.querySelector(".crop").append(crop)
        card.querySelector("input").setAttribute("aria-label", f"Name of face {index + 1}")
        score, width = face.detection.score, face.detection.box.width
        card.querySelector(".detail").textContent = f"score {score:.2f}, {width:.0f} px wide"
        cards.append(card)
    element("faces").replaceChildren(*cards)
    element("no-faces").textContent = "The faces of the picture are listed here."
    element("no-faces").hidden = bool(cards)
    name_faces()


def name_faces() -> None:
    """Write on every face who it is, as far as that is known."""
    labels = []
    for index, face in enumerate(shown.faces):
        card = element("faces").children.item(index)
        found = match(face)
        known = is_known(found)
        labels.append(found.label if known else str(index + 1))
        card.querySelector(".name").textContent = found.label if found else f"Face {index + 1}"
        card.dataset.known = "yes" if known else "no" if found else ""
        for control in card.querySelectorAll("input, button"):
            control.disabled = face.descriptor is None
        distance = ""
        if found:
            distance = f"distance {found.distance:.2f}"
            if not known:
                nearest = matcher.match_descriptor(face.descriptor)
                distance += f" to {nearest.label}, limit {matcher.distance_threshold:.2f}"
            place = min(found.distance / (2 * matcher.distance_threshold), 1)
            card.querySelector(".scale").style.setProperty("--distance", f"{place:.3f}")
        card.querySelector(".distance").textContent = distance
    if shown.image is not None:
        page.stage().show(shown.image, shown.faces, labels=labels)


def list_people() -> None:
    """The people whom the visitor named, each with the face that was remembered first."""
    items = []
    for person in matcher.labeled_descriptors:
        item = clone("person-template")
        item.dataset.label = person.label
        item.querySelector(".crop").append(portraits[person.label])
        item.querySelector(".name").textContent = person.label
        item.querySelector("small").textContent = page.count(len(person.descriptors), "face")
        item.querySelector("button").setAttribute("aria-label", f"Remove {person.label}")
        items.append(item)
    element("people").replaceChildren(*items)
    element("no-people").hidden = bool(items)
    element("forget-all").hidden = not items
    name_faces()
    if shown.image is not None and not page.is_busy():
        page.done(summary())


async def remember(event: Any) -> None:
    """Add a face to the people under the name that was typed."""
    card = event.target.closest(".face")
    entry = card.querySelector("input")
    name = entry.value.strip()
    face, crop = (values[int(card.dataset.index)] for values in (shown.faces, shown.crops))
    if not name or face.descriptor is None:
        return
    entry.value = ""
    portrait = await faceapi.create_canvas_from_media(crop)
    portraits.setdefault(name, portrait)
    matcher.add(name, face.descriptor)
    list_people()
    page.say(f"{name} is remembered. {summary()}")


def forget(event: Any) -> None:
    """Remove one person, or all of them."""
    button = event.target.closest("button")
    if button is None:
        return
    item = button.closest(".person")
    for name in [item.dataset.label] if item else matcher.labels:
        matcher.remove(name)
        del portraits[name]
    list_people()
    element("people-title").focus()  # the button that had the focus is gone
    page.say(f"{item.dataset.label if item else 'Everybody'} is removed.")


# --- Numbers


@contextmanager
def timed(step: str):
    start = time.perf_counter()
    yield
    element(f"time-{step}").textContent = duration(time.perf_counter() - start)


def duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def show_memory() -> None:
    rows = []
    for name, amount in faceapi.memory().items():
        words = name.replace("_bytes", " memory").replace("_", " ")
        size = f"{int(amount) / 1e6:.1f} MB" if name.endswith("bytes") else str(amount)
        row = page.text_of("div", "")
        row.append(page.text_of("dt", words), page.text_of("dd", size))
        rows.append(row)
    element("memory").replaceChildren(*rows)


# --- The page


element("backend").textContent = element("badge").title
element("downloaded").textContent = f"{page.loaded.bytes / 1e6:.1f} MB"
element("time-load").textContent = duration(page.loaded.seconds)
page.on("faces", "submit", remember)
page.on("people", "click", forget)
page.on("forget-all", "click", forget)
show_memory()
page.run(look)
