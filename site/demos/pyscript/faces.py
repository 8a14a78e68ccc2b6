"""Faces of a picture, in PyScript."""

import asyncio

from pyscript import document, when, window

import pyface_web as faceapi

chooser = document.querySelector("picture-chooser")
status = document.querySelector("page-status")
stage = document.querySelector("#stage")
main = document.querySelector("main")
looks = []


@when("pictures", chooser)
def choose(_event):
    for look in looks:
        look.cancel()  # the newest picture is the one that is wanted
    main.ariaBusy = "true"
    looks[:] = [asyncio.ensure_future(look_at(chooser.pictures[0]))]


async def look_at(picture):
    status.clear()
    status.busy("Finding faces")
    try:
        url = getattr(picture, "url", None)  # a sample has one, a File has none
        image = await (faceapi.fetch_image(url) if url else faceapi.buffer_to_image(picture))
        image.alt = picture.name
        options = faceapi.TinyFaceDetectorOptions(input_size=608)
        faces = await faceapi.detect_all_faces(image, options).with_face_landmarks()
        show(image, faces)
    except Exception as error:
        status.error("That picture could not be used", str(error))
        status.done("Stopped")
    else:
        status.done(f"{len(faces)} face{'s' if len(faces) != 1 else ''}")
    main.ariaBusy = "false"


def show(image, faces):
    canvas = stage.querySelector("canvas")
    stage.querySelector(".frame").replaceChildren(image, canvas)
    stage.dataset.state = "picture"
    faceapi.match_dimensions(canvas, image, use_media_dimensions=True)
    thick = image.naturalWidth / 400
    for face in faces:
        faceapi.DrawBox(face.detection.box, box_color="#5eead4", line_width=thick).draw(canvas)
        faceapi.DrawFaceLandmarks(
            face.landmarks, line_color="white", line_width=thick / 2, draw_points=False
        ).draw(canvas)


await faceapi.load_tiny_face_detector_model("../../models")
await faceapi.load_face_landmark_model("../../models")
wanted = window.URLSearchParams.new(window.location.search).get("backend")
if wanted:  # such as ?backend=webgl
    await faceapi.set_backend(wanted)
badge = document.querySelector("#badge")
badge.textContent = badge.dataset.backend = await faceapi.backend_label()
status.done("Ready")
if len(chooser.pictures):
    choose(None)
document.documentElement.dataset.ready = "yes"
