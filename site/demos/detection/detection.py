"""Face detection: three detectors with all their options."""

import time

import page

import pyface_web as faceapi


def tiny():
    return faceapi.TinyFaceDetectorOptions(
        input_size=page.number("input-size"),
        score_threshold=page.number("score-threshold"),
        **where(),
    )


def ssd():
    return faceapi.SsdMobilenetv1Options(
        min_confidence=page.number("min-confidence"),
        max_results=page.number("max-results"),
        **where(),
    )


def where():
    tiles = page.value("tiles")
    return {
        "tiles": int(tiles) if tiles.isdigit() else tiles or None,
        "orientations": page.value("orientations") or None,
    }


def mtcnn():
    return faceapi.MtcnnOptions(
        min_face_size=page.number("min-face-size"),
        scale_factor=page.number("scale-factor"),
        max_num_scales=page.number("max-levels"),
        score_thresholds=[page.number(f"threshold-{net}") for net in (1, 2, 3)],
    )


DETECTORS = {
    "tiny": ("tiny_face_detector", tiny),
    "ssd": ("ssd_mobilenetv1", ssd),
    "mtcnn": ("mtcnn", mtcnn),
}


async def look(image):
    net, options = DETECTORS[page.value("detector")]
    await page.need(net)

    began = time.perf_counter()
    faces = await faceapi.detect_all_faces(image, options())
    took = time.perf_counter() - began

    page.stage().show(image, faces)
    await page.cards("faces", image, faces, describe)
    return f"{page.count(len(faces), 'face')} in {took * 1000:.0f} ms"


def describe(face):
    size = f"{face.box.width:.0f} x {face.box.height:.0f} pixels"
    return [page.text_of("p", size), page.bars({"score": face.score})]


page.run(look)
