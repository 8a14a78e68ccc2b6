"""Video tracking: every face keeps its number from frame to frame."""

import page
from page import live
from page.film import Film

import pyface_web as faceapi

film = Film("video")
pace, timeline, trails = live.Pace(), live.Timeline(), live.Trails()


async def open_video():
    page.busy("Opening the video")
    await film.show(page.value("film"))


def close_video():
    page.element("video").pause()
    live.write("found", "")


async def look():
    size = page.value("detector")
    if size == "ssd":
        await page.need("ssd_mobilenetv1")
        detector = faceapi.SsdMobilenetv1Options()
    else:
        detector = faceapi.TinyFaceDetectorOptions(input_size=int(size))
    if page.checked("landmarks") or page.checked("descriptors"):
        await page.need("face_landmark68_net")
    if page.checked("descriptors"):
        await page.need("face_recognition_net")

    frames = faceapi.track(
        "video",
        detector=detector,
        landmarks=page.checked("landmarks"),
        descriptors=page.checked("descriptors"),
        smoothing=page.checked("smoothing"),
    )
    page.done("Following faces")
    async with frames:
        frames.draw_on(page.element("overlay"), paint)
        async for frame in frames:
            pace.show(frame)
            timeline.show(frame)
            live.write("found", page.count(len(frame.faces), "face"))
    return frames.reason


def paint(context, faces):
    trails.draw(context, faces)
    live.draw_faces(context, faces)


watching = live.run(look, open_video, close_video)
page.on("films", "change", lambda _event: watching.start())
film.on_file("file", "drop", watching.start)
watching.start()
