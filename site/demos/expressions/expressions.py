"""Facial expressions: seven probabilities for every face."""

import page


async def look(image):
    task = await page.detect(image, page.number("score"))
    if page.checked("aligned"):
        task = task.with_face_landmarks()
    faces = await task.with_face_expressions()

    page.stage().show(image, faces, labels=[name(face) for face in faces])
    await page.cards("faces", image, faces, lambda face: [page.bars(face.expressions)])
    return page.count(len(faces), "face", [best(face).expression for face in faces])


def best(face):
    return face.expressions.as_sorted_array()[0]


def name(face):
    expression, probability = best(face)
    return f"{expression} {probability:.0%}"


page.run(look)
