"""Facial expressions: seven probabilities for every face."""

import page

import pyface_web as faceapi


async def look(image):
    options = faceapi.TinyFaceDetectorOptions(608, score_threshold=page.number("score"))
    task = faceapi.detect_all_faces(image, options)
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
