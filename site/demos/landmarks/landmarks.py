"""Face landmarks: 68 points on every face of a picture."""

import page

import pyface_web as faceapi


async def look(image):
    tiny = page.value("model") == "tiny"
    if tiny:
        await page.need("face_landmark68_tiny_net")

    detected = await page.detect(image)
    faces = await detected.with_face_landmarks(use_tiny_model=tiny)

    page.stage().show(image, faces, paint)
    await page.cards("faces", image, faces, describe)
    return f"{page.count(len(faces), 'face')} with 68 points each"


def paint(canvas, faces, ratio):
    for face in faces:
        if page.checked("boxes"):
            faceapi.DrawBox(face.detection.box, box_color="#5eead4", line_width=ratio).draw(canvas)
        faceapi.DrawFaceLandmarks(
            face.landmarks,
            line_color="white",
            line_width=1.25 * ratio,
            draw_points=page.checked("points"),
            point_color="#5eead4",
            point_size=2 * ratio,
        ).draw(canvas)


def describe(face):
    eyes = [face.landmarks.get_left_eye(), face.landmarks.get_right_eye()]
    left, right = (points.mean(axis=0) for points in eyes)  # (6, 2) pixels each
    return f"score {face.detection.score:.2f}, eyes {abs(right[0] - left[0]):.0f} px apart"


page.run(look)
