"""Matching: who of the people in some pictures is in other pictures."""

from itertools import count

import page
from js import document

import pyface_web as faceapi


@page.per_picture
async def look(picture):
    image = await page.load(picture)
    task = await page.detect(image)
    return image, await task.with_face_landmarks().with_face_descriptors()


numbers = count(1)


@page.per_picture
async def introduce(picture):
    """The people in a picture: a descriptor, and a row with their face and a field for the name."""
    image, faces = await look(picture)
    people = []
    for face, crop in zip(faces, await page.crops(image, faces), strict=True):
        row, field = document.createElement("li"), document.createElement("input")
        field.name, field.value = "name", f"Person {next(numbers)}"
        field.setAttribute("aria-label", f"Name of {field.value}")
        row.append(crop, field)
        people.append((face.descriptor, row, field))
    return people


listed = []


async def match():
    people = []
    async for _, found in page.each(page.chosen("people-pictures"), introduce):
        people += found
    rows = [row for _, row, _ in people]
    if rows != listed:  # a field that is being used stays where it is
        listed[:] = rows
        page.element("people").replaceChildren(*rows)

    matcher = faceapi.FaceMatcher(distance_threshold=page.number("threshold"))
    for descriptor, _, field in people:
        matcher.add(field.value.strip() or "no name", descriptor)

    figures, distances, names = [], [], []
    async for picture, (image, faces) in page.each(page.chosen("searched"), look):
        labels = []
        for face, crop in zip(faces, await page.crops(image, faces), strict=True):
            best = matcher.find_best_match(face.descriptor)
            labels.append(str(best) if best.label != "unknown" else "?")
            matches = matcher.top_k(face.descriptor, len(people) + 1)
            near = {match.label: match.distance for match in matches}
            distances.append((crop, [near[label] for label in matcher.labels]))
        names += labels
        figures.append(page.figure(page.thumbnail(image, faces, labels, width=720), picture.name))

    page.element("pictures-found").replaceChildren(*figures)
    caption = "Faces of the pictures searched, and how far they are from each person"
    table = page.heat_map(caption, matcher.labels, distances, matcher.distance_threshold)
    page.element("distances").replaceChildren(table)
    unknown = names.count("?")
    return f"{page.count(len(names) - unknown, 'face')} known, {unknown} unknown"


page.react(match)
