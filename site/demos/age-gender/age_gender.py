"""Age and gender of every face."""

import page


async def look(image):
    task = await page.detect(image, page.number("score"))
    if page.checked("aligned"):
        task = task.with_face_landmarks()
    faces = await task.with_age_and_gender()

    labels = [f"{face.age:.0f}, {face.gender} {face.gender_probability:.0%}" for face in faces]
    page.stage().show(image, faces, labels=labels)
    await page.cards("faces", image, faces, describe)
    return page.count(len(faces), "face", [f"{face.age:.0f} years" for face in faces])


def describe(face):
    other = "male" if face.gender == "female" else "female"
    genders = {face.gender: face.gender_probability, other: 1 - face.gender_probability}
    return [
        page.scale(face.age, 0, 100, f"{face.age:.0f} years"),
        page.bars(genders),
    ]


page.run(look)
