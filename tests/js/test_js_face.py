"""Tasks of the JavaScript face, its failures, and what its calls leave behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.films import write_still

SAMPLE = """async function sample() {
  window.picture ??= await ours.fetchImage('/images/sample1.jpg')
  return window.picture
}
const tiny = (inputSize = 160) => new ours.TinyFaceDetectorOptions({ inputSize })
"""


@pytest.fixture(scope="module")
def page(bare_page: Any) -> Page:
    """A page with the JavaScript face as `ours`, nets loaded, and sample() and tiny()."""
    bare_page.js("() => { window.ours = pyface.faceapi }")
    bare_page.page.add_script_tag(content=SAMPLE)
    bare_page.js(
        """() => Promise.all([ours.loadTinyFaceDetectorModel("models"),
             ours.loadFaceLandmarkModel("models"), ours.loadFaceRecognitionModel("models")])"""
    )
    made: Page = bare_page.page
    return made


def test_a_task_is_lazy_and_runs_once(page: Page) -> None:
    assert (
        page.evaluate("""async () => {
      const draws = async () => (await ours.memory()).draws ?? 0
      const found = ours.detectAllFaces(await sample(), tiny(224))
      await ours.warmup(ours.nets.tinyFaceDetector)
      const before = await draws()
      const faces = found.withFaceLandmarks()
      await new Promise(resolve => setTimeout(resolve, 50))
      const lazy = await draws() === before
      const first = await faces, second = await faces.run()
      const after = await draws()
      const detections = await ours.detectAllFaces(await sample(), tiny(224))
      const half = await draws() - after
      const parent = await found
      const joined = found.withFaceLandmarks()
      const start = await draws()
      const third = await joined
      return [lazy, first === second, after > before, first.length > 0,
        JSON.stringify(third) === JSON.stringify(first), parent.length === detections.length,
        await draws() - start < after - before]
    }""")
        == [True] * 7
    )


def test_a_parent_that_was_awaited_is_not_computed_again(page: Page) -> None:
    messages = page.evaluate("""async () => {
      const { createFace } = await import('/faceapi/face.js')
      const seen = []
      const face = createFace(async message => {
        seen.push([message.call, message.stages.join(), message.single, message.faces])
        return { value: [], loaded: ['ssd_mobilenetv1'] }
      })
      const single = face.detectSingleFace(document.createElement('canvas'))
      const landmarks = single.withFaceLandmarks(true)
      const descriptor = landmarks.withFaceDescriptor()
      const isLoaded = [face.nets.ssdMobilenetv1.isLoaded]
      const results = [await landmarks, await descriptor, await single]
      isLoaded.push(face.nets.ssdMobilenetv1.isLoaded)
      return { seen, isLoaded, none: results.every(result => result === undefined) }
    }""")
    assert messages == {
        "seen": [
            ["faces", "detect,tiny_landmarks", True, None],
            ["faces", "descriptors", None, []],
            ["faces", "detect", True, None],
        ],
        "isLoaded": [False, True],
        "none": True,
    }


# Code on the namespace, and what it sends: the call, then what is told apart by.
MESSAGES = {
    "loadSsdMobilenetv1Model('/m')": ["load", "ssd_mobilenetv1"],
    "loadFaceDetectionModel('/m')": ["load", "ssd_mobilenetv1"],
    "loadTinyFaceDetectorModel('/m')": ["load", "tiny_face_detector"],
    "loadTinyYolov2Model('/m')": ["load", "tiny_yolov2"],
    "loadMtcnnModel('/m')": ["load", "mtcnn"],
    "loadFaceLandmarkModel('/m')": ["load", "face_landmark68_net"],
    "loadFaceLandmarkTinyModel('/m')": ["load", "face_landmark68_tiny_net"],
    "loadFaceRecognitionModel('/m')": ["load", "face_recognition_net"],
    "loadFaceExpressionModel('/m')": ["load", "face_expression_net"],
    "loadAgeGenderModel('/m')": ["load", "age_gender_net"],
    "ssdMobilenetv1(picture, { maxResults: 3 })": [
        "locate", "ssd_mobilenetv1", {"minConfidence": 0.5, "maxResults": 3, "minFaceSize": 32}
    ],
    "tinyYolov2(picture)": [
        "locate", "tiny_yolov2", {"inputSize": 416, "scoreThreshold": 0.5, "minFaceSize": 32}
    ],
    "mtcnn(picture, { maxNumScales: 3 })": [
        "mtcnn", "mtcnn",
        {"minFaceSize": 20, "scaleFactor": 0.709, "maxNumScales": 3,
         "scoreThresholds": [0.6, 0.7, 0.7]},
    ],
    "detectLandmarks(picture)": ["landmarks", "face_landmark68_net"],
    "detectFaceLandmarksTiny(picture)": ["landmarks", "face_landmark68_tiny_net"],
    "computeDescriptor(picture)": ["descriptor", "face_recognition_net"],
    "recognizeFaceExpressions(picture)": ["expressions", "face_expression_net"],
    "predictAgeAndGender(picture)": ["age_and_gender", "age_gender_net"],
    "allFaces(picture, 0.25)": [
        "faces", "detect,landmarks,descriptors",
        {"detector": "ssd_mobilenetv1", "minConfidence": 0.25, "maxResults": 100,
         "minFaceSize": 32},
    ],
    "allFacesTinyYolov2(picture, { inputSize: 32 })": [
        "faces", "detect,landmarks,descriptors",
        {"detector": "tiny_yolov2", "inputSize": 32, "scoreThreshold": 0.5, "minFaceSize": 32},
    ],
    "allFacesMtcnn(picture, { scaleSteps: [0.5] })": [
        "faces", "detect,landmarks,descriptors",
        {"detector": "mtcnn", "minFaceSize": 20, "scaleFactor": 0.709, "maxNumScales": 10,
         "scoreThresholds": [0.6, 0.7, 0.7], "scaleSteps": [0.5]},
    ],
    "detectAllFaces(picture, tiny()).withAgeAndGender().withFaceLandmarks(true)"
    ".withFaceExpressions().withFaceDescriptors().withAgeAndGender()": [
        "faces", "detect,age_and_gender,tiny_landmarks,expressions,descriptors,age_and_gender",
        {"detector": "tiny_face_detector", "inputSize": 160, "scoreThreshold": 0.5,
         "minFaceSize": 32},
    ],
    "createTinyYolov2(new Float32Array(3), false)": [
        "load", {"kind": "tiny_yolov2", "with_separable_convs": False}
    ],
    "createMtcnn(new Float32Array(3))": ["load", {"kind": "mtcnn"}],
    "createFaceLandmarkNet(new Float32Array(3))": ["load", {"kind": "face_landmark68_net"}],
}  # fmt: skip


def test_every_computation_is_one_message(page: Page) -> None:
    sent = page.evaluate(
        """async codes => {
      const { createFace } = await import('/faceapi/face.js')
      const found = {}
      for (const code of codes) {
        const seen = []
        const face = createFace(async message => { seen.push(message); return { loaded: [] } })
        const picture = new ImageData(4, 4)
        await new Function('face', 'picture', `return face.${code}`)(face, picture)?.catch?.(e => e)
        const [{ call, stages, net, options }] = seen
        const { id, ...kind } = net ?? {}
        const told = stages?.join() ?? (typeof net === 'string' ? net : kind)
        found[code] = seen.length === 1 && [call, told, ...(options ? [options] : [])]
      }
      return found
    }""",
        list(MESSAGES),
    )
    assert sent == MESSAGES


def test_messages_can_be_cloned_but_for_elements(page: Page) -> None:
    assert page.evaluate("""async () => {
      const { createFace } = await import('/faceapi/face.js')
      const packed = { score: 0.5, box: [0, 0, 1, 1], size: [4, 4] }
      const face = createFace(async message => {
        structuredClone(message)
        const found = ['faces', 'locate'].includes(message.call)
        return structuredClone({ value: found ? [packed] : null, loaded: [] })
      })
      const bitmap = await createImageBitmap(new ImageData(4, 4))
      await face.detectAllFaces(bitmap)
      await face.tinyFaceDetector(bitmap, { inputSize: 64 })
      await face.loadFaceLandmarkModel('/models')
      await face.nets.faceRecognitionNet.load(new Float32Array(3))
      await face.createTinyYolov2(new Float32Array(3), false).dispose()
      const tensor = { data: new Float32Array(1), shape: [] }
      await face.nets.ageGenderNet.loadFromWeightMap({ age: tensor })
      await face.loadWeightMap('/models', 'tiny_face_detector_model')
      await face.warmup(face.nets.tinyFaceDetector)
      await face.setBackend('webgl')
      const [all, one] = [await face.detectAllFaces(bitmap).runAndExtendWithFaceDetections(),
        await face.detectSingleFace(bitmap).runAndExtendWithFaceDetection()]
      return (await face.locateFaces(bitmap, { maxResults: 3 }))[0] instanceof face.FaceDetection
        && [...all, one].every(face.isWithFaceDetection) && all.length === 1
    }""")


def test_nets_know_whether_they_are_loaded(page: Page) -> None:
    assert page.evaluate("""async () => {
      const net = ours.nets.faceLandmark68TinyNet
      const states = [net.isLoaded, net.params]
      await net.loadFromUri('/models/face_landmark_68_tiny_model-weights_manifest.json')
      states.push(net.isLoaded, net.params)
      const points = await net.detectLandmarks([await sample(), await sample()])
      states.push(points.length, points[0].positions.length)
      await net.dispose()
      return [...states, net.isLoaded, ours.nets.tinyFaceDetector.isLoaded]
    }""") == [False, None, True, {}, 2, 68, False, True]


def test_a_net_of_ones_own_has_weights_of_its_own(page: Page) -> None:
    assert page.evaluate("""async () => {
      const net = new ours.TinyFaceDetector(), other = new ours.TinyFaceDetector()
      const states = [net.isLoaded]
      await net.load('models')
      states.push(net.isLoaded, other.isLoaded, net instanceof ours.NeuralNetwork)
      const options = { inputSize: 320 }
      const [mine, theirs] = [await net.locateFaces(await sample(), options),
        await ours.tinyFaceDetector(await sample(), options)]
      states.push(mine.length > 0, JSON.stringify(mine) === JSON.stringify(theirs))
      const missing = await other.locateFaces(await sample()).catch(error => error.name)
      await net.dispose()
      await net.dispose()
      return [...states, missing, net.isLoaded, ours.nets.tinyFaceDetector.isLoaded]
    }""") == [False, True, False, True, True, True, "NotLoadedError", False, True]


def test_what_follows_a_load_that_nobody_awaited_waits_for_it(bare_page: Any, page: Page) -> None:
    bare_page.expect_error("status of 404")
    assert page.evaluate("""async () => {
      const map = await ours.loadWeightMap('models', 'face_landmark_68_tiny_model')
      const named = new ours.FaceLandmark68TinyNet()
      named.loadFromWeightMap(map)
      const loaded = new ours.FaceLandmark68TinyNet()
      await loaded.load('models')
      const points = await Promise.all([named, loaded].map(
        async net => (await net.detectLandmarks(await sample())).relativePositions))
      // The device holds floats a little less exactly than the bytes of a shard.
      const near = points[0].every(({ x, y }, i) => points[1][i].sub({ x, y }).magnitude() < 1e-3)
      const wrong = ours.createTinyFaceDetector(new Float32Array(3))
      const failed = [0, 1].map(async () => wrong.locateFaces(await sample()).catch(e => e.name))
      await loaded.load('/nowhere').catch(() => {})
      const stays = (await loaded.detectLandmarks(await sample())).positions.length
      await Promise.all([named.dispose(), loaded.dispose(), wrong.dispose()])
      return [Object.keys(map).length, map['fc/weights'].shape, near,
        await Promise.all(failed), stays]
    }""") == [28, [128, 136], True, ["ShardError", "ShardError"], 68]


def test_a_net_that_nobody_holds_is_freed(bare_page: Any, page: Page) -> None:
    count = "from pyface_web import messages\nlen(messages._own)"
    page.evaluate("""async () => {
      window.held = new ours.FaceLandmark68TinyNet();
      await held.load("models");
    }""")
    assert bare_page.run(count) > 0
    page.evaluate("() => { delete window.held }")
    session = page.context.new_cdp_session(page)
    for _ in range(20):
        session.send("HeapProfiler.collectGarbage")
        page.evaluate("() => new Promise(resolve => setTimeout(resolve, 20))")
        if bare_page.run(count) == 0:
            break
    assert bare_page.run(count) == 0


def test_tensors_and_net_inputs_are_pictures(page: Page) -> None:
    same = page.evaluate("""async () => {
      const image = ours.createCanvasFromMedia(await sample(), { width: 320, height: 213 })
      const [whole] = await ours.extractFaceTensors(image, [new ours.Rect(0, 0, 320, 213)])
      const batch = { data: whole.data, shape: [1, ...whole.shape] }
      const faces = await ours.detectAllFaces(image, tiny(320))
      const texts = []
      const inputs = await Promise.all([image, whole].map(ours.toNetInput))
      for (const input of [whole, batch, ...inputs]) {
        texts.push(JSON.stringify(await ours.detectAllFaces(input, tiny(320))))
      }
      const pair = await ours.detectFaceLandmarks(await ours.toNetInput([whole, image]))
      const one = await ours.detectFaceLandmarks(await ours.toNetInput([image]))
      return [whole.shape, faces.length > 0, texts.every(text => text === JSON.stringify(faces)),
        JSON.stringify(pair[0]) === JSON.stringify(pair[1]), pair.length, one.length]
    }""")
    assert same == [[213, 320, 3], True, True, True, 2, 1]


def test_faces_are_compared_as_pictures_results_and_descriptors(page: Page) -> None:
    found = page.evaluate("""async () => {
      const sided = document.createElement('canvas')
      const picture = await sample()
      Object.assign(sided, { width: picture.width, height: picture.height })
      sided.getContext('2d').drawImage(picture, 0, 0)
      const found = ours.detectSingleFace(picture, tiny(320)).withFaceLandmarks()
      const face = await found.withFaceDescriptor()
      const box = await found.withFaceDescriptor({ align: 'box' })
      const other = face.descriptor.map((value) => value + 0.1)
      const same = await ours.compare(picture, sided, undefined, tiny(320))
      const known = await ours.compare(face, picture, 0.5, tiny(320))
      const cut = await ours.compare(picture, box, 0.5, tiny(320))
      return [same, known, cut, await ours.compare(face.descriptor, Array.from(other), 2),
              await ours.compare(face, other, 0.5)]
    }""")
    for nearly in found[:3]:
        assert nearly["distance"] < 0.01 and nearly["same"]
    assert [one["distance"] for one in found[3:]] == pytest.approx([128**0.5 / 10] * 2, abs=1e-5)
    assert [one["same"] for one in found[3:]] == [True, False]


def test_a_video_is_fetched(page: Page, tmp_path: Path) -> None:
    film = write_still(tmp_path / "film.webm", Image.new("RGB", (50, 30), "red"), (50, 30))
    shown = page.evaluate(
        """async (bytes) => {
          const address = URL.createObjectURL(new Blob([new Uint8Array(bytes)]))
          const video = await ours.fetchVideo(address)
          const { width, height } = ours.createCanvasFromMedia(video)
          return [video.constructor.name, video.muted, width, height]
        }""",
        list(film.read_bytes()),
    )
    assert shown == ["HTMLVideoElement", True, 50, 30]


REJECTIONS = [
    ("ours.detectAllFaces(await sample())", "NotLoadedError", "nets.ssdMobilenetv1"),
    (
        "ours.detectAllFaces(await sample()).withFaceLandmarks()",
        "NotLoadedError",
        "nets.ssdMobilenetv1",
    ),
    (
        "ours.detectSingleFace(await sample(), { inputSize: 320 })",
        "OptionsError",
        "new faceapi.TinyFaceDetectorOptions({ inputSize: 320 })",
    ),
    ("ours.detectAllFaces('nowhere', tiny())", "ElementNotFoundError", "nowhere"),
    ("ours.detectAllFaces(undefined, tiny())", "InputError", "no picture"),
    ("ours.detectAllFaces(document.body, tiny())", "InputError", "HTMLBodyElement"),
    ("ours.detectAllFaces(document.createElement('canvas').cloneNode(), tiny(33))", None, "32"),
    ("ours.tinyFaceDetector(await sample(), { inputSize: 33 })", "OptionsError", "multiple of 32"),
    (
        "ours.tinyFaceDetector(await sample(), { size: 32 })",
        "OptionsError",
        'TinyFaceDetectorOptions: there is no option "size"',
    ),
    (
        "ours.detectFaceLandmarksTiny(new ImageData(4, 4))",
        "NotLoadedError",
        "faceLandmark68TinyNet",
    ),
    ("ours.loadSsdMobilenetv1Model('/nowhere')", "FetchError", "404"),
    ("ours.nets.tinyFaceDetector.load(new Float32Array(3))", "ShardError", ""),
    ("ours.nets.tinyFaceDetector.load(12)", None, "address"),
    ("ours.fetchImage('/files.json')", "FetchError", "image"),
    ("ours.fetchImage('/nowhere.png')", "FetchError", "404"),
    ("ours.fetchVideo('/files.json')", "FetchError", "expected a video that the browser can read"),
    ("ours.compare(undefined, await sample())", "ShapeError", "compare: a: expected 128 numbers"),
    ("ours.compare(await sample(), await sample(), -1)", "OptionsError", "compare: distanceThr"),
    (
        "ours.compare(await sample(), { descriptor: [1], detection: {} })",
        "ShapeError",
        "compare: b: expected 128 numbers, got Array of length 1",
    ),
    (
        "ours.compare(new ImageData(40, 40), new Float32Array(128), undefined, tiny())",
        "InputError",
        "compare: a: expected a picture of a face, got one in which none was found",
    ),
    ("ours.bufferToImage('text')", "InputError", "Blob"),
    ("ours.bufferToImage(new Response())", "InputError", "got Response; await response.blob() is"),
    ("ours.bufferToImage(new Blob(['text']))", "MediaNotReadyError", ""),
    ("ours.extractFaces(new ImageData(4, 4), [new ours.Rect(9, 9, 2, 2)])", "EmptyImageError", ""),
    ("ours.toNetInput([])", "InputError", "one or more"),
    ("ours.toNetInput(['nowhere'])", "ElementNotFoundError", "input 0"),
    ("ours.toNetInput(document.body)", "InputError", "HTMLBodyElement"),
    ("ours.recognizeFaceExpressions(await sample())", "NotLoadedError", "Expression"),
    ("ours.detectSingleFace(await sample(), tiny()).withAgeAndGender()", "NotLoadedError", "age"),
    ("ours.extractFaceTensors({ data: [1], shape: [1] }, [])", "ShapeError", "[1]"),
    ("ours.imageTensorToCanvas({ data: [1, 2], shape: [2, 1, 1] }, 'no')", None, "no"),
    (
        "new ours.SsdMobilenetv1().locateFaces(await sample(), tiny())",
        "OptionsError",
        "expected SsdMobilenetv1Options or an object of its values, got TinyFaceDetectorOptions",
    ),
    ("ours.imageToSquare(document.body, 3)", "InputError", "HTMLBodyElement"),
    ("new ours.DetectAllFaceLandmarksTask(3)", "InputError", "task"),
    ("ours.tf.setBackend('abacus')", "OptionsError", "abacus"),
    ("ours.setBackend('abacus')", "OptionsError", "abacus"),
    ("ours.setWaits({ media: 0 })", "OptionsError", "Waits.media: expected a number of seconds"),
    ("ours.setWaits({ network: '9' })", "OptionsError", "up to 86400, a day"),
    ("ours.setWaits({ medium: 9 })", "OptionsError", 'there is no option "medium"'),
]


@pytest.mark.parametrize(("code", "name", "text"), REJECTIONS, ids=[row[0] for row in REJECTIONS])
def test_failures_reject_with_the_name_of_pythons_exception(
    bare_page: Any, page: Page, code: str, name: str | None, text: str
) -> None:
    bare_page.expect_error("status of 404")
    # A test above has used it, and another face of the page may have counted on it since.
    bare_page.run("faceapi.nets.face_landmark68_tiny_net.dispose()")
    failed = page.evaluate(
        f"""async () => {{ try {{ await {code} }} catch (error) {{
            return [error instanceof Error, error.name, error.message] }} }}"""
    )
    assert failed is not None, "nothing failed"
    is_error, got, message = failed
    assert is_error
    assert got == (name or got)
    assert text in message


def test_how_long_things_are_waited_for_is_set_in_both_languages(
    bare_page: Any, page: Page
) -> None:
    before, after = page.evaluate("""async () => {
      const before = ours.getWaits()
      await ours.setWaits({ media: 60.5 })
      await ours.setWaits()
      return [before, ours.getWaits()]
    }""")
    get = "from dataclasses import asdict; asdict(faceapi.{})"
    assert after == before | {"media": 60.5} == bare_page.run(get.format("get_waits()"))
    page.evaluate("(before) => ours.setWaits(before)", before)
    assert bare_page.run(get.format("get_waits()")) == before
    assert bare_page.run(get.format("Waits()")) == before


def test_then_catch_and_finally_are_those_of_a_promise(page: Page) -> None:
    assert page.evaluate("""async () => {
      const log = []
      await ours.detectAllFaces('nowhere').catch(error => log.push(error.name))
      await ours.detectAllFaces('nowhere').then(() => log.push('no'), () => log.push('rejected'))
      await ours.detectAllFaces('nowhere').finally(() => log.push('finally')).catch(() => {})
      const settled = await Promise.allSettled([
        ours.detectAllFaces('nowhere'), ours.detectAllFaces(await sample(), tiny())])
      return [...log, ...settled.map(result => result.status)]
    }""") == ["ElementNotFoundError", "rejected", "finally", "rejected", "fulfilled"]


def test_inputs_of_every_kind(page: Page) -> None:
    counts = page.evaluate("""async () => {
      const image = await sample()
      image.id = 'theImage'
      document.body.append(image)
      const canvas = ours.createCanvasFromMedia('theImage')
      const { width, height } = canvas
      const data = canvas.getContext('2d').getImageData(0, 0, width, height)
      const blob = await new Promise(resolve => canvas.toBlob(resolve, 'image/png'))
      const inputs = [image, 'theImage', '#theImage', canvas, data, blob,
        await createImageBitmap(image)]
      const counts = []
      for (const input of inputs) {
        const faces = await ours.detectAllFaces(input, tiny(320))
        const crops = await ours.extractFaces(input, faces)
        counts.push([faces.length, faces[0].imageWidth, crops.length])
      }
      image.remove()
      return counts
    }""")
    assert counts[0][0] > 1
    assert counts == [counts[0]] * len(counts)
    assert counts[0][0] == counts[0][2]


def test_a_hundred_calls_leave_nothing_behind(page: Page) -> None:
    counts = page.evaluate("""async () => {
      const runtime = pyface.pyodide._module
      runtime.enable_pyproxy_allocation_tracing()
      const image = ours.createCanvasFromMedia(await sample(), { width: 320, height: 213 })
      const count = () => [runtime.pyproxy_alloc_map.size, runtime._hiwire_num_refs()]
      const all = async () => {
        const found = ours.detectAllFaces(image, tiny(128))
        await found
        await found.withFaceLandmarks()
        await ours.detectAllFaces(undefined, tiny()).catch(() => {})
        await ours.detectAllFaces(image).catch(() => {})
        await ours.memory()
      }
      for (let i = 0; i < 3; i++) await all()
      const before = count()
      for (let i = 0; i < 20; i++) await all()
      const after = count()
      runtime.disable_pyproxy_allocation_tracing()
      return [before, after]
    }""")
    assert counts[0] == counts[1]
