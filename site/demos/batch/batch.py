"""Many pictures at once: progress, cancel, and the faces of all as JSON or CSV."""

import csv
import io
import json
from collections import Counter

import page

import pyface_web as faceapi

cancel = page.element("stop")
gallery = page.element("pictures-done")
results = []  # of each picture: its name, its faces or what went wrong


async def look(picture):
    options = faceapi.TinyFaceDetectorOptions(
        input_size=page.number("input-size"), score_threshold=page.number("score")
    )
    image = await page.load(picture)
    return image, await faceapi.detect_all_faces(image, options)


def refuse(picture, error):
    results.append({"picture": picture.name, "error": str(error)})
    gallery.append(page.figure(f"{picture.name} could not be used", str(error), css="failed"))


async def look_at_all():
    pictures = page.chosen()
    results.clear()
    gallery.replaceChildren()
    cancel.disabled = False
    async for picture, (image, faces) in page.each(pictures, look, refuse):
        results.append({"picture": picture.name, "faces": [face.to_dict() for face in faces]})
        about = page.count(len(faces), "face")
        gallery.append(page.figure(page.thumbnail(image, faces), picture.name, about))
        summarize()
        if cancel.disabled:
            break
    cancel.disabled = True
    return summarize() + ("" if len(results) == len(pictures) else ", cancelled")


def summarize():
    counts = [len(result["faces"]) for result in results if "faces" in result]
    share = {page.count(n, "face"): times / len(counts) for n, times in Counter(counts).items()}
    page.element("share").replaceChildren(page.bars(share))
    for id in ("save-json", "save-csv"):
        page.element(id).disabled = not results
    refused = len(results) - len(counts)
    text = f"{page.count(sum(counts), 'face')} in {page.count(len(counts), 'picture')}"
    return f"{text}, {refused} could not be used" if refused else text


def stop(_event):
    cancel.disabled = True  # the picture that is being looked at is the last one


async def save_json(_event):
    await page.save("faces.json", json.dumps(results, indent=1), "application/json")


async def save_csv(_event):
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["picture", "face", "score", "x", "y", "width", "height", "error"])
    for result in results:
        for index, face in enumerate(result.get("faces", ())):
            box = [round(face["box"][side], 1) for side in ("x", "y", "width", "height")]
            table.writerow([result["picture"], index + 1, round(face["score"], 4), *box])
        if "error" in result:
            table.writerow([result["picture"], *[""] * 6, result["error"]])
    await page.save("faces.csv", text.getvalue(), "text/csv")


page.on(cancel, "click", stop)
page.on("save-json", "click", save_json)
page.on("save-csv", "click", save_csv)
page.react(look_at_all)
