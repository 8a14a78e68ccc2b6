"""Webcam: faces of your camera, live, with what the switches ask for."""

import page
from page import live

import pyface_web as faceapi

pace = live.Pace()


async def open_camera():
    page.busy("Waiting for the camera")
    await live.open_camera("video", page.value("camera"))
    live.offer_cameras("camera", await faceapi.list_cameras())


def close_camera():
    faceapi.close_camera("video")
    pace.clear()
    live.write("found", "")


async def look():
    wanted = {name: page.checked(name) for name in ("landmarks", "expressions", "age_and_gender")}
    nets = {
        "landmarks": "face_landmark68_net",
        "expressions": "face_expression_net",
        "age_and_gender": "age_gender_net",
    }
    await page.need(*[nets[name] for name, is_wanted in wanted.items() if is_wanted])

    page.done("The camera is on")
    async with faceapi.track("video", smoothing=page.checked("smoothing"), **wanted) as frames:
        frames.draw_on(page.element("overlay"), paint)
        async for frame in frames:
            pace.show(frame)
            live.write("found", page.count(len(frame.faces), "face"))
    return frames.reason


def paint(context, faces):
    page.element("video").classList.toggle("mirrored", page.checked("mirror"))
    live.draw_faces(context, faces, describe)


def describe(tracked):
    face, words = tracked.face, [str(tracked.id)]
    if face.expressions:
        best = face.expressions.as_sorted_array()[0]
        words.append(f"{best.expression} {best.probability:.0%}")
    if face.age is not None:
        words.append(f"{face.gender}, about {face.age:.0f}")
    return "  ".join(words)


live.run(look, open_camera, close_camera)
page.done("Ready. The camera is off")
