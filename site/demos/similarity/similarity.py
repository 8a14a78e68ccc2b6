"""Similarity of two faces: the distance of their descriptors, and a threshold."""

import page

import pyface_web as faceapi


@page.per_picture
async def look(picture):
    image = await page.load(picture)
    task = await page.detect(image)
    return image, await task.with_face_landmarks().with_face_descriptors()


async def compare():
    faces, crops = [], []
    for side in ("first", "second"):
        for picture in page.chosen(side):
            page.busy("Finding faces")
            await page.paint()
            image, found = await look(picture)
            page.stage(f"{side}-stage").show(image)
            face = page.pick(f"{side}-stage", found)  # the largest, until another is clicked
            if face:
                faces.append(face)
                crops += await page.crops(image, [face])

    page.element("two-faces").replaceChildren(*crops)
    page.element("distance").replaceChildren()
    if len(faces) < 2:
        return "No face to compare: choose a picture with a face on both sides"

    distance = faceapi.euclidean_distance(faces[0].descriptor, faces[1].descriptor)
    threshold = page.number("threshold")
    plot = page.scale(distance, 0, 1.2, f"distance {distance:.2f}", mark=threshold)
    page.element("distance").append(plot)
    verdict = "Same person" if distance < threshold else "Different people"
    return f"{verdict}: distance {distance:.2f}, threshold {threshold:.2f}"


page.react(compare)
