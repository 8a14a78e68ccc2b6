"""Face extraction: every face as a picture of its own."""

import math

import page

import pyface_web as faceapi

faces = []  # canvases


async def look(image):
    task = await page.detect(image, page.number("score"))
    found = await task

    # Boxes as squares with a margin, cut out by faceapi.extract_faces.
    crops = await page.crops(image, found, margin=page.number("margin"))
    size = int(page.number("size"))
    if size:
        crops = [await faceapi.image_to_square(crop, size, center_image=True) for crop in crops]

    faces[:] = crops
    page.stage().show(image, found)
    page.element("faces").replaceChildren(*map(show, range(len(faces)), faces))
    for id in ("save-sheet", "save-all"):
        page.element(id).disabled = not faces
    return f"{page.count(len(faces), 'face')} cut out"


def show(index, face):
    button = page.text_of("button", f"Save face {index + 1}", "plain")
    button.type, button.value = "button", str(index)
    size = f"{face.width} x {face.height} pixels"
    return page.figure(page.named(face, f"Face {index + 1}"), size, button)


async def save_one(event):
    button = event.target.closest("button")
    if button:
        index = int(button.value)
        await page.save(f"face-{index + 1}.png", faces[index])


async def save_all(_event):
    for index, face in enumerate(faces):
        await page.save(f"face-{index + 1}.png", face)


async def save_sheet(_event):
    side = max(max(face.width, face.height) for face in faces)
    columns = math.ceil(math.sqrt(len(faces)))
    sheet = faceapi.create_canvas(columns * side, math.ceil(len(faces) / columns) * side)
    for index, face in enumerate(faces):
        row, column = divmod(index, columns)
        sheet.getContext("2d").drawImage(face, column * side, row * side)
    await page.save("faces.png", sheet)


page.on("faces", "click", save_one)
page.on("save-all", "click", save_all)
page.on("save-sheet", "click", save_sheet)
page.run(look)
